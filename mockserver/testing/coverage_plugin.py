"""The part of the pytest plugin that adds up contract coverage over servers and pytest-xdist workers."""

import argparse
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.testing.control_client import ControlClient
    from mockserver.testing.coverage_report import CoverageReport

WORKER_OUTPUT = "mockserver_coverage"  # key of a worker's report in its `workeroutput`
REPORT = pytest.StashKey["CoverageReport"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mockserver", "contract tests against a mock server")
    group.addoption(
        "--mockserver-coverage", action="store_true", help="show how much of the contract was seen"
    )
    group.addoption(
        "--mockserver-coverage-fail-under",
        type=_percent,
        metavar="N",
        help="fail the run if less than N %% of the contract was seen",
    )


def add_coverage(config: pytest.Config, client: "ControlClient") -> None:
    """Add the coverage of a server to that of the run, if the run measures it."""
    if _is_wanted(config):
        from mockserver.testing.coverage_report import fetch_report

        _add(config, fetch_report(client))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add the report of a worker; a worker that crashed has none."""
    report = getattr(node, "workeroutput", {}).get(WORKER_OUTPUT)
    if report is not None:
        _add(node.config, report)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    is_worker = hasattr(session.config, "workeroutput")
    if session.exitstatus == pytest.ExitCode.OK and not is_worker and _shortfall(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: "pytest.TerminalReporter", config: pytest.Config) -> None:
    if not _is_wanted(config):
        return
    from mockserver.testing.coverage_report import table

    terminalreporter.section("mockserver: coverage of the contract")
    report = config.stash.get(REPORT, None)
    terminalreporter.write_line("no test used a mock server" if report is None else table(report))
    if shortfall := _shortfall(config):
        terminalreporter.write_line(shortfall, red=True)


def _is_wanted(config: pytest.Config) -> bool:
    minimum = config.getoption("mockserver_coverage_fail_under")
    return bool(config.getoption("mockserver_coverage")) or minimum is not None


def _add(config: pytest.Config, report: "CoverageReport") -> None:
    """Merge a report into that of this process; a worker sends the result to its controller."""
    from mockserver.testing.coverage_merge import merge_reports

    known = [config.stash[REPORT]] if REPORT in config.stash else []
    config.stash[REPORT] = merge_reports([*known, report])
    if hasattr(config, "workeroutput"):
        config.workeroutput[WORKER_OUTPUT] = config.stash[REPORT]


def _shortfall(config: pytest.Config) -> str | None:
    """A sentence that says how far the coverage is below the minimum, or None if it is not."""
    minimum = config.getoption("mockserver_coverage_fail_under")
    report = config.stash.get(REPORT, None)
    percent = 0.0 if report is None else report["totals"]["all"]["percent"]
    if minimum is None or percent >= minimum:
        return None
    return f"FAILED: {percent} % of the contract was seen, less than {minimum:g} %"


def _percent(text: str) -> float:
    try:
        percent = float(text)
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= 100:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 100, found {text!r}")
    return percent

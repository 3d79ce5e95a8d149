"""The plugin's part that adds up how much of the contract was seen, over servers and workers of xdist."""

import argparse
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.testing.control import Control
    from mockserver.testing.coverage_report import Report

HANDED = "mockserver_coverage"  # the member of what a worker hands back
SEEN = pytest.StashKey["Report"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mockserver", "contract tests against a mock server")
    group.addoption(
        "--mockserver-coverage", action="store_true", help="show how much of the contract was seen"
    )
    group.addoption(
        "--mockserver-coverage-fail-under", type=_percent, metavar="N", help="... and fail below N %%"
    )


def note_coverage(config: pytest.Config, control: "Control") -> None:
    """Add what a server has seen, where the run is asked for coverage."""
    if _is_wanted(config):
        _add(config, control.ask("GET", "/coverage?scope=all"))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker has seen; one that crashed hands nothing back."""
    handed = getattr(node, "workeroutput", {}).get(HANDED)
    if handed is not None:
        _add(node.config, handed)


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
    seen = config.stash.get(SEEN, None)
    terminalreporter.write_line("no test used a mock server" if seen is None else table(seen))
    if shortfall := _shortfall(config):
        terminalreporter.write_line(shortfall, red=True)


def _is_wanted(config: pytest.Config) -> bool:
    least = config.getoption("mockserver_coverage_fail_under")
    return bool(config.getoption("mockserver_coverage")) or least is not None


def _add(config: pytest.Config, report: "Report") -> None:
    """Add to what this process shows at its end, or hands back."""
    from mockserver.testing.coverage import merged

    config.stash[SEEN] = merged([config.stash[SEEN], report] if SEEN in config.stash else [report])
    if hasattr(config, "workeroutput"):
        config.workeroutput[HANDED] = config.stash[SEEN]


def _shortfall(config: pytest.Config) -> str | None:
    """By how much the coverage is too low, as a sentence; None where it is enough."""
    least = config.getoption("mockserver_coverage_fail_under")
    seen = config.stash.get(SEEN, None)
    percent = 0.0 if seen is None else seen["totals"]["all"]["percent"]
    if least is None or percent >= least:
        return None
    return f"FAILED: {percent} % of the contract was seen, less than {least:g} %"


def _percent(text: str) -> float:
    try:
        percent = float(text)
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= 100:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 100, found {text!r}")
    return percent

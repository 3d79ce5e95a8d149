"""The guard of the pytest plugin: fails tests whose requests break the contract, and shows their exchanges.

Modules other than pytest are imported inside functions: a suite that uses no fixture loads none of them.
"""

from collections.abc import Generator
from functools import partial
from typing import TYPE_CHECKING

import pytest

from mockserver.testing.run_settings import errors_as_failures, run_values

if TYPE_CHECKING:
    from mockserver.testing.guarded_run import Guard
    from mockserver.testing.views import SideView

GUARD = pytest.StashKey["Guard"]()
RUNNING = pytest.StashKey[pytest.Item]()
REPORTED = pytest.StashKey[set[tuple[str, str]]]()  # the ids of the exchanges that a test's report shows
EXCHANGES = "mockserver exchanges"  # properties of a test, which JUnit XML has
VIOLATIONS = "mockserver violations"
MARKERS: "dict[SideView, str]" = {  # by the side that may break the contract
    "request": "mock_allow_violations",
    "answer": "mock_allow_off_contract",
    "provider": "mock_allow_off_contract",
}


def guard_of(config: pytest.Config) -> "Guard":
    """The guard of a run, which is made on first use."""
    if GUARD not in config.stash:
        from mockserver.testing.guarded_run import Guard
        from mockserver.testing.keyless import keyless_policy

        with errors_as_failures():
            config.stash[GUARD] = Guard(keyless_policy(run_values(config)))
        if RUNNING in config.stash:
            _begin(config.stash[GUARD], config.stash[RUNNING])
    return config.stash[GUARD]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Guard the test; fail it if it is marked with a scenario but does not use `mock_session`."""
    item.config.stash[RUNNING], item.stash[REPORTED] = item, set()
    earlier = EXCHANGES, VIOLATIONS  # of another run of the test
    item.user_properties[:] = [each for each in item.user_properties if each[0] not in earlier]
    if GUARD in item.config.stash:
        _begin(item.config.stash[GUARD], item)
    marked = any(marker.name == "mock_scenario" for marker in item.own_markers)
    if marked and "mock_session" not in _fixtures(item):
        pytest.fail(
            "@pytest.mark.mock_scenario needs the fixture mock_session, which is not used here",
            pytrace=False,
        )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Judge the test when its fixtures are closed, because they may send requests, too."""
    try:
        result = yield
    except BaseException:
        if verdict := _verdict(item):
            item.add_report_section("teardown", "mockserver", verdict)
        raise
    if verdict := _verdict(item):
        pytest.fail(verdict, pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the exchanges of a failed test to its report; a failure at teardown already has them."""
    report = yield
    if report.failed and report.when != "teardown" and GUARD in item.config.stash:
        from mockserver.testing.control_client import CallRefused, NoAnswer

        try:
            text = _exchanges_text(item, has_run=report.when == "call")
        except (CallRefused, NoAnswer) as error:
            text = str(error)
        if text:
            report.sections.append((EXCHANGES, text))
            item.user_properties.append((EXCHANGES, text))
    return report


def pytest_terminal_summary(terminalreporter: "pytest.TerminalReporter", config: pytest.Config) -> None:
    """Annotate the tests that the guard failed, under GitHub Actions."""
    from mockserver.testing.annotations import annotation, is_under_actions

    if not is_under_actions():
        return
    for report in (*terminalreporter.getreports("error"), *terminalreporter.getreports("failed")):
        path, line, name = report.location
        for _, text in (each for each in report.user_properties if each[0] == VIOLATIONS):
            title = f"mockserver: {name}"
            terminalreporter.write_line(annotation(config.rootpath / path, (line or 0) + 1, title, str(text)))


def _begin(guard: "Guard", item: pytest.Item) -> None:
    guard.begin(item.name, _fixtures(item), partial(_permitted, item))


def _fixtures(item: pytest.Item) -> tuple[str, ...]:
    """The names of the fixtures that a test uses."""
    return tuple(getattr(item, "fixturenames", ()))


def _permitted(item: pytest.Item) -> "list[SideView]":
    """The sides that may break the contract in a test."""
    return [side for side, marker in MARKERS.items() if item.get_closest_marker(marker) is not None]


def _verdict(item: pytest.Item) -> str | None:
    """Why the test fails, if the guard found something against it."""
    findings = item.config.stash[GUARD].end() if GUARD in item.config.stash else None
    if not findings:
        return None
    # the hook of another plugin may have failed before ours
    reported: set[tuple[str, str]] = item.stash.setdefault(REPORTED, set())
    from mockserver.testing.verdict import summary, verdict

    text = verdict(findings, reported, item.config.invocation_params.dir)
    item.user_properties += [(VIOLATIONS, "\n".join(summary(findings))), (EXCHANGES, text)]
    return text


def _exchanges_text(item: pytest.Item, *, has_run: bool) -> str:
    """The exchanges of a test; a session without any is shown if it has run. Raises CallRefused, NoAnswer."""
    from mockserver.testing.report import SHOWN, exchanges
    from mockserver.testing.verdict import exchange_id

    guard, base = item.config.stash[GUARD], item.config.invocation_params.dir
    texts = []
    for session, rows in guard.exchanges():
        if rows or has_run:
            texts.append(exchanges(rows, session.key, session.hint, base))
            item.stash[REPORTED].update(map(exchange_id, rows[-SHOWN:]))
    return "\n\n".join(texts)

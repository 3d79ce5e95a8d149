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
    from mockserver.testing.session import MockSession
    from mockserver.testing.views import SideView

GUARD = pytest.StashKey["Guard"]()
RUNNING = pytest.StashKey[pytest.Item]()
MARKERS: "dict[str, SideView]" = {  # the side that may break the contract
    "mock_allow_violations": "request",
    "mock_allow_off_contract": "answer",
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
    item.config.stash[RUNNING] = item
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
        item.add_report_section("teardown", "mockserver", _verdict(item) or "")
        raise
    if verdict := _verdict(item):
        pytest.fail(verdict, pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the session's exchanges to a failed test's report; a failure at teardown already has them."""
    report = yield
    if report.failed and report.when != "teardown" and GUARD in item.config.stash:
        for session in item.config.stash[GUARD].sessions():
            report.sections.append(("mockserver exchanges", _exchanges_text(session)))
    return report


def _begin(guard: "Guard", item: pytest.Item) -> None:
    guard.begin(item.name, _fixtures(item), partial(_permitted, item))


def _fixtures(item: pytest.Item) -> tuple[str, ...]:
    """The names of the fixtures that a test uses."""
    return tuple(getattr(item, "fixturenames", ()))


def _permitted(item: pytest.Item) -> "list[SideView]":
    """The sides that may break the contract in a test."""
    return [side for marker, side in MARKERS.items() if item.get_closest_marker(marker) is not None]


def _verdict(item: pytest.Item) -> str | None:
    """Why the test fails, if the guard found something against it."""
    findings = item.config.stash[GUARD].end() if GUARD in item.config.stash else None
    if not findings:
        return None
    from mockserver.testing.verdict import verdict

    return verdict(findings)


def _exchanges_text(session: "MockSession") -> str:
    from mockserver.testing.control_client import CallRefused, NoAnswer
    from mockserver.testing.report import exchanges

    try:
        return exchanges(session.requests(), session.key)
    except (CallRefused, NoAnswer) as error:
        return str(error)

"""The guard of the pytest plugin: fails tests whose requests break the contract, and shows their exchanges.

Modules other than pytest are imported inside functions: a suite that uses no fixture loads none of them.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from mockserver.testing.run_settings import errors_as_failures

if TYPE_CHECKING:
    from mockserver.testing.session import MockSession

SESSION = pytest.StashKey["MockSession"]()


def judge(item: pytest.Item, session: "MockSession") -> None:
    """Close the session of a test; fail the test if a request broke the contract, or if the mock failed."""
    from mockserver.testing import report

    try:
        with errors_as_failures():
            invalid, failed = session.invalid_exchanges(), session.failed_exchanges()
    finally:  # an evicted session has no exchanges to show, but its key is still known
        with errors_as_failures():
            session.close()
    if failed:
        pytest.fail(report.failed_mock(failed), pytrace=False)
    if invalid and item.get_closest_marker("mock_allow_violations") is None:
        pytest.fail(report.broken_contract(invalid), pytrace=False)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test that is marked with a scenario but does not use `mock_session`."""
    marked = any(marker.name == "mock_scenario" for marker in item.own_markers)
    if marked and "mock_session" not in getattr(item, "fixturenames", ()):
        pytest.fail(
            "@pytest.mark.mock_scenario needs the fixture mock_session, which is not used here",
            pytrace=False,
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the session's exchanges to a failed test's report; a failure at teardown already has them."""
    report = yield
    if report.failed and report.when != "teardown" and SESSION in item.stash:
        report.sections.append(("mockserver exchanges", _exchanges_text(item.stash[SESSION])))
    return report


def _exchanges_text(session: "MockSession") -> str:
    from mockserver.testing.control_client import CallRefused, NoAnswer
    from mockserver.testing.report import exchanges

    try:
        return exchanges(session.requests(), session.key)
    except (CallRefused, NoAnswer) as error:
        return str(error)

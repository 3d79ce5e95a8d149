"""The pytest plugin: a server, a session for each test, and reasons in the reports of those that fail.

A suite that asks for none of it pays for none of it: all but pytest is imported within.
"""

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from mockserver.testing.coverage_plugin import note_coverage

if TYPE_CHECKING:
    from mockserver.app import MockServer
    from mockserver.engine.backend import Backend
    from mockserver.settings import Settings
    from mockserver.testing.control import Control
    from mockserver.testing.session import MockSession
    from mockserver.testing.transport import Loop, MockTransport, SharedTransport

pytest_plugins = ["mockserver.testing.coverage_plugin"]
SESSION = pytest.StashKey["MockSession"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("mockserver_spec", "OpenAPI documents or Markdown pages; none: the bundled carts", "paths")
    parser.addini("mockserver_fixtures", "folder of world, requests and responses", "paths")
    parser.addini("mockserver_scenarios", "folder of scenario files", "paths")
    parser.addini("mockserver_url", "a server that runs already, in place of one of our own", "string", "")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "mock_scenario(name): the scenario that mock_session begins with")
    config.addinivalue_line("markers", "mock_allow_violations: requests of the test may break the contract")


@pytest.fixture(scope="session")
def mock_server(request: pytest.FixtureRequest) -> "Iterator[Control]":
    """A server for the whole run at `.url`: on a free port, or the one of `mockserver_url`."""
    from mockserver.testing.control import Control, over_http

    with _readable(), _address(request) as url:
        control = Control(url, over_http(url), os.environ.get("MOCKSERVER_CONTROL_TOKEN"))
        control.ask("GET", "/health")
        yield control
        note_coverage(request.config, control)


@pytest.fixture
def mock_session(request: pytest.FixtureRequest) -> "Iterator[MockSession]":
    """A session of the test's own at `.url`, for requests that send its `.headers`.

    The test fails at teardown where a request of the session broke the contract.
    """
    from mockserver.testing import report
    from mockserver.testing.session import MockSession, new_key

    no_socket = "mock_transport" in request.fixturenames and _running(request.config) is None
    control = "_mock_in_process" if no_socket else "mock_server"
    session = MockSession(request.getfixturevalue(control), new_key(request.node.name))
    request.node.stash[SESSION] = session
    marker = request.node.get_closest_marker("mock_scenario")
    with _readable():
        if marker is not None:
            session.scenario(_name_of(marker))
    yield session
    with _readable():
        strays = session.strays()
        session.close()
    del request.node.stash[SESSION]
    if strays and request.node.get_closest_marker("mock_allow_violations") is None:
        pytest.fail(report.strays(strays), pytrace=False)


@pytest.fixture
def mock_transport(
    request: pytest.FixtureRequest, mock_session: "MockSession"
) -> "MockTransport | SharedTransport":
    """The application without a socket, for `httpx.Client` and `httpx.AsyncClient`.

    Its requests are in the session of `mock_session`, whose `.url` serves as their `base_url`.
    Where a server runs already, they go there.
    """
    from mockserver.testing.transport import URL, MockTransport, SharedTransport

    if _running(request.config) is not None:
        return SharedTransport(mock_session.key)
    if mock_session.url != URL:
        pytest.fail(
            "name mock_transport among the arguments of the test, or of a fixture of it", pytrace=False
        )
    application, loop = map(request.getfixturevalue, ("_mock_application", "_mock_loop"))
    return MockTransport(application, loop, mock_session.key)


@pytest.fixture(scope="session")
def _mock_settings(pytestconfig: pytest.Config) -> "Settings":
    from mockserver.settings import Settings

    fixtures, scenarios = (_folder(pytestconfig, f"mockserver_{name}") for name in ("fixtures", "scenarios"))
    return Settings(tuple(pytestconfig.getini("mockserver_spec")), fixtures, scenarios)


@pytest.fixture(scope="session")
def _mock_backend(_mock_settings: "Settings") -> "Backend":
    from mockserver.loading import load_backend

    with _readable():
        return load_backend(_mock_settings)


@pytest.fixture(scope="session")
def _mock_loop() -> "Iterator[Loop]":
    from mockserver.testing.transport import running_loop

    with running_loop() as loop:
        yield loop


@pytest.fixture
def _mock_application(_mock_backend: "Backend", _mock_settings: "Settings") -> "MockServer":
    """An application of the test's own, since what waits within one belongs to one event loop."""
    from mockserver.app import MockServer
    from mockserver.runtime import Log, wire

    return MockServer(wire(_mock_backend, _mock_settings), Log())


@pytest.fixture
def _mock_in_process(
    pytestconfig: pytest.Config, _mock_application: "MockServer", _mock_loop: "Loop"
) -> "Iterator[Control]":
    from mockserver.testing.transport import control_of

    control = control_of(_mock_application, _mock_loop)
    yield control
    note_coverage(pytestconfig, control)


@contextmanager
def _address(request: pytest.FixtureRequest) -> Iterator[str]:
    """The base URL of the server that runs already, else of one of our own."""
    url = _running(request.config)
    if url is not None:
        yield url
        return
    from mockserver.app import MockServer
    from mockserver.runtime import Log, wire
    from mockserver.testing.server import served

    backend, settings = map(request.getfixturevalue, ("_mock_backend", "_mock_settings"))
    with served(MockServer(wire(backend, settings), Log())) as own:
        yield own


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse a scenario that nothing of the test would see."""
    marked = any(marker.name == "mock_scenario" for marker in item.own_markers)
    if marked and "mock_session" not in getattr(item, "fixturenames", ()):
        pytest.fail(
            "@pytest.mark.mock_scenario needs mock_session, which this test does not use", pytrace=False
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test's report gets the session's exchanges; a failure at teardown brings its own."""
    report = yield
    if report.failed and report.when != "teardown" and SESSION in item.stash:
        report.sections.append(("mockserver exchanges", _shown(item.stash[SESSION])))
    return report


def _shown(session: "MockSession") -> str:
    from mockserver.testing.control import NoAnswer
    from mockserver.testing.report import exchanges

    try:
        return exchanges(session.requests(), session.key)
    except NoAnswer as error:
        return str(error)


@contextmanager
def _readable() -> Iterator[None]:
    """What is wrong with files, address or names fails the test with a sentence, and no traceback."""
    from mockserver.data.source import CannotRead, InvalidFiles
    from mockserver.testing.control import NoAnswer, Refused

    try:
        yield
    except (CannotRead, InvalidFiles, NoAnswer, Refused) as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def _running(config: pytest.Config) -> str | None:
    """The server that runs already, where one is named; `mockserver mutate` names its own."""
    url = os.environ.get("MOCKSERVER_URL") or str(config.getini("mockserver_url"))
    return url.rstrip("/") or None


def _folder(config: pytest.Config, name: str) -> Any:
    """The one folder of an ini option, None where there is none."""
    given = config.getini(name)
    if len(given) > 1:
        pytest.fail(f"{name} is one folder, found {' and '.join(map(str, given))}", pytrace=False)
    return given[0] if given else None


def _name_of(marker: pytest.Mark) -> str:
    match marker.args:
        case (str(name),) if not marker.kwargs:
            return name
    pytest.fail('write @pytest.mark.mock_scenario("NAME")', pytrace=False)

"""The pytest plugin: fixtures for a mock server and for a session of it in each test, and failure reports.

Modules other than pytest are imported inside functions: a suite that uses no fixture loads none of them.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from mockserver.testing.coverage_plugin import add_coverage

if TYPE_CHECKING:
    from mockserver.app import MockServer
    from mockserver.engine.backend import Backend
    from mockserver.settings import Settings
    from mockserver.settings.resolution import Values
    from mockserver.testing.control_client import ControlClient
    from mockserver.testing.session import MockSession
    from mockserver.testing.transport import LoopThread, MockTransport, SocketTransport

pytest_plugins = ["mockserver.testing.coverage_plugin"]
SESSION = pytest.StashKey["MockSession"]()
VALUES = pytest.StashKey["Values"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    from mockserver.settings.table import PYTEST, settings_of

    for setting in settings_of(PYTEST):
        parser.addini(setting.ini, setting.help, setting.ini_type, default=None)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "mock_scenario(name): scenario that mock_session starts with")
    config.addinivalue_line("markers", "mock_allow_violations: requests of the test may break the contract")


@pytest.fixture(scope="session")
def mock_server(request: pytest.FixtureRequest) -> "Iterator[ControlClient]":
    """The mock server of the whole run, at `.url`: on a free port, or the one that `mockserver_url` names."""
    from mockserver.testing.control_client import connect

    with _errors_as_failures(), _server_url(request) as url:
        settings = _values(request.config).settings()
        client = connect(url, settings.control_prefix, settings.control_token)
        yield client
        add_coverage(request.config, client)


@pytest.fixture
def mock_session(request: pytest.FixtureRequest) -> "Iterator[MockSession]":
    """A session that belongs to this test: send its `.headers` with each request to its `.url`.

    The test fails at teardown if a request of the session broke the contract, or if the mock failed with an
    exception.
    """
    from mockserver.testing import report
    from mockserver.testing.session import MockSession, new_key

    in_process = "mock_transport" in request.fixturenames and _running_url(request.config) is None
    client = request.getfixturevalue("_mock_in_process_client" if in_process else "mock_server")
    session = MockSession(client, new_key(request.node.name))
    request.node.stash[SESSION] = session
    marker = request.node.get_closest_marker("mock_scenario")
    with _errors_as_failures():
        if marker is not None:
            session.scenario(_scenario_name(marker))
    yield session
    try:
        with _errors_as_failures():
            invalid, failed = session.invalid_exchanges(), session.failed_exchanges()
    finally:  # an evicted session has no exchanges to show, but its key is still known
        with _errors_as_failures():
            session.close()
        del request.node.stash[SESSION]
    if failed:
        pytest.fail(report.failed_mock(failed), pytrace=False)
    if invalid and request.node.get_closest_marker("mock_allow_violations") is None:
        pytest.fail(report.broken_contract(invalid), pytrace=False)


@pytest.fixture
def mock_transport(
    request: pytest.FixtureRequest, mock_session: "MockSession"
) -> "MockTransport | SocketTransport":
    """A transport for `httpx.Client` and `httpx.AsyncClient` that calls the mock without a socket.

    Its requests belong to `mock_session`; use that session's `.url` as `base_url`.
    With `mockserver_url` they go over a socket to the running server.
    """
    from mockserver.testing.transport import URL, MockTransport, SocketTransport

    if _running_url(request.config) is not None:
        return SocketTransport(mock_session.key)
    if mock_session.url != URL:
        pytest.fail(
            "mock_transport must be an argument of the test, or of a fixture that it names", pytrace=False
        )
    application, loop = map(request.getfixturevalue, ("_mock_application", "_mock_loop"))
    return MockTransport(application, loop, mock_session.key)


@pytest.fixture(scope="session")
def _mock_settings(pytestconfig: pytest.Config) -> "Settings":
    return _values(pytestconfig).settings()


@pytest.fixture(scope="session")
def _mock_backend(_mock_settings: "Settings") -> "Backend":
    from mockserver.loading import load_backend

    with _errors_as_failures():
        return load_backend(_mock_settings)


@pytest.fixture(scope="session")
def _mock_loop() -> "Iterator[LoopThread]":
    from mockserver.testing.transport import loop_thread

    with loop_thread() as loop:
        yield loop


@pytest.fixture
def _mock_application(_mock_backend: "Backend", _mock_settings: "Settings") -> "MockServer":
    """An application for one test, because an application belongs to one event loop."""
    from mockserver.app import MockServer
    from mockserver.runtime import Log, wire

    with _errors_as_failures():
        return MockServer(wire(_mock_backend, _mock_settings), Log())


@pytest.fixture
def _mock_in_process_client(
    pytestconfig: pytest.Config, _mock_application: "MockServer", _mock_loop: "LoopThread"
) -> "Iterator[ControlClient]":
    from mockserver.testing.transport import in_process_client

    client = in_process_client(_mock_application, _mock_loop)
    yield client
    add_coverage(pytestconfig, client)


@contextmanager
def _server_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The base URL of the running server that the settings name; otherwise of one that is started here."""
    url = _running_url(request.config)
    if url is not None:
        yield url
        return
    from mockserver.app import MockServer
    from mockserver.runtime import Log, wire
    from mockserver.testing.thread_server import serve_in_thread

    backend, settings = map(request.getfixturevalue, ("_mock_backend", "_mock_settings"))
    with serve_in_thread(MockServer(wire(backend, settings), Log())) as started:
        yield started


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


@contextmanager
def _errors_as_failures() -> Iterator[None]:
    """Fail the test with one sentence and no traceback for errors in files, in the URL or in names."""
    from mockserver.data.quoting import printable_lines
    from mockserver.data.source import CannotRead, InvalidFiles
    from mockserver.scenarios.choice import UnknownChoice
    from mockserver.settings.resolution import InvalidSettings
    from mockserver.testing.control_client import CallRefused, NoAnswer

    try:
        yield
    except (CannotRead, InvalidFiles, InvalidSettings, UnknownChoice, CallRefused, NoAnswer) as error:
        raise pytest.fail.Exception(printable_lines(str(error)), pytrace=False) from None


def _running_url(config: pytest.Config) -> str | None:
    """The base URL of the running server that the settings name; `mockserver mutate` names its own."""
    url = str(_values(config).parameters["url"])
    return url.rstrip("/") or None


def _values(config: pytest.Config) -> "Values":
    """The settings of the run; fails the test if one is not valid."""
    if VALUES not in config.stash:
        from mockserver.settings.ini_file import Ini
        from mockserver.settings.resolution import InvalidSettings, plugin_settings

        def getini(name: str) -> object:
            try:
                return config.getini(name)
            except (pytest.UsageError, TypeError) as error:  # a value of another type in [tool.pytest]
                raise InvalidSettings([str(error)]) from None

        overridden = [each.partition("=")[0] for each in config.getoption("override_ini") or ()]
        ini = Ini(getini, config.inipath, frozenset(overridden))
        try:
            config.stash[VALUES] = plugin_settings(ini, config.rootpath)
        except InvalidSettings as error:
            raise pytest.fail.Exception(str(error), pytrace=False) from None
    return config.stash[VALUES]


def _scenario_name(marker: pytest.Mark) -> str:
    match marker.args:
        case (str(name),) if not marker.kwargs:
            return name
    pytest.fail('write @pytest.mark.mock_scenario("NAME")', pytrace=False)

"""The pytest plugin: fixtures for a mock server and for a session of it in each test, and failure reports.

Modules other than pytest are imported inside functions: a suite that uses no fixture loads none of them.
"""

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from mockserver.testing.coverage_plugin import add_coverage

if TYPE_CHECKING:
    from mockserver.app import MockServer
    from mockserver.engine.backend import Backend
    from mockserver.settings import Settings
    from mockserver.testing.control_client import ControlClient
    from mockserver.testing.session import MockSession
    from mockserver.testing.transport import LoopThread, MockTransport, SocketTransport

pytest_plugins = ["mockserver.testing.coverage_plugin"]
SESSION = pytest.StashKey["MockSession"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "mockserver_spec", "OpenAPI documents or Markdown pages (default: the bundled carts)", "paths"
    )
    parser.addini("mockserver_fixtures", "folder of world.yaml, requests and responses", "paths")
    parser.addini("mockserver_scenarios", "folder of scenario files", "paths")
    parser.addini("mockserver_url", "base URL of a running server (default: start one)", "string", "")
    parser.addini(
        "mockserver_control_prefix", "path prefix of the control API (default: /__mock)", "string", ""
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "mock_scenario(name): scenario that mock_session starts with")
    config.addinivalue_line("markers", "mock_allow_violations: requests of the test may break the contract")


@pytest.fixture(scope="session")
def mock_server(request: pytest.FixtureRequest) -> "Iterator[ControlClient]":
    """The mock server of the whole run, at `.url`: on a free port, or the one that `mockserver_url` names."""
    from mockserver.testing.control_client import ControlClient, http_transport

    with _errors_as_failures(), _server_url(request) as url:
        token = os.environ.get("MOCKSERVER_CONTROL_TOKEN")
        client = ControlClient(url, http_transport(url), _control_prefix(request.config), token)
        client.ask("GET", "/health")
        yield client
        add_coverage(request.config, client)


@pytest.fixture
def mock_session(request: pytest.FixtureRequest) -> "Iterator[MockSession]":
    """A session that belongs to this test: send its `.headers` with each request to its `.url`.

    The test fails at teardown if a request of the session broke the contract.
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
    with _errors_as_failures():
        invalid = session.invalid_exchanges()
        session.close()
    del request.node.stash[SESSION]
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
    from mockserver.settings import Settings

    fixtures, scenarios = (_folder(pytestconfig, f"mockserver_{name}") for name in ("fixtures", "scenarios"))
    specs = tuple(pytestconfig.getini("mockserver_spec"))
    return Settings(specs, fixtures, scenarios, control_prefix=_control_prefix(pytestconfig))


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
    from mockserver.testing.control_client import NoAnswer
    from mockserver.testing.report import exchanges

    try:
        return exchanges(session.requests(), session.key)
    except NoAnswer as error:
        return str(error)


@contextmanager
def _errors_as_failures() -> Iterator[None]:
    """Fail the test with one sentence and no traceback for errors in files, in the URL or in names."""
    from mockserver.data.source import CannotRead, InvalidFiles
    from mockserver.testing.control_client import CallRefused, NoAnswer

    try:
        yield
    except (CannotRead, InvalidFiles, CallRefused, NoAnswer) as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def _running_url(config: pytest.Config) -> str | None:
    """The base URL of the running server that the settings name; `mockserver mutate` names its own."""
    url = os.environ.get("MOCKSERVER_URL") or str(config.getini("mockserver_url"))
    return url.rstrip("/") or None


def _control_prefix(config: pytest.Config) -> str:
    """The path prefix of the control API, of a running server and of one that is started here."""
    from mockserver.settings import CONTROL_PREFIX, is_control_prefix

    prefix = os.environ.get("MOCKSERVER_CONTROL_PREFIX") or str(config.getini("mockserver_control_prefix"))
    if prefix and not is_control_prefix(prefix):
        pytest.fail(
            f"mockserver_control_prefix: expected a path such as {CONTROL_PREFIX}, found {prefix!r}",
            pytrace=False,
        )
    return prefix or CONTROL_PREFIX


def _folder(config: pytest.Config, name: str) -> Any:
    """The folder that an ini option names, or None."""
    folders = config.getini(name)
    if len(folders) > 1:
        pytest.fail(f"{name}: expected one folder, found {' and '.join(map(str, folders))}", pytrace=False)
    return folders[0] if folders else None


def _scenario_name(marker: pytest.Mark) -> str:
    match marker.args:
        case (str(name),) if not marker.kwargs:
            return name
    pytest.fail('write @pytest.mark.mock_scenario("NAME")', pytrace=False)

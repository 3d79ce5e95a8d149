"""The fixtures of the pytest plugin.

Modules other than pytest are imported inside functions: a suite that uses no fixture loads none of them.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from mockserver.testing.coverage_plugin import add_coverage
from mockserver.testing.guard import guard_of
from mockserver.testing.run_settings import (
    errors_as_failures,
    make_models_importable,
    run_values,
    running_url,
)

if TYPE_CHECKING:
    from mockserver.app import MockServer
    from mockserver.engine.backend import Backend
    from mockserver.settings import Settings
    from mockserver.testing.control_client import ControlClient
    from mockserver.testing.in_process_server import InProcessServer
    from mockserver.testing.server_factory import ServerFactory
    from mockserver.testing.session import MockSession
    from mockserver.testing.session_factory import SessionFactory
    from mockserver.testing.transport import MockTransport


@pytest.fixture(scope="session")
def mock_server(request: pytest.FixtureRequest) -> "Iterator[ControlClient]":
    """The mock server of the whole run, at `.url`: on a free port, or the one that `mockserver_url` names."""
    from mockserver.testing.control_client import connect

    settings, guard = run_values(request.config).settings(), guard_of(request.config)
    with errors_as_failures(), ExitStack() as until_teardown:
        own = until_teardown.enter_context(_own_server(request))
        url = running_url(request.config) if own is None else own[0]
        client = connect(str(url), settings.control_prefix, settings.control_token)
        if own is not None or guard.keyless != "default":
            until_teardown.enter_context(guard.server(client, own[1].runtime if own is not None else None))
        yield client
        add_coverage(request.config, client)


@pytest.fixture
def mock_session(request: pytest.FixtureRequest) -> "Iterator[MockSession]":
    """A session that belongs to this test: send its `.headers` with each request to its `.url`.

    The test fails at teardown if a request of the session broke the contract, or an answer of the mock that
    was not meant to, or if the mock failed with an exception.
    """
    in_process = "mock_transport" in request.fixturenames and running_url(request.config) is None
    client = request.getfixturevalue("_mock_in_process_client" if in_process else "mock_server")
    guard = guard_of(request.config)
    session = guard.own_session(client)
    try:
        marker = request.node.get_closest_marker("mock_scenario")
        with errors_as_failures():
            if marker is not None:
                session.scenario(_scenario_name(marker))
        yield session
    finally:
        guard.close(session)


@pytest.fixture(scope="session")
def make_mock_session(
    mock_server: "ControlClient", pytestconfig: pytest.Config
) -> "Iterator[SessionFactory]":
    """`make_mock_session(name=None)` gives a session of `mock_server` for fixtures of wider scopes.

    It ends with the run. What breaks the contract in it fails the test that was running then.
    """
    from mockserver.testing.session_factory import SessionFactory

    with ExitStack() as until_end:
        yield SessionFactory(mock_server, guard_of(pytestconfig), until_end)


@pytest.fixture(scope="session")
def mock_server_factory(_mock_settings: "Settings", pytestconfig: pytest.Config) -> "Iterator[ServerFactory]":
    """`mock_server_factory(specs=[...], models=[...])` starts a further server, which ends with the run."""
    from mockserver.testing.server_factory import ServerFactory

    make_models_importable(pytestconfig)
    with ExitStack() as until_end:
        factory = ServerFactory(_mock_settings, pytestconfig.rootpath, guard_of(pytestconfig), until_end)
        yield factory
        for server in factory.servers:
            add_coverage(pytestconfig, server.client)


@pytest.fixture
def mock_transport(request: pytest.FixtureRequest, mock_session: "MockSession") -> "Iterator[MockTransport]":
    """A transport for `httpx.Client` and `httpx.AsyncClient` that calls the mock without a socket.

    Its requests belong to `mock_session`; use that session's `.url` as `base_url`.
    With `mockserver_url` they go over a socket to the running server.
    """
    from mockserver.testing.transport import URL, in_process_transport, socket_transport

    if running_url(request.config) is not None:
        transport = socket_transport(mock_session.key)
    elif mock_session.url == URL:
        transport = in_process_transport(request.getfixturevalue("_mock_in_process"), mock_session.key)
    else:
        pytest.fail(
            "mock_transport must be an argument of the test, or of a fixture that it names", pytrace=False
        )
    yield transport
    transport.close()


@pytest.fixture(scope="session")
def _mock_settings(pytestconfig: pytest.Config) -> "Settings":
    from mockserver.testing.keyless import keyless_policy, with_keyless_policy

    values = run_values(pytestconfig)
    with errors_as_failures():
        return with_keyless_policy(values.settings(), keyless_policy(values))


@pytest.fixture(scope="session")
def _mock_backend(_mock_settings: "Settings", pytestconfig: pytest.Config) -> "Backend":
    from mockserver.loading import load_backend

    make_models_importable(pytestconfig)
    with errors_as_failures():
        return load_backend(_mock_settings)


@pytest.fixture
def _mock_in_process(_mock_backend: "Backend", _mock_settings: "Settings") -> "Iterator[InProcessServer]":
    """A server without a socket for one test, whose thread ends with it."""
    from mockserver.app import MockServer
    from mockserver.runtime import Log, wire
    from mockserver.testing.in_process_server import serve_in_process

    with errors_as_failures():
        application = MockServer(wire(_mock_backend, _mock_settings), Log())
    with serve_in_process(application) as server:
        yield server


@pytest.fixture
def _mock_in_process_client(
    pytestconfig: pytest.Config, _mock_in_process: "InProcessServer"
) -> "Iterator[ControlClient]":
    from mockserver.testing.transport import in_process_client

    with in_process_client(_mock_in_process) as client:
        yield client
        add_coverage(pytestconfig, client)


@contextmanager
def _own_server(request: pytest.FixtureRequest) -> "Iterator[tuple[str, MockServer] | None]":
    """A server that is started here, and its base URL; None if the settings name a running one."""
    if running_url(request.config) is not None:
        yield None
        return
    from mockserver.app import MockServer
    from mockserver.runtime import Log, wire
    from mockserver.testing.thread_server import serve_in_thread

    backend, settings = map(request.getfixturevalue, ("_mock_backend", "_mock_settings"))
    app = MockServer(wire(backend, settings), Log())
    with serve_in_thread(app) as url:
        yield url, app


def _scenario_name(marker: pytest.Mark) -> str:
    match marker.args:
        case (str(name),) if not marker.kwargs:
            return name
    pytest.fail('write @pytest.mark.mock_scenario("NAME")', pytrace=False)

"""The ASGI application: the mocked API and the control API as one Starlette application."""

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from mockserver.asgi.http_rules import head_problem
from mockserver.asgi.io import send_answer
from mockserver.asgi.mocked_api import MockedApi, Proxy
from mockserver.control.guard import Guard, is_loopback
from mockserver.control.routes import control_routes, page_or_unknown_call
from mockserver.engine.session_path import SessionPaths
from mockserver.loading import load_backend
from mockserver.model import AnyModel
from mockserver.runtime import Log, Runtime, wire
from mockserver.settings import Settings
from mockserver.settings.control_token import check_control_token
from mockserver.settings.resolution import InvalidSettings

if TYPE_CHECKING:
    from mockserver.upstream.recorder import Recorder


class MockServer(Starlette):
    """The application; `generated_token` is the control token that was made where one is needed but not set.

    Starlette has the lifespan and the control API's routes; all other requests bypass its router.
    """

    def __init__(self, runtime: Runtime, log: Log) -> None:
        self.runtime = runtime
        settings = runtime.settings
        if settings.control_token is not None:
            check_control_token(settings.control_token)
        requires_token = not is_loopback(settings.host)
        generate = requires_token and settings.control_token is None
        self.generated_token = secrets.token_urlsafe(24) if generate else None
        guard = Guard(
            self.generated_token or settings.control_token,
            frozenset(host.lower() for host in settings.allow_hosts),
            frozenset(settings.allow_origins),
            requires_token,
        )
        self.session_paths = SessionPaths(settings.control_prefix)
        self._is_control_api_here = True
        super().__init__(routes=control_routes(runtime, guard), lifespan=_lifespan)
        self.router.default = page_or_unknown_call(runtime, guard)
        self.router.redirect_slashes = False
        self.mocked_api = MockedApi(
            runtime.run, self.session_paths.read, settings.body_limit, log.exchange, runtime.journal.flush
        )
        if settings.upstream is not None:
            self.mocked_api.proxy = _proxy(settings, settings.upstream, runtime, self.mocked_api)
        elif settings.record is not None:
            raise InvalidSettings(["--record: expected an --upstream, too; nothing else is recorded"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = head_problem(scope) if scope["type"] == "http" else None
        if problem is not None:
            await send_answer(send, problem.answer(), head=scope["method"] == "HEAD", close=True)
        elif scope["type"] == "http" and not self.is_control(scope["path"]):
            await self.mocked_api(scope, receive, send)
        else:
            await self.control_api(scope, receive, send)

    async def control_api(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application of the control API, which answers nothing else, and of the lifespan."""
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def is_control(self, path: str) -> bool:
        """Whether a path of the mocked API's port belongs to the control API."""
        return self._is_control_api_here and self.session_paths.is_control(path)

    def begin_serving(self) -> None:
        """A server starts to serve: answers are delayed, and events are streamed.

        An application can have one server after the other.
        """
        self.mocked_api.start_waiting()
        self.runtime.publisher.open()

    def end_serving(self) -> None:
        """The server is stopping: end all artificial delays and all streams of events."""
        self.mocked_api.stop_waiting()
        self.runtime.publisher.close()

    def move_control_api(self, port: int) -> None:
        """Leave the control API to another port, where `control_api` is served: every path here is mocked."""
        self._is_control_api_here = False
        self.runtime.pipeline.control_port = port


def _recorder(settings: Settings) -> "Recorder | None":
    """What records the exchanges with the real backend; raises CannotRead, InvalidSettings."""
    if settings.record is None:
        return None
    from mockserver.upstream.recorder import Recorder  # noqa: PLC0415 - few servers record

    try:
        return Recorder(settings.record)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InvalidSettings([f"--record: cannot write to {settings.record}: {reason}"]) from None


def _proxy(settings: Settings, url: str, runtime: Runtime, mocked_api: MockedApi) -> Proxy:
    """What passes requests on to the real backend; raises CannotRead, InvalidSettings."""
    try:
        from mockserver.upstream import proxy  # noqa: PLC0415 - httpx is an extra
    except ModuleNotFoundError as error:
        hint = "install it with: pip install 'mockserver[proxy]'"
        raise InvalidSettings([f"--upstream needs the package {error.name}; {hint}"]) from None
    recorder = _recorder(settings)
    try:
        return proxy.UpstreamProxy(settings, url, runtime, mocked_api, recorder)
    except OSError as error:  # ssl.SSLError is one, too
        reason = error.strerror or str(error)
        raise InvalidSettings([f"--upstream-ca: cannot read {settings.upstream_ca}: {reason}"]) from None


@asynccontextmanager
async def _lifespan(app: MockServer) -> AsyncIterator[None]:
    """Close the connections to the real backend at the end."""
    yield
    if app.mocked_api.proxy is not None:
        await app.mocked_api.proxy.close()


def create_app(
    settings: Settings | None = None,
    *,
    models: Sequence[AnyModel] | None = None,
    log: Log | None = None,
    before_read: Callable[[Path], None] = lambda path: None,
) -> MockServer:
    """The application for these settings (default: the bundled carts).

    `models` replace the cart model; `log` receives each exchange, and `before_read` each file and folder
    before it is read, even if it does not exist.
    Raises CannotRead or InvalidFiles for a file that cannot be used, UnknownChoice for an unknown scenario,
    InvalidSettings for a delay, a fault, an operation or an upstream that is not valid, and InvalidToken for
    a control token that is empty or that no header can carry.
    """
    settings = settings or Settings()
    backend = load_backend(settings, models, before_read)
    log = log or Log()
    return MockServer(wire(backend, settings, log), log)

"""The ASGI application: the mocked API and the control API as one Starlette application."""

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from mockserver.asgi.mocked_api import MockedApi
from mockserver.control.guard import Guard, is_loopback
from mockserver.control.routes import control_routes, unknown_call
from mockserver.loading import load_backend
from mockserver.model import AnyModel
from mockserver.runtime import Log, Runtime, wire
from mockserver.settings import Settings


class MockServer(Starlette):
    """The application; `generated_token` is the control token that was made where one is needed but not set.

    Starlette has the lifespan and the control API's routes; all other requests bypass its router.
    """

    def __init__(self, runtime: Runtime, log: Log) -> None:
        self.runtime = runtime
        settings = runtime.settings
        needs_token = not is_loopback(settings.host)
        generate = needs_token and not settings.control_token
        self.generated_token = secrets.token_urlsafe(24) if generate else None
        guard = Guard(
            (settings.control_token or self.generated_token) if needs_token else None,
            frozenset(host.lower() for host in settings.allow_hosts),
            frozenset(settings.allow_origins),
        )
        super().__init__(routes=control_routes(runtime, guard))
        self.router.default = unknown_call(runtime, guard)
        self.router.redirect_slashes = False
        self.mocked_api = MockedApi(runtime.run, settings.body_limit, log.exchange, runtime.journal.flush)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self.is_control(scope["path"]):
            await self.mocked_api(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def is_control(self, path: str) -> bool:
        """Whether a path belongs to the control API."""
        prefix = self.runtime.settings.control_prefix
        return path.startswith(prefix) and path[len(prefix) :][:1] in ("", "/")


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
    Raises CannotRead or InvalidFiles for a file that cannot be used, UnknownChoice for an unknown scenario.
    """
    settings = settings or Settings()
    backend = load_backend(settings, models, before_read)
    log = log or Log()
    return MockServer(wire(backend, settings, log), log)

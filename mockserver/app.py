"""The application: everything that was loaded, wired into one Starlette application."""

import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from mockserver.backend import Backend, load_backend
from mockserver.control.desk import Server
from mockserver.control.guard import Guard, is_loopback
from mockserver.control.routes import control_routes, unknown_call
from mockserver.data.source import Finding
from mockserver.edge import Edge
from mockserver.exchange import Exchange
from mockserver.journal import Journal
from mockserver.model import AnyModel
from mockserver.pipeline import Clock, Pipeline
from mockserver.reload import Reload
from mockserver.sessions import Sessions, Why
from mockserver.settings import Settings


class Log:
    """What is told as it happens; nobody listens unless a server's terminal does."""

    def exchange(self, exchange: Exchange) -> None:
        """An exchange has its answer."""

    def session_dropped(self, key: str, why: Why) -> None:
        """A session went, with all that it owned."""

    def reloaded(self, reload: Reload) -> None:
        """Files changed, and what they say now is served."""

    def reload_failed(self, findings: Sequence[Finding]) -> None:
        """Files changed, and what they said before is served on."""


class MockServer(Starlette):
    """Starlette keeps the lifespan and the control routes; all else goes to the pipeline, past its router."""

    def __init__(self, server: Server, log: Log) -> None:
        self.server = server
        settings = server.settings
        beyond = not is_loopback(settings.host)
        self.made_token = secrets.token_urlsafe(24) if beyond and settings.control_token is None else None
        guard = Guard(
            (settings.control_token or self.made_token) if beyond else None,
            frozenset(host.lower() for host in settings.allow_hosts),
            frozenset(settings.allow_origins),
        )
        super().__init__(routes=control_routes(server, guard))
        self.router.default = unknown_call(server, guard)
        self.router.redirect_slashes = False
        self.edge = Edge(server.pipeline, settings.body_limit, log.exchange, server.journal.settle)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self.is_control(scope["path"]):
            await self.edge(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def is_control(self, path: str) -> bool:
        """Whether a path is the control API's."""
        prefix = self.server.settings.control_prefix
        return path.startswith(prefix) and path[len(prefix) :][:1] in ("", "/")


def create_app(
    settings: Settings | None = None,
    *,
    models: Sequence[AnyModel] | None = None,
    log: Log | None = None,
    before_read: Callable[[Path], None] = lambda path: None,
) -> MockServer:
    """The application for these settings (default: the bundled carts).

    `models` answer in place of the cart model; `log` is told of each exchange, `before_read` of each file and
    folder that is looked for.
    Raises CannotRead or Faulty where a file is not as it should be, UnknownChoice for a scenario that is not.
    """
    settings = settings or Settings()
    backend = load_backend(settings, models, before_read)
    log = log or Log()
    return MockServer(wire(backend, settings, log.session_dropped), log)


def wire(
    backend: Backend,
    settings: Settings,
    session_dropped: Callable[[str, Why], None] = lambda key, why: None,
    clock: Clock = time.time,
) -> Server:
    """Sessions, journal and pipeline over a backend."""
    states = backend.birth(settings.scenario)
    journal = Journal(settings.journal_size)
    dropped: dict[Why, int] = {"crowded out": 0, "idle": 0, "deleted": 0}

    def drop(key: str, why: Why) -> None:
        dropped[why] += 1
        journal.retire(key)
        session_dropped(key, why)

    sessions = Sessions(lambda: dict(states), clock, settings.max_sessions, settings.session_ttl, drop)
    pipeline = Pipeline(backend, settings, sessions, journal, clock)
    return Server(settings, sessions, journal, pipeline, dropped)

"""The application: everything that was loaded, wired into one Starlette application."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from mockserver.backend import Backend, load_backend
from mockserver.choice import UnknownChoice
from mockserver.edge import Edge
from mockserver.exchange import Exchange
from mockserver.model import AnyModel
from mockserver.pipeline import Pipeline
from mockserver.scenarios import Given
from mockserver.sessions import Sessions
from mockserver.settings import Settings


class MockServer(Starlette):
    """Starlette keeps the lifespan and the control routes; all else goes to the pipeline, past its router."""

    def __init__(self, backend: Backend, settings: Settings, log: Callable[[Exchange], None]) -> None:
        super().__init__(lifespan=_lifespan)
        self.backend = backend
        self.settings = settings
        self.edge = Edge(pipeline_of(backend, settings), settings, log)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.edge(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    settings: Settings | None = None,
    *,
    models: Sequence[AnyModel] | None = None,
    log: Callable[[Exchange], None] = lambda exchange: None,
) -> MockServer:
    """The application for these settings (default: the bundled carts).

    `models` answer in place of the cart model; `log` is told of each exchange.
    Raises CannotRead or Faulty where a file is not as it should be, UnknownChoice for a scenario that is not.
    """
    settings = settings or Settings()
    backend = load_backend(settings, models)
    if settings.scenario is not None and settings.scenario not in backend.scenarios:
        raise UnknownChoice("scenario", settings.scenario, tuple(backend.scenarios))
    return MockServer(backend, settings, log)


def pipeline_of(backend: Backend, settings: Settings) -> Pipeline:
    """A pipeline with sessions of its own."""
    models = {model.name: model for model in backend.models.values()}
    states = {name: model.initial for name, model in models.items()}
    chosen = backend.scenarios.get(settings.scenario or "")
    if chosen is not None and isinstance(chosen.act, Given):
        model = backend.models[chosen.operation.id]
        states[model.name] = model.lay(model.initial, chosen.act.changes)
    return Pipeline(backend, settings, Sessions(lambda: dict(states)))


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    yield

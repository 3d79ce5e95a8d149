"""Further mock servers of a test run, for suites whose clients call several APIs."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

from msgspec.structs import replace

from mockserver.app import MockServer
from mockserver.loading import load_backend
from mockserver.models.imported import loaded_models
from mockserver.runtime import Log, wire
from mockserver.settings import Settings
from mockserver.testing.control_client import ControlClient, connect
from mockserver.testing.guarded_run import Guard
from mockserver.testing.run_settings import errors_as_failures
from mockserver.testing.session_factory import SessionFactory
from mockserver.testing.thread_server import serve_in_thread

__tracebackhide__ = True  # pytest shows the test's own line where a call fails
PathName: TypeAlias = str | Path


class RunningServer:
    """A mock server that the plugin started for a suite.

    `session(name=None)` gives a new session of it.
    """

    def __init__(self, client: ControlClient, session: SessionFactory) -> None:
        self.client = client
        self.session = session

    @property
    def url(self) -> str:
        """The base URL of the mocked API."""
        return self.client.url


class ServerFactory:
    """Starts servers, which stop at the end of the block of `until_end`.

    `settings` are those of the run. Relative paths are relative to the folder `root`.
    """

    def __init__(self, settings: Settings, root: Path, guard: Guard, until_end: ExitStack) -> None:
        self._settings = settings
        self._root = root
        self._guard = guard
        self._until_end = until_end
        self.servers: list[RunningServer] = []

    def __call__(
        self,
        *,
        specs: PathName | Sequence[PathName] | None = None,
        models: str | Sequence[object] | None = None,
        stateful: bool | None = None,
        fixtures: PathName | None = None,
        scenarios: PathName | None = None,
        stubs: PathName | Sequence[PathName] | None = None,
        no_auth: bool | None = None,
        seed: int | None = None,
        strict_parameters: bool | None = None,
    ) -> RunningServer:
        """Start a server. What is None is as in the settings of the run.

        With `specs`, the settings of the run that are about its contract do not hold: documents, fixtures,
        scenarios, stubs, models and resources. `models` are models, callables that make one, or names such as
        `MODULE:NAME`. The test fails with a sentence for what is not valid.
        """
        changes = {
            "specs": self._paths(specs),
            "stateful": stateful,
            "fixtures": self._path(fixtures),
            "scenarios": self._path(scenarios),
            "stubs": self._paths(stubs),
            "auth": None if no_auth is None else not no_auth,
            "seed": seed,
            "strict_parameters": strict_parameters,
        }
        base = self._settings if specs is None else _without_contract(self._settings)
        settings = replace(base, **{name: value for name, value in changes.items() if value is not None})
        own = [models] if isinstance(models, str) else models
        with errors_as_failures():
            backend = load_backend(settings, None if own is None else loaded_models(own))
            return self._started(MockServer(wire(backend, settings), Log()), settings)

    def _started(self, app: MockServer, settings: Settings) -> RunningServer:
        url = self._until_end.enter_context(serve_in_thread(app))
        client = connect(url, settings.control_prefix, settings.control_token)
        self._until_end.enter_context(self._guard.server(client, app.runtime))
        server = RunningServer(client, SessionFactory(client, self._guard, self._until_end))
        self.servers.append(server)
        return server

    def _path(self, path: PathName | None) -> Path | None:
        return None if path is None else self._root / path

    def _paths(self, paths: PathName | Sequence[PathName] | None) -> tuple[Path, ...] | None:
        if paths is None:
            return None
        return tuple(self._root / each for each in ([paths] if isinstance(paths, str | Path) else paths))


def _without_contract(settings: Settings) -> Settings:
    """The settings without those that are about one contract."""
    default = Settings()
    return replace(
        settings,
        specs=default.specs,
        fixtures=default.fixtures,
        scenarios=default.scenarios,
        stubs=default.stubs,
        models=default.models,
        model=default.model,
        stateful=default.stateful,
        scenario=default.scenario,
    )

"""What a running mock consists of, and how its parts are wired."""

import time
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field

from mockserver.data.source import Finding
from mockserver.engine.backend import Backend
from mockserver.engine.exchange import Exchange
from mockserver.engine.pipeline import Clock, Pipeline
from mockserver.engine.sessions import DropReason, Sessions
from mockserver.journal.journal import Journal
from mockserver.settings import Settings


class Runtime(Struct):
    """A running mock: its settings, sessions, journal and pipeline."""

    settings: Settings
    sessions: Sessions
    journal: Journal
    pipeline: Pipeline
    dropped_sessions: Mapping[DropReason, int]  # how many were dropped, by the reason
    reload_findings: tuple[Finding, ...] = ()  # why the last reload failed; empty where it did not

    @property
    def backend(self) -> Backend:
        """The backend that answers now; a reload replaces it."""
        return self.pipeline.backend


def wire(
    backend: Backend,
    settings: Settings,
    session_dropped: Callable[[str, DropReason], None] = lambda key, reason: None,
    clock: Clock = time.time,
) -> Runtime:
    """The runtime for a backend; `session_dropped` gets the key of each dropped session and the reason."""
    states = backend.initial_states(settings.scenario)
    journal = Journal(settings.journal_size)
    dropped: dict[DropReason, int] = {"crowded out": 0, "idle": 0, "deleted": 0}

    def on_drop(key: str, reason: DropReason) -> None:
        dropped[reason] += 1
        journal.forget_session(key)
        session_dropped(key, reason)

    sessions = Sessions(lambda: dict(states), clock, settings.max_sessions, settings.session_ttl, on_drop)
    pipeline = Pipeline(backend, settings, sessions, journal.record, clock)
    return Runtime(settings, sessions, journal, pipeline, dropped)


class Reload(Struct):
    """A successful reload: the new backend, and the sessions that could not continue as they were."""

    backend: Backend
    restarted: dict[str, str] = field(default_factory=dict)  # by session: why its state is no longer valid
    lost_scenarios: dict[str, str] = field(default_factory=dict)  # by session: the chosen one that is gone
    outdated: int = 0  # how many sessions keep a state that differs from that of a new session


class Log:
    """Receives what happens in a server; this one ignores it, the command line's prints it."""

    def exchange(self, exchange: Exchange) -> None:
        """An exchange has its answer."""

    def session_dropped(self, key: str, reason: DropReason) -> None:
        """A session was dropped, with its state and its records."""

    def reloaded(self, reload: Reload) -> None:
        """Files changed, and the new backend serves."""

    def reload_failed(self, findings: Sequence[Finding]) -> None:
        """Files changed, but they are not valid; the old backend continues to serve."""

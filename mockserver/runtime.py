"""What a running mock consists of, and how it is wired."""

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
    dropped: Mapping[DropReason, int]  # how many sessions went, by why
    unread: tuple[Finding, ...] = ()  # why the last reload failed; none: it did not

    @property
    def backend(self) -> Backend:
        """What it answers from now."""
        return self.pipeline.backend


def wire(
    backend: Backend,
    settings: Settings,
    session_dropped: Callable[[str, DropReason], None] = lambda key, why: None,
    clock: Clock = time.time,
) -> Runtime:
    """Sessions, journal and pipeline over a backend."""
    states = backend.initial_states(settings.scenario)
    journal = Journal(settings.journal_size)
    dropped: dict[DropReason, int] = {"crowded out": 0, "idle": 0, "deleted": 0}

    def drop(key: str, why: DropReason) -> None:
        dropped[why] += 1
        journal.forget_session(key)
        session_dropped(key, why)

    sessions = Sessions(lambda: dict(states), clock, settings.max_sessions, settings.session_ttl, drop)
    pipeline = Pipeline(backend, settings, sessions, journal.record, clock)
    return Runtime(settings, sessions, journal, pipeline, dropped)


class Reload(Struct):
    """What is served now, and which sessions did not go on as they were."""

    backend: Backend
    anew: dict[str, str] = field(default_factory=dict)  # by key: why the state fits no more
    cleared: dict[str, str] = field(default_factory=dict)  # by key: the chosen scenario, which is gone
    behind: int = 0  # sessions that keep their state, though a new one would begin otherwise now


class Log:
    """What is told as it happens; nobody listens unless a server's terminal does."""

    def exchange(self, exchange: Exchange) -> None:
        """An exchange has its answer."""

    def session_dropped(self, key: str, why: DropReason) -> None:
        """A session went, with all that it owned."""

    def reloaded(self, reload: Reload) -> None:
        """Files changed, and what they say now is served."""

    def reload_failed(self, findings: Sequence[Finding]) -> None:
        """Files changed, and what they said before is served on."""

"""What a running mock consists of, and how its parts are wired."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field

from mockserver.data.source import Finding
from mockserver.engine.backend import Backend
from mockserver.engine.evictions import SessionBounds, SessionEvicted
from mockserver.engine.exchange import Exchange
from mockserver.engine.pipeline import Pipeline
from mockserver.engine.session import Session
from mockserver.engine.session_keys import DEFAULT, BadSessionKey
from mockserver.engine.sessions import DropReason, Sessions
from mockserver.http.message import Request
from mockserver.journal.change import Change
from mockserver.journal.journal import BUDGET, Journal
from mockserver.journal.memory_limit import PER_EXCHANGE, MemoryLimit
from mockserver.settings import Settings

Clock = Callable[[], float]  # seconds since the epoch
Timer = Callable[[], float]  # seconds on a monotonic clock


class Runtime(Struct):
    """A running mock: its settings, sessions, journal and pipeline."""

    settings: Settings
    sessions: Sessions
    journal: Journal
    memory: MemoryLimit
    pipeline: Pipeline
    clock: Clock
    timer: Timer
    dropped_sessions: Mapping[DropReason, int]  # how many were dropped, by the reason
    reload_findings: tuple[Finding, ...] = ()  # why the last reload failed; empty where it did not
    mutated_answers: Counter[str] = field(default_factory=Counter)  # by the name of the mutation

    @property
    def backend(self) -> Backend:
        """The backend that answers now; a reload replaces it."""
        return self.pipeline.backend

    def run(self, request: Request) -> Exchange:
        """The exchange for a request: run in the session that the request names, committed and recorded."""
        started, now = self.timer(), self.clock()
        facts = self.pipeline.facts(request.head)
        try:
            key = facts.session_key or DEFAULT
        except BadSessionKey:  # the pipeline refuses the request; the exchange is one of `default`
            key = DEFAULT
        try:
            session = self.sessions.open(key, now, started)
        except SessionEvicted as evicted:
            return self.pipeline.refuse(request, facts, self.sessions.new(key, now), now, evicted)
        exchange = self.pipeline.run(request, facts, session, now)
        exchange.duration += self.timer() - started
        if exchange.unrecorded:
            return exchange
        self.sessions.commit(exchange.session)
        self.journal.record(exchange)
        memory = self.memory
        memory.unweighed += PER_EXCHANGE + len(request.body)
        if memory.unweighed > memory.patience:
            memory.enforce(key)
        if exchange.mutation is not None:
            self.mutated_answers[exchange.mutation.name] += 1
        return exchange

    def change(self, key: str, call: str, body: bytes, change: Callable[[Session], Session]) -> Session:
        """Change a session by a control call, commit it and keep the call in the journal.

        `call` is the method and path of the call, `body` the JSON that it sent. Raises what `change` raises,
        in which case the session stays as it is, SessionEvicted and StateFull.
        """
        now = self.clock()
        session = self.sessions.open(key, now)
        changed = session.changed(change(session), now)
        self.memory.check(session, changed)
        self.sessions.commit(changed)
        self.journal.record_change(Change.of_call(key, session.exchanges, now, call, body))
        self.memory.note(key, len(body))
        return changed


def wire(
    backend: Backend,
    settings: Settings,
    session_dropped: Callable[[str, DropReason], None] = lambda key, reason: None,
    clock: Clock = time.time,
    timer: Timer = time.monotonic,
) -> Runtime:
    """The runtime for a backend; `session_dropped` gets the key of each dropped session and the reason."""
    journal = Journal(settings.journal_size, min(BUDGET, settings.memory_limit))
    pipeline = Pipeline(backend, settings)
    dropped: dict[DropReason, int] = {"crowded out": 0, "memory": 0, "idle": 0, "deleted": 0}

    def on_drop(key: str, reason: DropReason) -> None:
        dropped[reason] += 1
        journal.forget_session(key)
        memory.forget(key)
        session_dropped(key, reason)

    first = backend.first_session(settings.scenario)
    bounds = SessionBounds(settings.max_sessions, settings.memory_limit, settings.session_ttl)
    sessions = Sessions(first, clock(), bounds, on_drop, journal, timer)
    memory = MemoryLimit(settings, sessions, journal, lambda: pipeline.backend.distinct_models)
    return Runtime(settings, sessions, journal, memory, pipeline, clock, timer, dropped)


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

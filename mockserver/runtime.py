"""What a running mock consists of, and how its parts are wired."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct, field

from mockserver.data.source import Finding
from mockserver.engine.backend import Backend
from mockserver.engine.evictions import SessionBounds, SessionEvicted
from mockserver.engine.exchange import Exchange
from mockserver.engine.hold import Hold
from mockserver.engine.internal_error import InternalError, Origin, internal_error
from mockserver.engine.passing import Passing
from mockserver.engine.pipeline import Pipeline
from mockserver.engine.request_facts import RequestFacts
from mockserver.engine.session import Session
from mockserver.engine.session_keys import DEFAULT, BadSessionKey
from mockserver.engine.sessions import DropReason, Sessions
from mockserver.http.message import Answer, Request
from mockserver.journal.change import Change
from mockserver.journal.journal import BUDGET, Journal
from mockserver.journal.memory_limit import PER_EXCHANGE, MemoryLimit
from mockserver.journal.publisher import ALL_PARTS, Publisher, changed_parts
from mockserver.scenarios.outcome import ScenarioOutcome
from mockserver.settings import Settings

_logger = logging.getLogger("mockserver")

Clock = Callable[[], float]  # seconds since the epoch
KnownOutcomes = dict[str, Sequence[ScenarioOutcome]]  # by the name of the scenario
Timer = Callable[[], float]  # seconds on a monotonic clock


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

    def internal_error(self, error: InternalError) -> None:
        """An exception was raised that nothing expected; without a log of ours it goes to `logging`."""
        _logger.error("%s: internal error: %s\n%s", error.origin, error, error.traceback)

    def held_up(self, hold: Hold) -> None:
        """Something holds up the event loop for too long. This is called on another thread."""
        _logger.warning("%s\n%s", hold, hold.stack)


class Runtime(Struct):
    """A running mock: its settings, sessions, journal and pipeline."""

    settings: Settings
    sessions: Sessions
    journal: Journal
    memory: MemoryLimit
    pipeline: Pipeline
    passing: Passing
    clock: Clock
    timer: Timer
    log: Log
    dropped_sessions: Mapping[DropReason, int]  # how many were dropped, by the reason
    publisher: Publisher
    reload_findings: tuple[Finding, ...] = ()  # why the last reload failed; empty where it did not
    keyless_session: str = DEFAULT  # the key of the session that requests without a key belong to
    port: int | None = None  # of the mocked API; None if the server is not ours, or in process
    mutated_answers: Counter[str] = field(default_factory=Counter)  # by the name of the mutation
    _outcomes: tuple[Backend, KnownOutcomes] | None = None

    @property
    def backend(self) -> Backend:
        """The backend that answers now; a reload replaces it."""
        return self.pipeline.backend

    def known_outcomes(self) -> KnownOutcomes:
        """What the scenarios of the present backend answer, as far as it is known; callers add to it."""
        if self._outcomes is None or self._outcomes[0] is not self.backend:
            self._outcomes = self.backend, {}
        return self._outcomes[1]

    @property
    def control_port(self) -> int | None:
        """The port of the control API; None if it has none of its own."""
        return self.pipeline.control_port

    def run(self, request: Request, facts: RequestFacts | None = None) -> Exchange:
        """The exchange for a request: run in the session that the request names, committed and recorded.

        `facts` are those of the request's head, if they are known.
        """
        started, now = self.timer(), self.clock()
        facts = facts or self.pipeline.facts(request.head)
        session = None
        try:
            try:
                key = facts.session_key_of(request) or self.keyless_session
            except BadSessionKey:  # the pipeline refuses the request
                key = self.keyless_session
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
            if self.publisher.subscribers:
                self.publisher.publish_exchange(session, exchange.session)
        except Exception as error:  # ours, because the pipeline catches what a model raises
            return self._failed(error, request, facts, session or self.sessions.peek(DEFAULT))
        self._note_memory(exchange)
        return exchange

    def _note_memory(self, exchange: Exchange) -> None:
        """Keep the bound of memory from time to time, and count a mutated answer."""
        memory = self.memory
        memory.unweighed += PER_EXCHANGE + len(exchange.request.body)
        if memory.unweighed > memory.patience:
            self._bound_memory(lambda: memory.enforce(exchange.session.key))
        if exchange.mutation is not None:
            self.mutated_answers[exchange.mutation.name] += 1

    def begin_passed(self, request: Request) -> Exchange | None:
        """The first half of an exchange that is passed on to the real backend; None if the mock answers."""
        started, now, facts = self.timer(), self.clock(), self.pipeline.facts(request.head)
        try:
            session = self.sessions.open(facts.session_key_of(request) or self.keyless_session, now, started)
        except (BadSessionKey, SessionEvicted):  # which the mock refuses
            return None
        return self.passing.begin(request, facts, session, now)

    def end_passed(self, begun: Exchange, answer: Answer | None, seconds: float) -> Exchange:
        """The exchange with the answer of the real backend, `seconds` after its request; it is recorded.

        `answer` is None for a request that was refused.
        """
        now = self.clock()
        try:
            session = self.sessions.open(begun.session.key, now, self.timer())
        except SessionEvicted as evicted:  # while the real backend was asked
            return self._refuse_evicted(begun, now, evicted)
        exchange = self.passing.end(begun, session, answer)
        self.sessions.commit(exchange.session)
        self._record_passed(session, exchange, seconds)
        return exchange

    def start_passed(self, begun: Exchange, answer: Answer) -> Exchange:
        """The exchange with the head of an answer whose body is still to come; it is not recorded yet.

        It is `unrecorded`, with another answer, if its session has been evicted.
        """
        now = self.clock()
        try:
            session = self.sessions.open(begun.session.key, now, self.timer())
        except SessionEvicted as evicted:
            return self._refuse_evicted(begun, now, evicted)
        exchange = self.passing.start(begun, session, answer)
        self.sessions.commit(exchange.session)
        return exchange

    def _refuse_evicted(self, begun: Exchange, now: float, evicted: SessionEvicted) -> Exchange:
        session = self.sessions.new(begun.session.key, now)
        return self.pipeline.refuse(begun.request, begun.facts, session, now, evicted)

    def judge_passed(self, started: Exchange, answer: Answer | None, seconds: float) -> None:
        """Record the exchange that `start_passed` began, when its answer was sent; None: not to be judged."""
        self.passing.judge(started, answer)
        self._record_passed(started.session, started, seconds)

    def _record_passed(self, before: Session, exchange: Exchange, seconds: float) -> None:
        exchange.duration = seconds + exchange.delay
        self.journal.record(exchange)
        self.publisher.publish_exchange(before, exchange.session)
        self._note_memory(exchange)

    def _failed(self, error: Exception, request: Request, facts: RequestFacts, session: Session) -> Exchange:
        """The exchange of an exception outside the pipeline; the session stays as it was before."""
        now = self.clock()
        exchange = Exchange(request, session.for_exchange(now), facts, at=now)
        failed = self.pipeline.failed(error, exchange, session)
        with suppress(Exception):  # if this raised the exception, the log has it
            self.sessions.commit(failed.session)
            self.journal.record(failed)
            self.publisher.publish_exchange(session, failed.session)
        return failed

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
        self.journal.record_change(
            Change.of_call(key, session.exchanges, now, call, body, self.backend.secrets.names)
        )
        self._bound_memory(lambda: self.memory.note(key, len(body)))
        self.publisher.publish_change(key, changed_parts(session, changed))
        return changed

    def _bound_memory(self, bound: Callable[[], None]) -> None:
        """Keep the bound of memory. What a model raises while its states are weighed is only logged."""
        try:
            bound()
        except BaseException as error:  # whatever a model raises, SystemExit included
            self.memory.unweighed = 0
            origin, models = Origin("weighing the states"), self.backend.distinct_models.values()
            self.log.internal_error(internal_error(error, origin, models))


def wire(
    backend: Backend,
    settings: Settings,
    log: Log | None = None,
    clock: Clock = time.time,
    timer: Timer = time.monotonic,
) -> Runtime:
    """The runtime for a backend; `log` receives what happens (default: one that ignores most of it)."""
    log = log or Log()
    journal = Journal(settings.journal_size, min(BUDGET, settings.memory_limit), log.internal_error)
    pipeline = Pipeline(backend, settings, log.internal_error)
    dropped: dict[DropReason, int] = {"crowded out": 0, "memory": 0, "idle": 0, "deleted": 0}

    publisher = Publisher()

    def on_drop(key: str, reason: DropReason) -> None:
        dropped[reason] += 1
        publisher.publish_change(key, ALL_PARTS)
        journal.forget_session(key)
        memory.forget(key)
        log.session_dropped(key, reason)

    first = backend.first_session(settings)
    bounds = SessionBounds(settings.max_sessions, settings.memory_limit, settings.session_ttl)
    sessions = Sessions(first, clock(), bounds, on_drop, journal, timer)
    memory = MemoryLimit(settings, sessions, journal, lambda: pipeline.backend.distinct_models)
    passing = Passing(pipeline, settings)
    return Runtime(
        settings, sessions, journal, memory, pipeline, passing, clock, timer, log, dropped, publisher
    )

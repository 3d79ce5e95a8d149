"""The open sessions, by key: they are opened on first use, and evicted when they are too many or idle."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, Protocol

from msgspec.structs import replace

from mockserver.contract.parameters import Side
from mockserver.engine.eviction_order import EvictionOrder
from mockserver.engine.evictions import Eviction, EvictionReason, Evictions, SessionBounds, SessionEvicted
from mockserver.engine.session import Session
from mockserver.engine.session_keys import DEFAULT
from mockserver.http.problem import ProblemError

DropReason = EvictionReason | Literal["deleted"]


class UnknownSession(ProblemError):
    """No open session has this key."""

    kind = "unknown-session"

    def __init__(self, key: str) -> None:
        super().__init__(f"there is no session {key!r}")
        self.key = key


class SessionRecords(Protocol):
    """What is kept of each session besides its value, and is lost with it."""

    def count(self, session: str) -> int:
        """How many exchanges of the session are kept."""

    def violation_counts(self, session: str) -> Mapping[Side, int]:
        """How many violations the session's requests had, and its answers; empty if none had one."""

    def count_violations(self, session: str, counts: Mapping[Side, int]) -> None:
        """Add violations to those of the session, by their numbers alone."""


class NoRecords:
    """The records of sessions of which none are kept."""

    def count(self, session: str) -> int:
        return 0

    def violation_counts(self, session: str) -> Mapping[Side, int]:
        return {}

    def count_violations(self, session: str, counts: Mapping[Side, int]) -> None:
        """None are kept."""


class Sessions:
    """The open sessions, by key; an unknown key opens a new one, which begins with the content of `first`.

    One session too many evicts another one, in the order of `EvictionOrder`; with a TTL, so are those that
    were not used for so long. `default` is not. An evicted session that had something to lose is remembered:
    its key raises SessionEvicted until it is reset or deleted. `on_drop` gets the key of each session that is
    evicted or deleted, and the reason. `now` is in seconds since the epoch; `timer` measures idle times.
    """

    def __init__(
        self,
        first: Session,
        now: float,
        bounds: SessionBounds,
        on_drop: Callable[[str, DropReason], None] = lambda key, reason: None,
        records: SessionRecords | None = None,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.first = first  # a reload replaces it, and a mutation for all sessions
        self._limit = max(bounds.sessions, 2)
        self._ttl = bounds.ttl
        self._on_drop = on_drop
        self._records = NoRecords() if records is None else records
        self.timer = timer
        self._open: dict[str, Session] = {}
        self._order = EvictionOrder(lambda key: bool(self._records.violation_counts(key)))
        self._used_default = timer()
        self._evictions = Evictions(bounds)
        self.commit(self.new(DEFAULT, now))

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, key: str) -> bool:
        return key in self._open

    def __iter__(self) -> Iterator[Session]:
        """The sessions, `default` first, then the most recently used."""
        if DEFAULT in self._open:
            yield self._open[DEFAULT]
        for key in self._order:
            yield self._open[key]

    @property
    def evicted(self) -> int:
        """How many evicted keys are remembered."""
        return len(self._evictions)

    def open(self, key: str, now: float, used: float | None = None) -> Session:
        """The session with this key, created where there is none; it counts as used now.

        `used` is the present time of the timer, if that is known. Raises SessionEvicted.
        """
        if used is None:
            used = self.timer()
        if self._ttl is not None:
            self._evict_idle(used - self._ttl)
        session = self._open.get(key)
        if session is None:
            self._check(key)
            session = self._open[key] = self.new(key, now)
        if key == DEFAULT:
            self._used_default = used
            return session
        self._order.use(key, used)
        while len(self._open) > self._limit and self.evict_one("crowded out", key):
            pass
        return session

    def peek(self, key: str) -> Session:
        """The session with this key; this does not count as a use. Raises UnknownSession, SessionEvicted."""
        session = self._open.get(key)
        if session is None:
            self._check(key)
            raise UnknownSession(key)
        return session

    def new(self, key: str, now: float) -> Session:
        """A new session with this key, which is not open yet."""
        return replace(self.first, key=key, born=now, clock=now)

    def eviction(self, key: str) -> SessionEvicted | None:
        """Why the session with this key cannot be used any more; None if it was not evicted."""
        return self._evictions.find(key)

    def readmit(self, key: str, now: float) -> None:
        """Open a new session for an evicted key; other keys are ignored.

        The ids of exchanges continue, and the violations that the session had still count.
        """
        eviction = self._evictions.forget(key)
        if eviction is not None:
            self._open[key] = replace(self.new(key, now), exchanges=eviction.exchanges)
            self._records.count_violations(key, eviction.violations)
            self.open(key, now)

    def idle_time(self, key: str) -> float:
        """The seconds since the session with this key was used; raises UnknownSession, SessionEvicted."""
        return self.timer() - self.last_used(key)

    def last_used(self, key: str) -> float:
        """When the session was used last, in seconds of the timer; raises UnknownSession, SessionEvicted."""
        self.peek(key)
        return self._used_default if key == DEFAULT else self._order.last_used(key)

    def used_since(self, time: float) -> Iterator[Session]:
        """The sessions that were used since a time of the timer, and `default`."""
        if DEFAULT in self._open:
            yield self._open[DEFAULT]
        for key in self._order.used_since(time):
            yield self._open[key]

    def commit(self, session: Session) -> None:
        """Assign the next value of an open session."""
        self._open[session.key] = session

    def delete(self, key: str, now: float) -> None:
        """Drop the session, or replace it by a new one where it is `default`, and forget its eviction.

        Raises UnknownSession.
        """
        evicted = self._evictions.forget(key) is not None
        if key == DEFAULT:
            self.commit(self.new(DEFAULT, now))
        elif key in self._open:
            self._drop(key, "deleted")
        elif not evicted:
            raise UnknownSession(key)

    def evict_one(self, reason: EvictionReason, spare: str) -> bool:
        """Evict the session whose turn it is, but neither `default` nor `spare`; whether there was one."""
        key = self._order.next(self.timer(), spare)
        if key is None:
            return False
        self.evict(key, reason)
        return True

    def evict(self, key: str, reason: EvictionReason) -> None:
        """Evict a session, and remember its key if it had something to lose."""
        session = self._open[key]
        if self._has_something_to_lose(session):
            violations = self._records.violation_counts(key)
            self._evictions.add(key, Eviction(reason, session.exchanges, violations))
        self._drop(key, reason)

    def restart_all(self, mutation: str | None, now: float) -> None:
        """Delete every session; new ones begin with this mutation, or with none."""
        self.first = replace(self.first, mutation=mutation)
        self._evictions.clear()
        for key in {DEFAULT: None, **self._open}:
            self.delete(key, now)

    def _check(self, key: str) -> None:
        """Raise SessionEvicted if the session with this key was evicted."""
        evicted = self._evictions.find(key)
        if evicted is not None:
            raise evicted

    def _has_something_to_lose(self, session: Session) -> bool:
        """Whether a test could notice that the session was replaced by a new one."""
        first = self.first
        return bool(
            session.stubs != first.stubs
            or session.mutation != first.mutation
            or session.progress
            or any(state is not first.states.get(name) for name, state in session.states.items())
            or self._records.count(session.key)
            or self._records.violation_counts(session.key)
        )

    def _evict_idle(self, before: float) -> None:
        for key in self._order.unused_since(before):
            self.evict(key, "idle")

    def _drop(self, key: str, reason: DropReason) -> None:
        del self._open[key]
        if key != DEFAULT:
            self._order.remove(key)
        self._on_drop(key, reason)

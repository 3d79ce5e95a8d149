"""The open sessions, by key: they are opened on first use, and dropped when they are too many or idle."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Literal

from msgspec.structs import replace

from mockserver.engine.session import Session
from mockserver.engine.session_keys import DEFAULT
from mockserver.http.problem import ProblemError

DropReason = Literal["crowded out", "idle", "deleted"]


class UnknownSession(ProblemError):
    """No open session has this key."""

    kind = "unknown-session"

    def __init__(self, key: str) -> None:
        super().__init__(f"there is no session {key!r}")
        self.key = key


class Sessions:
    """The open sessions, by key; an unknown key opens a new one, which begins with the content of `first`.

    At most `limit` are open: the least recently used one is dropped first. With `ttl`, in seconds, those that
    were not used for so long are dropped, too. The session `default` is never dropped. `on_drop` gets the key
    of each dropped session and the reason. Times (`now`) are in seconds since the epoch.
    """

    def __init__(
        self,
        first: Session,
        now: float,
        limit: int,
        ttl: float | None = None,
        on_drop: Callable[[str, DropReason], None] = lambda key, reason: None,
    ) -> None:
        self.first = first  # a reload replaces it, and a mutation for all sessions
        self._limit = limit
        self._ttl = ttl
        self._on_drop = on_drop
        self._open: dict[str, Session] = {}
        self._used: OrderedDict[str, float] = OrderedDict()  # by key, the least recently used first
        self._used_default = now
        self.commit(self.new(DEFAULT, now))

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, key: str) -> bool:
        return key in self._open

    def __iter__(self) -> Iterator[Session]:
        """The sessions, `default` first, then the most recently used."""
        yield self._open[DEFAULT]
        for key in reversed(self._used):
            yield self._open[key]

    def open(self, key: str, now: float) -> Session:
        """The session with this key, created where there is none; it counts as used now."""
        if self._ttl is not None:
            self._drop_idle(now - self._ttl)
        if key == DEFAULT:
            self._used_default = now
            return self._open[DEFAULT]
        session = self._open.get(key)
        self._used[key] = now
        self._used.move_to_end(key)
        if session is None:
            session = self._open[key] = self.new(key, now)
            while len(self) > max(self._limit, 2):
                self._drop(next(iter(self._used)), "crowded out")
        return session

    def peek(self, key: str) -> Session:
        """The session with this key; this does not count as a use. Raises UnknownSession."""
        if key not in self._open:
            raise UnknownSession(key)
        return self._open[key]

    def new(self, key: str, now: float) -> Session:
        """A new session with this key, which is not open yet."""
        return replace(self.first, key=key, born=now, clock=now)

    def last_used(self, key: str) -> float:
        """When the session with this key was used last, in seconds since the epoch; raises UnknownSession."""
        self.peek(key)
        return self._used_default if key == DEFAULT else self._used[key]

    def commit(self, session: Session) -> None:
        """Assign the next value of an open session."""
        self._open[session.key] = session

    def delete(self, key: str, now: float) -> None:
        """Drop the session, or replace it by a new one where it is `default`; raises UnknownSession."""
        self.peek(key)
        if key == DEFAULT:
            self.commit(self.new(DEFAULT, now))
        else:
            self._drop(key, "deleted")

    def restart_all(self, mutation: str | None, now: float) -> None:
        """Delete every session; new ones begin with this mutation, or with none."""
        self.first = replace(self.first, mutation=mutation)
        for key in list(self._open):
            self.delete(key, now)

    def _drop_idle(self, before: float) -> None:
        while self._used and (oldest := next(iter(self._used.items())))[1] < before:
            self._drop(oldest[0], "idle")

    def _drop(self, key: str, reason: DropReason) -> None:
        del self._open[key], self._used[key]
        self._on_drop(key, reason)

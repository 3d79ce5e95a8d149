"""The keys of evicted sessions that had something to lose: they are refused, and not opened anew silently."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from mockserver.contract.parameters import Side
from mockserver.data.json import Json
from mockserver.http.problem import Problem, ProblemError
from mockserver.http.redaction import redact

REMEMBERED = 100_000  # evicted keys; one more forgets the oldest one
EvictionReason = Literal["crowded out", "memory", "idle"]


class SessionBounds(Struct, frozen=True):
    """The bounds on sessions: how many are open, the bytes that they take, and the seconds without a use."""

    sessions: int
    memory: int | None = None
    ttl: float | None = None


class SessionEvicted(ProblemError):
    """The session with this key was evicted, and something was lost with it."""

    def __init__(self, key: str, reason: EvictionReason, bounds: SessionBounds) -> None:
        flag, limit, sentence = _bound(reason, bounds)
        super().__init__(
            f"the session {key!r} was evicted with its state, choices and journal, because {sentence}"
            f" ({flag} {limit}); reset or delete the session to use its key again"
        )
        self.key = key
        self.reason = reason
        self.flag = flag
        self.limit = limit

    def problem(self) -> Problem:
        members: dict[str, Json] = {
            "session": redact(self.key),
            "bound": self.flag.removeprefix("--"),
            "flag": self.flag,
            "limit": self.limit,
        }
        return Problem("session-evicted", str(self), members)


def _bound(reason: EvictionReason, bounds: SessionBounds) -> tuple[str, float | None, str]:
    """The flag of a bound, its limit, and a sentence about what exceeded it."""
    if reason == "crowded out":
        return "--max-sessions", bounds.sessions, "too many sessions were open"
    if reason == "memory":
        return "--memory-limit", bounds.memory, "the sessions took too much memory"
    return "--session-ttl", bounds.ttl, "it was not used for too long"


class Eviction(Struct, frozen=True, gc=False):
    """Why a session was evicted, and how many exchanges and violations it had had."""

    reason: EvictionReason
    exchanges: int
    violations: Mapping[Side, int]


class Evictions:
    """The evicted keys, at most REMEMBERED of them."""

    def __init__(self, bounds: SessionBounds) -> None:
        self._bounds = bounds
        self._known: dict[str, Eviction] = {}  # by key, the oldest first

    def __len__(self) -> int:
        return len(self._known)

    def add(self, key: str, eviction: Eviction) -> None:
        """Remember an evicted key."""
        self._known[key] = eviction
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]

    def find(self, key: str) -> SessionEvicted | None:
        """The error for a request that names this key, None if the key was not evicted."""
        found = self._known.get(key)
        return None if found is None else SessionEvicted(key, found.reason, self._bounds)

    def forget(self, key: str) -> Eviction | None:
        """Forget an evicted key, and return what was known of it; None if it was not evicted."""
        return self._known.pop(key, None)

    def clear(self) -> None:
        """Forget all keys."""
        self._known.clear()

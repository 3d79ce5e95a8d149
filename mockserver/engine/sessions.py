"""A session is everything that one test owns; its key comes with each request."""

import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from typing import Literal
from urllib.parse import unquote

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.contract.mutations import Mutation
from mockserver.http.message import Head
from mockserver.http.problem import ProblemError

DEFAULT = "default"
_KEY = re.compile(r"[A-Za-z0-9._-]{1,128}")
_CARRIERS = ("x-mock-session", "baggage", "cookie")  # the headers that may hold one
Why = Literal["crowded out", "idle", "deleted"]


class BadKey(ProblemError):
    """A session key is not 1 to 128 letters, digits, `.`, `_` and `-`."""

    kind = "bad-session-key"

    def __init__(self, key: str, via: str) -> None:
        super().__init__(
            f"the session key in the {via} is not valid: expected 1 to 128 characters of A-Z a-z 0-9 . _ -"
        )
        self.key = key
        self.via = via


class NoKey(ProblemError):
    """The server runs with --strict-sessions, and the request has no session key."""

    kind = "no-session-key"

    def __init__(self) -> None:
        super().__init__("this server requires a session key in every request; send X-Mock-Session: KEY")


class UnknownSession(ProblemError):
    """No open session has this key."""

    kind = "unknown-session"

    def __init__(self, key: str) -> None:
        super().__init__(f"there is no session {key!r}")
        self.key = key


def session_key(head: Head) -> str | None:
    """The session key of a request's head: X-Mock-Session, baggage (W3C), query, cookie; raises BadKey."""
    if not head.query_string and head.named.keys().isdisjoint(_CARRIERS):
        return None
    for via, key in _keys(head):
        if key:
            return checked_key(key, via)
    return None


def checked_key(key: str, via: str) -> str:
    """The key, where it is one; raises BadKey."""
    if not _KEY.fullmatch(key):
        raise BadKey(key, via)
    return key


def _keys(head: Head) -> Iterator[tuple[str, str | None]]:
    yield "header X-Mock-Session", head.header("x-mock-session")
    yield "header baggage", _baggage(head)
    yield "query", head.control_query.get("__session")
    yield "cookie", head.cookies.get("mock_session")


def _baggage(head: Head) -> str | None:
    """The member `mock-session` of W3C baggage: `a=1, mock-session=KEY;property`."""
    for header in head.all("baggage"):
        for member in header.split(","):
            name, _, rest = member.partition("=")
            if name.strip() == "mock-session":
                return unquote(rest.partition(";")[0].strip())
    return None


class Session(Struct):
    """State, chosen scenario and its progress: a handful of references, since worlds share structure."""

    key: str
    states: dict[str, object]  # a model's name -> its state
    scenario: str | None = None
    progress: dict[tuple[str, str], int] = field(default_factory=dict)  # (scenario, subject) -> calls
    mutation: Mutation | None = None  # changes its answers, to see whether the client's tests notice
    draws: int = 0  # generated bodies so far; each has a seed of its own
    born: float = 0.0  # seconds since the epoch, as is `used`
    used: float = 0.0

    def count(self, scenario: str, subject: str) -> int:
        """The number of earlier calls of a story for one subject; this one is counted."""
        calls = self.progress.get((scenario, subject), 0)
        self.progress[scenario, subject] = calls + 1
        return calls

    def draw(self, seed: int) -> int:
        """The seed of the session's next generated body."""
        self.draws += 1
        return seed * 1_000_003 + self.draws

    def copy(self, key: str) -> "Session":
        """A session of that key which goes on from here, apart from this one."""
        return replace(self, key=key, states=dict(self.states), progress=dict(self.progress))


class Sessions:
    """The open sessions, by key; a new key is a new session.

    Bounded: the least recently used go first, and (with `ttl`, in seconds) those that nobody used for so
    long. `default` stays. `dropped` is told of each that goes, and why.
    """

    def __init__(
        self,
        birth: Callable[[], dict[str, object]],
        clock: Callable[[], float],
        most: int,
        ttl: float | None = None,
        dropped: Callable[[str, Why], None] = lambda key, why: None,
    ) -> None:
        self.birth = birth  # a reload puts another in its place
        self._clock = clock
        self._most = most
        self._ttl = ttl
        self._dropped = dropped
        self.mutation: Mutation | None = None  # what new sessions begin with
        self.mutated: Counter[str] = Counter()  # answers that each mutation changed, by its name
        self._open: OrderedDict[str, Session] = OrderedDict()  # the least recently used first
        self._default = self._born(DEFAULT)

    def __len__(self) -> int:
        return len(self._open) + 1

    def __contains__(self, key: str) -> bool:
        return key == DEFAULT or key in self._open

    def __iter__(self) -> Iterator[Session]:
        """The sessions, `default` first, then the most recently used."""
        yield self._default
        yield from reversed(self._open.values())

    def open(self, key: str) -> Session:
        """The session of a key, made where there is none; it counts as used now."""
        now = self._clock()
        if self._ttl is not None:
            self._drop_idle(now - self._ttl)
        if key == DEFAULT:
            session = self._default
        elif key in self._open:
            session = self._open[key]
            self._open.move_to_end(key)
        else:
            session = self._open[key] = self._born(key)
            while len(self) > max(self._most, 2):
                self._drop(next(iter(self._open)), "crowded out")
        session.used = now
        return session

    def peek(self, key: str) -> Session:
        """The session of a key as it is, not counted as a use; raises UnknownSession."""
        if key == DEFAULT:
            return self._default
        if key not in self._open:
            raise UnknownSession(key)
        return self._open[key]

    def reset(self, session: Session) -> None:
        """The session as a new one, in place."""
        fresh = self._born(session.key)
        session.states, session.scenario = fresh.states, fresh.scenario
        session.progress, session.draws = fresh.progress, fresh.draws
        session.mutation = fresh.mutation

    def fork(self, session: Session, source: Session) -> None:
        """The session goes on from where another one is."""
        copied = source.copy(session.key)
        session.states, session.scenario = copied.states, copied.scenario
        session.progress, session.draws = copied.progress, copied.draws
        session.mutation = copied.mutation

    def delete(self, key: str) -> None:
        """Forget a session; `default` begins anew. Raises UnknownSession."""
        session = self.peek(key)
        if session is self._default:
            self.reset(session)
        else:
            self._drop(key, "deleted")

    def restart_all(self, mutation: Mutation | None) -> None:
        """Forget every session; those to come begin with this mutation, or with none."""
        self.mutation = mutation
        for session in list(self):
            self.delete(session.key)

    def shadow(self, key: str) -> "Sessions":
        """Copies of `default` and one more session, to try something on; nothing of it comes back here."""
        shadow = Sessions(self.birth, self._clock, self._most)
        shadow._default = self._default.copy(DEFAULT)
        if key in self._open:
            shadow._open[key] = self._open[key].copy(key)
        return shadow

    def _born(self, key: str) -> Session:
        now = self._clock()
        return Session(key, self.birth(), mutation=self.mutation, born=now, used=now)

    def _drop_idle(self, before: float) -> None:
        while self._open and (oldest := next(iter(self._open.values()))).used < before:
            self._drop(oldest.key, "idle")

    def _drop(self, key: str, why: Why) -> None:
        del self._open[key]
        self._dropped(key, why)

"""Sessions: the state, the chosen scenario and its progress of one test, by the key in its requests."""

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
_KEY_HEADERS = ("x-mock-session", "baggage", "cookie")
DropReason = Literal["crowded out", "idle", "deleted"]


class BadSessionKey(ProblemError):
    """A session key is not 1 to 128 letters, digits, `.`, `_` and `-`."""

    kind = "bad-session-key"

    def __init__(self, key: str, via: str) -> None:
        super().__init__(
            f"the session key in the {via} is not valid: expected 1 to 128 characters of A-Z a-z 0-9 . _ -"
        )
        self.key = key
        self.via = via


class NoSessionKey(ProblemError):
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
    """The session key of a request's head, None where it has none; raises BadSessionKey.

    The first of X-Mock-Session, `baggage` (W3C Baggage, section 3), `__session` in the query, and the cookie
    `mock_session`.
    """
    if not head.query_string and head.named.keys().isdisjoint(_KEY_HEADERS):
        return None
    for via, key in _candidate_keys(head):
        if key:
            return checked_key(key, via)
    return None


def checked_key(key: str, via: str) -> str:
    """The key itself; raises BadSessionKey where it is not valid. `via` says where the key was found."""
    if not _KEY.fullmatch(key):
        raise BadSessionKey(key, via)
    return key


def _candidate_keys(head: Head) -> Iterator[tuple[str, str | None]]:
    """Where a key may be, and the key found there, in order of precedence."""
    yield "header X-Mock-Session", head.header("x-mock-session")
    yield "header baggage", _baggage(head)
    yield "query", head.control_query.get("__session")
    yield "cookie", head.cookies.get("mock_session")


def _baggage(head: Head) -> str | None:
    """The member `mock-session` of the header `baggage`: `a=1, mock-session=KEY;property`."""
    for header in head.all("baggage"):
        for member in header.split(","):
            name, _, rest = member.partition("=")
            if name.strip() == "mock-session":
                return unquote(rest.partition(";")[0].strip())
    return None


class Session(Struct):
    """What one test owns; it takes little memory, because states share structure."""

    key: str
    states: dict[str, object]  # a model's name -> its state
    scenario: str | None = None
    progress: dict[tuple[str, str], int] = field(default_factory=dict)  # (scenario, subject) -> calls so far
    mutation: Mutation | None = None  # changes the answers, to see whether the client's tests notice
    draws: int = 0  # how many seeds were drawn
    created: float = 0.0  # seconds since the epoch
    last_used: float = 0.0  # seconds since the epoch

    def count_call(self, scenario: str, subject: str) -> int:
        """Count a call of a story for one subject, and return how many came before it."""
        calls = self.progress.get((scenario, subject), 0)
        self.progress[scenario, subject] = calls + 1
        return calls

    def draw(self, seed: int) -> int:
        """The seed of the session's next generated body or random fault, from the server's seed."""
        self.draws += 1
        return seed * 1_000_003 + self.draws

    def copy(self, key: str) -> "Session":
        """A new session with this key that begins with the state and progress of this one."""
        return replace(self, key=key, states=dict(self.states), progress=dict(self.progress))


class Sessions:
    """The open sessions, by key; an unknown key opens a new session.

    At most `limit` are open: the least recently used one is dropped first. With `ttl`, in seconds, those that
    were not used for so long are dropped, too. The session `default` is never dropped. `on_drop` gets the key
    of each dropped session and the reason.
    """

    def __init__(
        self,
        initial_states: Callable[[], dict[str, object]],
        clock: Callable[[], float],
        limit: int,
        ttl: float | None = None,
        on_drop: Callable[[str, DropReason], None] = lambda key, reason: None,
    ) -> None:
        self.initial_states = initial_states  # a reload replaces it
        self._clock = clock
        self._limit = limit
        self._ttl = ttl
        self._on_drop = on_drop
        self.mutation: Mutation | None = None  # of new sessions
        self.mutated_answers: Counter[str] = Counter()  # how many answers each mutation changed, by its name
        self._open: OrderedDict[str, Session] = OrderedDict()  # the least recently used first
        self._default = self._new_session(DEFAULT)

    def __len__(self) -> int:
        return len(self._open) + 1

    def __contains__(self, key: str) -> bool:
        return key == DEFAULT or key in self._open

    def __iter__(self) -> Iterator[Session]:
        """The sessions, `default` first, then the most recently used."""
        yield self._default
        yield from reversed(self._open.values())

    def open(self, key: str) -> Session:
        """The session with this key, created where there is none; it counts as used now."""
        now = self._clock()
        if self._ttl is not None:
            self._drop_idle(now - self._ttl)
        if key == DEFAULT:
            session = self._default
        elif key in self._open:
            session = self._open[key]
            self._open.move_to_end(key)
        else:
            session = self._open[key] = self._new_session(key)
            while len(self) > max(self._limit, 2):
                self._drop(next(iter(self._open)), "crowded out")
        session.last_used = now
        return session

    def peek(self, key: str) -> Session:
        """The session with this key; this does not count as a use. Raises UnknownSession."""
        if key == DEFAULT:
            return self._default
        if key not in self._open:
            raise UnknownSession(key)
        return self._open[key]

    def reset(self, session: Session) -> None:
        """Make the session like a new one, in place."""
        fresh = self._new_session(session.key)
        session.states, session.scenario = fresh.states, fresh.scenario
        session.progress, session.draws = fresh.progress, fresh.draws
        session.mutation = fresh.mutation

    def fork(self, session: Session, source: Session) -> None:
        """Give the session the state and progress of another one, in place."""
        copied = source.copy(session.key)
        session.states, session.scenario = copied.states, copied.scenario
        session.progress, session.draws = copied.progress, copied.draws
        session.mutation = copied.mutation

    def delete(self, key: str) -> None:
        """Drop the session, or reset it where it is `default`; raises UnknownSession."""
        session = self.peek(key)
        if session is self._default:
            self.reset(session)
        else:
            self._drop(key, "deleted")

    def restart_all(self, mutation: Mutation | None) -> None:
        """Delete every session; new ones begin with this mutation, or with none."""
        self.mutation = mutation
        for session in list(self):
            self.delete(session.key)

    def trial_copy(self, key: str) -> "Sessions":
        """Copies of `default` and of the session with this key, on which a request can be tried."""
        copies = Sessions(self.initial_states, self._clock, self._limit)
        copies._default = self._default.copy(DEFAULT)
        if key in self._open:
            copies._open[key] = self._open[key].copy(key)
        return copies

    def _new_session(self, key: str) -> Session:
        now = self._clock()
        return Session(key, self.initial_states(), mutation=self.mutation, created=now, last_used=now)

    def _drop_idle(self, before: float) -> None:
        while self._open and (oldest := next(iter(self._open.values()))).last_used < before:
            self._drop(oldest.key, "idle")

    def _drop(self, key: str, reason: DropReason) -> None:
        del self._open[key]
        self._on_drop(key, reason)

"""A session is everything that one test owns; its key comes with each request."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from mockserver.message import Request

DEFAULT = "default"
_KEY = re.compile(r"[A-Za-z0-9._-]{1,128}")


class BadKey(ValueError):
    """A session key is 1 to 128 characters of letters, digits, `.`, `_` and `-`."""

    def __init__(self, key: str, via: str) -> None:
        super().__init__(f"the session key from the {via} is no key: 1 to 128 of A-Z a-z 0-9 . _ -")
        self.key = key
        self.via = via


class NoKey(ValueError):
    """The server was started with --strict-sessions, and the request names no session."""

    def __init__(self) -> None:
        super().__init__("this server wants a session key with every request; send X-Mock-Session: KEY")


def session_key(request: Request) -> str | None:
    """The request's session key: X-Mock-Session, baggage (W3C), query, cookie; raises BadKey."""
    for via, key in _keys(request):
        if key is not None:
            if not _KEY.fullmatch(key):
                raise BadKey(key, via)
            return key
    return None


def _keys(request: Request) -> Iterator[tuple[str, str | None]]:
    yield "header X-Mock-Session", request.header("x-mock-session")
    yield "header baggage", _baggage(request)
    yield "query", request.control_query.get("__session")
    yield "cookie", request.cookies.get("mock_session")


def _baggage(request: Request) -> str | None:
    """The member `mock-session` of W3C baggage: `a=1, mock-session=KEY;property`."""
    for header in request.all("baggage"):
        for member in header.split(","):
            name, _, rest = member.partition("=")
            if name.strip() == "mock-session":
                return unquote(rest.partition(";")[0].strip())
    return None


@dataclass(slots=True)
class Session:
    """State, chosen scenario and its progress: a handful of references, since worlds share structure."""

    key: str
    states: dict[str, object]  # a model's name -> its state
    scenario: str | None = None
    progress: dict[tuple[str, str], int] = field(default_factory=dict)  # (scenario, subject) -> calls
    draws: int = 0  # generated bodies so far; each has a seed of its own

    def count(self, scenario: str, subject: str) -> int:
        """The number of earlier calls of a story for one subject; this one is counted."""
        calls = self.progress.get((scenario, subject), 0)
        self.progress[scenario, subject] = calls + 1
        return calls

    def draw(self, seed: int) -> int:
        """The seed of the session's next generated body."""
        self.draws += 1
        return seed * 1_000_003 + self.draws


class Sessions:
    """The open sessions by key; a new key is a new session."""

    def __init__(self, birth: Callable[[], dict[str, object]]) -> None:
        self._birth = birth
        self._open: dict[str, Session] = {}

    def open(self, key: str) -> Session:
        session = self._open.get(key)
        if session is None:
            session = self._open[key] = Session(key, self._birth())
        return session

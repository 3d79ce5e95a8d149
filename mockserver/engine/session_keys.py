"""Session keys: which session a request belongs to."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from mockserver.http.message import Head
from mockserver.http.problem import ProblemError

DEFAULT = "default"  # the key of the session for requests without a key, unless another one adopts them
ADOPTED = ", which adopts requests without a session key"  # in a trail, after the key of such a session
KEY_PATTERN = "[A-Za-z0-9._-]{1,128}"
_KEY = re.compile(KEY_PATTERN)
_KEY_HEADERS = ("x-mock-session", "baggage", "cookie")


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

"""HTTP as values: a request that was read whole, and an answer that is still to be sent."""

import json
from collections.abc import Mapping, Sequence
from itertools import chain
from urllib.parse import parse_qsl, unquote_plus

import orjson
from msgspec import Struct

from mockserver.data.cached_attribute import cached_attribute
from mockserver.data.json import Json
from mockserver.data.reading import MISSING

Headers = Sequence[tuple[str, str]]

PAIR = 150  # bytes that a header or a member of a query takes besides its texts, about
HEAVIEST = 8 * 1024  # of heads that are remembered
JSON = "application/json"
PROBLEM = "application/problem+json"  # RFC 9457
CONTROL_QUERY = ("__scenario", "__code", "__example", "__dynamic", "__seed", "__session")


class Head(Struct, frozen=True, dict=True, eq=False):
    """What comes before a request's body. `path` is still percent-encoded; header names are in lower case.

    Each is equal to itself alone: clients send the same heads again and again, and what was worked out for
    one is found by it.
    """

    method: str
    path: str
    query_string: str = ""
    headers: Headers = ()

    @cached_attribute
    def named(self) -> Mapping[str, str]:
        """The first header of each name."""
        return dict(reversed(self.headers))

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in lower case."""
        return self.named.get(name)

    def all(self, name: str) -> list[str]:
        """Every value of a header, by its name in lower case."""
        return [value for key, value in self.headers if key == name] if name in self.named else []

    @cached_attribute
    def weight(self) -> int:
        """About how many bytes of memory it takes, with what is read from it."""
        members = self.query_string.count("&") + 1 if self.query_string else 0
        return PAIR * members + len(self.path) + len(self.query_string) + weight_of(self.headers)

    @cached_attribute
    def accept(self) -> str:
        """What types the client takes; several headers count as one (RFC 9110, section 5.3)."""
        return ", ".join(self.all("accept"))

    @cached_attribute
    def pairs(self) -> list[tuple[str, str]]:
        """All members of the query, percent-decoded."""
        return parse_qsl(self.query_string, keep_blank_values=True, errors="surrogateescape")

    @cached_attribute
    def query(self) -> list[tuple[str, str]]:
        """The query without the members that speak to the mock server; validation sees these."""
        return [(name, value) for name, value in self.pairs if name not in CONTROL_QUERY]

    @property
    def raw_query(self) -> list[tuple[str, str]]:
        """As `query`, with the values still percent-encoded: only a style knows which commas divide them."""
        if not self.query_string:
            return []
        members = [member.partition("=") for member in self.query_string.split("&") if member]
        named = [(unquote_plus(name, errors="surrogateescape"), value) for name, _, value in members]
        return [(name, value) for name, value in named if name not in CONTROL_QUERY]

    @cached_attribute
    def control_query(self) -> Mapping[str, str]:
        """The query's members that speak to the mock server, `__scenario` and its kin; the first counts."""
        return dict(reversed([pair for pair in self.pairs if pair[0] in CONTROL_QUERY]))

    @cached_attribute
    def cookies(self) -> Mapping[str, str]:
        """Cookies by name, the first of a name (RFC 6265, section 5.4, sends the most specific first)."""
        return dict(reversed(self.cookie_pairs))

    @cached_attribute
    def cookie_pairs(self) -> list[tuple[str, str]]:
        """All cookies in the order in which they were sent."""
        pairs = [pair.partition("=") for header in self.all("cookie") for pair in header.split(";")]
        return [(name.strip(), value.strip().strip('"')) for name, _, value in pairs]


def weight_of(headers: Headers) -> int:
    """About how many bytes of memory headers take."""
    return PAIR * len(headers) + sum(map(len, chain.from_iterable(headers)))


class Request(Struct, frozen=True):
    """An HTTP request, read whole."""

    head: Head
    body: bytes = b""
    over: int | None = None  # the limit, in bytes, that the body went over; it was dropped then

    @classmethod
    def of(
        cls, method: str, path: str, query_string: str = "", headers: Headers = (), body: bytes = b""
    ) -> "Request":
        """A request in one go."""
        return cls(Head(method, path, query_string, headers), body)


class Answer(Struct, frozen=True):
    """An HTTP answer."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    outside: bool = False  # a problem of the mock's own, which the contract knows nothing of
    value: object = MISSING  # what a JSON body was made from, so that nobody needs to read it again

    @property
    def content_type(self) -> str | None:
        for name, value in self.headers:
            if name.lower() == "content-type":
                return value
        return None


def json_answer(status: int, body: Json, headers: Headers = (), media_type: str = JSON) -> Answer:
    """An answer with a JSON body, encoded as UTF-8 without spaces; a Content-Type in `headers` stands."""
    typed = any(name == "content-type" for name, _ in headers)
    typed_headers = headers if typed else [("content-type", media_type), *headers]
    return Answer(status, typed_headers, encoded(body), value=body)


def encoded(body: Json) -> bytes:
    """A value as JSON, in UTF-8 and without spaces."""
    try:
        return orjson.dumps(body)
    except TypeError:  # an integer of more than 64 bits
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

"""HTTP messages as values: a request with its whole body, and an answer that is not sent yet."""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import chain
from urllib.parse import parse_qsl, unquote_plus

import orjson
from msgspec import Struct
from msgspec.structs import replace

from mockserver.data.cached_attribute import cached_attribute
from mockserver.data.json import Json
from mockserver.data.reading import MISSING
from mockserver.http.content_codings import BrokenContent, ContentTooLarge, decode_content, read_codings
from mockserver.http.control_names import CONTROL_QUERY

Headers = Sequence[tuple[str, str]]

PAIR = 150  # approximate overhead of a header or query member, in bytes
HEAVIEST = 8 * 1024  # bytes of the largest head that is cached
JSON = "application/json"
PROBLEM = "application/problem+json"  # RFC 9457
_PORT = re.compile(r":[0-9]*$")  # at the end of a Host header


class Head(Struct, frozen=True, dict=True, eq=False):
    """A request without its body: method, path (percent-encoded), query and headers (lower-case names).

    Heads are compared by identity, because caches use them as keys: equal requests share one Head.
    """

    method: str
    path: str
    query_string: str = ""
    headers: Headers = ()

    @cached_attribute
    def named(self) -> Mapping[str, str]:
        """The first value of each header, by name."""
        return dict(reversed(self.headers))

    def header(self, name: str) -> str | None:
        """The first value of a header; `name` is in lower case. None if it is missing."""
        return self.named.get(name)

    def all(self, name: str) -> list[str]:
        """All values of a header; `name` is in lower case."""
        return [value for key, value in self.headers if key == name] if name in self.named else []

    @property
    def host_name(self) -> str:
        """The name or address in the header Host, without a port; empty if it is missing."""
        return _PORT.sub("", self.header("host") or "")

    @cached_attribute
    def weight(self) -> int:
        """The approximate memory of the head and of what is computed from it, in bytes."""
        members = self.query_string.count("&") + 1 if self.query_string else 0
        return PAIR * members + len(self.path) + len(self.query_string) + weight_of(self.headers)

    @cached_attribute
    def accept(self) -> str:
        """The value of Accept; several headers are joined (RFC 9110, section 5.3)."""
        return ", ".join(self.all("accept"))

    @cached_attribute
    def codings(self) -> tuple[str, ...] | None:
        """The codings of the body, in the order in which they were applied; None if one is not supported."""
        return read_codings(", ".join(self.all("content-encoding")))

    @cached_attribute
    def pairs(self) -> list[tuple[str, str]]:
        """All query parameters, percent-decoded."""
        return parse_qsl(self.query_string, keep_blank_values=True, errors="surrogateescape")

    @cached_attribute
    def query(self) -> list[tuple[str, str]]:
        """The query parameters for the mocked API: all except CONTROL_QUERY."""
        return [(name, value) for name, value in self.pairs if name not in CONTROL_QUERY]

    @property
    def raw_query(self) -> list[tuple[str, str]]:
        """The same as `query`, with percent-encoded values, because a delimiter may be encoded in them."""
        if not self.query_string:
            return []
        members = [member.partition("=") for member in self.query_string.split("&") if member]
        named = [(unquote_plus(name, errors="surrogateescape"), value) for name, _, value in members]
        return [(name, value) for name, value in named if name not in CONTROL_QUERY]

    @cached_attribute
    def control_query(self) -> Mapping[str, str]:
        """The query parameters for the mock server, such as `__scenario`; the first of each name."""
        return dict(reversed([pair for pair in self.pairs if pair[0] in CONTROL_QUERY]))

    @cached_attribute
    def cookies(self) -> Mapping[str, str]:
        """The first cookie of each name, which is the most specific one (RFC 6265, section 5.4)."""
        return dict(reversed(self.cookie_pairs))

    @cached_attribute
    def cookie_pairs(self) -> list[tuple[str, str]]:
        """All cookies, in the order in which they were sent."""
        pairs = [pair.partition("=") for header in self.all("cookie") for pair in header.split(";")]
        return [(name.strip(), value.strip().strip('"')) for name, _, value in pairs]


def weight_of(headers: Headers) -> int:
    """The approximate memory of headers, in bytes."""
    return PAIR * len(headers) + sum(map(len, chain.from_iterable(headers)))


class Request(Struct, frozen=True, gc=False):
    """An HTTP request with its whole body."""

    head: Head
    body: bytes = b""
    over: int | None = None  # the limit in bytes, if the body exceeds it; `body` is empty then
    coded: bytes | None = None  # the body as it was sent, if `body` was decoded by its Content-Encoding
    broken: str | None = None  # why the body could not be decoded; `body` is empty then
    sent: bytes = b""  # the head as it was sent, if `head` lacks headers that decide nothing
    session_key: str | None = None  # that of the path or of X-Mock-Session, if `head` lacks it
    base_path: str = ""  # what the path began with, which `head` lacks: `/__mock/as/KEY`, percent-encoded

    @classmethod
    def build(
        cls, method: str, path: str, query_string: str = "", headers: Headers = (), body: bytes = b""
    ) -> "Request":
        """A request from all its parts."""
        return cls(Head(method, path, query_string, headers), body)

    def decoded(self, limit: int) -> "Request":
        """The request with its body decoded by its Content-Encoding, within a limit in bytes.

        Unchanged if the body has no coding, or one that is not supported.
        """
        codings = self.head.codings
        if not codings or not self.body:
            return self
        try:
            return replace(self, body=decode_content(self.body, codings, limit), coded=self.body)
        except ContentTooLarge:
            return replace(self, body=b"", coded=self.body, over=limit)
        except BrokenContent as broken:
            return replace(self, body=b"", coded=self.body, broken=str(broken))


def received_body(request: Request) -> bytes:
    """The body as it was decoded, or as it was sent where that failed."""
    return request.body if request.broken is None else request.coded or b""


def joined_headers(headers: Headers) -> dict[str, str]:
    """Headers by name; several of one name are joined by commas (RFC 9110, section 5.3)."""
    joined: dict[str, str] = {}
    for name, value in headers:
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def as_utf8(text: str) -> str:
    """A decoded part of a query without lone surrogates; bytes that are not UTF-8 become U+FFFD."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def with_sent_headers(head: Head, sent: bytes) -> Head:
    """The head with all headers that were sent; `sent` is that of its request."""
    return replace(head, headers=parse_headers(sent)) if sent else head


def parse_headers(sent: bytes) -> list[tuple[str, str]]:
    """The headers of a head as it was sent, which must be well-formed and have no continued lines."""
    lines = [line.partition(":") for line in sent.decode("latin-1").split("\r\n")[1:]]
    return [(name.lower(), value.strip(" \t")) for name, _, value in lines]


class Answer(Struct, frozen=True, gc=False):
    """An HTTP answer."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    outside: bool = False  # a problem of the mock server, outside the contract
    value: object = MISSING  # the value of a JSON body, to save decoding it; MISSING if it is unknown
    remark: str = ""  # for the trail: how the body came about

    @property
    def content_type(self) -> str | None:
        """The value of Content-Type; None if it is missing."""
        for name, value in self.headers:
            if name.lower() == "content-type":
                return value
        return None


def json_answer(status: int, body: Json, headers: Headers = (), media_type: str = JSON) -> Answer:
    """An answer with a JSON body; a Content-Type in `headers` overrides `media_type`."""
    if not headers or all(name != "content-type" for name, _ in headers):
        headers = [("content-type", media_type), *headers]
    return Answer(status, headers, encoded(body), value=body)


def encoded(body: Json) -> bytes:
    """The value as JSON, in UTF-8 and without white space."""
    try:
        return orjson.dumps(body)
    except TypeError:  # an integer of more than 64 bits
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()

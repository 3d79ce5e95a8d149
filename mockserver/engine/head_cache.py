"""The cache of what follows from request heads.

Clients send the same head again and again, or heads that differ only in X-Mock-Session and in headers that
decide nothing, such as X-Request-Id. So what follows from a head is cached by its essential part, without
these headers and without a session key in the path: a request whose essential part is known needs neither a
parser nor a second match.
"""

import re
from collections.abc import Iterable
from itertools import groupby
from urllib.parse import unquote

from msgspec.structs import replace

from mockserver.contract.operation import Contract
from mockserver.data.bounded_cache import BoundedCache
from mockserver.engine.backend import Backend
from mockserver.engine.request_facts import RequestFacts
from mockserver.engine.session_keys import KEY_PATTERN
from mockserver.engine.session_path import SessionPaths
from mockserver.http.control_names import CONTROL_HEADERS, HEADER_PREFIXES, SESSION_HEADER
from mockserver.http.message import HEAVIEST, Head, Request
from mockserver.settings import Settings

# All headers that the server reads, and those that are the same in all requests of most clients. The contract
# adds those of its parameters and API keys.
READ = frozenset(
    (
        "host", "content-length", "content-type", "content-encoding", "transfer-encoding", "expect",
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "http2-settings",
        "accept", "accept-encoding", "accept-language", "accept-charset", "user-agent",
        "authorization", "proxy-authorization", "cookie", "baggage", "prefer", "origin",
        "access-control-request-method", "access-control-request-headers",
        "access-control-request-private-network", "forwarded", "via", "x-forwarded-for",
        "x-forwarded-host", "x-forwarded-proto", *CONTROL_HEADERS,
    )
)  # fmt: skip
_END = b"\r\n\r\n"
_KEY = rf"\r\n(?i:x-mock-session):[ \t]*({KEY_PATTERN})[ \t]*"
# A header line of printable characters that the next line does not continue (RFC 9112, section 5). One that
# looks like a control header is essential, because it is reported where it is misspelt.
_FIELD = r"\r\n(?!(?:{read}|[Xx](?i:-mock)[-_][^:\r\n]*):)[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[ -~]*"
_END_OF_LINE = r"(?=\r\n(?![ \t])|\Z)"
_SESSION_LINE = re.compile(f"{_KEY}{_END_OF_LINE}".encode())


class HeadCache:
    """What follows from the latest heads for one backend, by their essential parts as bytes or values."""

    def __init__(self, backend: Backend, settings: Settings) -> None:
        self._backend = backend
        self._lenient = not settings.strict_parameters
        self._longest = min(HEAVIEST, settings.header_limit)
        self._longest_target = settings.url_limit
        self._paths = SessionPaths(settings.control_prefix)
        self._read = READ | _read_by(backend.contract)
        field = _FIELD.format(read=_in_any_case(self._read))
        self._inessential = re.compile(f"(?:{_KEY}|{field}){_END_OF_LINE}".encode("latin-1"))
        self._known: BoundedCache[object, RequestFacts] = BoundedCache()

    def facts(self, head: Head) -> RequestFacts:
        """What follows from a head."""
        if head.weight > HEAVIEST:
            return RequestFacts(head, self._backend, lenient=self._lenient)
        read = self._read
        headers = tuple(
            [each for each in head.headers if each[0] in read or each[0].startswith(HEADER_PREFIXES)]
        )
        key = head.method, head.path, head.query_string, headers
        facts = self._known.get(key)
        if facts is None:
            essential = replace(head, headers=headers)
            facts = self._known.put(key, RequestFacts(essential, self._backend, lenient=self._lenient))
        return facts

    def request(self, data: bytes) -> tuple[Request, RequestFacts] | None:
        """The request with what follows from its head, if `data` is exactly one request with a known head."""
        start, end, body = data.partition(_END)
        if not end or len(start) > self._longest:
            return None
        facts = self._known.get(start)
        if facts is not None:
            return (Request(facts.head, body), facts) if facts.body_length == len(body) else None
        if start.find(self._paths.mark) >= 0:  # faster than `in`, which first tries to read an integer
            split = self._paths.split_head(start)
            if split is not None:
                return self._request_with_base(start, body, split)
        session = _SESSION_LINE.search(start)
        facts = self._facts_of(start, session)
        if facts is None or facts.body_length != len(body):
            return None
        key = None if session is None else session[1].decode()
        return Request(facts.head, body, sent=start, session_key=key), facts

    def _request_with_base(
        self, start: bytes, body: bytes, split: tuple[str, str, bytes]
    ) -> tuple[Request, RequestFacts] | None:
        """The same for a head whose path carries a session key; `split` is what `split_head` returns."""
        base_path, key, rest = split
        facts = self._known.get(rest) or self._facts_of(rest, _SESSION_LINE.search(rest))
        if facts is None or facts.body_length != len(body) or len(start) > self._longest_target:
            return None
        return Request(facts.head, body, sent=start, session_key=key, base_path=base_path), facts

    def _facts_of(self, start: bytes, session: re.Match[bytes] | None) -> RequestFacts | None:
        """What follows from a head as it was sent, if it is known without its inessential headers."""
        rest = start if session is None else start[: session.start()] + start[session.end() :]
        # Most heads have no other inessential header, and a search for these takes longer than all else here.
        return self._known.get(rest) or self._known.get(self._inessential.sub(b"", rest))

    def learn(self, data: bytes, request: Request) -> None:
        """Make the head of `data` known, if `data` is exactly this request, which a parser has read."""
        start, end, body = data.partition(_END)
        if not end or body != request.body or len(start) > self._longest:
            return
        if request.base_path:
            split = self._paths.split_head(start)
            if split is None or self._paths.is_below_prefix(unquote(request.head.path)):
                return  # the rest of the head would be that of a control call
            start = split[2]
        essential = self._inessential.sub(b"", start)
        headers = [each for each in request.head.headers if each[0] != SESSION_HEADER]
        facts = self.facts(replace(request.head, headers=headers))
        # Other lines are left if one is continued, or has characters that only a parser may judge.
        if essential.count(b"\r\n") == len(facts.head.headers) and facts.body_length == len(body):
            self._known.put(essential, facts)


def _in_any_case(names: Iterable[str]) -> str:
    """Names in lower case as alternatives of a regular expression, grouped by their first letters.

    The letters are sets, because `re` skips a set that does not fit, but tries each alternative without case.
    """
    grouped = groupby(sorted(names), key=lambda name: name[0])
    return "|".join(
        f"[{re.escape(first + first.upper())}](?i:{'|'.join(re.escape(name[1:]) for name in group)})"
        for first, group in grouped
    )


def _read_by(contract: Contract) -> frozenset[str]:
    """The headers that a contract describes: its parameters and API keys, in lower case."""
    described = {
        each.name.lower()
        for operation in contract.operations
        for each in operation.parameters
        if each.location == "header"
    }
    keys = {
        scheme.name.lower()
        for operation in contract.operations
        for requirement in operation.security
        for scheme in requirement
        if scheme.location == "header"
    }
    return frozenset(described | keys)

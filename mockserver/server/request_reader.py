"""Reads requests from the bytes of a connection: httptools parses them, and their sizes are limited."""

import re
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import NoReturn
from urllib.parse import unquote

import httptools
from msgspec import Struct

from mockserver.asgi.http_rules import (
    expects_continue,
    head_problem,
    is_host,
    is_refused_unsent,
    malformed,
)
from mockserver.asgi.io import DROPPED, Scope
from mockserver.http.problem import Problem
from mockserver.server import refusals
from mockserver.settings import Settings

PIECE = (
    4096  # bytes to parse at once: the requests in them wait as objects, which are larger than their bytes
)
SEPARATORS = 4  # bytes of a header line besides name and value: colon, space and line end
VERSIONS = ("1.0", "1.1")  # versions of HTTP that have the syntax of RFC 9112
_URL = re.compile(rb"https?://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.IGNORECASE)
_FRAMING = (b"content-length", b"transfer-encoding")


class Phase(Enum):
    """What the next byte of the client belongs to."""

    BETWEEN = "the beginning of a request"
    HEAD = "a request line or a header"
    BODY = "a body"
    UPGRADE = "what follows a head with an offer to upgrade, where the parser stops"
    ENDED = "nothing: no further request is read from this connection"


BETWEEN, HEAD, BODY, UPGRADE, ENDED = Phase  # in Python 3.11 each access to a member would cost a call


class ReceivedRequest(Struct, gc=False):
    """A complete request, as an ASGI scope and a body; `body` is None if it exceeds `limit` bytes."""

    scope: Scope
    limit: int
    keep_alive: bool
    body: bytes | None = None


class _Refused(Exception):
    """The parser must stop, because the request is refused."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _Ended(Exception):
    """The parser must stop, because the last request is complete."""


class RequestReader:
    """The requests of one connection, in order.

    `body_limit` is the limit in bytes for a path; `scope` is what the ASGI scopes of all requests share.
    """

    def __init__(self, settings: Settings, body_limit: Callable[[str], int], scope: Scope) -> None:
        self.phase = BETWEEN
        self.problem: Problem | None = None  # the last answer, after those to complete requests
        self.begun = 0  # number of requests whose first byte is parsed
        self.awaits_continue = False  # the client waits for 100 Continue
        self._settings = settings
        self._body_limit = body_limit
        self._shared_scope = scope
        self._parser: httptools.HttpRequestParser | None = httptools.HttpRequestParser(self)
        self._complete_requests: deque[ReceivedRequest] = deque()
        self._unparsed = memoryview(b"")
        self._request: ReceivedRequest
        self._target = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._headers_size = 0  # in bytes, with the trailers of the body
        self._body = bytearray()
        self._body_size = 0
        self._dropped = DROPPED  # bytes over the limit of the body that are read
        self._progress: object = None  # how much of the request had arrived before the newest pieces
        self._without_progress = 0  # bytes of these pieces: an element that has not ended

    @property
    def is_within_request(self) -> bool:
        """Whether a request has begun and is not complete."""
        return self.phase in (HEAD, BODY)

    @property
    def has_ended(self) -> bool:
        """Whether no further request is read."""
        return self.phase is ENDED

    @property
    def has_waiting(self) -> bool:
        """Whether a complete request, or bytes behind it, wait for `next_request`."""
        return bool(self._complete_requests or self._unparsed)

    def receive(self, data: bytes) -> None:
        """Parse bytes; those far behind a complete request wait until it is taken."""
        self._unparsed = memoryview(b"".join((self._unparsed, data)) if self._unparsed else data)
        self._advance()

    def next_request(self) -> ReceivedRequest | None:
        """Take the oldest complete request, None if there is none."""
        if not self._complete_requests:
            self._advance()
        return self._complete_requests.popleft() if self._complete_requests else None

    def end(self, problem: Problem | None = None) -> None:
        """Read only what was received; `problem` is the answer after those to complete requests."""
        while self._unparsed:
            self._parse_piece()
        self.phase = ENDED
        self.problem = self.problem or problem

    def close(self) -> None:
        """Drop all requests, and release the parser, which refers to this reader."""
        self.phase = ENDED
        self._complete_requests.clear()
        self._unparsed = memoryview(b"")
        self._parser = None

    def _advance(self) -> None:
        """Parse until a request is complete, or all bytes are parsed."""
        while self._unparsed and not self._complete_requests:
            self._parse_piece()

    def _parse_piece(self) -> None:
        piece, self._unparsed = self._unparsed[:PIECE], self._unparsed[PIECE:]
        try:
            rest: memoryview | None = piece
            while rest is not None:
                rest = self._parse(rest)
            if self.is_within_request:
                self._check_progress(len(piece))
        except _Refused as refused:
            self.problem = refused.problem
            self.phase = ENDED
        if self.has_ended:
            self._unparsed = memoryview(b"")

    def _parse(self, data: memoryview) -> memoryview | None:
        """Parse bytes up to an offer to upgrade; return those behind it. Raises _Refused."""
        if self.has_ended or self._parser is None:
            return None
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            return self._ignore_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserCallbackError as error:
            if isinstance(error.__context__, _Ended):
                return None
            raise error.__context__ or error from None
        except httptools.HttpParserError as error:
            if not self.has_ended:  # else it follows the last request
                raise _Refused(malformed(str(error))) from None
        return None

    def _ignore_upgrade(self, rest: memoryview) -> memoryview | None:
        """Let the parser read the body of a request with an offer to upgrade, which is ignored.

        A server may ignore it (RFC 9110, section 7.8). The parser takes it for the end of HTTP, so another
        one gets the framing of the body.
        """
        if self.phase is not UPGRADE:
            return None  # CONNECT, which ends the connection
        headers = self._request.scope["headers"]
        self._headers_size = 0
        self._parser = httptools.HttpRequestParser(self)
        framing = [b"%b: %b\r\n" % (name, value) for name, value in headers if name in _FRAMING]
        self._parse(memoryview(b"POST / HTTP/1.1\r\n%b\r\n" % b"".join(framing)))
        return rest

    def _check_progress(self, arrived: int) -> None:
        """Refuse a header or chunk extension that does not end; `arrived` is the size of the newest piece."""
        progress = self.begun, self.phase, len(self._target), self._headers_size, self._body_size
        self._without_progress = self._without_progress + arrived if progress == self._progress else 0
        self._progress = progress
        if self._without_progress > self._settings.header_limit:
            raise _Refused(refusals.headers_too_large(self._settings))

    # Called by the parser

    def on_message_begin(self) -> None:
        if self.phase is UPGRADE:
            return
        if self.has_ended:
            raise _Ended
        self.phase = HEAD
        self.begun += 1
        self._target, self._headers, self._headers_size = b"", [], 0

    def on_url(self, part: bytes) -> None:
        self._target += part
        if len(self._target) > self._settings.url_limit:
            raise _Refused(refusals.url_too_long(self._settings))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers_size += len(name) + len(value) + SEPARATORS
        if self._headers_size > self._settings.header_limit:
            raise _Refused(refusals.headers_too_large(self._settings))
        # the parser drops white space only before a value (RFC 9112, section 5.1)
        self._headers.append((name.lower(), value.rstrip(b" \t")))

    def on_headers_complete(self) -> None:
        if self.phase is not UPGRADE:
            self._request = self._begun_request()
            self._expect_body(self._request)
        self.phase = BODY
        self._headers = []  # trailers are not headers (RFC 9110, section 6.5.1)
        self._body, self._body_size = bytearray(), 0

    def _expect_body(self, request: ReceivedRequest) -> None:
        """Decide how much of the body is read: a client that waits for 100 Continue also awaits a refusal."""
        self.awaits_continue = expects_continue(request.scope)
        self._dropped = 0 if self.awaits_continue else DROPPED
        if self.awaits_continue and is_refused_unsent(request.scope, request.limit):
            self._drop_rest()

    def _begun_request(self) -> ReceivedRequest:
        """The request whose head is complete; raises _Refused."""
        assert self._parser is not None
        version: str = self._parser.get_http_version()
        if version not in VERSIONS:
            raise _Refused(malformed("its version is neither HTTP/1.0 nor HTTP/1.1"))
        authority, path, query = split_target(self._target)
        decoded = path.decode("ascii")
        scope = {
            **self._shared_scope,
            "http_version": version,
            "method": self._parser.get_method().decode("ascii"),
            "path": unquote(decoded) if "%" in decoded else decoded,
            "raw_path": path,
            "query_string": query,
            "headers": self._headers,
        }
        problem = head_problem(scope)
        if problem is None and path == b"*" and scope["method"] != "OPTIONS":
            problem = malformed("the request target * is for OPTIONS only")
        if problem is not None:
            raise _Refused(problem)
        if authority is not None:  # it replaces Host (RFC 9112, section 3.2.2)
            others = [header for header in self._headers if header[0] != b"host"]
            scope["headers"] = [(b"host", authority), *others]
        keep_alive = version == "1.1" and self._parser.should_keep_alive() and scope["method"] != "CONNECT"
        return ReceivedRequest(scope, self._body_limit(scope["path"]), keep_alive)

    def on_body(self, part: bytes) -> None:
        self._body_size += len(part)
        limit = self._request.limit
        if self._body_size <= limit:
            self._body += part
            return
        self._body.clear()
        if self._body_size > limit + self._dropped:
            self._drop_rest()

    def on_message_complete(self) -> None:
        assert self._parser is not None
        if self._parser.should_upgrade() and self._request.scope["method"] != "CONNECT":
            self.phase = UPGRADE
        else:
            self._complete()

    def _drop_rest(self) -> NoReturn:
        """Queue the request without the rest of its body, which is too large to be read to its end."""
        self._request.keep_alive = False
        self._body_size = self._request.limit + 1
        self._complete()
        raise _Ended

    def _complete(self) -> None:
        """Queue the newest request."""
        request = self._request
        if self._body_size <= request.limit:
            request.body = bytes(self._body)
        self._complete_requests.append(request)
        self._body.clear()
        self.awaits_continue = False
        self.phase = BETWEEN if request.keep_alive else ENDED


def split_target(target: bytes) -> tuple[bytes | None, bytes, bytes]:
    """Authority, path and query of a request target (RFC 9112, section 3.2); raises _Refused."""
    if target[:1] == b"/":
        path, _, query = target.partition(b"#")[0].partition(b"?")
        return None, path, query
    if target == b"*":
        return None, target, b""
    url = _URL.fullmatch(target)
    if url is None or not url[1] or not is_host(url[1]):
        raise _Refused(malformed("the request target is not a path, an HTTP URL or *"))
    return url[1], url[2] or b"/", url[3] or b""

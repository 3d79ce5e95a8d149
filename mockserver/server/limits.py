"""What a connection is refused for, before or in place of an exchange: each refusal is a problem."""

from collections.abc import Sequence

from mockserver.http.problem import Problem
from mockserver.settings import Settings

SEPARATORS = 4  # bytes of a header besides its name and value: a colon, a space and the line's end
_SOURCE = [("x-mock-source", "mock")]
RawHeaders = Sequence[tuple[bytes, bytes]]


def size_of(headers: RawHeaders) -> int:
    """About the bytes that headers took on the wire."""
    return sum(len(name) + len(value) + SEPARATORS for name, value in headers)


def oversize(url: int, headers: int, settings: Settings) -> Problem | None:
    """The refusal of a request whose URL or headers, in bytes, are over their limits."""
    if url > settings.url_limit:
        detail = f"the URL is longer than {settings.url_limit:,} bytes"
        return Problem("url-too-long", 414, "The URL is too long", detail, {}, _SOURCE)
    if headers > settings.header_limit:
        detail = f"the headers are larger than {settings.header_limit:,} bytes together"
        return Problem("headers-too-large", 431, "The headers are too large", detail, {}, _SOURCE)
    return None


def malformed(reason: str) -> Problem:
    """For bytes that are no HTTP/1.1 request; `reason` is the parser's, and quotes nothing."""
    detail = f"this is no request of HTTP/1.1: {reason[:1].lower()}{reason[1:]}"
    return Problem("malformed-request", 400, "The request cannot be read", detail, {}, _SOURCE)


def too_slow(settings: Settings) -> Problem:
    detail = f"the request was not complete within {settings.request_timeout:g} s"
    return Problem("request-timeout", 408, "The request took too long", detail, {}, _SOURCE)


def crowded(settings: Settings) -> Problem:
    detail = f"{settings.max_connections:,} connections are open, and no more are taken"
    headers = [("retry-after", "1"), *_SOURCE]
    return Problem("too-many-connections", 503, "Too many connections", detail, {}, headers)


STOPPING = Problem(
    "stopping", 503, "The server stops", "it stopped before the request was complete", {}, _SOURCE
)

"""Rules of HTTP for the head of a request, checked before the request is answered (RFC 9110, RFC 9112)."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address

from starlette.types import Scope

from mockserver.http.problem import Problem

SOURCE = [("x-mock-source", "mock")]
WITHOUT_EXPECT = ("0.9", "1.0")  # versions that do not have the header Expect (RFC 9110, section 10.1.1)
_PORTS = range(65_536)
# RFC 3986, section 3.2.2. A comma is left out: it joins two headers of the same name (RFC 9110, section 5.3).
_HOST = re.compile(
    rb"(?:(?P<name>(?:[a-z0-9._~!$&'()*+;=-]|%[0-9a-f]{2})*)"
    rb"|\[(?P<address>[0-9a-f:.]+)\]"
    rb"|\[v[0-9a-f]+\.[a-z0-9._~!$&'()*+;=:-]+\])"
    rb"(?::0*(?P<port>[0-9]{0,5}))?",
    re.IGNORECASE,
)


def malformed(reason: str) -> Problem:
    """For bytes that are not a valid request; `reason` quotes no part of them."""
    detail = f"not a valid HTTP request: {reason[:1].lower()}{reason[1:]}"
    return Problem("malformed-request", detail, headers=SOURCE)


def head_problem(scope: Scope) -> Problem | None:
    """The problem of a request whose head breaks a rule, None if it breaks none.

    The length of its body is then unknown, or the client waits, so the connection must be closed.
    """
    headers = scope["headers"]
    named = dict(headers)
    version: str = scope["http_version"]
    reason = _host_error([value for name, value in headers if name == b"host"], version)
    if reason is not None:
        return malformed(reason)
    if b"transfer-encoding" in named:
        problem = _coding_problem(_items(headers, b"transfer-encoding"), version, b"content-length" in named)
        if problem is not None:
            return problem
    if b"expect" in named and version not in WITHOUT_EXPECT:
        return _expectation_problem(_items(headers, b"expect"))
    return None


def _host_error(hosts: list[bytes], version: str) -> str | None:
    """What is wrong with the values of Host (RFC 9112, section 3.2), None if nothing is."""
    if len(hosts) == 1:
        return None if is_host(hosts[0]) else "the header Host is not a host name with an optional port"
    if hosts:
        return "it has more than one Host header"
    return "the header Host is missing" if version == "1.1" else None


@lru_cache(maxsize=64)  # bounded, because any client can send any value
def is_host(value: bytes) -> bool:
    """Whether a value of Host is valid (RFC 9110, section 7.2), which an empty one is, too."""
    match = _HOST.fullmatch(value)
    if match is None:
        return False
    if int(match["port"] or 0) not in _PORTS:
        return False
    if match["address"] is None:
        return match["name"] != b"" or not value
    try:
        IPv6Address(match["address"].decode())
    except AddressValueError:
        return False
    return True


def _items(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> list[str]:
    """The items of the list in all headers of a name, in lower case (RFC 9110, section 5.6.1)."""
    listed = b",".join(value for name, value in headers if name == wanted).decode("latin-1")
    return [item for item in (each.strip(" \t").lower() for each in listed.split(",")) if item]


def _coding_problem(codings: list[str], version: str, has_length: bool) -> Problem | None:
    """The problem of a body of uncertain length or of an unsupported coding (RFC 9112, sections 6.1, 6.3)."""
    if version in WITHOUT_EXPECT:
        return malformed("an HTTP/1.0 request cannot have a Transfer-Encoding")
    if has_length:
        return malformed("it has both a Content-Length and a Transfer-Encoding")
    if codings[-1:] != ["chunked"]:
        return malformed("the last transfer coding is not chunked, so the end of the body is unknown")
    if codings.count("chunked") > 1:
        return malformed("the transfer coding chunked is applied more than once")
    if len(codings) > 1:
        detail = "the transfer coding chunked is supported alone, without another coding before it"
        return Problem("unsupported-coding", detail, headers=SOURCE)
    return None


def _expectation_problem(expectations: list[str]) -> Problem | None:
    """The problem of an expectation that the server does not know (RFC 9110, section 10.1.1)."""
    if all(each == "100-continue" for each in expectations):
        return None
    return Problem("expectation-failed", "the header Expect can only be 100-continue", headers=SOURCE)


def expects_continue(scope: Scope) -> bool:
    """Whether the client waits for 100 Continue before it sends the body."""
    named = dict(scope["headers"])
    if b"expect" not in named or scope["http_version"] in WITHOUT_EXPECT:
        return False
    has_body = b"transfer-encoding" in named or named.get(b"content-length", b"0").strip(b"0") != b""
    return has_body and bool(_items(scope["headers"], b"expect"))


def is_refused_unsent(scope: Scope, limit: int) -> bool:
    """Whether the client waits for 100 Continue with a body of more than `limit` bytes."""
    length = dict(scope["headers"]).get(b"content-length", b"")
    return length.isdigit() and _is_over(length.lstrip(b"0"), limit) and expects_continue(scope)


def _is_over(number: bytes, limit: int) -> bool:
    """Whether decimal digits are more than a limit; there may be more of them than `int` reads."""
    highest = str(limit).encode()
    return (len(number), number) > (len(highest), highest)

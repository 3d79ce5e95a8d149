"""The bytes of an answer: status line, headers and body (RFC 9112, sections 4 and 5)."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TypeAlias

from mockserver.http.message import Headers

RawHeaders: TypeAlias = Iterable[tuple[bytes, bytes]]

_PHRASES = {int(status): status.phrase for status in HTTPStatus}
STATUS_LINES = {
    status: f"HTTP/1.1 {status} {_PHRASES.get(status, '')}\r\n".encode() for status in range(100, 600)
}


def encode_answer(status: int, server_lines: bytes, lines: str, body: bytes) -> bytes:
    """The bytes of an answer; `lines` are its own headers."""
    return b"%b%b%b\r\n%b" % (STATUS_LINES[status], server_lines, lines.encode("latin-1", "replace"), body)


def header_lines(headers: Headers) -> str | None:
    """Header lines; None if a header contains a line break, with which it would be two."""
    if not headers:
        return ""
    lines = "\r\n".join(map(": ".join, headers)) + "\r\n"
    return lines if lines.count("\n") == lines.count("\r") == len(headers) else None


def raw_header_lines(headers: RawHeaders) -> bytes:
    """Header lines of raw headers, such as those of the server itself."""
    return b"".join([name + b": " + value + b"\r\n" for name, value in headers])

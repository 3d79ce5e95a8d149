"""Reads requests from ASGI and sends answers to it."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import quote

from mockserver.asgi.http_rules import is_refused_unsent
from mockserver.contract.description import BODILESS
from mockserver.http.message import Answer, Head, Request

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

DROPPED = 64 * 1024 * 1024  # bytes over the limit to read and drop: many clients read a 413 only then


class ClientDisconnected(Exception):
    """The client disconnected before its request was complete."""


def head_of(scope: Scope) -> Head:
    """The head of a scope's request, parsed."""
    raw_path = scope.get("raw_path")
    path = raw_path.decode("latin-1") if raw_path else quote(scope["path"])
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    return Head(scope["method"], path.partition("?")[0], scope["query_string"].decode("latin-1"), headers)


async def read_request(
    scope: Scope, receive: Receive, limit: int, head_of: Callable[[Scope], Head] = head_of
) -> tuple[Request, bool]:
    """The request, and whether its body was read to the end; raises ClientDisconnected.

    A body over `limit` bytes is dropped while it arrives, so it does not fill the memory. It is not read at
    all if the client waits for 100 Continue.
    """
    if is_refused_unsent(scope, limit):
        return Request(head_of(scope), b"", limit), False
    body, is_complete = await _read_body(receive, limit)
    return Request(head_of(scope), body or b"", limit if body is None else None), is_complete


async def _read_body(receive: Receive, limit: int) -> tuple[bytes | None, bool]:
    """The body (None if over the limit), and whether it was read to the end; raises ClientDisconnected."""
    chunks: list[bytes] = []
    size = 0
    while size <= limit + DROPPED:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ClientDisconnected
        size += len(event.get("body", b""))
        if size <= limit:
            chunks.append(event.get("body", b""))
        if not event.get("more_body", False):
            return (b"".join(chunks) if size <= limit else None), True
    return None, False


async def send_answer(send: Send, answer: Answer, *, head: bool = False, close: bool = False) -> None:
    """Send an answer; `head`: without its body, `close`: as the last one of the connection."""
    headers, body = framed(answer, head=head, close=close)
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded(headers)})
    await send({"type": "http.response.body", "body": body})


def framed(answer: Answer, *, head: bool = False, close: bool = False) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body with their framing, Content-Length and Connection; parameters as in `send_answer`.

    Some statuses have no body (RFC 9110, section 15).
    """
    headers, body = list(answer.headers), answer.body
    if answer.status in BODILESS or answer.status < 200:
        body = b""
    else:
        headers.append(("content-length", str(len(body))))
    if close:
        headers.append(("connection", "close"))
    return headers, b"" if head else body


def encoded(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]

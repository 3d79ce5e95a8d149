"""The edge: bytes of a connection (ASGI) into a request, and an answer back onto the connection.

Everything that waits is here: reading bodies, artificial delays, sending.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from mockserver.contract.operation import BODILESS
from mockserver.exchange import Exchange
from mockserver.message import Answer, Request
from mockserver.pipeline import Pipeline

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

WIRE = "mockserver.connection"  # where a scope's state holds what ends a connection on purpose
DROPPED = 64 * 1024 * 1024  # bytes of an oversized body that are read on, so that the client sees the 413


class Left(Exception):
    """The client left before its request was complete."""


class Edge:
    """Serves the mocked API: one exchange for each HTTP request."""

    def __init__(self, pipeline: Pipeline, body_limit: int, log: Callable[[Exchange], None]) -> None:
        self._pipeline = pipeline
        self._body_limit = body_limit
        self._log = log
        self._waits: set[asyncio.Future[None]] = set()
        self._stopping = False

    def stop_waiting(self) -> None:
        """End the artificial waits, now and from now on: the server stops."""
        self._stopping = True
        for wait in self._waits:
            if not wait.done():
                wait.set_result(None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request, whole = await read_request(scope, receive, self._body_limit)
        except Left:
            return
        exchange = self._pipeline.run(request)
        answer = exchange.finished
        if answer.delay and not self._stopping:
            await self._wait(answer.delay)
        self._log(exchange)
        await send_answer(send, answer, head=request.method == "HEAD", close=not whole)

    async def _wait(self, seconds: float) -> None:
        """An artificial delay; a future of its own, since one application may serve on several loops."""
        wait = asyncio.get_running_loop().create_future()
        self._waits.add(wait)
        with suppress(TimeoutError):
            await asyncio.wait_for(wait, seconds)
        self._waits.discard(wait)


async def read_request(scope: Scope, receive: Receive, limit: int) -> tuple[Request, bool]:
    """The request, and whether its body was read to the end; raises Left.

    A body over `limit` bytes is dropped as it comes, and not held in memory.
    """
    body, whole = await _read_body(receive, limit)
    raw_path = scope.get("raw_path")
    path = raw_path.decode("latin-1") if raw_path else quote(scope["path"])
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    query = scope["query_string"].decode("latin-1")
    over = limit if body is None else None
    return Request(scope["method"], path.partition("?")[0], query, headers, body or b"", over), whole


async def send_answer(send: Send, answer: Answer, *, head: bool = False, close: bool = False) -> None:
    """The answer onto the connection; `head`: without its body, `close`: as the connection's last."""
    headers = list(answer.headers)
    bodiless = answer.status in BODILESS or answer.status < 200
    if not bodiless:
        headers.append(("content-length", str(len(answer.body))))
    if close:
        headers.append(("connection", "close"))
    body = b"" if bodiless or head else answer.body
    await send({"type": "http.response.start", "status": answer.status, "headers": _encoded(headers)})
    await send({"type": "http.response.body", "body": body})


async def _read_body(receive: Receive, limit: int) -> tuple[bytes | None, bool]:
    """The body, None where it is over the limit, and whether it was read to its end; raises Left."""
    chunks: list[bytes] = []
    size = 0
    while size <= limit + DROPPED:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Left
        size += len(event.get("body", b""))
        if size <= limit:
            chunks.append(event.get("body", b""))
        if not event.get("more_body", False):
            return (b"".join(chunks) if size <= limit else None), True
    return None, False


def _encoded(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]

"""The edge: bytes of a connection (ASGI) into a request, and an answer back onto the connection.

Everything that waits is here: reading bodies, artificial delays, sending.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from mockserver import cors
from mockserver.exchange import Exchange
from mockserver.message import Headers, Request
from mockserver.pipeline import Pipeline
from mockserver.settings import Settings

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

DROPPED = 64 * 1024 * 1024  # bytes of an oversized body that are read on, so that the client sees the 413


class Edge:
    """Serves the mocked API: one exchange for each HTTP request."""

    def __init__(self, pipeline: Pipeline, settings: Settings, log: Callable[[Exchange], None]) -> None:
        self._pipeline = pipeline
        self._settings = settings
        self._log = log
        self.closing = asyncio.Event()  # set when the server stops: artificial waits end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        try:
            body, whole = await self._read(receive)
        except _Left:
            return
        request = _request(scope, body, self._settings.body_limit)
        exchange = self._pipeline.run(request)
        exchange.at = time.time()
        await self._wait(exchange)
        exchange.duration = time.perf_counter() - started
        self._log(exchange)
        await self._send(exchange, send, close=not whole)

    async def _read(self, receive: Receive) -> tuple[bytes | None, bool]:
        """The body, None where it is over the limit, and whether it was read to its end; raises _Left."""
        limit = self._settings.body_limit
        chunks: list[bytes] = []
        size = 0
        while size <= limit + DROPPED:
            event = await receive()
            if event["type"] == "http.disconnect":
                raise _Left
            size += len(event.get("body", b""))
            if size <= limit:
                chunks.append(event.get("body", b""))
            if not event.get("more_body", False):
                return (b"".join(chunks) if size <= limit else None), True
        return None, False

    async def _wait(self, exchange: Exchange) -> None:
        if exchange.answer is not None and exchange.answer.delay:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.closing.wait(), exchange.answer.delay)

    async def _send(self, exchange: Exchange, send: Send, *, close: bool) -> None:
        answer = exchange.answer
        if answer is None:
            raise LookupError(f"the exchange {exchange.id} ended without an answer")
        headers = [*answer.headers, *exchange.labels()]
        if self._settings.cors:
            headers += cors.headers(exchange.request, headers)
        bodiless = answer.status in (204, 304) or answer.status < 200
        if not bodiless:
            headers.append(("content-length", str(len(answer.body))))
        if close:
            headers.append(("connection", "close"))
        body = b"" if bodiless or exchange.request.method == "HEAD" else answer.body
        await send({"type": "http.response.start", "status": answer.status, "headers": _encoded(headers)})
        await send({"type": "http.response.body", "body": body})


class _Left(Exception):
    """The client left before its request was complete."""


def _request(scope: Scope, body: bytes | None, limit: int) -> Request:
    raw_path = scope.get("raw_path")
    path = raw_path.decode("latin-1") if raw_path else quote(scope["path"])
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    query = scope["query_string"].decode("latin-1")
    over = limit if body is None else None
    return Request(scope["method"], path.partition("?")[0], query, headers, body or b"", over)


def _encoded(headers: Headers | Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]

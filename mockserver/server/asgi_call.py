"""Calls the ASGI application for requests without a ready answer: delayed and broken ones, control calls."""

import asyncio
import logging
from enum import Enum
from typing import Any, Protocol

from mockserver.asgi.fault_sender import RAW_CONNECTION, RawConnection
from mockserver.contract.description import BODILESS
from mockserver.server.encoding import STATUS_LINES, RawHeaders, raw_header_lines
from mockserver.server.fast_path import App
from mockserver.server.request_reader import ReceivedRequest

logger = logging.getLogger("mockserver.server")
FAILED = b"Internal Server Error"


class AnsweringConnection(RawConnection, Protocol):
    """What a call needs of the connection that its request came from."""

    @property
    def server_headers(self) -> RawHeaders:
        """The headers of the server itself, such as Date."""

    def keeps_alive(self, request: ReceivedRequest) -> bool:
        """Whether the connection stays open after the answer to a request."""

    async def drain(self) -> None:
        """Wait until the client has taken enough of what was written."""

    def finish_call(self, request: ReceivedRequest, *, keep_alive: bool) -> None:
        """The answer to a request is complete."""


class Progress(Enum):
    """How much of the answer was sent."""

    NOTHING = "nothing"
    HEAD = "status and headers, and a part of the body"
    ALL = "the whole answer, or all that the client can receive"


class AsgiCall:
    """One call of an application for a complete request (https://asgi.readthedocs.io, HTTP)."""

    def __init__(self, connection: AnsweringConnection, request: ReceivedRequest) -> None:
        self._connection = connection
        self._request = request
        self._progress = Progress.NOTHING
        self._keep_alive = True
        self._is_received = False
        self._disconnected = asyncio.Event()  # the client sends no more, or the answer is complete

    async def run(self, app: App) -> None:
        """Call the application; an error of it is logged, and is the client's 500."""
        scope = {**self._request.scope, "state": {RAW_CONNECTION: self._connection}}
        try:
            await app(scope, self._receive, self._send)
        except Exception as error:  # whatever the application raises: it must not end the server
            logger.error("Exception in ASGI application\n", exc_info=error)
            await self._fail()
        except asyncio.CancelledError:  # the server does not wait longer for this answer
            self._connection.close()
            raise
        if self._progress is not Progress.ALL:  # it began an answer and did not end it
            self._connection.close()

    def disconnect(self) -> None:
        """The client sends no more, which an application that waits for it learns; it may still receive."""
        self._disconnected.set()

    def abandon(self) -> None:
        """Drop what is sent from now on, because nobody receives it."""
        self._progress = Progress.ALL
        self._disconnected.set()

    async def _receive(self) -> dict[str, Any]:
        if self._is_received:
            await self._disconnected.wait()
            return {"type": "http.disconnect"}
        self._is_received = True
        body = self._request.body
        if body is None:  # the application measures the body itself
            body = bytes(self._request.limit + 1)
        return {"type": "http.request", "body": body, "more_body": False}

    async def _send(self, event: Any) -> None:
        await self._connection.drain()
        if self._progress is Progress.ALL:
            return
        if event["type"] == "http.response.start":
            self._start(event["status"], [*self._connection.server_headers, *event.get("headers", ())])
            return
        if self._request.scope["method"] != "HEAD":
            self._connection.write(event.get("body", b""))
        if not event.get("more_body", False):
            self.abandon()
            keep_alive = self._keep_alive and self._connection.keeps_alive(self._request)
            self._connection.finish_call(self._request, keep_alive=keep_alive)

    def _start(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """Send status and headers; an answer without a length ends with its connection."""
        named = {name.lower(): value.lower() for name, value in headers}
        has_length = b"content-length" in named or b"transfer-encoding" in named or status in BODILESS
        says_close = b"close" in named.get(b"connection", b"")
        self._keep_alive = has_length and not says_close and self._connection.keeps_alive(self._request)
        if not self._keep_alive and not says_close:
            headers.append((b"connection", b"close"))
        lines = raw_header_lines(headers)
        if not lines.count(b"\n") == lines.count(b"\r") == len(headers):
            raise ValueError("a header of the answer contains a line break")
        self._progress = Progress.HEAD
        self._connection.write(STATUS_LINES[status] + lines + b"\r\n")

    async def _fail(self) -> None:
        """Answer with a 500, or end the connection if another answer has begun."""
        if self._progress is not Progress.NOTHING:
            self._connection.close()
            return
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(FAILED)),
            (b"connection", b"close"),
        ]
        await self._send({"type": "http.response.start", "status": 500, "headers": headers})
        await self._send({"type": "http.response.body", "body": FAILED})

"""What is out of the ordinary about a connection's requests: too many, too large, or offers to upgrade."""

import re
from collections.abc import Sized
from typing import Any

from starlette.types import ASGIApp
from uvicorn.protocols.http.flow_control import FlowControl

from mockserver.asgi.io import Left, Receive, Scope, Send, read_request, send_answer
from mockserver.http.problem import Problem
from mockserver.server import limits
from mockserver.settings import Settings

_UPGRADE = re.compile(rb"\r\nupgrade:[^\r\n]*", re.IGNORECASE)


class Flow(FlowControl):
    """Reads no further while requests queue up, so that a client cannot fill the memory with them."""

    def __init__(self, transport: Any, queue: Sized) -> None:
        super().__init__(transport)
        self._queue = queue

    def resume_reading(self) -> None:
        if self.read_paused and not self._queue:
            super().resume_reading()


class Measured:
    """An application behind the limits, for heads that may be over them; the connection goes on."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        url = len(scope["raw_path"]) + len(scope["query_string"])
        problem = limits.oversize(url, limits.size_of(scope["headers"]), self._settings)
        if problem is None:
            await self._app(scope, receive, send)
            return
        try:
            _, whole = await read_request(scope, receive, 0)
        except Left:
            return
        await send_answer(send, problem.answer(), head=scope["method"] == "HEAD", close=not whole)


class Sizes:
    """How large one connection's newest request gets before it is whole: by one header, or by trailers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._request: object = None
        self._headers, self._size = 0, 0  # how many there are so far, and their bytes
        self._stray = 0  # bytes since anything of it was complete

    def came(self, size: int, *, told: bool) -> None:
        """So many bytes came; `told`: the parser made something of them."""
        self._stray = 0 if told else self._stray + size

    def problem(self, request: object, url: int, headers: limits.RawHeaders) -> Problem | None:
        """Why a request that is so far is refused; `url` in bytes."""
        if request is not self._request:
            self._request, self._headers, self._size = request, 0, 0
        self._size += limits.size_of(headers[self._headers :])
        self._headers = len(headers)
        return limits.oversize(url, max(self._size, self._stray), self._settings)


def without_upgrade(data: bytes) -> bytes:
    """Bytes of a head without an offer to upgrade, which a server may pass over (RFC 9110, section 7.8).

    Java's HttpClient offers h2c with every first request; the parser would end the message at its head.
    """
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"", head) + end + rest

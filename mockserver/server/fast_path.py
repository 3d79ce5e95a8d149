"""The fast path: answers a complete request where it arrives, with no task, no ASGI events and one write.

Most requests take it. Delayed answers, faults, large bodies and control calls go through ASGI.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from mockserver.app import MockServer
from mockserver.asgi.io import Receive, Scope, Send, framed
from mockserver.engine.exchange import Exchange
from mockserver.http.message import Headers, Request

App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
ServerHeaders: TypeAlias = Iterable[tuple[bytes, bytes]]  # such as Date


class FastPath:
    """Answers the requests of all connections of an application."""

    def __init__(self, app: MockServer) -> None:
        self._app = app
        self._mocked_api = app.mocked_api
        self._run = app.runtime.run
        self._limit = app.runtime.settings.body_limit
        self._heads = app.mocked_api.heads
        self._server_headers: ServerHeaders = ()
        self._server_lines = b""

    def repeated(self, data: bytes, server_headers: ServerHeaders) -> bytes | App | None:
        """Answer `data` if it is exactly one request whose head is cached; otherwise return None.

        The result is that of `__call__`.
        """
        request = self._heads.request(data)
        return None if request is None else self._answer(request, server_headers, keep_alive=True)

    def __call__(self, cycle: RequestResponseCycle, data: bytes) -> bytes | App:
        """Answer a complete request: with the bytes of the answer, or with an application that must send it.

        `data` are the bytes whose arrival completed the request.
        """
        scope: Scope = cycle.scope  # type: ignore[assignment]  # a TypedDict is a mapping
        if len(cycle.body) > self._limit or self._app.is_control(scope["path"]):
            return self._app
        body = bytes(cycle.body)
        if cycle.keep_alive and scope["http_version"] == "1.1":
            request = self._heads.learn(data, scope, body)
        else:
            request = Request(self._heads.head(scope), body)
        return self._answer(request, cycle.default_headers, keep_alive=cycle.keep_alive)

    def _answer(self, request: Request, server_headers: ServerHeaders, *, keep_alive: bool) -> bytes | App:
        exchange = self._run(request)
        answer = exchange.final_answer
        headers, body = framed(answer, head=request.head.method == "HEAD", close=not keep_alive)
        lines = header_lines(headers)
        if exchange.delay or exchange.fault is not None or lines is None:
            return self._finishing(exchange)
        if server_headers is not self._server_headers:  # they change every second
            self._server_headers, self._server_lines = server_headers, server_header_lines(server_headers)
        self._mocked_api.log(exchange)
        return encode_answer(answer.status, self._server_lines, lines, body)

    def _finishing(self, exchange: Exchange) -> App:
        async def finish(scope: Scope, receive: Receive, send: Send) -> None:
            await self._mocked_api.finish(exchange, scope, receive, send)

        return finish


def encode_answer(status: int, server_lines: bytes, lines: str, body: bytes) -> bytes:
    """The bytes of an answer; `lines` are its own headers."""
    return b"%b%b%b\r\n%b" % (STATUS_LINE[status], server_lines, lines.encode("latin-1", "replace"), body)


def header_lines(headers: Headers) -> str | None:
    """Header lines; None if a value contains a line break, which uvicorn then refuses."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
    return lines if lines.count("\n") == lines.count("\r") == len(headers) else None


def server_header_lines(headers: ServerHeaders) -> bytes:
    """Header lines of the server itself, such as Date."""
    return b"".join([name + b": " + value + b"\r\n" for name, value in headers])

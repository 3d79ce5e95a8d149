"""A whole request that is answered where it arrives: no task, no events of ASGI, one write.

Most are answered so. What waits, breaks, is large or belongs to the control API goes the way of ASGI.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from mockserver.app import MockServer
from mockserver.asgi.io import Receive, Scope, Send, framed
from mockserver.engine.exchange import Exchange
from mockserver.http.message import Headers, Request

App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
ServerHeaders: TypeAlias = Iterable[tuple[bytes, bytes]]  # its own, such as Date


class FastPath:
    """Answers the requests of an application's connections."""

    def __init__(self, app: MockServer) -> None:
        self._app = app
        self._mocked_api = app.mocked_api
        self._pipeline = app.runtime.pipeline
        self._limit = app.runtime.settings.body_limit
        self._heads = app.mocked_api.heads
        self._server_headers: ServerHeaders = ()
        self._server_lines = b""

    def repeated(self, data: bytes, server_headers: ServerHeaders) -> bytes | App | None:
        """What `__call__` says of a request whose head came before; None if the bytes are no such request."""
        request = self._heads.request(data)
        return None if request is None else self._answer(request, server_headers, keep_alive=True)

    def __call__(self, cycle: RequestResponseCycle, data: bytes) -> bytes | App:
        """The bytes that answer a request which is whole, else the application that is to go on with it.

        `data` is what came when it became whole.
        """
        scope: Scope = cycle.scope  # type: ignore[assignment]  # a TypedDict is a mapping
        if len(cycle.body) > self._limit or self._app.is_control(scope["path"]):
            return self._app
        body = bytes(cycle.body)
        if cycle.keep_alive and scope["http_version"] == "1.1":
            request = self._heads.learn(data, scope, body)
        else:
            request = Request(self._heads.of(scope), body)
        return self._answer(request, cycle.default_headers, keep_alive=cycle.keep_alive)

    def _answer(self, request: Request, server_headers: ServerHeaders, *, keep_alive: bool) -> bytes | App:
        try:
            exchange = self._pipeline.run(request)
        except Exception as error:  # of a model, say: for the server to answer as any application's
            return _raising(error)
        answer = exchange.final_answer
        headers, body = framed(answer, head=request.head.method == "HEAD", close=not keep_alive)
        lines = lines_of(headers)
        if exchange.delay or exchange.fault is not None or lines is None:
            return self._finishing(exchange)
        if server_headers is not self._server_headers:  # others each second
            self._server_headers, self._server_lines = server_headers, server_lines_of(server_headers)
        self._mocked_api.log(exchange)
        return on_the_wire(answer.status, self._server_lines, lines, body)

    def _finishing(self, exchange: Exchange) -> App:
        async def finish(scope: Scope, receive: Receive, send: Send) -> None:
            await self._mocked_api.finish(exchange, scope, receive, send)

        return finish


def _raising(error: Exception) -> App:
    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    return fail


def on_the_wire(status: int, server_lines: bytes, lines: str, body: bytes) -> bytes:
    """A whole answer as bytes; `lines` are its own headers."""
    return b"%b%b%b\r\n%b" % (STATUS_LINE[status], server_lines, lines.encode("latin-1", "replace"), body)


def lines_of(headers: Headers) -> str | None:
    """Headers as they go onto the wire; None where one would break its line: the server refuses those."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
    return lines if lines.count("\n") == lines.count("\r") == len(headers) else None


def server_lines_of(headers: ServerHeaders) -> bytes:
    """The server's own headers, such as Date, as they go onto the wire."""
    return b"".join([name + b": " + value + b"\r\n" for name, value in headers])

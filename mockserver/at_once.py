"""A whole request that is answered where it arrives: no task, no events of ASGI, one write.

Most are answered so. What waits, breaks, is large or belongs to the control API goes the way of ASGI.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from mockserver.app import MockServer
from mockserver.contract.operation import BODILESS
from mockserver.edge import request_of
from mockserver.exchange import Exchange
from mockserver.message import Answer
from mockserver.sending import Receive, Scope, Send

App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


class AtOnce:
    """Answers the requests of an application's connections."""

    def __init__(self, app: MockServer) -> None:
        self._app = app
        self._edge = app.edge
        self._pipeline = app.server.pipeline
        self._limit = app.server.settings.body_limit

    def __call__(self, cycle: RequestResponseCycle) -> bytes | App:
        """The bytes that answer a request which is whole, else the application that is to go on with it."""
        scope: Scope = cycle.scope  # type: ignore[assignment]  # a TypedDict is a mapping
        if len(cycle.body) > self._limit or self._app.is_control(scope["path"]):
            return self._app
        try:
            exchange = self._pipeline.run(request_of(scope, bytes(cycle.body)))
        except (
            Exception
        ) as error:  # of a model, say: the server answers as it does to any application's error
            return _raising(error)
        if exchange.delay or exchange.fault is not None:
            return self._finishing(exchange)
        answer = exchange.finished
        head = _head(answer, cycle.default_headers, keep_alive=cycle.keep_alive)
        if head is None:
            return self._finishing(exchange)
        self._edge.log(exchange)
        return head if scope["method"] == "HEAD" or _is_bodiless(answer) else head + answer.body

    def _finishing(self, exchange: Exchange) -> App:
        async def finish(scope: Scope, receive: Receive, send: Send) -> None:
            await self._edge.finish(exchange, scope, receive, send)

        return finish


def _raising(error: Exception) -> App:
    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    return fail


def _head(answer: Answer, dated: Iterable[tuple[bytes, bytes]], *, keep_alive: bool) -> bytes | None:
    """Status line and headers; None for headers that are not to be sent as they are."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in answer.headers])
    if lines.count("\n") != len(answer.headers) or lines.count("\r") != len(answer.headers):
        return None
    if not _is_bodiless(answer):
        lines += f"content-length: {len(answer.body)}\r\n"
    if not keep_alive:
        lines += "connection: close\r\n"
    date = b"".join([name + b": " + value + b"\r\n" for name, value in dated])
    return STATUS_LINE[answer.status] + date + lines.encode("latin-1", "replace") + b"\r\n"


def _is_bodiless(answer: Answer) -> bool:
    return answer.status in BODILESS or answer.status < 200

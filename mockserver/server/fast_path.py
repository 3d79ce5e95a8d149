"""The fast path: answers a complete request where it arrives, with no task, no ASGI events and one write.

Most requests take it. Delayed answers, faults, large bodies and control calls go through ASGI.
"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from mockserver.app import MockServer
from mockserver.asgi.io import Receive, Scope, Send, framed, head_of
from mockserver.control.routes import LIMIT
from mockserver.engine.exchange import Exchange
from mockserver.engine.request_facts import RequestFacts
from mockserver.http.message import Request
from mockserver.server.encoding import RawHeaders, encode_answer, header_lines, raw_header_lines
from mockserver.server.request_reader import ReceivedRequest

App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


class FastPath:
    """Answers the requests of all connections of an application."""

    def __init__(self, app: MockServer) -> None:
        self._app = app
        self._mocked_api = app.mocked_api
        self._run = app.runtime.run
        self._read = app.session_paths.read
        self._limit = app.runtime.settings.body_limit
        self._pipeline = app.runtime.pipeline
        self._server_headers: RawHeaders = ()
        self._server_lines = b""

    def body_limit(self, path: str) -> int:
        """The largest body of a request to a path, in bytes."""
        return LIMIT if self._app.is_control(path) else self._limit

    def repeated(self, data: bytes, server_headers: RawHeaders) -> bytes | App | None:
        """Answer `data` if it is exactly one request whose head is cached; otherwise return None.

        The result is that of `__call__`.
        """
        known = self._pipeline.heads.request(data)
        if known is None:
            return None
        request, facts = known
        return self._answer(request, facts, server_headers, keep_alive=True)

    def __call__(
        self, received: ReceivedRequest, data: bytes, server_headers: RawHeaders, *, keep_alive: bool
    ) -> bytes | App:
        """Answer a complete request: with the bytes of the answer, or with an application that must send it.

        `data` are the bytes of the request, empty if they did not arrive in one read, and `keep_alive` is
        whether the connection stays open.
        """
        scope = received.scope
        if self._mocked_api.proxy is not None or self._app.is_control(scope["path"]):
            return self._app
        head = head_of(scope)
        if received.body is None:
            request = self._read(Request(head, b"", received.limit))
        else:
            request = self._read(Request(head, received.body))
            if data and keep_alive:
                self._pipeline.heads.learn(data, request)
        return self._answer(request, None, server_headers, keep_alive=keep_alive)

    def _answer(
        self, request: Request, facts: RequestFacts | None, server_headers: RawHeaders, *, keep_alive: bool
    ) -> bytes | App:
        exchange = self._run(request, facts)
        answer = exchange.final_answer
        headers, body = framed(answer, head=request.head.method == "HEAD", close=not keep_alive)
        lines = header_lines(headers)
        if exchange.delay or exchange.fault is not None or lines is None:
            return self._finishing(exchange)
        if server_headers is not self._server_headers:  # they change every second
            self._server_headers, self._server_lines = server_headers, raw_header_lines(server_headers)
        self._mocked_api.log(exchange)
        return encode_answer(answer.status, self._server_lines, lines, body)

    def _finishing(self, exchange: Exchange) -> App:
        async def finish(scope: Scope, receive: Receive, send: Send) -> None:
            await self._mocked_api.finish(exchange, scope, receive, send)

        return finish


class ControlPath:
    """Leaves the requests on a port of the control API to the control API, which has no fast path."""

    def __init__(self, app: MockServer) -> None:
        self._app = app

    def body_limit(self, path: str) -> int:
        """The largest body of a request, in bytes."""
        return LIMIT

    def repeated(self, data: bytes, server_headers: RawHeaders) -> None:
        """No head is cached."""

    def __call__(
        self, received: ReceivedRequest, data: bytes, server_headers: RawHeaders, *, keep_alive: bool
    ) -> App:
        """The application that answers every request."""
        return self._app.control_api

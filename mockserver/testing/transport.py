"""Transports for httpx clients, sync and async, that send their requests to a test's session."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
from starlette.types import Receive, Scope, Send

from mockserver.app import MockServer
from mockserver.asgi.fault_sender import RAW_CONNECTION
from mockserver.engine.session_keys import DEFAULT
from mockserver.testing.control_client import ControlClient, Headers

URL = "http://localhost"  # a loopback host, which the control API trusts
Result = TypeVar("Result")


class LoopThread:
    """An event loop in a thread of its own, for synchronous callers and callers that block another loop."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mock_transport", daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine in the thread; return its result, or raise its error."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextmanager
def loop_thread() -> Iterator[LoopThread]:
    loop = LoopThread()
    try:
        yield loop
    finally:
        loop.close()


class _BrokenConnection:
    """Stands in for a socket in `FaultSender`: a broken connection becomes an error of httpx."""

    def write(self, data: bytes) -> None:
        """Discard the data: the connection is closed or reset next."""

    def close(self) -> None:
        raise httpx.RemoteProtocolError("the mock server closed the connection on purpose")

    def reset(self) -> None:
        raise httpx.ReadError("the mock server reset the connection on purpose")


class MockTransport(httpx.ASGITransport, httpx.BaseTransport):
    """Calls the application in this process, without a socket.

    A request without `X-Mock-Session` gets the session `key`. Network faults and read timeouts raise the
    errors that httpx raises for them over a socket.
    """

    def __init__(self, app: MockServer, loop: LoopThread, key: str) -> None:
        async def breakable(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "state": {RAW_CONNECTION: _BrokenConnection()}}, receive, send)

        super().__init__(breakable)
        self._loop = loop
        self._key = key

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers.setdefault("X-Mock-Session", self._key)
        timeout = request.extensions.get("timeout", {}).get("read")
        try:
            return await asyncio.wait_for(super().handle_async_request(request), timeout)
        except TimeoutError:
            raise httpx.ReadTimeout(f"no answer within {timeout:g} seconds", request=request) from None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()  # a streamed body is then readable for async clients, too
        return self._loop.run(self._answer_with_body(request))

    async def _answer_with_body(self, request: httpx.Request) -> httpx.Response:
        """The answer with its body read, as a sync client needs it."""
        answer = await self.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


class SocketTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Sends requests over a socket to a running server; adds the session `key` as MockTransport does."""

    def __init__(self, key: str) -> None:
        self._key = key

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers.setdefault("X-Mock-Session", self._key)
        request.read()
        with httpx.HTTPTransport() as transport:
            answer = transport.handle_request(request)
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers.setdefault("X-Mock-Session", self._key)
        async with httpx.AsyncHTTPTransport() as transport:
            answer = await transport.handle_async_request(request)
            return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


def in_process_client(app: MockServer, loop: LoopThread) -> ControlClient:
    """A client of the control API of an application in this process."""
    asgi = MockTransport(app, loop, DEFAULT)

    def transport(method: str, path: str, headers: Headers, body: bytes) -> tuple[int, bytes]:
        answer = asgi.handle_request(httpx.Request(method, URL + path, headers=headers, content=body))
        return answer.status_code, answer.content

    return ControlClient(URL, transport, app.runtime.settings.control_prefix)

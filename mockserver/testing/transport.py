"""The application without a socket, for clients of httpx: the async ones and the others."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
from starlette.types import Receive, Scope, Send

from mockserver.app import MockServer
from mockserver.asgi.fault_sender import RAW_CONNECTION
from mockserver.engine.sessions import DEFAULT
from mockserver.testing.control import Control, Headers

URL = "http://localhost"  # a loopback name, so that clients may make control calls, too
Result = TypeVar("Result")


class Loop:
    """An event loop in a thread, for calls that must not wait for the caller's own loop."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mock_transport", daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """The coroutine's result; its errors are raised here."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextmanager
def running_loop() -> Iterator[Loop]:
    loop = Loop()
    try:
        yield loop
    finally:
        loop.close()


class _NoSocket:
    """What a client of a broken connection is told, where there is none to break."""

    def write(self, data: bytes) -> None:
        """Nobody reads on: the connection ends next."""

    def close(self) -> None:
        raise httpx.RemoteProtocolError("the mock server closed the connection on purpose")

    def reset(self) -> None:
        raise httpx.ReadError("the mock server reset the connection on purpose")


class MockTransport(httpx.ASGITransport, httpx.BaseTransport):
    """For `httpx.Client` and `httpx.AsyncClient`; a request without `X-Mock-Session` is in that of `key`.

    A fault is raised as the error that httpx raises for it over a socket, and so is a read timeout.
    """

    def __init__(self, app: MockServer, loop: Loop, key: str) -> None:
        async def breakable(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "state": {RAW_CONNECTION: _NoSocket()}}, receive, send)

        super().__init__(breakable)
        self._loop = loop
        self._key = key

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers.setdefault("X-Mock-Session", self._key)
        patience = request.extensions.get("timeout", {}).get("read")
        try:
            return await asyncio.wait_for(super().handle_async_request(request), patience)
        except TimeoutError:
            raise httpx.ReadTimeout("no answer came in time", request=request) from None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()  # a body that comes in parts is then one that either kind of client can send
        return self._loop.run(self._whole(request))

    async def _whole(self, request: httpx.Request) -> httpx.Response:
        """The answer with its body at hand, as a sync client takes it."""
        answer = await self.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


class SharedTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """The same for a server that runs elsewhere, over a socket."""

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


def control_of(app: MockServer, loop: Loop) -> Control:
    """The control API of an application that no socket leads to."""
    transport = MockTransport(app, loop, DEFAULT)

    def carry(method: str, path: str, headers: Headers, body: bytes) -> tuple[int, bytes]:
        answer = transport.handle_request(httpx.Request(method, URL + path, headers=headers, content=body))
        return answer.status_code, answer.content

    return Control(URL, carry)

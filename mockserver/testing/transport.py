"""Transports for httpx clients, sync and async, that send their requests to a test's session."""

import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from mockserver.testing.control_client import ControlClient, Headers
from mockserver.testing.in_process_server import InProcessServer
from mockserver.testing.memory_backend import AsyncMemoryBackend, Connect, MemoryBackend, running_loop

URL = "http://localhost"  # a loopback host, which the control API trusts
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20)  # the defaults of httpx's clients
_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
)


class MemoryTransport(httpx.BaseTransport):
    """Sends the requests of a sync client over connections in memory."""

    def __init__(self, connect: Connect, limits: httpx.Limits) -> None:
        self._pool = httpcore.ConnectionPool(network_backend=MemoryBackend(connect), **_options(limits))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with _errors_of_httpx():
            answer = self._pool.handle_request(_request_of_httpcore(request))
        return _answer_of_httpx(answer, _Body(answer))

    def close(self) -> None:
        self._pool.close()


class AsyncMemoryTransport(httpx.AsyncBaseTransport):
    """Sends the requests of an async client of one event loop over connections in memory."""

    def __init__(self, connect: Connect, limits: httpx.Limits) -> None:
        backend = AsyncMemoryBackend(connect)
        self._pool = httpcore.AsyncConnectionPool(network_backend=backend, **_options(limits))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        with _errors_of_httpx():
            answer = await self._pool.handle_async_request(_request_of_httpcore(request))
        return _answer_of_httpx(answer, _AsyncBody(answer))

    async def aclose(self) -> None:
        await self._pool.aclose()


class MockTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Sends requests without `X-Mock-Session` to the session `key`.

    `sync` and `async_` make the transports that it needs: one for all sync clients, and one for the async
    clients of each event loop. A client that is closed closes that transport; the next request makes another.
    """

    def __init__(
        self,
        key: str,
        sync: Callable[[httpx.Limits], httpx.BaseTransport],
        async_: Callable[[httpx.Limits], httpx.AsyncBaseTransport],
        limits: httpx.Limits = LIMITS,
    ) -> None:
        self._key = key
        self._sync = sync
        self._async = async_
        self._limits = limits
        self._lock = threading.Lock()
        self._sync_transport: httpx.BaseTransport | None = None
        self._async_transports: dict[object, httpx.AsyncBaseTransport] = {}  # by the event loop

    def limited(self, limits: httpx.Limits) -> "MockTransport":
        """A transport of the same session with these limits: a client hands its own to no transport."""
        return MockTransport(self._key, self._sync, self._async, limits)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers.setdefault("X-Mock-Session", self._key)
        with self._lock:
            transport = self._sync_transport = self._sync_transport or self._sync(self._limits)
        return transport.handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers.setdefault("X-Mock-Session", self._key)
        loop = running_loop().loop
        if loop not in self._async_transports:
            self._async_transports[loop] = self._async(self._limits)
        return await self._async_transports[loop].handle_async_request(request)

    def close(self) -> None:
        with self._lock:
            transport, self._sync_transport = self._sync_transport, None
        if transport is not None:
            transport.close()

    async def aclose(self) -> None:
        transport = self._async_transports.pop(running_loop().loop, None)
        if transport is not None:
            await transport.aclose()


def in_process_transport(server: InProcessServer, key: str) -> MockTransport:
    """A transport that calls a server in this process, without a socket; any URL leads to it."""
    return MockTransport(
        key,
        lambda limits: MemoryTransport(server.connect, limits),
        lambda limits: AsyncMemoryTransport(server.connect, limits),
    )


def socket_transport(key: str) -> MockTransport:
    """A transport that calls servers over sockets."""
    return MockTransport(
        key,
        lambda limits: httpx.HTTPTransport(limits=limits),
        lambda limits: httpx.AsyncHTTPTransport(limits=limits),
    )


@contextmanager
def in_process_client(server: InProcessServer) -> Iterator[ControlClient]:
    """A client of the control API of a server in this process."""

    def transport(method: str, path: str, headers: Headers, body: bytes) -> tuple[int, bytes]:
        answer = memory.handle_request(httpx.Request(method, URL + path, headers=headers, content=body))
        return answer.status_code, answer.read()

    with MemoryTransport(server.connect, LIMITS) as memory:
        yield ControlClient(URL, transport, server.app.runtime.settings.control_prefix)


class _Body(httpx.SyncByteStream):
    """The body of an answer."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _errors_of_httpx():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _AsyncBody(httpx.AsyncByteStream):
    """The body of an answer."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _errors_of_httpx():
            async for part in self._answer.aiter_stream():
                yield part

    async def aclose(self) -> None:
        await self._answer.aclose()


def _options(limits: httpx.Limits) -> dict[str, Any]:
    return {
        "ssl_context": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # of https URLs, where nothing is encrypted
        "max_connections": limits.max_connections,
        "max_keepalive_connections": limits.max_keepalive_connections,
        "keepalive_expiry": limits.keepalive_expiry,
    }


def _request_of_httpcore(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _answer_of_httpx(
    answer: httpcore.Response, body: httpx.SyncByteStream | httpx.AsyncByteStream
) -> httpx.Response:
    return httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=answer.extensions)


@contextmanager
def _errors_of_httpx() -> Iterator[None]:
    """Raise an error of httpcore as that of httpx, which has the same name."""
    try:
        yield
    except _ERRORS as error:
        raised: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
        raise raised(str(error)) from error

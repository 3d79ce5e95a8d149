"""Connections in memory as network streams of httpcore, the library below httpx."""

import asyncio
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import NamedTuple, TypeVar

import anyio
import anyio.lowlevel
import httpcore

from mockserver.testing.memory_connection import ClientEnd, Wake

Connect = Callable[[], ClientEnd]  # raises OSError
Result = TypeVar("Result")
CONNECTING = 3  # iterations of the client's event loop, which a socket takes, too


class MemoryStream(httpcore.NetworkStream):
    """A connection of a synchronous client."""

    def __init__(self, end: ClientEnd) -> None:
        self._end = end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _raised_as(httpcore.ReadError, httpcore.ReadTimeout):
            return _blocking(partial(self._end.receive, max_bytes), timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        with _raised_as(httpcore.WriteError, httpcore.WriteTimeout):
            while rest:
                rest = rest[_blocking(partial(self._end.send, rest), timeout) :]

    def close(self) -> None:
        self._end.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same stream: in memory nothing is encrypted."""
        return self

    def get_extra_info(self, info: str) -> bool | None:
        """Whether the connection `is_readable`, which is all that the pool asks."""
        return self._end.is_readable() if info == "is_readable" else None


class AsyncMemoryStream(httpcore.AsyncNetworkStream):
    """A connection of a client under asyncio or trio."""

    def __init__(self, end: ClientEnd) -> None:
        self._end = end

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _raised_as(httpcore.ReadError, httpcore.ReadTimeout), anyio.fail_after(timeout):
            return await _waiting(partial(self._end.receive, max_bytes))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        with _raised_as(httpcore.WriteError, httpcore.WriteTimeout), anyio.fail_after(timeout):
            while rest:
                rest = rest[await _waiting(partial(self._end.send, rest)) :]

    async def aclose(self) -> None:
        self._end.close()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        """The same stream: in memory nothing is encrypted."""
        return self

    def get_extra_info(self, info: str) -> bool | None:
        """Whether the connection `is_readable`, which is all that the pool asks."""
        return self._end.is_readable() if info == "is_readable" else None


class MemoryBackend(httpcore.NetworkBackend):
    """Connects synchronous clients; whatever host and port they name, it is the same server."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        with _raised_as(httpcore.ConnectError, httpcore.ConnectTimeout):
            if timeout == 0:
                raise BlockingIOError("a connection takes some time")
            return MemoryStream(self._connect())


class AsyncMemoryBackend(httpcore.AsyncNetworkBackend):
    """Connects clients under asyncio and trio, in the same way."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        with _raised_as(httpcore.ConnectError, httpcore.ConnectTimeout), anyio.fail_after(timeout):
            for _ in range(CONNECTING):
                await anyio.lowlevel.checkpoint()
            return AsyncMemoryStream(self._connect())


@contextmanager
def _raised_as(error: type[Exception], timeout: type[Exception]) -> Iterator[None]:
    """Raise the errors of sockets as those of httpcore."""
    try:
        yield
    except TimeoutError as raised:
        raise timeout(str(raised)) from raised
    except OSError as raised:
        raise error(str(raised)) from raised


def _blocking(attempt: Callable[[Wake], Result | None], timeout: float | None) -> Result:
    """The result of an attempt, which is made again whenever it is woken until it has one.

    Raises what it raises, TimeoutError after `timeout` seconds, and BlockingIOError at once if that is 0, as
    a socket does.
    """
    until = None if timeout is None else time.monotonic() + timeout
    while True:
        woken = threading.Event()
        result = attempt(woken.set)
        if result is not None:
            return result
        if timeout == 0:
            raise BlockingIOError("the operation would block")
        if not woken.wait(None if until is None else max(0.0, until - time.monotonic())):
            raise TimeoutError("timed out")


async def _waiting(attempt: Callable[[Wake], Result | None]) -> Result:
    """The same without an end, and without holding up the event loop."""
    await anyio.lowlevel.checkpoint()
    schedule = running_loop().schedule
    while True:
        woken = anyio.Event()

        def wake(woken: anyio.Event = woken) -> None:
            with suppress(RuntimeError):  # the loop is closed
                schedule(woken.set)

        result = attempt(wake)
        if result is not None:
            return result
        await woken.wait()


class RunningLoop(NamedTuple):
    """The event loop of the caller; `schedule` has it call a function, from any thread."""

    loop: object
    schedule: Callable[[Callable[[], None]], object]


def running_loop() -> RunningLoop:
    """The loop of asyncio or trio that runs now."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        import trio

        token = trio.lowlevel.current_trio_token()
        return RunningLoop(token, token.run_sync_soon)
    return RunningLoop(loop, loop.call_soon_threadsafe)

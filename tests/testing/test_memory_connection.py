"""A connection in memory: bytes come in order, and an end of one side is what TCP makes of it."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.testing.memory_connection import CAPACITY, HIGH_WATER, ClientEnd, ServerEnd, connected

MUCH = CAPACITY + 2 * HIGH_WATER
LINGER = (socket.SOL_SOCKET, socket.SO_LINGER, b"")


class Recorder(asyncio.Protocol):
    """A protocol that keeps what happens; `keeps_open` is its answer to the client's end."""

    def __init__(self, keeps_open: bool = False) -> None:
        self.received = bytearray()
        self.events: list[str] = []
        self.error: Exception | None = None
        self._keeps_open = keeps_open

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.server = cast("ServerEnd", transport)

    def data_received(self, data: bytes) -> None:
        self.received += data

    def eof_received(self) -> bool:
        self.events.append("eof")
        return self._keeps_open

    def pause_writing(self) -> None:
        self.events.append("pause")

    def resume_writing(self) -> None:
        self.events.append("resume")

    def connection_lost(self, exc: Exception | None) -> None:
        self.events.append("lost")
        self.error = exc


def with_connection(
    use: Callable[[ClientEnd, Recorder], Awaitable[None]], keeps_open: bool = False
) -> Recorder:
    """Use a new connection within one event loop; the server's end after it."""

    async def within() -> Recorder:
        protocol = Recorder(keeps_open)
        client = connected(asyncio.get_running_loop(), lambda: protocol)
        await settle()
        await use(client, protocol)
        await settle()
        return protocol

    return asyncio.run(within())


async def settle() -> None:
    """Let the server's end do what is due."""
    for _ in range(100):
        await asyncio.sleep(0)


def ignore() -> None:
    """Wake nobody."""


def rest(client: ClientEnd) -> bytes | None:
    """The next bytes, however many."""
    return client.receive(2 * MUCH, ignore)


@given(st.lists(st.binary(max_size=20)), st.lists(st.binary(max_size=20)), st.integers(1, 30))
def test_bytes_come_in_order(up: list[bytes], down: list[bytes], size: int):
    async def use(client: ClientEnd, protocol: Recorder) -> None:
        for part in up:
            assert part == b"" or client.send(memoryview(part), ignore) == len(part)
        for part in down:
            protocol.server.write(part)
        protocol.server.write_eof()
        received = b""
        while part := client.receive(size, ignore):
            assert len(part) <= size
            received += part
        assert received == b"".join(down)

    assert with_connection(use).received == b"".join(up)


def test_a_client_is_woken_by_bytes():
    async def use(client: ClientEnd, protocol: Recorder) -> None:
        woken = asyncio.Event()
        assert client.receive(10, woken.set) is None
        assert not client.is_readable()
        protocol.server.write(b"a")
        assert woken.is_set()
        assert client.is_readable()
        assert rest(client) == b"a"
        assert rest(client) is None

    with_connection(use)


def test_the_end_of_the_server_comes_after_its_bytes():
    async def use(client: ClientEnd, protocol: Recorder) -> None:
        protocol.server.write(b"bytes")
        protocol.server.close()
        await settle()
        assert (rest(client), rest(client), rest(client)) == (b"bytes", b"", b"")

    assert with_connection(use).error is None


def test_a_reset_comes_after_the_bytes_that_had_arrived():
    async def use(client: ClientEnd, protocol: Recorder) -> None:
        protocol.server.write(b"bytes")
        protocol.server.get_extra_info("socket").setsockopt(*LINGER)
        protocol.server.abort()
        await settle()
        assert rest(client) == b"bytes"
        with pytest.raises(ConnectionResetError):
            rest(client)
        assert rest(client) == b""


def test_a_reset_is_the_error_of_what_the_client_does_next_and_then_an_end():
    async def use(client: ClientEnd, protocol: Recorder) -> None:
        protocol.server.get_extra_info("socket").setsockopt(*LINGER)
        protocol.server.abort()
        await settle()
        with pytest.raises(BrokenPipeError):
            client.send(memoryview(b"a"), ignore)
        assert rest(client) == b""

    with_connection(use)


def test_a_server_that_closes_without_having_read_all_resets():
    async def use(client: ClientEnd, protocol: Recorder) -> None:
        protocol.server.pause_reading()
        client.send(memoryview(b"unread"), ignore)
        protocol.server.close()
        await settle()
        with pytest.raises(ConnectionResetError):
            rest(client)

    assert with_connection(use).received == b""


def test_only_the_second_sending_to_a_closed_server_fails():
    async def use(client: ClientEnd, protocol: Recorder) -> None:
        protocol.server.close()
        await settle()
        assert client.send(memoryview(b"lost"), ignore) == 4
        with pytest.raises(BrokenPipeError):
            client.send(memoryview(b"a"), ignore)
        assert rest(client) == b""

    with_connection(use)


@pytest.mark.parametrize("keeps_open", [False, True])
def test_a_client_that_closes_is_an_end_which_the_server_may_survive(keeps_open):
    async def use(client: ClientEnd, protocol: Recorder) -> None:
        client.send(memoryview(b"last"), ignore)
        client.close()
        await settle()
        assert protocol.events == (["eof"] if keeps_open else ["eof", "lost"])
        protocol.server.write(b"nobody reads this")
        with pytest.raises(OSError, match="Bad file descriptor"):
            rest(client)
        with pytest.raises(OSError, match="Bad file descriptor"):
            client.send(memoryview(b"a"), ignore)

    protocol = with_connection(use, keeps_open)
    assert (bytes(protocol.received), protocol.events[-1]) == (b"last", "lost")
    assert isinstance(protocol.error, BrokenPipeError) is keeps_open


def test_a_client_that_closes_without_having_read_all_resets():
    async def use(client: ClientEnd, protocol: Recorder) -> None:
        protocol.server.write(b"unread")
        client.close()

    protocol = with_connection(use)
    assert isinstance(protocol.error, ConnectionResetError)
    assert protocol.events == ["lost"]


def test_a_server_that_does_not_read_fills_the_wire():
    async def use(client: ClientEnd, protocol: Recorder) -> None:
        protocol.server.pause_reading()
        assert not protocol.server.is_reading()
        assert client.send(memoryview(bytes(MUCH)), ignore) == CAPACITY
        woken = asyncio.Event()
        assert client.send(memoryview(b"a"), woken.set) is None
        protocol.server.resume_reading()
        await asyncio.wait_for(woken.wait(), 10)
        assert client.send(memoryview(b"a"), ignore) == 1

    assert len(with_connection(use).received) == CAPACITY + 1


def test_a_client_that_does_not_read_has_the_server_pause():
    async def use(client: ClientEnd, protocol: Recorder) -> None:
        protocol.server.write(bytes(MUCH))
        assert protocol.server.get_write_buffer_size() == MUCH - CAPACITY
        assert protocol.events == ["pause"]
        protocol.server.close()
        await settle()
        assert protocol.events == ["pause"]  # what is unsent is sent first
        assert rest(client) == bytes(MUCH)
        await settle()
        assert protocol.events == ["pause", "resume", "lost"]
        assert rest(client) == b""

    with_connection(use)


def test_an_aborted_connection_loses_what_is_unsent():
    async def use(client: ClientEnd, protocol: Recorder) -> None:
        protocol.server.write(bytes(MUCH))
        protocol.server.abort()
        assert protocol.server.is_closing()
        await settle()
        assert rest(client) == bytes(CAPACITY)
        assert rest(client) == b""

    assert with_connection(use).error is None

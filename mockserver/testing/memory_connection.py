"""A connection without a socket: a transport of asyncio at the server's end, bytes at the client's.

It behaves as TCP does over the loopback interface (RFC 9293): each direction holds a limited number of bytes,
what was sent before an end is received before it, and an end that leaves bytes unread is a reset.
"""

import asyncio
import errno
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from typing import Any

Wake = Callable[[], None]  # called from any thread; must return at once

CAPACITY = 4 * 2**20  # bytes on their way in one direction, as in the buffers of two sockets
HIGH_WATER = 2**16  # bytes over the capacity that make the server pause, as in asyncio
LOW_WATER = 2**14  # bytes over the capacity at which it continues
LARGEST_READ = 2**18  # bytes, as in asyncio


class End(Enum):
    """How one end ended its direction."""

    EOF = "FIN: everything was sent"
    RESET = "RST: the connection does not exist any more"


class Wire:
    """What both ends of a connection share; `lock` guards all of it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.to_client = bytearray()
        self.to_server = bytearray()
        self.client_end: End | None = None
        self.server_end: End | None = None
        self.is_lost = False  # the server's end is closed
        self.is_refused = False  # the client has sent something to the closed end
        self.wakes: list[Wake] = []  # of a client that waits

    @property
    def unsent(self) -> int:
        """How many bytes of the server exceed the capacity."""
        return max(0, len(self.to_client) - CAPACITY)

    def wake(self) -> None:
        """Wake the client; call it with the lock held."""
        wakes, self.wakes = self.wakes, []
        for wake in wakes:
            wake()


class ClientEnd:
    """The client's end, for any thread: no method waits. `advance` has the server's end look at the wire."""

    def __init__(self, wire: Wire, advance: Callable[[], None]) -> None:
        self._wire = wire
        self._advance = advance

    def receive(self, size: int, wake: Wake) -> bytes | None:
        """At most `size` bytes, none at the end; None if there is nothing yet: `wake` is called then.

        Raises ConnectionResetError, and OSError if this end is closed.
        """
        wire = self._wire
        with wire.lock:
            self._check_open()
            if wire.to_client:
                is_awaited = wire.unsent > 0
                data = bytes(wire.to_client[:size])
                del wire.to_client[:size]
            elif wire.server_end is None:
                wire.wakes.append(wake)
                return None
            elif wire.server_end is End.RESET:
                wire.server_end = End.EOF  # a reset is an error once
                raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
            else:
                return b""
        if is_awaited:
            self._advance()
        return data

    def send(self, data: memoryview, wake: Wake) -> int | None:
        """Send bytes, and return how many; None if the wire is full: `wake` is called when it has room.

        Raises BrokenPipeError, and OSError if this end is closed.
        """
        wire = self._wire
        with wire.lock:
            self._check_open()
            if wire.is_lost:
                if wire.is_refused or wire.server_end is End.RESET:
                    wire.server_end = End.EOF  # a reset is an error once
                    raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
                wire.is_refused = True  # the answer to these bytes is a reset
                return len(data)
            size = min(len(data), CAPACITY - len(wire.to_server))
            if size == 0:
                wire.wakes.append(wake)
                return None
            wire.to_server += data[:size]
        self._advance()
        return size

    def is_readable(self) -> bool:
        """Whether `receive` has something to tell: bytes, an end or an error."""
        wire = self._wire
        return bool(wire.to_client) or wire.server_end is not None or wire.client_end is not None

    def close(self) -> None:
        """End the connection: with a reset if bytes of the server are unread."""
        wire = self._wire
        with wire.lock:
            if wire.client_end is None:
                wire.client_end = End.RESET if wire.to_client else End.EOF
        self._advance()

    def _check_open(self) -> None:
        if self._wire.client_end is not None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))


class ServerEnd(asyncio.Transport):
    """The server's end, for the thread of its event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: asyncio.Protocol, wire: Wire) -> None:
        super().__init__()
        self._loop = loop
        self._protocol = protocol
        self._wire = wire
        self._is_closing = False
        self._is_reading = True
        self._is_ended = False  # the protocol knows that the client sends no more
        self._is_full = False  # the protocol has paused
        self._resets = False  # the end of this end is a reset
        self._error: OSError | None = None  # what the client did
        protocol.connection_made(self)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """This end itself as the `socket`, of which a connection sets an option."""
        return self if name == "socket" else default

    def setsockopt(self, level: int, option: int, value: bytes) -> None:
        """Close the connection by a reset: SO_LINGER is the only option that a connection sets."""
        self._resets = (level, option) == (socket.SOL_SOCKET, socket.SO_LINGER)

    def advance(self) -> None:
        """Tell the protocol what the client did."""
        self._receive()
        wire = self._wire
        if self._is_full and wire.unsent <= LOW_WATER:
            self._is_full = False
            self._protocol.resume_writing()
        if self._is_closing and (not wire.unsent or wire.client_end is not None):
            self._lose()

    def _receive(self) -> None:
        while self._is_reading and not self._is_closing and not self._is_ended:
            wire = self._wire
            with wire.lock:
                data = bytes(wire.to_server[:LARGEST_READ])
                del wire.to_server[:LARGEST_READ]
                wire.wake()
            if data:
                self._protocol.data_received(data)
            elif wire.client_end is None:
                return
            else:
                self._is_ended = True
                self._end_received(wire.client_end)

    def _end_received(self, end: End) -> None:
        if end is End.RESET:
            self._force_close(ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)))
        elif not self._protocol.eof_received():
            self.close()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        wire = self._wire
        with wire.lock:
            is_received = wire.client_end is None
            if is_received:
                wire.to_client += data
                wire.wake()
        if not is_received:
            self._force_close(BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)))
        elif not self._is_full and wire.unsent > HIGH_WATER:
            self._is_full = True
            self._protocol.pause_writing()

    def write_eof(self) -> None:
        self._end(End.EOF)

    def get_write_buffer_size(self) -> int:
        return self._wire.unsent

    def is_reading(self) -> bool:
        return self._is_reading and not self._is_closing

    def pause_reading(self) -> None:
        self._is_reading = False

    def resume_reading(self) -> None:
        self._is_reading = True
        self._loop.call_soon(self.advance)

    def is_closing(self) -> bool:
        return self._is_closing

    def close(self) -> None:
        if not self._is_closing:
            self._is_closing = True
            self._loop.call_soon(self.advance)

    def abort(self) -> None:
        with self._wire.lock:
            del self._wire.to_client[CAPACITY:]
        self._force_close(None)

    def _force_close(self, error: OSError | None) -> None:
        self._is_closing = True
        self._error = self._error or error
        self._loop.call_soon(self._lose)

    def _lose(self) -> None:
        """Close this end."""
        wire = self._wire
        if wire.is_lost:
            return
        wire.is_lost = True
        self._protocol.connection_lost(self._error)
        self._end(End.RESET if self._resets or wire.to_server else End.EOF)

    def _end(self, end: End) -> None:
        with self._wire.lock:
            self._wire.server_end = self._wire.server_end or end
            self._wire.wake()


def connected(loop: asyncio.AbstractEventLoop, protocol: Callable[[], asyncio.Protocol]) -> ClientEnd:
    """The client's end of a new connection, which the loop, of another thread, accepts with a protocol.

    Raises RuntimeError if the loop is closed.
    """
    wire = Wire()
    server_ends: list[ServerEnd] = []

    def accept() -> None:
        server_ends.append(ServerEnd(loop, protocol(), wire))

    def advance() -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(lambda: server_ends[0].advance())

    loop.call_soon_threadsafe(accept)
    return ClientEnd(wire, advance)

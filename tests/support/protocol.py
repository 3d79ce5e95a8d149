"""Drives the server's protocol of a connection in process, without a socket: bytes in, bytes out."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from uvicorn import Config
from uvicorn.server import ServerState

from mockserver.app import MockServer
from mockserver.server.connection import Connection, connection_class

ROUNDS = 1_000  # iterations of the event loop in which an answer must be complete


class RecordingTransport(asyncio.Transport):
    """Keeps what is written, and whether reading is paused and the connection has ended."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.is_paused = False
        self.is_closed = False
        self.has_ended = False  # nothing more is written

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def write_eof(self) -> None:
        self.has_ended = True

    def close(self) -> None:
        self.is_closed = self.has_ended = True

    def abort(self) -> None:
        self.close()

    def is_closing(self) -> bool:
        return self.is_closed

    def is_reading(self) -> bool:
        return not self.is_paused

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def get_write_buffer_size(self) -> int:
        return 0

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 4010) if name in ("peername", "sockname") else default


class ProtocolServer:
    """Opens connections to an application; use it within one event loop."""

    def __init__(self, app: MockServer) -> None:
        self._class = connection_class(app)
        self._config = Config(app, log_config=None)
        self._state = ServerState()

    def connect(self) -> tuple[Connection, RecordingTransport]:
        connection = self._class(self._config, self._state, {}, asyncio.get_running_loop())
        transport = RecordingTransport()
        connection.connection_made(transport)
        return connection, transport

    async def talk(self, pieces: Iterable[bytes]) -> bytes:
        """What a client receives that sends these pieces, each when the last is read, and then no more."""
        connection, transport = self.connect()
        for piece in pieces:
            if not transport.is_closed:
                connection.data_received(piece)
                await self._until(lambda: transport.is_closed or transport.is_reading())
        if not connection.eof_received():
            transport.close()
        await self._until(lambda: transport.has_ended)
        connection.connection_lost(None)
        return bytes(transport.written)

    async def _until(self, is_reached: Callable[[], bool]) -> None:
        for _ in range(ROUNDS):
            if is_reached():
                return
            await asyncio.sleep(0)
        raise AssertionError("the connection neither reads nor ends")

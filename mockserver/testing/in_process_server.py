"""Serves an application in a thread of this process, to connections in memory."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate

from uvicorn.server import ServerState

from mockserver.app import MockServer
from mockserver.server.connection import Connection, connection_class
from mockserver.testing.memory_connection import ClientEnd, connected

PERIOD = 0.2  # seconds between two checks of the connections' timeouts


class InProcessServer:
    """Serves an application as `mockserver.server` does, but without a socket."""

    def __init__(self, app: MockServer) -> None:
        self.app = app
        self._connection_class = connection_class(app)
        self._state = ServerState()
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self._is_closed = False
        self._lock = threading.Lock()  # a connection is accepted before the end, or refused
        self._thread = threading.Thread(target=self._run, name="mock_transport", daemon=True)
        app.begin_serving()
        self._tick()
        self._thread.start()

    def connect(self) -> ClientEnd:
        """A new connection; raises ConnectionRefusedError if the server is closed."""
        with self._lock:
            if self._is_closed:
                raise ConnectionRefusedError("the mock server of this transport is closed")
            return connected(self._loop, lambda: self._connection_class(None, self._state, {}))

    def close(self) -> None:
        """Close all connections, and wait for the end of the thread."""
        with self._lock:
            self._is_closed = True
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        while not self._end.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._end.wait(), PERIOD)
            self._tick()
        for connection in self._connections():
            connection.abort()
        for task in self._state.tasks:
            task.cancel()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)

    def _tick(self) -> None:
        """Renew the header Date, and close the connections whose clients are too slow."""
        self._state.default_headers = [(b"date", formatdate(usegmt=True).encode())]
        for connection in self._connections():
            connection.watch(self._loop.time())

    def _connections(self) -> list[Connection]:
        return [each for each in self._state.connections if isinstance(each, Connection)]


@contextmanager
def serve_in_process(app: MockServer) -> Iterator[InProcessServer]:
    """Serve an application until the block ends."""
    server = InProcessServer(app)
    try:
        yield server
    finally:
        server.close()

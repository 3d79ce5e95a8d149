"""Batches the socket writes of one iteration of the event loop.

A write after each request would wake the clients one by one, which costs about as much time as a request.
"""

from asyncio import AbstractEventLoop, WriteTransport
from collections.abc import Callable
from time import monotonic

LONGEST = 0.005  # seconds that an answer may wait for others


class WriteBatch:
    """The pending writes of all connections of a server; calls `after` when they are done."""

    def __init__(self, after: Callable[[], None] = lambda: None) -> None:
        self._after = after
        self._began = 0.0
        self._waiting: list[tuple[WriteTransport, bytes]] = []

    def write(self, loop: AbstractEventLoop, transport: WriteTransport, data: bytes) -> None:
        """Write `data` at the end of the iteration; call `end` before writing or closing in another way."""
        if not self._waiting:
            loop.call_soon(self.end)
            self._began = monotonic()
        self._waiting.append((transport, data))
        if monotonic() - self._began > LONGEST:
            self.end()

    def end(self) -> None:
        """Do the pending writes now."""
        waiting, self._waiting = self._waiting, []
        for transport, data in waiting:
            if not transport.is_closing():  # the client may have reset the connection meanwhile
                transport.write(data)
        self._after()

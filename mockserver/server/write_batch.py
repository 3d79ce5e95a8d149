"""What one turn of the event loop has to write, written together at its end.

A write after each request wakes the clients one by one, which takes the kernel as long as a request takes us.
"""

from asyncio import AbstractEventLoop, WriteTransport
from collections.abc import Callable
from time import monotonic

LONGEST = 0.005  # seconds that an answer waits for others


class WriteBatch:
    """The writes of all connections of a server; `after` is called when they are done."""

    def __init__(self, after: Callable[[], None] = lambda: None) -> None:
        self._after = after
        self._began = 0.0
        self._waiting: list[tuple[WriteTransport, bytes]] = []

    def write(self, loop: AbstractEventLoop, transport: WriteTransport, data: bytes) -> None:
        """Write at the end of the turn; whoever writes past this, or closes, calls `end` before."""
        if not self._waiting:
            loop.call_soon(self.end)
            self._began = monotonic()
        self._waiting.append((transport, data))
        if monotonic() - self._began > LONGEST:
            self.end()

    def end(self) -> None:
        """Write what waits."""
        waiting, self._waiting = self._waiting, []
        for transport, data in waiting:
            transport.write(data)
        self._after()

"""Backpressure: stops reading from a client that sends requests faster than they are answered."""

from collections.abc import Sized
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl


class BackpressureFlow(FlowControl):
    """Keeps reading paused while pipelined requests are queued, which bounds the memory of a connection."""

    def __init__(self, transport: Any, queue: Sized) -> None:
        super().__init__(transport)
        self._queue = queue

    def resume_reading(self) -> None:
        if self.read_paused and not self._queue:
            super().resume_reading()

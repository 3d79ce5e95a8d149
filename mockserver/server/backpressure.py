"""Backpressure: a client that sends requests faster than they are answered is read no further."""

from collections.abc import Sized
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl


class BackpressureFlow(FlowControl):
    """Reads no further while requests queue up, so that a client cannot fill the memory with them."""

    def __init__(self, transport: Any, queue: Sized) -> None:
        super().__init__(transport)
        self._queue = queue

    def resume_reading(self) -> None:
        if self.read_paused and not self._queue:
            super().resume_reading()

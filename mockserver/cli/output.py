"""Lines onto a stream that may be gone: a full disk, a closed stream, a pipe that nobody reads any more.

What cannot be written is lost; each line tries again, for a disk may have room later.
"""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO


class Output:
    """A stream of the terminal; None stands for one that was closed from the start."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._waiting: list[Callable[[], str]] = []

    @property
    def is_terminal(self) -> bool:
        return self._stream is not None and self._stream.isatty()

    def line(self, text: str) -> None:
        """Write a line, at once."""
        self._waiting.append(lambda: text)
        self._flush()

    def soon(self, text: Callable[[], str]) -> None:
        """Write a line, made and written with the others of the event loop's turn, which costs less."""
        self._waiting.append(text)
        if len(self._waiting) == 1:
            try:
                asyncio.get_running_loop().call_soon(self._flush)
            except RuntimeError:  # no loop, no turn
                self._flush()

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        text = "".join([f"{line()}\n" for line in waiting])
        if self._stream is not None and text:
            with suppress(OSError, ValueError):  # ValueError: it was closed meanwhile
                self._stream.write(text)
                self._stream.flush()

    def leave(self) -> None:
        """The process ends: what could not be written must not make its exit a failure (status 120)."""
        if self._stream is None or self._stream.closed:
            return
        try:
            self._stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())

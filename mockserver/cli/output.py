"""Writes lines to a stream that may fail: a full disk, a closed stream, a pipe without a reader.

A line that cannot be written is lost. Each line is tried anew, because a disk may have room again.
"""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO


class Output:
    """A standard stream, or None if it was closed before the process started."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._waiting: list[Callable[[], str]] = []

    @property
    def is_terminal(self) -> bool:
        return self._stream is not None and self._stream.isatty()

    def write_line(self, text: str) -> None:
        """Write a line at once, after those that are waiting."""
        self._waiting.append(lambda: text)
        self._flush()

    def write_line_later(self, text: Callable[[], str]) -> None:
        """Write a line in the next iteration of the event loop, together with all others of this iteration.

        `text` is called just before the line is written. One write for many lines costs less.
        """
        self._waiting.append(text)
        if len(self._waiting) == 1:
            try:
                asyncio.get_running_loop().call_soon(self._flush)
            except RuntimeError:  # no event loop is running
                self._flush()

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        text = "".join([f"{line()}\n" for line in waiting])
        if self._stream is not None and text:
            with suppress(OSError, ValueError):  # ValueError: the stream has been closed
                self._stream.write(text)
                self._stream.flush()

    def flush_at_exit(self) -> None:
        """Flush the stream, or drop what cannot be written: Python would else exit with status 120."""
        if self._stream is None or self._stream.closed:
            return
        try:
            self._stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())

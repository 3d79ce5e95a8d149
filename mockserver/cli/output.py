"""Writes lines to a standard stream that may fail or block: a full disk, a closed stream, an unread pipe.

No write fails or waits. A line that cannot be written is lost, and each line is tried anew, because a disk
may have room again.
"""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from mockserver.cli.line_writer import LineWriter, LossReport


def loss_as_text(lines: int, reason: str) -> str:
    """The line of text that says how many lines were lost, and why."""
    what = "1 line of the log was" if lines == 1 else f"{lines} lines of the log were"
    return f"{what} dropped because {reason}"


class Output:
    """A standard stream, or None if it was closed before the process started."""

    def __init__(self, stream: TextIO | None, report: LossReport = loss_as_text) -> None:
        self._stream = stream
        self._writer = _writer(stream, report)
        self._waiting: list[Callable[[], str]] = []

    @property
    def is_terminal(self) -> bool:
        return self._stream is not None and self._stream.isatty()

    def is_same_file(self, stream: TextIO | None) -> bool:
        """Whether a stream writes to the same file, pipe or terminal."""
        if self._stream is None or stream is None:
            return self._stream is stream
        try:
            return os.path.sameopenfile(self._stream.fileno(), stream.fileno())
        except (OSError, ValueError):  # a stream in memory, or a closed one
            return self._stream is stream

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

    def write(self, text: str, /) -> None:
        """Write whole lines at once; unlike the other methods, this may be called on any thread."""
        if self._writer is not None:
            encoding = self._stream.encoding if self._stream is not None else "utf-8"
            self._writer.write(text.encode(encoding, "backslashreplace"))
        elif self._stream is not None:
            with suppress(OSError, ValueError):  # ValueError: the stream has been closed
                self._stream.write(text)
                self._stream.flush()

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if self._writer is not None and not self._writer.accepts:
            self._writer.drop(len(waiting))
        elif waiting:
            self.write("".join([f"{line()}\n" for line in waiting]))

    def drain(self, seconds: float) -> None:
        """Wait until everything is written, for at most so many seconds; the rest is lost at the exit."""
        self._flush()
        if self._writer is not None:
            self._writer.drain(seconds)


def _writer(stream: TextIO | None, report: LossReport) -> LineWriter | None:
    """The writer of a stream's descriptor; None for one in memory, to which writing cannot block."""
    if stream is None:
        return None
    with suppress(OSError, ValueError):
        stream.flush()
    try:
        return LineWriter(stream.fileno(), report)
    except (OSError, ValueError):
        return None

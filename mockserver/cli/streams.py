"""The standard streams of a command, which may be gone: a full disk, a closed stream, a pipe nobody reads.

A command comes to its exit status whether or not anybody hears of it.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from select import select
from typing import TYPE_CHECKING, TextIO

from mockserver.cli.failing import fail

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Lossy(io.RawIOBase):
    """Takes every byte: what the stream below does not take is lost, and the first reason is kept.

    None stands for a stream that was closed from the start: who closes it wants to hear nothing.
    """

    def __init__(self, below: io.RawIOBase | None) -> None:
        self._below = below
        self.reason: OSError | None = None

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._below is not None and self._below.isatty()

    def write(self, data: "ReadableBuffer", /) -> int:
        size = memoryview(data).nbytes
        if self._below is None:
            return size
        try:
            while (written := self._below.write(data)) is None:  # full, and somebody set it not to block
                select([], [self._below], [])
            return written
        except OSError as error:
            self.reason = self.reason or error
            return size


@contextmanager
def lossy_streams() -> Iterator[None]:
    """While a command runs, no write to stdout or stderr fails.

    Where a part of stdout was lost, the end of the process says so, with the status of what cannot be done;
    a reader that is gone has read what it wanted. `sys.__stdout__` and `sys.__stderr__` fail as ever.
    """
    _hold_numbers()
    streams = sys.stdout, sys.stderr
    sys.stdout, out = _lossy(sys.stdout)
    sys.stderr, _ = _lossy(sys.stderr)
    try:
        yield
    except SystemExit:
        if out.reason is not None and not isinstance(out.reason, BrokenPipeError):
            fail(f"stdout: cannot be written: {out.reason.strerror}")
        raise
    finally:
        sys.stdout, sys.stderr = streams


def _lossy(stream: TextIO | None) -> tuple[TextIO, _Lossy]:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")  # a terminal that knows less than UTF-8
        raw = _Lossy(getattr(stream.buffer, "raw", stream.buffer))  # -u leaves it without a buffer
        return _text_over(raw, stream.encoding), raw
    raw = _Lossy(None)
    return stream or _text_over(raw, "utf-8"), raw


def _text_over(raw: _Lossy, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, "backslashreplace", line_buffering=True)


def _hold_numbers() -> None:
    """Take the numbers of standard streams that were closed, so that no file gets one of them."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)

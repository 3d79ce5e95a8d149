"""Standard streams that never raise: a full disk, a closed stream or a pipe without a reader.

A command reaches its exit status whether or not its output can be written.
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


class _LossyStream(io.RawIOBase):
    """A raw stream that accepts every byte. What the stream `below` refuses is lost.

    `below` is None for a stream that was closed before the process started. `reason` is the first error.
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
            while (written := self._below.write(data)) is None:  # non-blocking, and its buffer is full
                select([], [self._below], [])
            return written
        except OSError as error:
            self.reason = self.reason or error
            return size


@contextmanager
def lossy_streams() -> Iterator[None]:
    """Replace `sys.stdout` and `sys.stderr` with streams on which no write fails.

    If a part of stdout was lost, the command fails when it exits, unless the reader of a pipe is gone: it has
    read what it wanted. `sys.__stdout__` and `sys.__stderr__` are not replaced.
    """
    _reserve_descriptors()
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


def _lossy(stream: TextIO | None) -> tuple[TextIO, _LossyStream]:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")  # the encoding may not be UTF-8
        raw = _LossyStream(getattr(stream.buffer, "raw", stream.buffer))  # `python -u` has no buffer
        return _text_over(raw, stream.encoding), raw
    raw = _LossyStream(None)
    return stream or _text_over(raw, "utf-8"), raw


def _text_over(raw: _LossyStream, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, "backslashreplace", line_buffering=True)


def _reserve_descriptors() -> None:
    """Open the null device for each standard stream that is closed, so that no file gets its descriptor."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)

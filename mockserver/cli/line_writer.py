"""Writes lines to a file descriptor without waiting for what reads from it: a terminal, a pipe, a device.

A thread does the writes. It may block in one without holding up the event loop or the exit, because it is a
daemon. Making the descriptor non-blocking instead would change it for every process that shares its open file
description, such as the shell that started the server, and a poll before each write is no guarantee if
another process writes to the same pipe. Regular files need no thread, because no reader can hold them up.
"""

import os
import select
import stat
import time
from collections import deque
from collections.abc import Callable, Iterator
from threading import Condition, Thread

LIMIT = 1024 * 1024  # bytes that wait for being written; further lines are dropped
ATOMIC = getattr(select, "PIPE_BUF", 512)  # bytes that are written to a pipe completely or not at all
UNREAD = "nothing read them"

LossReport = Callable[[int, str], str]  # a number of lines and the reason of their loss -> a line


class LineWriter:
    """Writes to one descriptor. What exceeds LIMIT, or cannot be written, is lost.

    How many lines were lost is written as soon as lines can be written again: `report` makes that line.
    """

    def __init__(self, descriptor: int, report: LossReport) -> None:
        self._descriptor = descriptor
        self._report = report
        self._is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
        self._changed = Condition()
        self._queue: deque[bytes] = deque()
        self._queued = 0  # bytes, those that are just being written included
        self._dropped = 0  # lines that exceeded LIMIT since the last report
        self._failed = 0  # lines that the system refused since the last report
        self._reason = ""  # of the latest refusal
        self._torn = False  # the latest line was written in part
        self._thread: Thread | None = None

    @property
    def accepts(self) -> bool:
        """Whether there is room for lines: after a loss only when half of it is free again."""
        return self._queued <= (LIMIT // 2 if self._dropped else LIMIT)

    def write(self, data: bytes) -> None:
        """Write whole lines, or drop them."""
        with self._changed:
            if self._is_file:
                self._write(data)
                return
            if not self.accepts:
                self._dropped += data.count(b"\n")
                return
            self._report_dropped()
            self._append(data)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="mockserver-output", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def drop(self, lines: int) -> None:
        """Count lines as dropped that were not made, because there is no room for them."""
        with self._changed:
            self._dropped += lines

    def drain(self, seconds: float) -> None:
        """Wait until everything is written, for at most so many seconds."""
        give_up = time.monotonic() + seconds
        with self._changed:
            while self._queued and (remaining := give_up - time.monotonic()) > 0:
                self._changed.wait(remaining)

    def _append(self, data: bytes) -> None:
        self._queue.append(data)
        self._queued += len(data)

    def _report_dropped(self) -> None:
        dropped, self._dropped = self._dropped, 0
        if dropped:
            self._append(self._line(dropped, UNREAD))

    def _line(self, lost: int, reason: str) -> bytes:
        return f"{self._report(lost, reason)}\n".encode()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._queue:
                    self._report_dropped()
                    if not self._queue:
                        self._changed.wait()
                data = self._queue.popleft()
            for piece in _pieces(data):
                self._write(piece)
            with self._changed:
                self._queued -= len(data)
                self._changed.notify_all()

    def _write(self, data: bytes) -> None:
        """Write whole lines; count them if the system refuses them. A torn line is ended first."""
        start = b"\n" if self._torn else b""
        if self._failed:
            start += self._line(self._failed, self._reason)
        text = start + data
        written = 0
        try:
            while written < len(text):
                written += self._write_part(text[written:] if written else text)
        except OSError as error:
            self._failed += data.count(b"\n")
            self._reason = f"they could not be written: {error.strerror or type(error).__name__}"
            self._torn = (self._torn and not written) or text[:written][-1:] not in (b"", b"\n")
        else:
            self._failed, self._torn = 0, False

    def _write_part(self, data: bytes) -> int:
        try:
            return os.write(self._descriptor, data)
        except BlockingIOError:  # whoever shares the descriptor has made it non-blocking
            select.select([], [self._descriptor], [])
            return 0


def _pieces(data: bytes) -> Iterator[bytes]:
    """Whole lines of at most ATOMIC bytes together, so that a pipe never holds a part of one; or one line."""
    start = 0
    while start < len(data):
        end = data.rfind(b"\n", start, start + ATOMIC) + 1 or data.find(b"\n", start) + 1 or len(data)
        yield data[start:end]
        start = end

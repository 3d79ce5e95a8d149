"""Records passed exchanges on a thread of its own, so that the event loop never waits for files."""

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from mockserver.engine.exchange import Exchange
from mockserver.http.message import Answer
from mockserver.upstream.recording import FILE, Recording

MOST_WAITING = 1_000  # exchanges that are not recorded yet
MOST_WAITING_BYTES = 64 * 1024 * 1024  # of their bodies
PAUSE = 0.1  # seconds, in which further exchanges may come before the file is written
LONGEST_UNWRITTEN = 1.0  # seconds, while exchanges are waiting
_logger = logging.getLogger("mockserver")


class Recorder:
    """Records what passed to the real backend. What exceeds a limit is left out, and counted."""

    def __init__(self, folder: Path) -> None:
        """Raises CannotRead and OSError for a folder that cannot be used."""
        self._folder = folder
        self._recording = Recording(folder)
        self._recording.write()
        self._thread = ThreadPoolExecutor(1, "recorder")
        self._lock = Lock()
        self._waiting = 0
        self._waiting_bytes = 0
        self._left_out = 0
        self._error = ""
        self._written = time.monotonic()

    def record(self, exchange: Exchange, answer: Answer | None) -> None:
        """Record an answer of the real backend; None for one whose body is not known whole."""
        if answer is None:
            self._leave_out("a body of more than 1 MiB, or that broke off, is not recorded")
            return
        size = len(exchange.request.body) + len(answer.body)
        with self._lock:
            is_full = self._waiting >= MOST_WAITING or self._waiting_bytes + size > MOST_WAITING_BYTES
            if not is_full:
                self._waiting += 1
                self._waiting_bytes += size
        if is_full:
            self._leave_out("requests come faster than they can be recorded")
        else:
            self._thread.submit(self._record, exchange, answer, size).add_done_callback(_log_exception)

    def close(self) -> None:
        """Record what is waiting, and end the thread; this may take a while."""
        self._thread.shutdown()
        if self._left_out:
            count = "1 exchange was" if self._left_out == 1 else f"{self._left_out:,} exchanges were"
            _logger.warning("%s: %s left out", self._folder / FILE, count)

    def _record(self, exchange: Exchange, answer: Answer, size: int) -> None:
        try:
            if not self._recording.add(exchange, answer):
                self._leave_out("the recording is full")
        except OSError as error:
            self._leave_out(f"cannot be written: {error.strerror or error}")
        finally:
            with self._lock:
                self._waiting -= 1
                self._waiting_bytes -= size
        if self._waiting == 0:
            time.sleep(PAUSE)
            self._write()
        elif time.monotonic() - self._written > LONGEST_UNWRITTEN:
            self._write()

    def _write(self) -> None:
        try:
            self._recording.write()
        except OSError as error:
            self._warn(f"cannot be written: {error.strerror or error}")
        self._written = time.monotonic()

    def _leave_out(self, reason: str) -> None:
        self._left_out += 1
        self._warn(reason)

    def _warn(self, reason: str) -> None:
        """Log a reason, unless it is that of the last warning."""
        if reason != self._error:
            self._error = reason
            _logger.warning("%s: %s", self._folder / FILE, reason)


def _log_exception(done: Future[None]) -> None:
    error = done.exception()
    if error is not None:
        _logger.error("an exchange could not be recorded", exc_info=error)

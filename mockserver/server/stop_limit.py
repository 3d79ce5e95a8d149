"""Ends a process that does not stop in time, although a signal asked it to."""

import threading
import time
from collections.abc import Callable


class StopLimit(threading.Thread):
    """Calls `end` on a thread if the process still runs a number of seconds after `request`."""

    def __init__(self, seconds: float, end: Callable[[], None]) -> None:
        super().__init__(name="mockserver-stop-limit", daemon=True)
        self._seconds = seconds
        self._end = end
        self._requested = threading.Event()

    def request(self) -> None:
        """Begin to count; a signal handler may call this."""
        self._requested.set()

    def run(self) -> None:
        self._requested.wait()
        time.sleep(self._seconds)
        self._end()

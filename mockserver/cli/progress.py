"""Shows how far long work has come: on one line of a terminal, or a line now and then elsewhere."""

import time
from collections.abc import Callable
from typing import TextIO

ON_TERMINAL, ELSEWHERE = 0.2, 10.0  # seconds from one line to the next
CLEAR = "\r\x1b[K"


class Progress:
    """Writes to a stream, such as stderr."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._is_terminal = stream.isatty()
        self._interval = ON_TERMINAL if self._is_terminal else ELSEWHERE
        self._next = clock() + self._interval
        self._is_shown = False

    def show(self, line: str) -> None:
        """Show the line, unless the last one was shown just now."""
        now = self._clock()
        if now < self._next:
            return
        self._next = now + self._interval
        self._stream.write(f"{CLEAR}{line}" if self._is_terminal else f"{line}\n")
        self._stream.flush()
        self._is_shown = True

    def end(self) -> None:
        """Remove the line from the terminal."""
        if self._is_terminal and self._is_shown:
            self._stream.write(CLEAR)
            self._stream.flush()

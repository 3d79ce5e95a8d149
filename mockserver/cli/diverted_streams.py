"""Sends what anything in the process prints or logs through the outputs of a server, which never block.

This is what models print, and what libraries log or warn of, uvicorn and asyncio among them.
"""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Lock

from mockserver.cli.log import Format
from mockserver.cli.output import Output
from mockserver.http.redaction import redact

_LONGEST = 64 * 1024  # characters without a line break that are kept until one follows


class _PrintedLines(io.TextIOBase):
    """A text stream whose complete lines go to an output; `write_line` gets each of them."""

    def __init__(self, write_line: Callable[[str], None]) -> None:
        super().__init__()
        self._write_line = write_line
        self._unfinished = ""
        self._lock = Lock()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a text stream has one
        return "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        with self._lock:
            *lines, rest = (self._unfinished + text).split("\n")
            if len(rest) > _LONGEST:
                lines, rest = [*lines, rest], ""
            self._unfinished = rest
        for line in lines:
            self._write_line(line)
        return len(text)

    def end(self) -> None:
        """Write a line that has no line break yet."""
        if self._unfinished:
            self.write("\n")


class _EntryFormatter(logging.Formatter):
    """Makes one entry of the log of a message and its traceback, without the secrets that it knows."""

    def __init__(self, form: Format) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        level, message = record.levelname.lower(), redact(record.getMessage())
        trace = redact(self.formatException(record.exc_info)) if record.exc_info else None
        if self._form == "text":
            return f"mockserver: {level}: {message}" + (f"\n{trace}" if trace else "")
        return json.dumps({"level": level, "logger": record.name, "message": message, "traceback": trace})


def _write_printed(form: Format, output: Output, stream: str, line: str) -> None:
    """Write a printed line as it is, or as a JSON object on a line."""
    output.write(f"{line}\n" if form == "text" else f"{json.dumps({stream: line})}\n")


@contextmanager
def diverted_streams(form: Format, out: Output | None, errors: Output) -> Iterator[None]:
    """Send what is printed and logged in the block to these outputs; without `out`, stdout stays as it is."""
    streams = sys.stdout, sys.stderr
    printed = [_PrintedLines(partial(_write_printed, form, errors, "stderr"))]
    sys.stderr = printed[0]
    if out is not None:
        printed.append(_PrintedLines(partial(_write_printed, form, out, "stdout")))
        sys.stdout = printed[1]
    handler = logging.StreamHandler(errors)
    handler.setFormatter(_EntryFormatter(form))
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        for each in printed:
            each.end()
        sys.stdout, sys.stderr = streams

"""Starts plain uvicorn as a process, for tests of the application under a server that is not ours."""

import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.support.live import PATIENCE, stop

_RUNNING = re.compile(r"Uvicorn running on (?:https?://\S+:(\d+)|unix socket \S+) \(Press")


@contextmanager
def uvicorn_process(*arguments: str, folder: Path | None = None) -> Iterator[int]:
    """Run `python -m uvicorn` in a folder; the block starts when it listens, and gets its port.

    The port is 0 if it listens on a UNIX socket.
    """
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch, "output.txt")
        with output.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "uvicorn", *arguments], cwd=folder, stdout=stream, stderr=stream
            )
        try:
            yield _port(process, output)
        finally:
            stop(process)


def _port(process: subprocess.Popen[bytes], output: Path) -> int:
    """The port in uvicorn's log; raises RuntimeError with the output if it does not start."""
    give_up = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < give_up:
        running = _RUNNING.search(output.read_text(encoding="utf-8"))
        if running is not None:
            return int(running[1] or 0)
        time.sleep(0.02)
    raise RuntimeError(f"uvicorn did not get ready; it printed:\n{output.read_text(encoding='utf-8')}")


def outer_address() -> str | None:
    """An address of this machine beyond loopback, so that it is a peer like any other; None without one."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # sends nothing: only chooses the address to send from
        except OSError:
            return None
        address = str(asked.getsockname()[0])
    return None if address.startswith("127.") else address

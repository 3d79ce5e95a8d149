"""A real server process for tests: sockets, signals and limits are only real there."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

READY = "mockserver is listening on "
PATIENCE = 30.0  # seconds; a loaded machine starts Python slowly


@dataclass(frozen=True, slots=True)
class Live:
    """A server that is ready: its base URL, its process, and the file that both its streams go to."""

    url: str
    process: subprocess.Popen[bytes]
    output: Path

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, as `socket.create_connection` takes them."""
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 80)

    def log(self) -> str:
        """All that the server printed so far, on either stream.

        Lines come a turn of the event loop after their answers: a further answer says that they are there.
        """
        with (
            suppress(OSError, HTTPException),
            closing(HTTPConnection(*self.address, timeout=PATIENCE)) as asked,
        ):
            asked.request("GET", "/__mock/health")
            asked.getresponse().read()
        return self.output.read_text(encoding="utf-8")


@contextmanager
def serve(*arguments: str, folder: Path | None = None, **environment: str) -> Iterator[Live]:
    """`python -m mockserver -p 0` with further arguments, from its ready line until it has stopped.

    It runs in `folder`, else where the tests run; `environment` is added to that of the tests.
    The output goes to a file, for a pipe that nobody reads would fill up and stop the server.
    """
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch, "output.txt")
        command = [sys.executable, "-m", "mockserver", "-p", "0", *arguments]
        with output.open("wb") as stream:
            process = subprocess.Popen(
                command,
                cwd=folder,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
            )
        try:
            yield Live(_url(process, output), process, output)
        finally:
            stop(process)


def _url(process: subprocess.Popen[bytes], output: Path) -> str:
    """The address of the ready line; raises RuntimeError with the output where there comes none."""
    give_up = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < give_up:
        for line in output.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.startswith(READY) and line.endswith("\n"):
                return line.removeprefix(READY).strip()
        time.sleep(0.02)
    raise RuntimeError(f"the server did not get ready; it printed:\n{output.read_text(encoding='utf-8')}")


def stop(process: subprocess.Popen[bytes], patience: float = PATIENCE) -> None:
    """End a server as its user would; by force where that does not help within `patience` seconds."""
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

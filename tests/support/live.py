"""Starts `mockserver` as a process, for tests of sockets, signals and limits."""

import os
import socket
import ssl
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

CONTROL = "control API: "
READY = "mockserver is listening on "
CA = "CA certificate: "
PATIENCE = 30.0  # seconds; a busy machine starts Python slowly


@dataclass(frozen=True, slots=True)
class Live:
    """A running server: its base URL, its process, and the file with the output of both streams."""

    url: str
    process: subprocess.Popen[bytes]
    output: Path

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, as `socket.create_connection` takes them."""
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 80)

    @property
    def control_url(self) -> str:
        """The control API, with its path prefix, in a server with `--control-port`."""
        lines = self.output.read_text(encoding="utf-8").splitlines()
        return next(line.removeprefix(CONTROL) for line in lines if line.startswith(CONTROL))

    @property
    def ca(self) -> str | None:
        """The file of the certificate authority that the server made; None without `--tls`."""
        lines = self.output.read_text(encoding="utf-8").splitlines()
        return next((line.removeprefix(CA) for line in lines if line.startswith(CA)), None)

    def connect(self) -> socket.socket:
        """A new connection, encrypted if the server made a certificate."""
        client = socket.create_connection(self.address, timeout=PATIENCE)
        if self.ca is None:
            return client
        trusting = ssl.create_default_context(cafile=self.ca)
        return trusting.wrap_socket(client, server_hostname="localhost")

    def log(self) -> str:
        """The output of the server so far.

        A line is printed one iteration of the event loop after its answer; a further request waits for it.
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
    """Run `python -m mockserver -p 0` with more arguments; the block starts when the server is ready.

    It runs in `folder` (default: that of the tests); `environment` is added to that of the tests.
    Its output goes to a file, because an unread pipe would fill up and block the server.
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
    """The base URL in the ready line; raises RuntimeError with the output if there is no such line."""
    give_up = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < give_up:
        for line in output.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.startswith(READY) and line.endswith("\n"):
                return line.removeprefix(READY).strip()
        time.sleep(0.02)
    raise RuntimeError(f"the server did not get ready; it printed:\n{output.read_text(encoding='utf-8')}")


def stop(process: subprocess.Popen[bytes], patience: float = PATIENCE) -> None:
    """Terminate a server; kill it if it does not stop within `patience` seconds."""
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

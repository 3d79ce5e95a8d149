"""Starts runs of a pytest suite by its fork server: see `fork_server`."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

START_TIMEOUT = 30.0  # seconds until the server listens
_POLL = 0.01  # seconds


class ServerEnded(Exception):
    """The fork server has ended."""


class _Answers:
    """The answers of the server on a connection, each a line of JSON."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._received = b""

    def next(self, timeout: float | None) -> dict[str, Any]:
        """The next answer; empty if the server has ended. Raises TimeoutError."""
        self._connection.settimeout(timeout)
        while b"\n" not in self._received:
            more = self._connection.recv(1024)
            if not more:
                return {}
            self._received += more
        line, _, self._received = self._received.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        self._connection.close()


class ForkedRun:
    """A process that the server has started; its `pid` is that of its process group, too."""

    def __init__(self, answers: _Answers, pid: int) -> None:
        self.pid = pid
        self.processor_time: float | None = None  # seconds, once it has ended
        self._answers = answers
        self._status: int | None = None

    def poll(self) -> int | None:
        """The exit status, None if the process is still running."""
        try:
            return self.wait(_POLL)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit status; raises subprocess.TimeoutExpired."""
        if self._status is None:
            try:
                answer = self._answers.next(timeout)
            except TimeoutError:
                raise subprocess.TimeoutExpired("a run", timeout or 0.0) from None
            self._answers.close()
            self._status = answer.get("status", -signal.SIGKILL)  # the server was killed
            self.processor_time = answer.get("processor_time")
        return self._status

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


class ForkClient:
    """Connects to the fork server at a Unix socket."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def is_ready(self, server: "subprocess.Popen[bytes]") -> bool:
        """Wait until the server listens; False if it ends before, or takes too long."""
        end = time.monotonic() + START_TIMEOUT
        while server.poll() is None and time.monotonic() < end:
            with socket.socket(socket.AF_UNIX) as connection:
                if self._path.exists() and connection.connect_ex(str(self._path)) == 0:
                    return True
            time.sleep(_POLL)
        return False

    def start(self, variables: Mapping[str, str], output: Path) -> ForkedRun:
        """Start a run with these environment variables, which appends what it prints to a file.

        Raises ServerEnded.
        """
        connection = socket.socket(socket.AF_UNIX)
        answers = _Answers(connection)
        try:
            connection.connect(str(self._path))
            request = {"variables": dict(variables), "output": str(output)}
            connection.sendall(json.dumps(request).encode() + b"\n")
            return ForkedRun(answers, answers.next(START_TIMEOUT)["pid"])
        except (OSError, KeyError):
            connection.close()
            raise ServerEnded from None

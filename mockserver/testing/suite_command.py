"""Runs the command of a test suite as a process, and ends it with all processes that it started."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock
from typing import IO

from msgspec import Struct

from mockserver.testing.failed_tests import failed_tests
from mockserver.testing.run_events import VARIABLE, RunEvents, read_events

GRACE = 2.0  # seconds that a suite has to clean up after it was interrupted
OUTPUT_END = 100_000  # bytes of the output that are kept


class CannotStart(Exception):
    """The command of the suite cannot be run."""

    def __init__(self, command: str, reason: str) -> None:
        super().__init__(f"cannot run {command!r}: {reason}")


class Stopped(Exception):
    """The run was ended because all runs were to end."""


class SuiteRun(Struct, frozen=True):
    """One run of a suite.

    `status` is its exit status, None if it was stopped at its time limit. `failed` are the tests that failed,
    and those that were running at the time limit, as far as the run tells their names.
    """

    status: int | None
    seconds: float
    output: str  # its end
    failed: tuple[str, ...]
    sessions: Mapping[str, str]  # the test that a session belongs to, by the session's key

    @property
    def passed(self) -> bool:
        return self.status == 0


class SuiteCommand:
    """The command of a suite, which any number of threads may run at once."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = Lock()
        self._stopped = Event()

    def run(self, variables: Mapping[str, str], limit: float | None) -> SuiteRun:
        """Run the command with these environment variables, for at most `limit` seconds.

        Raises CannotStart and Stopped.
        """
        with tempfile.TemporaryDirectory(prefix="mockserver-") as folder, tempfile.TemporaryFile() as output:
            events = Path(folder, "events")
            events.touch()
            started = time.monotonic()
            process = self._start({**variables, VARIABLE: str(events)}, output)
            try:
                status = _wait(process, limit)
                seconds = time.monotonic() - started
                reported = read_events(events)  # before an interrupt ends the test that is running
            finally:
                self._end(process)
            if self._stopped.is_set():
                raise Stopped
            text = _end_of(output)
        return SuiteRun(status, seconds, text, _failed(status, text, reported), reported.sessions)

    def stop(self) -> None:
        """End all runs, and start no new one."""
        with self._lock:
            self._stopped.set()
            running = [*self._running]
        _interrupt(running)

    def _start(self, variables: Mapping[str, str], output: IO[bytes]) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._stopped.is_set():
                raise Stopped
            try:
                process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **variables},
                    start_new_session=True,
                )
            except OSError as error:
                raise CannotStart(self._command[0], error.strerror or str(error)) from None
            self._running.add(process)
            return process

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        """End what is left of a run."""
        if process.poll() is None:
            _interrupt([process])
        _send(process, "SIGKILL")
        with self._lock:
            self._running.discard(process)


def _wait(process: "subprocess.Popen[bytes]", limit: float | None) -> int | None:
    """The exit status of a process; None if it does not end within the limit."""
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        return None


def _interrupt(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Interrupt runs as Ctrl-C does, and kill those that do not end within the grace period."""
    for process in processes:
        _send(process, "SIGINT")
    end = time.monotonic() + GRACE
    try:
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, end - time.monotonic()))
    finally:
        for process in processes:
            _send(process, "SIGKILL")
            process.wait()


def _send(process: "subprocess.Popen[bytes]", name: str) -> None:
    """Send a signal to a process and to all processes of its group; on Windows, kill the process."""
    with suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.Signals[name])
        else:
            process.kill()


def _end_of(output: IO[bytes]) -> str:
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - OUTPUT_END))
    return output.read().decode("utf-8", "replace")


def _failed(status: int | None, output: str, reported: RunEvents) -> tuple[str, ...]:
    """The failed tests that the plugin reported, or otherwise those that the output names."""
    if status == 0:
        return ()
    named = reported.failed or failed_tests(output)
    return tuple(dict.fromkeys([*named, *(reported.running if status is None else ())]))

"""Runs the command of a test suite as a process, and ends it with all processes that it started."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Condition
from typing import IO, Self, TypeAlias

from msgspec import Struct

from mockserver.testing import fork_server, mutation_run, run_events
from mockserver.testing.failed_tests import failed_tests
from mockserver.testing.fork_client import ForkClient, ForkedRun, ServerEnded

Process: TypeAlias = "subprocess.Popen[bytes] | ForkedRun"

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
    processor_time: float | None  # seconds, if it is known
    output: str  # its end
    failed: tuple[str, ...]
    sessions: Mapping[str, str]  # the test that a session belongs to, by the session's key
    is_pytest: bool  # the process itself is a run of pytest with the plugin
    modules: Sequence[str]  # the installed modules that pytest had imported at the end

    @property
    def passed(self) -> bool:
        return self.status == 0


class SuiteCommand:
    """The command of a suite, which any number of threads may run at once.

    The end of its block ends all runs.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._running: set[Process] = set()
        self._changed = Condition()  # guards `_running`
        self._stopped = False
        self._forks: ForkClient | None = None
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        self._resources.close()

    def run(self, variables: Mapping[str, str], limit: float | None) -> SuiteRun:
        """Run the command with these environment variables, for at most `limit` seconds.

        Raises CannotStart and Stopped.
        """
        with tempfile.TemporaryDirectory(prefix="mockserver-") as folder:
            events, output = Path(folder, "events"), Path(folder, "output")
            for path in (events, output):
                path.touch()
            started = time.monotonic()
            process = self._start({**variables, mutation_run.EVENTS: str(events)}, output)
            try:
                status = _wait(process, limit)
                seconds = time.monotonic() - started
                reported = run_events.read_events(events)  # before an interrupt ends the test that is running
            finally:
                self._end(process)
            if self._stopped:
                raise Stopped
            text = _end_of(output)
        return SuiteRun(
            status,
            seconds,
            process.processor_time if isinstance(process, ForkedRun) else None,
            text,
            _failed(status, text, reported),
            reported.sessions,
            reported.processes == (process.pid,),
            reported.modules,
        )

    def stop(self) -> None:
        """End all runs, and start no new one."""
        with self._changed:
            self._stopped = True
            for process in self._running:
                _send(process, "SIGINT")
            try:
                self._changed.wait_for(lambda: not self._running, GRACE)
            finally:
                for process in self._running:
                    _send(process, "SIGKILL")

    def fork(self, modules: Iterable[str]) -> bool:
        """Start further runs as copies of one process of pytest; False if that is not possible.

        The process imports these modules before it is copied.
        """
        if not hasattr(os, "fork"):
            return False
        folder = self._resources.enter_context(tempfile.TemporaryDirectory(prefix="mockserver-"))
        Path(folder, fork_server.MODULES).write_text("\n".join(modules), encoding="utf-8")
        server = self._popen(fork_server.variables(folder), None)
        self._resources.callback(_kill, server)
        forks = ForkClient(Path(folder, fork_server.SOCKET))
        self._forks = forks if forks.is_ready(server) else None
        return self._forks is not None

    def stop_forking(self) -> None:
        """Start further runs as processes of their own."""
        self._forks = None

    def _start(self, variables: Mapping[str, str], output: Path) -> Process:
        with self._changed:
            if self._stopped:
                raise Stopped
            with output.open("ab") as file:
                process = self._forked(variables, output) or self._popen(variables, file)
            self._running.add(process)
            return process

    def _forked(self, variables: Mapping[str, str], output: Path) -> ForkedRun | None:
        """A run that the fork server has started; None if there is none."""
        if self._forks is None:
            return None
        try:
            return self._forks.start(variables, output)
        except ServerEnded:
            self.stop_forking()
            return None

    def _popen(self, variables: Mapping[str, str], output: IO[bytes] | None) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if output is None else output,
                stderr=subprocess.STDOUT,
                env={**_environment(), **variables},
                start_new_session=True,
            )
        except OSError as error:
            raise CannotStart(self._command[0], error.strerror or str(error)) from None

    def _end(self, process: Process) -> None:
        """End what is left of a run."""
        try:
            if process.poll() is None:
                _send(process, "SIGINT")
                _wait(process, GRACE)
        finally:
            _kill(process)
            with self._changed:
                self._running.discard(process)
                self._changed.notify_all()


def _wait(process: Process, limit: float | None) -> int | None:
    """The exit status of a process; None if it does not end within the limit."""
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        return None


def _kill(process: Process) -> None:
    """Kill a process and all processes of its group."""
    _send(process, "SIGKILL")
    process.wait()


def _send(process: Process, name: str) -> None:
    """Send a signal to a process and to all processes of its group; on Windows, kill the process."""
    with suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.Signals[name])
        else:
            process.kill()


def _end_of(output: Path) -> str:
    with output.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - OUTPUT_END))
        return file.read().decode("utf-8", "replace")


def _failed(status: int | None, output: str, reported: run_events.RunEvents) -> tuple[str, ...]:
    """The failed tests that the plugin reported, or otherwise those that the output names."""
    if status == 0:
        return ()
    named = reported.failed or failed_tests(output)
    return tuple(dict.fromkeys([*named, *(reported.running if status is None else ())]))


def _environment() -> dict[str, str]:
    """The environment without what tells that this process is a worker of pytest-xdist: the suite is none."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST_")}

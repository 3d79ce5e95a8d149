"""What a pytest run reports to `mockserver mutate`: its failed tests, its running ones, and their sessions.

It appends lines of JSON to the file that the environment variable MOCKSERVER_RUN_EVENTS names.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mockserver.data.json import Json
from mockserver.testing.fork_server import installed_modules
from mockserver.testing.guard import GUARD


class RunEvents(NamedTuple):
    """What a run reported; tests are named by their node ids."""

    failed: tuple[str, ...]
    running: tuple[str, ...]  # started, but not finished
    sessions: Mapping[str, str]  # by its key, the test of a session that belongs to one test
    processes: tuple[int, ...]  # of the runs of pytest, by their ids, without workers
    modules: tuple[str, ...]  # the installed modules that were imported at the end


class EventWriter:
    """A pytest plugin that writes the events of a run; of a pytest-xdist worker, only its sessions."""

    def __init__(self, path: str, *, is_worker: bool) -> None:
        self._path = path
        self._is_worker = is_worker
        if not is_worker:
            self._append({"event": "run", "process": os.getpid()})

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._write("started", nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self._write("finished", nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._write("failed", report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._write("failed", report.nodeid)

    def pytest_unconfigure(self) -> None:
        if not self._is_worker:
            self._append({"event": "modules", "names": [*installed_modules()]})

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        guard = item.config.stash.get(GUARD, None)
        for session in guard.sessions() if guard is not None else ():
            self._append({"event": "session", "test": item.nodeid, "session": session.key})

    def _write(self, event: str, test: str) -> None:
        if not self._is_worker:  # the controller has the events of all workers
            self._append({"event": event, "test": test})

    def _append(self, event: Mapping[str, Json]) -> None:
        """Append a line in one write, because the processes of a run share the file."""
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(descriptor, f"{json.dumps(event)}\n".encode())
        finally:
            os.close(descriptor)


def register_writer(config: pytest.Config, path: str) -> None:
    """Let a run report its events to a file."""
    config.pluginmanager.register(EventWriter(path, is_worker=hasattr(config, "workerinput")))


def read_events(path: Path) -> RunEvents:
    """The events in a file; a line that is not complete is ignored."""
    failed: dict[str, None] = {}
    running: dict[str, None] = {}
    sessions: dict[str, str] = {}
    shared: set[str] = set()
    processes: list[int] = []
    modules: list[str] = []
    for event in _events(path):
        match event:
            case {"event": "started", "test": test}:
                running[test] = None
            case {"event": "finished", "test": test}:
                running.pop(test, None)
            case {"event": "failed", "test": test}:
                failed[test] = None
            case {"event": "session", "test": test, "session": key}:
                if sessions.setdefault(key, test) != test:
                    shared.add(key)
            case {"event": "run", "process": process}:
                processes.append(process)
            case {"event": "modules", "names": names}:
                modules = names
    own = {key: test for key, test in sessions.items() if key not in shared}
    return RunEvents(tuple(failed), tuple(running), own, tuple(processes), tuple(modules))


def _events(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_bytes().splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue

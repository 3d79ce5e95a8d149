"""A server for one run of a suite, whose answers a mutation changes."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from mockserver.app import MockServer
from mockserver.contract.mutations import Mutation
from mockserver.engine.backend import Backend
from mockserver.engine.exchange import Exchange
from mockserver.engine.hold import Hold
from mockserver.engine.session_path import session_url
from mockserver.runtime import Log, Runtime, wire
from mockserver.settings import Settings
from mockserver.testing.mutation_selection import Statuses
from mockserver.testing.thread_server import serve_in_thread


class _Log(Log):
    """Counts the changed answers of each session.

    It ignores what holds up the event loop: on purpose, several runs share the processors.
    """

    def __init__(self) -> None:
        self.changed: Counter[str] = Counter()

    def exchange(self, exchange: Exchange) -> None:
        if exchange.mutation is not None:
            self.changed[exchange.session.key] += 1

    def held_up(self, hold: Hold) -> None:
        pass


class RunServer:
    """A server in a thread; `base_url` carries the key of a session.

    All sessions have the mutation, those too that the suite opens by keys of its own.
    """

    def __init__(self, url: str, key: str, runtime: Runtime, log: _Log) -> None:
        self.url = url
        self.key = key
        self._runtime = runtime
        self._log = log

    @property
    def base_url(self) -> str:
        return session_url(self.url, self._runtime.settings.control_prefix, self.key)

    @property
    def changed(self) -> Counter[str]:
        """How many answers the mutation has changed, by the key of the session."""
        return self._log.changed

    def statuses(self) -> Statuses:
        """The statuses of its answers, by operation."""
        found: Statuses = {}
        for fact in self._runtime.journal.covered_facts(None):
            if fact.kind == "status":
                found.setdefault(fact.operation, set()).add(fact.name)
        return found


@contextmanager
def serve_run(
    backend: Backend, settings: Settings, port: int, key: str, mutation: Mutation | None
) -> Iterator[RunServer]:
    """Serve until the block ends. Port 0 means a free port; raises CannotListen and NotReady."""
    log = _Log()
    runtime = wire(backend, settings, log)
    if mutation is not None:
        runtime.sessions.restart_all(mutation.name, time.time())
    with serve_in_thread(MockServer(runtime, log), port) as url:
        yield RunServer(url, key, runtime, log)

"""Mutation testing of a client's test suite: which changes of the mock's answers does the suite notice?

The suite runs once without a mutation, then once for each.
"""

import os
import signal
import subprocess
import time
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Literal

from msgspec import Struct

from mockserver.app import create_app
from mockserver.contract.mutations import KINDS, Mutation, Mutations, errors
from mockserver.contract.operation import Operation
from mockserver.data.quoting import printable
from mockserver.data.suggest import did_you_mean
from mockserver.runtime import Runtime
from mockserver.server.garbage import no_collections
from mockserver.settings import Settings
from mockserver.testing.control_client import ControlClient, http_transport
from mockserver.testing.thread_server import serve_in_thread

URL = "MOCKSERVER_URL"  # environment variables that tell the suite how to reach the server
CONTROL_PREFIX = "MOCKSERVER_CONTROL_PREFIX"
TIMEOUT_FACTOR = 10  # a run may take so many times as long as the one without a mutation
NOT_MET_LIMIT = 50  # mutations that are listed for an answer that the suite does not get
MINIMUM_TIMEOUT = 30.0  # seconds that a run may take in any case

MutationOutcome = Literal["noticed", "missed", "not met"]
OUTCOMES: tuple[MutationOutcome, ...] = ("noticed", "missed", "not met")


class CannotMutate(Exception):
    """The mutation run has no result: no mutation was selected, or the suite cannot be run."""


class SuiteFails(CannotMutate):
    """The suite fails without a mutation, so its failures would not mean anything."""

    def __init__(self, status: int | None, output: str) -> None:
        super().__init__(
            f"the suite fails without a mutation (exit status {status})" + (f":\n{output}" if output else "")
        )
        self.status = status
        self.output = output


class SuiteIsSilent(CannotMutate):
    """The suite sends no request to the server, so its success would not mean anything."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"the suite sent no request to {url}; does it read the URL from the environment variable {URL}?"
        )
        self.url = url


class MutationResult(Struct, frozen=True):
    """How the suite reacted to one mutation; `seconds` is the duration of the run.

    In the words of mutation testing, noticed is killed, missed is survived, and not met is no coverage.
    """

    mutation: Mutation
    outcome: MutationOutcome
    seconds: float

    def __str__(self) -> str:
        return printable(f"{self.outcome:<8} {self.mutation.name}")


Statuses = dict[str, set[str]]  # that the suite got, as the contract names them, by the operation's id


class Selection(Struct, frozen=True):
    """The mutations to run, made when they are read: a large contract has too many to list them all."""

    mutations: Mutations
    operations: Sequence[Operation]
    is_explicit: bool  # the user named the operations, so those that the suite does not call are reported
    kinds: Collection[str]  # empty: all kinds

    def any(self) -> bool:
        """Whether there is any mutation of these operations and kinds."""
        every = (each for operation in self.operations for each in self.mutations.for_operation(operation))
        return any(self._has_kind(each) for each in every)

    def met(self, statuses: Statuses) -> Iterator[Mutation]:
        """The mutations of answers that the suite gets, and the errors that can replace them."""
        for operation in self.operations:
            if operation.id in statuses:
                found = self.mutations.in_responses(operation, statuses[operation.id])
                yield from filter(self._has_kind, chain(found, errors(operation)))

    def not_met(self, statuses: Statuses) -> Iterator[Mutation]:
        """The first mutations of each answer that the suite does not get from the operations it calls."""
        for operation in self.operations:
            if operation.id not in statuses and not self.is_explicit:
                continue
            got = statuses.get(operation.id, set())
            for status in (each for each in operation.responses if each not in got):
                found = filter(self._has_kind, self.mutations.in_responses(operation, [status]))
                yield from islice(found, NOT_MET_LIMIT)
            if not got:
                yield from filter(self._has_kind, errors(operation))

    def _has_kind(self, mutation: Mutation) -> bool:
        return not self.kinds or mutation.kind in self.kinds


class Suite:
    """A command that tests a client against the server of a control client."""

    def __init__(self, client: ControlClient, command: Sequence[str], runtime: Runtime) -> None:
        self._client = client
        self._command = command
        self._runtime = runtime  # of the server
        self._timeout: float | None = None  # seconds

    def run_mutations(self, selection: Selection) -> Iterator[MutationResult]:
        """Run the suite for each selected mutation and yield each result at once; raises CannotMutate.

        A mutation of a status that the suite does not get without a mutation is "not met", and not run.
        """
        met = self._run_baseline()
        for mutation in selection.met(met):
            yield self._run_mutation(mutation)
        self._client.ask("DELETE", "/mutation")
        for mutation in selection.not_met(met):
            yield MutationResult(mutation, "not met", 0.0)

    def _run_baseline(self) -> Statuses:
        """Run the suite without a mutation; return the statuses that it gets, by operation."""
        self._client.ask("DELETE", "/mutation")
        started = time.monotonic()
        status, output = self._run()
        if status != 0:
            raise SuiteFails(status, output)
        self._timeout = max(MINIMUM_TIMEOUT, TIMEOUT_FACTOR * (time.monotonic() - started))
        met: Statuses = {}
        for fact in self._runtime.journal.covered_facts(None):
            if fact.kind == "status":
                met.setdefault(fact.operation, set()).add(fact.name)
        if not met:
            raise SuiteIsSilent(self._client.url)
        return met

    def _run_mutation(self, mutation: Mutation) -> MutationResult:
        before = self._select(mutation)
        started = time.monotonic()
        status, _ = self._run()
        seconds = time.monotonic() - started
        if status != 0:
            return MutationResult(mutation, "noticed", seconds)
        is_met = self._select(mutation) > before
        return MutationResult(mutation, "missed" if is_met else "not met", seconds)

    def _select(self, mutation: Mutation) -> int:
        """Reset all sessions and select a mutation; return how many answers it has changed so far."""
        changed: int = self._client.ask("PUT", "/mutation", body={"name": mutation.name})["changed"]
        return changed

    def _run(self) -> tuple[int | None, str]:
        """Run the command; return its exit status and output, or (None, "") if it exceeds the timeout."""
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**os.environ, URL: self._client.url, CONTROL_PREFIX: self._client.prefix},
                start_new_session=True,
            )
        except OSError as error:
            raise CannotMutate(f"cannot run {self._command[0]!r}: {error.strerror}") from None
        try:
            output, _ = process.communicate(timeout=self._timeout)
        except subprocess.TimeoutExpired:
            _kill(process)
            return None, ""
        except KeyboardInterrupt:
            _kill(process)
            raise
        return process.returncode, output.decode("utf-8", "replace")


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a run with all processes that it started."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


def run(
    settings: Settings, port: int, command: Sequence[str], operations: Sequence[str], kinds: Sequence[str]
) -> Iterator[MutationResult]:
    """Start a server, run a suite against each mutation of its answers, and yield each result at once.

    `operations` and `kinds`, unless empty, select mutations; port 0 means a free port.
    Raises CannotMutate, UnknownOperation, CannotListen, and what `create_app` raises.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise CannotMutate(f"{kind!r} is not a kind of mutation{did_you_mean(kind, KINDS)}")
    with no_collections():
        app = create_app(settings)
    backend = app.runtime.backend
    named = [backend.contract.operation(name) for name in operations]
    selection = Selection(backend.mutations, named or backend.contract.operations, bool(named), kinds)
    if not selection.any():
        raise CannotMutate("the contract has no answer that such a mutation can change")
    with serve_in_thread(app, port) as url:
        client = ControlClient(url, http_transport(url), settings.control_prefix)
        yield from Suite(client, command, app.runtime).run_mutations(selection)


def score(results: Sequence[MutationResult], among: Sequence[MutationOutcome] = OUTCOMES) -> float:
    """The percentage noticed of the mutations with the outcomes `among`; 100 if there are none."""
    counted = [result for result in results if result.outcome in among]
    noticed = sum(result.outcome == "noticed" for result in counted)
    return round(100 * noticed / len(counted), 1) if counted else 100.0


def summary(results: Sequence[MutationResult]) -> str:
    """One line with the number of mutations by outcome and the scores."""
    counts = ", ".join(
        f"{sum(result.outcome == outcome for result in results)} {outcome}" for outcome in OUTCOMES
    )
    met = score(results, ("noticed", "missed"))
    return (
        f"{len(results)} mutations: {counts}; score {score(results)} %, {met} % of those that the suite met"
    )


def as_json(results: Sequence[MutationResult]) -> dict[str, Any]:
    """The results and scores as JSON, for `mutate --json`."""
    return {
        "score": score(results),
        "score_of_met": score(results, ("noticed", "missed")),
        **{
            outcome.replace(" ", "_"): sum(result.outcome == outcome for result in results)
            for outcome in OUTCOMES
        },
        "mutations": [
            {
                "name": result.mutation.name,
                "operation": result.mutation.operation,
                "response": result.mutation.response,
                "kind": result.mutation.kind,
                "pointer": result.mutation.pointer,
                "within": result.mutation.within,
                "outcome": result.outcome,
                "seconds": round(result.seconds, 3),
            }
            for result in results
        ],
    }

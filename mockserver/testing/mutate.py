"""Mutation testing of a client's test suite: which changes of the mock's answers does the suite notice?

The suite runs twice without a mutation, then once for each, several runs at once. Each run has a server of
its own, so runs share no session.
"""

import os
import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count as counted

from msgspec import Struct

from mockserver.contract.mutations import KINDS, Mutation
from mockserver.data.suggest import did_you_mean
from mockserver.engine.backend import Backend
from mockserver.loading import load_backend
from mockserver.server.garbage import no_collections
from mockserver.settings import Settings
from mockserver.testing.mutation_results import MutationResult
from mockserver.testing.mutation_selection import Selection, Statuses
from mockserver.testing.run_server import serve_run
from mockserver.testing.suite_command import CannotStart, SuiteCommand, SuiteRun

URL = "MOCKSERVER_URL"  # environment variables that tell the suite how to reach the server
SESSION = "MOCKSERVER_SESSION"
CONTROL_PREFIX = "MOCKSERVER_CONTROL_PREFIX"
TIMEOUT_FACTOR = 5  # a run may take so many times as long as those without a mutation
MINIMUM_TIMEOUT = 10.0  # seconds that a run may take in any case
JOBS_PER_PROCESSOR = 4  # runs at once at most, if most of a run's time is spent waiting
AHEAD = 100  # mutations that are made before their results are read
NAMED = 2  # tests that a sentence names


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


class SuiteIsUnstable(CannotMutate):
    """The suite passes and fails for the same answers, so its failures would not mean anything.

    `tests` are those that failed, as far as their names are known.
    """

    def __init__(self, tests: Iterable[str], how: str, hint: str = "") -> None:
        self.tests = tuple(tests)
        lines = [f"the suite is not stable: {how}{':' if self.tests else ''}", *self.tests]
        super().__init__("\n  ".join(lines) + (f"\n{hint}" if hint else ""))


class _Measured(Struct, frozen=True):
    """A run, and what its server has seen."""

    run: SuiteRun
    statuses: Statuses
    changed: Mapping[str, int]  # how many answers the mutation changed, by the key of the session
    url: str
    seconds: float  # with the start and the end of the server


class _Baseline(Struct, frozen=True):
    """What the runs without a mutation tell."""

    statuses: Statuses  # that the suite gets
    limit: float  # seconds that a run with a mutation may take
    jobs: int  # runs at once


class Suite:
    """A command that tests a client; each run has a server of its own."""

    def __init__(
        self, command: Sequence[str], backend: Backend, settings: Settings, port: int, jobs: int | None
    ) -> None:
        """`port` 0 means free ports. `jobs` None means as many runs at once as the processors can take."""
        self._command = SuiteCommand(command)
        self._backend = backend
        self._settings = settings
        self._port = port
        self._jobs = jobs
        self._numbers = counted(1)
        self._failed_unchanged: list[SuiteRun] = []

    def run_mutations(self, selection: Selection) -> Iterator[MutationResult]:
        """Run the suite for each selected mutation and yield the results in this order; raises CannotMutate.

        A mutation of a status that the suite does not get without a mutation is "not met", and not run.
        """
        with self._command:
            try:
                baseline = self._run_baseline()
                yield from self._run_each(selection.met(baseline.statuses), baseline)
            except CannotStart as error:
                raise CannotMutate(str(error)) from None
        if self._failed_unchanged:
            tests = dict.fromkeys(test for run in self._failed_unchanged for test in run.failed)
            runs = len(self._failed_unchanged)
            how = f"{runs} run{'s' if runs > 1 else ''} failed although no answer was changed"
            raise SuiteIsUnstable(tests, how, _hint(baseline.jobs))
        for mutation, why in selection.not_met(baseline.statuses):
            yield MutationResult(mutation, "not met", 0.0, why=why)

    def _run_baseline(self) -> _Baseline:
        """Run the suite alone, then again, twice at once if the runs of mutations will be several at once.

        Raises SuiteFails, SuiteIsSilent and SuiteIsUnstable.
        """
        before = _processor_time()
        first = self._measure(None, None)
        if first.run.passed and not first.statuses:
            raise SuiteIsSilent(first.url)
        jobs = self._jobs or _possible_jobs(_processor_time() - before, first.seconds)
        runs = [first, *(self._forked_baseline(first, jobs) or self._run_again(first, jobs))]
        _check_stability([each.run for each in runs], _hint(jobs))
        statuses: Statuses = {}
        for each in runs:
            for operation, got in each.statuses.items():
                statuses.setdefault(operation, set()).update(got)
        if self._jobs is None and runs[1].run.processor_time:
            jobs = _possible_jobs(runs[1].run.processor_time, runs[1].seconds)
        return _Baseline(statuses, _limit(runs), jobs)

    def _forked_baseline(self, first: _Measured, jobs: int) -> list[_Measured]:
        """Further runs, as copies of one process; none if that is not possible or makes a difference."""
        if not (first.run.passed and first.run.is_pytest and self._command.fork(first.run.modules)):
            return []
        runs = self._run_again(first, jobs)
        if len(runs) == 1 and not runs[0].run.passed:  # it fails always, or only sometimes
            runs += self._run_again(first, jobs)
        passed = [each for each in runs if each.run.passed]
        if len(passed) == len(runs) and all(each.statuses == first.statuses for each in runs):
            return runs
        self._command.stop_forking()
        return runs if passed and len(passed) < len(runs) else []

    def _run_again(self, first: _Measured, jobs: int) -> list[_Measured]:
        with ThreadPoolExecutor(2) as pool:
            try:
                again = [
                    pool.submit(self._measure, None, _limit([first])) for _ in range(2 if jobs > 1 else 1)
                ]
                return [each.result() for each in again]
            except BaseException:
                self._command.stop()
                raise

    def _run_each(self, mutations: Iterator[Mutation], baseline: _Baseline) -> Iterator[MutationResult]:
        pending: deque[Future[MutationResult]] = deque()
        with ThreadPoolExecutor(baseline.jobs) as pool:
            try:
                for mutation in mutations:
                    pending.append(pool.submit(self._run_mutation, mutation, baseline.limit))
                    while len(pending) >= AHEAD or (pending and pending[0].done()):
                        yield pending.popleft().result()
                while pending:
                    yield pending.popleft().result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
                self._command.stop()

    def _run_mutation(self, mutation: Mutation, limit: float) -> MutationResult:
        measured = self._measure(mutation, limit)
        run, changed = measured.run, sum(measured.changed.values())
        if run.passed and changed:
            return MutationResult(mutation, "missed", run.seconds, why=_why_missed(measured))
        if run.passed:
            why = "no answer of the run could be changed like this"
            return MutationResult(mutation, "not met", run.seconds, why=why)
        if not changed:
            self._failed_unchanged.append(run)
            return MutationResult(mutation, "not met", run.seconds, why="the suite is not stable")
        why = "" if run.failed else f"by exit status {run.status}"
        if run.status is None:
            why = f"stopped after {limit:.3g} s, the time limit of a run"
        return MutationResult(mutation, "noticed", run.seconds, run.failed, why)

    def _measure(self, mutation: Mutation | None, limit: float | None) -> _Measured:
        """Run the suite against a new server. Raises CannotStart, Stopped and CannotListen."""
        key = f"mutate-{next(self._numbers)}"
        started = time.monotonic()
        with serve_run(self._backend, self._settings, self._port, key, mutation) as server:
            prefix = self._settings.control_prefix
            variables = {URL: server.base_url, SESSION: key, CONTROL_PREFIX: prefix}
            run = self._command.run(variables, limit)
        seconds = time.monotonic() - started
        return _Measured(run, server.statuses(), server.changed, server.url, seconds)


def _check_stability(runs: Sequence[SuiteRun], hint: str) -> None:
    """Raise SuiteFails if all runs failed in the same way, and SuiteIsUnstable if they differ."""
    if all(run.passed for run in runs):
        return
    first = runs[0]
    if all((run.status, {*run.failed}) == (first.status, {*first.failed}) for run in runs):
        raise SuiteFails(first.status, first.output)
    failed = [run for run in runs if not run.passed]
    always = set.intersection(*({*run.failed} for run in runs))
    tests = dict.fromkeys(test for run in failed for test in run.failed if test not in always)
    how = f"{len(failed)} of {len(runs)} runs without a mutation failed"
    output = "" if tests else "\n".join(each.output for each in failed[:1])
    raise SuiteIsUnstable(tests, how, "\n".join(filter(None, [output, hint])))


def _hint(jobs: int) -> str:
    return "If it cannot run more than once at the same time, use --jobs 1." if jobs > 1 else ""


def _why_missed(measured: _Measured) -> str:
    """Why no test noticed, with the names of those that got a changed answer, if they are known."""
    sessions = measured.run.sessions
    names = [*dict.fromkeys(sessions[key].rpartition("::")[2] for key in measured.changed if key in sessions)]
    if not names:
        changed = sum(measured.changed.values())
        return f"{changed} answers were changed" if changed > 1 else "one answer was changed"
    rest = [f"{len(names) - NAMED} more"] if len(names) > NAMED else []
    *others, last = [*names[:NAMED], *rest]
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"{listed} got it and passed"


def _limit(runs: Sequence[_Measured]) -> float:
    """The time limit of a run, in seconds, in proportion to the runs without a mutation."""
    return max(MINIMUM_TIMEOUT, TIMEOUT_FACTOR * max(each.run.seconds for each in runs))


def _processor_time() -> float:
    """The seconds of processor time that finished child processes took."""
    times = os.times()
    return times.children_user + times.children_system


def _possible_jobs(processor_time: float, seconds: float) -> int:
    """How many runs at once the processors can take, if one takes this time and this processor time."""
    processors = _processors()
    share = processor_time / seconds if processor_time else 1.0  # it is not known on every system
    return max(1, min(JOBS_PER_PROCESSOR * processors, int(processors / share)))


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def run(
    settings: Settings,
    port: int,
    command: Sequence[str],
    operations: Sequence[str],
    kinds: Collection[str],
    jobs: int | None = None,
) -> Iterator[MutationResult]:
    """Run a suite against each mutation of the answers of a mock, and yield each result.

    `operations` and `kinds`, unless empty, select mutations. Port 0 means a free port for each run; with
    another port, one run follows the other. `jobs` is the number of runs at once; None depends on the load.
    Raises CannotMutate, UnknownOperation, CannotListen, and what `load_backend` raises.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise CannotMutate(f"{kind!r} is not a kind of mutation{did_you_mean(kind, KINDS)}")
    if port and jobs is not None and jobs > 1:
        raise CannotMutate(f"{jobs} runs at once need ports of their own; leave out --port or --jobs")
    with no_collections():
        backend = load_backend(settings)
    named = [backend.contract.operation(name) for name in operations]
    selection = Selection(backend.mutations, named or backend.contract.operations, bool(named), kinds)
    if not selection.any():
        raise CannotMutate("the contract has no answer that such a mutation can change")
    suite = Suite(command, backend, settings, port, 1 if port else jobs)
    yield from suite.run_mutations(selection)

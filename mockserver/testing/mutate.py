"""A suite run against changed answers, one mutation a run: which of them does it notice?"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from msgspec import Struct

from mockserver.app import create_app
from mockserver.contract.mutations import KINDS, Mutation
from mockserver.data.suggest import did_you_mean
from mockserver.settings import Settings
from mockserver.testing.control import Control, over_http
from mockserver.testing.server import served

URL = "MOCKSERVER_URL"  # tells the suite where the server is
Outcome = Literal["noticed", "missed", "not met"]
OUTCOMES: tuple[Outcome, ...] = ("noticed", "missed", "not met")
PATIENCE = 10  # how many times as long as without a mutation a run may take
LEAST = 30.0  # seconds that it may take in any case


class CannotTell(Exception):
    """The suite says nothing of the mutations: there are none of the kind, or it cannot be run at all."""


class SuiteFails(CannotTell):
    """The suite does not pass without any mutation, so that nothing can be told from its failures."""

    def __init__(self, status: int | None, output: str) -> None:
        super().__init__(f"the suite ends with status {status} before any answer is changed:\n{output}")
        self.status = status
        self.output = output


class SuiteIsSilent(CannotTell):
    """The suite sends nothing to the server, so that nothing can be told from its passing."""

    def __init__(self, url: str) -> None:
        super().__init__(f"the suite sent no request to {url}, which is in the environment as {URL}")
        self.url = url


class Detection(Struct, frozen=True):
    """What the suite made of one mutation; `seconds` is how long the run took."""

    mutation: Mutation
    outcome: Outcome
    seconds: float

    def __str__(self) -> str:
        return f"{self.outcome:<8} {self.mutation.name}"


class Suite:
    """A command that tests a client of the server at `control.url`."""

    def __init__(self, control: Control, command: Sequence[str]) -> None:
        self._control = control
        self._command = command
        self._limit: float | None = None  # seconds of a run

    def judge(self, mutations: Sequence[Mutation]) -> Iterator[Detection]:
        """Each mutation's result as it is known; raises CannotTell.

        A mutation of answers that the unchanged suite never got is not met, and not run.
        """
        met = self._try_unchanged()
        for mutation in mutations:
            statuses = met[mutation.operation]
            may_be_met = bool(statuses) if mutation.kind == "error" else mutation.response in statuses
            yield self._try(mutation) if may_be_met else Detection(mutation, "not met", 0.0)
        self._control.ask("DELETE", "/mutation")

    def _try_unchanged(self) -> dict[str, set[str]]:
        """The statuses, by operation, of the answers that the suite gets."""
        self._control.ask("DELETE", "/mutation")
        started = time.monotonic()
        status, output = self._run()
        if status != 0:
            raise SuiteFails(status, output)
        self._limit = max(LEAST, PATIENCE * (time.monotonic() - started))
        report = self._control.ask("GET", "/coverage?scope=all")
        met = {
            row["operation"]: {fact["name"] for fact in row["statuses"] if fact["seen"]}
            for row in report["operations"]
        }
        if not any(met.values()):
            raise SuiteIsSilent(self._control.url)
        return met

    def _try(self, mutation: Mutation) -> Detection:
        before = self._choose(mutation)
        started = time.monotonic()
        status, _ = self._run()
        seconds = time.monotonic() - started
        if status != 0:
            return Detection(mutation, "noticed", seconds)
        met = self._choose(mutation) > before
        return Detection(mutation, "missed" if met else "not met", seconds)

    def _choose(self, mutation: Mutation) -> int:
        """Let every session begin anew, with a mutation; how many answers it changed so far."""
        changed: int = self._control.ask("PUT", "/mutation", body={"name": mutation.name})["changed"]
        return changed

    def _run(self) -> tuple[int | None, str]:
        """The status of one run, and what it printed; one that does not end is stopped, without a status."""
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**os.environ, URL: self._control.url},
                start_new_session=True,
            )
        except OSError as error:
            raise CannotTell(f"cannot run {self._command[0]!r}: {error.strerror}") from None
        try:
            output, _ = process.communicate(timeout=self._limit)
        except subprocess.TimeoutExpired:
            _end(process)
            return None, ""
        except KeyboardInterrupt:
            _end(process)
            raise
        return process.returncode, output.decode("utf-8", "replace")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Stop a run with all that it started."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


def run(
    settings: Settings, port: int, command: Sequence[str], operations: Sequence[str], kinds: Sequence[str]
) -> Iterator[Detection]:
    """A suite's results against a server of its own, as they are known.

    `operations` and `kinds`, where there are any, say which mutations; port 0 is a free one.
    Raises CannotTell, UnknownOperation, CannotListen, and what `create_app` raises.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise CannotTell(f"there is no kind of mutation {kind!r}{did_you_mean(kind, KINDS)}")
    app = create_app(settings)
    made = app.runtime.backend.mutations
    found = (
        [each for name in operations for each in made.for_operation(name)] if operations else [*made.all()]
    )
    wanted = [each for each in found if each.kind in (kinds or KINDS)]
    if not wanted:
        raise CannotTell("the contract's answers have no such mutation")
    with served(app, port) as url:
        yield from Suite(Control(url, over_http(url)), command).judge(wanted)


def score(results: Sequence[Detection], among: Sequence[Outcome] = OUTCOMES) -> float:
    """How many of the mutations with these outcomes were noticed, in per cent."""
    counted = [result for result in results if result.outcome in among]
    noticed = sum(result.outcome == "noticed" for result in counted)
    return round(100 * noticed / len(counted), 1) if counted else 100.0


def summary(results: Sequence[Detection]) -> str:
    """How many mutations had which outcome, and the score, in a sentence."""
    counts = ", ".join(
        f"{sum(result.outcome == outcome for result in results)} {outcome}" for outcome in OUTCOMES
    )
    met = score(results, ("noticed", "missed"))
    return (
        f"{len(results)} mutations: {counts}; score {score(results)} %, {met} % of those that the suite met"
    )


def as_json(results: Sequence[Detection]) -> dict[str, Any]:
    """The results with their score, for other programs."""
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

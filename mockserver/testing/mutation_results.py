"""The results of a mutation run, as lines, as scores and as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from msgspec import Struct

from mockserver.contract.mutations import Mutation
from mockserver.data.quoting import printable

MutationOutcome = Literal["noticed", "missed", "not met"]
OUTCOMES: tuple[MutationOutcome, ...] = ("noticed", "missed", "not met")
NAMES = 5  # tests that are listed below a noticed mutation
_INDENT = " " * 9


class MutationResult(Struct, frozen=True):
    """How the suite reacted to one mutation; `seconds` is the duration of the run.

    In the words of mutation testing, noticed is killed, missed is survived, and not met is no coverage.
    `noticed_by` are the tests that failed. `why` says why no test noticed, or how the run ended if no test is
    known that failed.
    """

    mutation: Mutation
    outcome: MutationOutcome
    seconds: float
    noticed_by: tuple[str, ...] = ()
    why: str = ""

    def __str__(self) -> str:
        return printable(f"{self.outcome:<8} {self.mutation.name}")

    @property
    def is_run(self) -> bool:
        """Whether the suite ran with the mutation: it does not if it does not get such answers."""
        return self.seconds > 0

    def lines(self) -> Iterator[str]:
        """The outcome, and below it the tests that noticed."""
        yield str(self)
        if self.outcome != "noticed":
            return
        for name in self.noticed_by[:NAMES]:
            yield printable(f"{_INDENT}by {name}")
        if len(self.noticed_by) > NAMES:
            yield f"{_INDENT}and by {len(self.noticed_by) - NAMES} more"
        if self.why:
            yield printable(f"{_INDENT}{self.why}")


def score(results: Iterable[MutationResult], among: Sequence[MutationOutcome] = OUTCOMES) -> float:
    """The percentage noticed of the mutations with the outcomes `among`; 100 if there are none."""
    counted = [result for result in results if result.outcome in among]
    noticed = sum(result.outcome == "noticed" for result in counted)
    return round(100 * noticed / len(counted), 1) if counted else 100.0


def scores(results: Sequence[MutationResult]) -> dict[str, float]:
    """The scores of mutations that break the contract, and of legal changes."""
    return {
        "breaks": score(result for result in results if not result.mutation.within),
        "legal": score(result for result in results if result.mutation.within),
    }


def summary(results: Sequence[MutationResult]) -> list[str]:
    """Two lines: the scores of breaks and of legal changes, and the number of mutations by outcome."""
    counts = ", ".join(
        f"{sum(result.outcome == outcome for result in results)} {outcome}" for outcome in OUTCOMES
    )
    met = score(results, ("noticed", "missed"))
    mutations = f"{len(results)} mutation{'s' if len(results) != 1 else ''}"
    return [
        f"breaks of the contract: {_share(results, within=False)}; "
        f"legal changes: {_share(results, within=True)}",
        f"{mutations}: {counts}; score {score(results)} %, {met} % of those that the suite met",
    ]


def _share(results: Sequence[MutationResult], *, within: bool) -> str:
    of_kind = [result for result in results if result.mutation.within is within]
    if not of_kind:
        return "none"
    noticed = sum(result.outcome == "noticed" for result in of_kind)
    return f"{noticed} of {len(of_kind)} noticed ({score(of_kind)} %)"


def as_json(results: Sequence[MutationResult]) -> dict[str, Any]:
    """The scores and results as JSON, for `mutate --format json`."""
    return {
        "scores": scores(results),
        "mutations": [
            {
                "name": result.mutation.name,
                "outcome": result.outcome,
                "noticed_by": list(result.noticed_by) if result.outcome == "noticed" else [],
            }
            for result in results
        ],
    }


def as_detailed_json(results: Sequence[MutationResult]) -> dict[str, Any]:
    """The results and scores with all details as JSON, for `mutate --json`."""
    brief = as_json(results)
    return {
        "score": score(results),
        "score_of_met": score(results, ("noticed", "missed")),
        "scores": brief["scores"],
        **{
            outcome.replace(" ", "_"): sum(result.outcome == outcome for result in results)
            for outcome in OUTCOMES
        },
        "mutations": [
            {
                **row,
                "operation": result.mutation.operation,
                "response": result.mutation.response,
                "kind": result.mutation.kind,
                "pointer": result.mutation.pointer,
                "within": result.mutation.within,
                "why": result.why,
                "seconds": round(result.seconds, 3),
            }
            for row, result in zip(brief["mutations"], results, strict=True)
        ],
    }

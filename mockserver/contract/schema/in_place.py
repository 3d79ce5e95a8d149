"""The keywords that apply other schemas to the very same value.

What fails in a trial has no consequence until the keyword says so.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from mockserver.contract.schema.evaluation import Applied, Failure, Spot, Steps
from mockserver.contract.schema.keyword import Compile, Keyword, Rule
from mockserver.contract.schema.sentences import quoted

Failures: TypeAlias = Sequence[Failure]


def _ref(keyword: Keyword) -> Rule:
    target = keyword.behind(keyword.value)
    return lambda spot: ((target, spot),)


def _dynamic_ref(keyword: Keyword) -> Rule:
    target = keyword.behind_dynamic(keyword.value)
    return lambda spot: ((target, spot),)


def _branches(keyword: Keyword) -> list[Applied]:
    return [keyword.below(keyword.name, index) for index in range(len(keyword.value))]


def _all_of(keyword: Keyword) -> Rule:
    branches = _branches(keyword)
    return lambda spot: ((branch, spot) for branch in branches)


def _any_of(keyword: Keyword) -> Rule:
    branches = _branches(keyword)

    def rule(spot: Spot) -> Steps:
        lost: list[Failures] = []
        for branch in branches:
            trial = spot.trial()
            yield branch, trial
            if trial.failures:
                lost.append(list(trial.failures))
                continue
            spot.take(trial)
            if spot.seen is None:
                return
        if len(lost) == len(branches):
            _blame(keyword, spot, lost)

    return rule


def _one_of(keyword: Keyword) -> Rule:
    branches = _branches(keyword)

    def rule(spot: Spot) -> Steps:
        lost: list[Failures] = []
        fitting: list[int] = []
        for index, branch in enumerate(branches):
            trial = spot.trial()
            yield branch, trial
            if trial.failures:
                lost.append(list(trial.failures))
            else:
                fitting.append(index)
                spot.take(trial)
        if not fitting:
            _blame(keyword, spot, lost)
        elif len(fitting) > 1:
            numbers = ", ".join(str(index + 1) for index in fitting)
            sentence = "{} fits the alternatives {}, and may fit only one"
            keyword.fail(spot, lambda: sentence.format(quoted(spot.value), numbers))

    return rule


def _blame(keyword: Keyword, spot: Spot, lost: list[Failures]) -> None:
    """The failures of the alternative that was meant, where one stands out, else one failure for all."""
    meant = [each for each in lost if not _is_of_another_type(each, spot)]
    meant = meant or [
        each for branch, each in zip(keyword.value, lost, strict=True) if branch != {"type": "null"}
    ]
    ranked = sorted(meant, key=_distance)
    if len(ranked) == 1 or (ranked and _distance(ranked[0]) < _distance(ranked[1])):
        spot.fail(ranked[0])
    else:
        keyword.fail(spot, lambda: f"{quoted(spot.value)} fits none of the {len(lost)} alternatives")


def _is_of_another_type(failures: Failures, spot: Spot) -> bool:
    return any(failure.keyword == "type" and failure.path is spot.path for failure in failures)


def _distance(failures: Failures) -> tuple[bool, int]:
    """Lower is nearer; a fixed value that differs, such as a discriminator's, outweighs all else."""
    return any(failure.keyword in ("const", "enum") for failure in failures), len(failures)


def _not(keyword: Keyword) -> Rule:
    ruled_out = keyword.below(keyword.name)

    def rule(spot: Spot) -> Steps:
        trial = spot.trial()
        yield ruled_out, trial
        if not trial.failures:
            keyword.fail(spot, lambda: f"{quoted(spot.value)} is what the schema under 'not' rules out")

    return rule


def _if(keyword: Keyword) -> Rule:
    condition = keyword.below("if")
    then, otherwise = (keyword.below(each) if each in keyword.beside else None for each in ("then", "else"))

    def rule(spot: Spot) -> Steps:
        trial = spot.trial()
        yield condition, trial
        if not trial.failures:
            spot.take(trial)
        outcome = otherwise if trial.failures else then
        if outcome is not None:
            yield outcome, spot

    return rule


def _dependent_schemas(keyword: Keyword) -> Rule:
    schemas = {name: keyword.below(keyword.name, name) for name in keyword.value}

    def rule(spot: Spot) -> Steps:
        if isinstance(spot.value, dict):
            yield from ((schema, spot) for name, schema in schemas.items() if name in spot.value)

    return rule


IN_PLACE: Mapping[str, Compile] = {
    "$ref": _ref,
    "$dynamicRef": _dynamic_ref,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
    "dependentSchemas": _dependent_schemas,
}

"""The keywords that apply subschemas to the same value (JSON Schema 2020-12 core, section 10.2).

The functions return iterators instead of being generators: each level of a value then takes fewer frames of
Python's stack, and a recursive schema can validate a body of the greatest depth that is decoded.
"""

from collections.abc import Mapping
from functools import partial
from itertools import chain, islice
from typing import Any

from mockserver.contract.schema.discriminator import TagMismatch, likely_branches
from mockserver.contract.schema.keywords.errors import KeywordError, NotJudgedError
from mockserver.contract.schema.keywords.interface import (
    MAX_ERRORS,
    Errors,
    Evaluator,
    Keyword,
    Schema,
    is_valid,
)
from mockserver.contract.schema.keywords.messages import value_phrase
from mockserver.contract.schema.pinned_values import NULL
from mockserver.data.json import Json


def _ref(
    evaluator: Evaluator, reference: str, value: Json, schema: Schema, *, dynamic: bool = False
) -> Errors:
    target, there = evaluator.follow(reference, dynamic=dynamic)
    return there.descend_once(value, target)


def _all_of(evaluator: Evaluator, branches: list[Json], value: Json, schema: Schema) -> Errors:
    return chain.from_iterable(evaluator.descend(value, branch) for branch in branches)


def _any_of(evaluator: Evaluator, branches: list[Json], value: Json, schema: Schema) -> Errors:
    failures: list[list[KeywordError]] = []
    undecided: list[KeywordError] = []
    for branch in branches:
        failures.append(list(islice(evaluator.descend(value, branch), MAX_ERRORS)))
        if not failures[-1]:
            return ()
        if _is_undecided(failures[-1]):
            undecided += failures[-1]
    return undecided or _likeliest_errors(evaluator, branches, failures, value, schema)


def _one_of(evaluator: Evaluator, branches: list[Json], value: Json, schema: Schema) -> Errors:
    failures: list[list[KeywordError]] = []
    for branch in branches:
        found = list(
            islice(evaluator.descend(value, branch), MAX_ERRORS)
        )  # not a comprehension: a frame less
        failures.append(found)
    matching = [str(number) for number, errors in enumerate(failures, start=1) if not errors]
    undecided = [error for errors in failures if errors and _is_undecided(errors) for error in errors]
    if undecided and len(matching) < 2:
        return undecided
    if not matching:
        return _likeliest_errors(evaluator, branches, failures, value, schema)
    if len(matching) == 1:
        return ()
    numbers = ", ".join(matching)
    message = f"{value_phrase(value)} matches the alternatives {numbers}, but must match exactly one"
    return (KeywordError(message),)


def _is_undecided(errors: list[KeywordError]) -> bool:
    return all(isinstance(error, NotJudgedError) for error in errors)


def _likeliest_errors(
    evaluator: Evaluator,
    branches: list[Json],
    failures: list[list[KeywordError]],
    value: Json,
    schema: Schema,
) -> Errors:
    """The errors of the branch that the value is meant for; one error for all branches if several may be."""
    pins = [evaluator.pins(branch) for branch in branches] if isinstance(value, dict) else ()
    chosen = likely_branches(schema, branches, pins, value)
    if isinstance(chosen, TagMismatch):
        mismatch = KeywordError(chosen.message, path=() if chosen.name is None else (chosen.name,))
        if chosen.keyword is not None:
            mismatch.keyword = chosen.keyword
        return (mismatch,)
    likely = [failures[index] for index in chosen if not _is_of_another_type(failures[index])]
    likely = likely or [failures[index] for index in chosen if branches[index] != NULL]
    ranked = sorted(likely, key=_distance)
    if len(ranked) == 1 or (ranked and _distance(ranked[0]) < _distance(ranked[1])):
        return ranked[0]
    return (KeywordError(f"{value_phrase(value)} does not match any of the {len(failures)} alternatives"),)


def _is_of_another_type(errors: list[KeywordError]) -> bool:
    return any(error.keyword == "type" and not error.path for error in errors)


def _distance(errors: list[KeywordError]) -> tuple[bool, int]:
    """How far a value is from a branch; a fixed value that differs, such as a tag, outweighs all else."""
    return any(error.keyword in ("const", "enum") for error in errors), len(errors)


def _not(evaluator: Evaluator, excluded: Json, value: Json, schema: Schema) -> Errors:
    undecided: list[KeywordError] = []
    if not is_valid(evaluator, value, excluded, undecided):
        return ()
    if undecided:
        return undecided
    return (KeywordError(f"{value_phrase(value)} must not match the schema under 'not'"),)


def _if(evaluator: Evaluator, condition: Json, value: Json, schema: Schema) -> Errors:
    undecided: list[KeywordError] = []
    outcome = schema.get("then" if is_valid(evaluator, value, condition, undecided) else "else", True)
    if undecided:
        return undecided
    return evaluator.descend(value, outcome)


def _dependent_schemas(
    evaluator: Evaluator, schemas: Mapping[str, Json], value: Json, schema: Schema
) -> Errors:
    names: Any = value if isinstance(value, dict) else ()
    return chain.from_iterable(
        evaluator.descend(value, each) for name, each in schemas.items() if name in names
    )


IN_PLACE: Mapping[str, Keyword] = {
    "$ref": _ref,
    "$dynamicRef": partial(_ref, dynamic=True),
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
    "dependentSchemas": _dependent_schemas,
}

"""The keywords that apply other schemas to the very same value.

They answer with iterators rather than being generators: each level of a value then takes fewer frames of
Python's stack, and a body of the deepest kind that is decoded can be followed by a recursive schema.
"""

from collections.abc import Mapping
from functools import partial
from itertools import chain, islice
from typing import Any

from jsonschema.exceptions import ValidationError

from mockserver.contract.schema.discriminator import decided
from mockserver.contract.schema.keywords.interface import MOST, Errors, Keyword, Schema, Validator, fits
from mockserver.contract.schema.keywords.sentences import quoted
from mockserver.data.json import Json


def _ref(
    validator: Validator, reference: str, value: Json, schema: Schema, *, dynamic: bool = False
) -> Errors:
    target, references = validator._resolver.lead(reference, dynamic=dynamic)
    return references.judged(target, value, lambda: validator.descend(value, target, resolver=references))


def _all_of(validator: Validator, branches: list[Json], value: Json, schema: Schema) -> Errors:
    return chain.from_iterable(validator.descend(value, branch) for branch in branches)


def _any_of(validator: Validator, branches: list[Json], value: Json, schema: Schema) -> Errors:
    errors = decided(validator, branches, value, schema)
    if errors is not None:
        return errors
    lost: list[list[ValidationError]] = []
    for branch in branches:
        lost.append(list(islice(validator.descend(value, branch), MOST)))
        if not lost[-1]:
            return ()
    return _blamed(branches, lost, value)


def _one_of(validator: Validator, branches: list[Json], value: Json, schema: Schema) -> Errors:
    errors = decided(validator, branches, value, schema)
    if errors is not None:
        return errors
    lost: list[list[ValidationError]] = []
    for branch in branches:
        lost.append(list(islice(validator.descend(value, branch), MOST)))  # noqa: PERF401  # spares a frame
    fitting = [str(number) for number, errors in enumerate(lost, start=1) if not errors]
    if not fitting:
        return _blamed(branches, lost, value)
    if len(fitting) == 1:
        return ()
    numbers = ", ".join(fitting)
    return (ValidationError(f"{quoted(value)} fits the alternatives {numbers}, and may fit only one"),)


def _blamed(branches: list[Json], lost: list[list[ValidationError]], value: Json) -> Errors:
    """The errors of the alternative that was meant, where one stands out, else one error for all."""
    meant = [errors for errors in lost if not _is_of_another_type(errors)]
    meant = meant or [
        errors for branch, errors in zip(branches, lost, strict=True) if branch != {"type": "null"}
    ]
    ranked = sorted(meant, key=_distance)
    if len(ranked) == 1 or (ranked and _distance(ranked[0]) < _distance(ranked[1])):
        return ranked[0]
    return (ValidationError(f"{quoted(value)} fits none of the {len(lost)} alternatives"),)


def _is_of_another_type(errors: list[ValidationError]) -> bool:
    return any(error.validator == "type" and not error.path for error in errors)


def _distance(errors: list[ValidationError]) -> tuple[bool, int]:
    """Lower is nearer; a fixed value that differs, such as a discriminator's, outweighs all else."""
    return any(error.validator in ("const", "enum") for error in errors), len(errors)


def _not(validator: Validator, ruled_out: Json, value: Json, schema: Schema) -> Errors:
    if not fits(validator, value, ruled_out):
        return ()
    return (ValidationError(f"{quoted(value)} is what the schema under 'not' rules out"),)


def _if(validator: Validator, condition: Json, value: Json, schema: Schema) -> Errors:
    outcome = schema.get("then" if fits(validator, value, condition) else "else", True)
    return validator.descend(value, outcome)


def _dependent_schemas(
    validator: Validator, schemas: Mapping[str, Json], value: Json, schema: Schema
) -> Errors:
    named: Any = value if isinstance(value, dict) else ()
    return chain.from_iterable(
        validator.descend(value, each) for name, each in schemas.items() if name in named
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

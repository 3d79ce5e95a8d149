"""`discriminator`: the branch of `oneOf` or `anyOf` that a value says it is (OpenAPI 3.1, section 4.8.25).

It decides only where every branch that could hold an object is a reference: inline schemas have no name.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jsonschema.exceptions import ValidationError
from msgspec import Struct

from mockserver.contract.schema.keywords.interface import Schema, Validator
from mockserver.data.decoding import quoted
from mockserver.data.json import Json, type_phrase
from mockserver.data.suggest import did_you_mean

_COMPONENTS = "#/components/schemas/"


class Misfit(Struct, frozen=True):
    """No branch can be told: what is wrong, and the property that it is about (None: it is missing)."""

    message: str
    name: str | None


def branch(discriminator: Json, branches: Sequence[Json], value: Json) -> int | Misfit | None:
    """The index of the branch that the value names; None where the discriminator does not decide."""
    name = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
    if not isinstance(discriminator, dict) or not isinstance(name, str) or not isinstance(value, dict):
        return None
    named = _named(discriminator.get("mapping"), branches)
    if named is None:
        return None
    if name not in value:
        return Misfit(f"the discriminator {name!r} is missing{did_you_mean('', named)}", None)
    given = value[name]
    if not isinstance(given, str):
        return Misfit(f"expected the discriminator {name!r} to be a string, found {type_phrase(given)}", name)
    if given not in named:
        hint = did_you_mean(given, named) if len(given) <= 60 else ""
        return Misfit(f"unknown value {quoted(given)} of the discriminator {name!r}{hint}", name)
    return named[given]


def _named(mapping: Json, branches: Sequence[Json]) -> dict[str, int] | None:
    """The branches' indexes by every name that a value may give, None where some branch has no name."""
    indexes: dict[str, int] = {}
    for index, each in enumerate(branches):
        reference = each.get("$ref") if isinstance(each, dict) else None
        if isinstance(reference, str):
            indexes[reference] = index
        elif each != {"type": "null"}:
            return None
    named = {reference.rpartition("/")[2]: index for reference, index in indexes.items()}
    for name, goal in mapping.items() if isinstance(mapping, dict) else ():
        found = indexes.get(str(goal), indexes.get(f"{_COMPONENTS}{goal}"))
        if found is not None:
            named[name] = found
    return named


def decided(
    validator: Validator, branches: Sequence[Json], value: Json, schema: Schema
) -> Iterator[ValidationError] | None:
    """The errors of the branch that the value names, for the keywords `oneOf` and `anyOf`.

    None where the discriminator does not decide; empty where no branch can be told, which `KEYWORDS` reports.
    """
    found = branch(schema.get("discriminator"), branches, value)
    if found is None:
        return None
    return (
        iter(())
        if isinstance(found, Misfit)
        else validator.descend(value, branches[found], schema_path=found)
    )


def _misfit(
    validator: Validator, discriminator: Any, value: Json, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    for branches in (schema[keyword] for keyword in ("oneOf", "anyOf") if keyword in schema):
        found = branch(discriminator, branches, value)
        if isinstance(found, Misfit):
            yield ValidationError(found.message, path=() if found.name is None else (found.name,))


KEYWORDS = {"discriminator": _misfit}  # for the judge's table of keywords

"""The keyword `discriminator`: a property of the value names its branch of `oneOf` or `anyOf`.

OpenAPI 3.1.0, section 4.8.25. It selects a branch only if each branch is a reference or allows nothing but
null: an inline schema has no name.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jsonschema.exceptions import ValidationError
from msgspec import Struct

from mockserver.contract.document.discriminators import branch_names
from mockserver.contract.schema.keywords.interface import Schema, Validator
from mockserver.data.json import Json, type_phrase
from mockserver.data.quoting import LONGEST_QUOTE, quoted
from mockserver.data.suggest import did_you_mean


class DiscriminatorMismatch(Struct, frozen=True):
    """The value names no branch: why, and the property at fault (None: the property is missing)."""

    message: str
    name: str | None


def selected_branch(
    discriminator: Json, branches: Sequence[Json], value: Json
) -> int | DiscriminatorMismatch | None:
    """The index of the branch that the value names; None where the discriminator does not apply."""
    name = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
    if not isinstance(discriminator, dict) or not isinstance(name, str) or not isinstance(value, dict):
        return None
    if not all(map(_is_named_or_null, branches)):
        return None
    names = branch_names(discriminator.get("mapping"), branches)
    if name not in value:
        message = f"the discriminator {name!r} is missing{did_you_mean('', names)}"
        return DiscriminatorMismatch(message, None)
    tag = value[name]
    if not isinstance(tag, str):
        message = f"expected the discriminator {name!r} to be a string, found {type_phrase(tag)}"
        return DiscriminatorMismatch(message, name)
    if tag not in names:
        suggestion = did_you_mean(tag, names) if len(tag) <= LONGEST_QUOTE else ""
        return DiscriminatorMismatch(
            f"unknown value {quoted(tag)} of the discriminator {name!r}{suggestion}", name
        )
    return names[tag]


def _is_named_or_null(branch: Json) -> bool:
    return (isinstance(branch, dict) and isinstance(branch.get("$ref"), str)) or branch == {"type": "null"}


def selected_errors(
    validator: Validator, branches: Sequence[Json], value: Json, schema: Schema
) -> Iterator[ValidationError] | None:
    """The errors of the selected branch, for the keywords `oneOf` and `anyOf`.

    None where the discriminator does not apply; empty on a mismatch, which `KEYWORDS` reports.
    """
    found = selected_branch(schema.get("discriminator"), branches, value)
    if found is None:
        return None
    return (
        iter(())
        if isinstance(found, DiscriminatorMismatch)
        else validator.descend(value, branches[found], schema_path=found)
    )


def _discriminator(
    validator: Validator, discriminator: Any, value: Json, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    for branches in (schema[keyword] for keyword in ("oneOf", "anyOf") if keyword in schema):
        found = selected_branch(discriminator, branches, value)
        if isinstance(found, DiscriminatorMismatch):
            yield ValidationError(found.message, path=() if found.name is None else (found.name,))


KEYWORDS = {"discriminator": _discriminator}

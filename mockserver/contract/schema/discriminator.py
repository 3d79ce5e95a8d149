"""Which branch of `oneOf` or `anyOf` a value is meant for, if it is valid against none.

The `discriminator` (OpenAPI 3.1.1, section 4.8.25) and the values that the branches pin by `const` and `enum`
only choose whose errors are reported: they never change whether a value is valid.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence

from msgspec import Struct

from mockserver.contract.document.discriminators import branch_names
from mockserver.contract.schema.keywords.interface import Schema
from mockserver.contract.schema.keywords.messages import listed_suggestion, not_listed
from mockserver.contract.schema.pinned_values import NULL, Pins
from mockserver.data.equality import hashable
from mockserver.data.json import Json, type_phrase
from mockserver.data.nesting import count_values
from mockserver.data.quoting import LONGEST_QUOTE, quoted
from mockserver.data.suggest import did_you_mean

KEYWORD = "discriminator"
_LARGEST = 100  # values in a tag


class TagMismatch(Struct, frozen=True):
    """The value's tag names no branch: why, the tag's property (None: it is missing), and the keyword.

    The keyword is None for a mismatch that the union reports under its own name.
    """

    message: str
    name: str | None
    keyword: str | None = KEYWORD


def likely_branches(
    schema: Schema, branches: Sequence[Json], pins: Sequence[Pins], value: Json
) -> Sequence[int] | TagMismatch:
    """The indexes of the branches that the value may be meant for, or why it is meant for none.

    `pins` are the pinned properties of each branch. The discriminator decides if it names a branch.
    """
    if not isinstance(value, dict):
        return range(len(branches))
    by_name = _named_branch(schema.get(KEYWORD), branches, pins, value)
    if isinstance(by_name, int):
        return [by_name]
    by_pins = _branches_by_pins(branches, pins, value)
    if by_name is None or (not isinstance(by_pins, TagMismatch) and len(by_pins) == 1):
        return by_pins
    return by_name


def _named_branch(
    discriminator: Json, branches: Sequence[Json], pins: Sequence[Pins], value: Mapping[str, Json]
) -> int | TagMismatch | None:
    """The branch that the discriminator selects; None if it does not apply, as one branch has no name."""
    name = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
    if not isinstance(discriminator, dict) or not isinstance(name, str):
        return None
    names = _names(branch_names(discriminator.get("mapping"), branches), pins, name)
    if name in value and (key := _key(value[name])) in names:
        return names[key]
    nameless = set(range(len(branches))) - set(names.values())
    if any(branches[index] != NULL for index in nameless):
        return None
    if name not in value:
        return TagMismatch(f"the discriminator {name!r} is missing{did_you_mean('', _texts(names))}", None)
    tag = value[name]
    if not isinstance(tag, str):
        message = f"expected the discriminator {name!r} to be a string, found {type_phrase(tag)}"
        return TagMismatch(message, name)
    suggestion = did_you_mean(tag, _texts(names)) if len(tag) <= LONGEST_QUOTE else ""
    return TagMismatch(f"unknown value {quoted(tag)} of the discriminator {name!r}{suggestion}", name)


def _names(names: Mapping[str, int], pins: Sequence[Pins], name: str) -> dict[object, int]:
    """The tags of the branches: those that a branch pins, else its names by `mapping` and reference."""
    pinned: dict[object, int] = {}
    for index, each in enumerate(pins):
        for tag in each.get(name, ()):
            pinned.setdefault(tag, index)
    owners = set(pinned.values())
    return {tag: index for tag, index in names.items() if index not in owners} | pinned


def _key(value: Json) -> Hashable:
    """The key of a value among pinned values; None, which is not a key, for a large value."""
    return hashable(value) if count_values(value, _LARGEST) <= _LARGEST else None


def _texts(names: Iterable[object]) -> list[str]:
    return [each for each in names if isinstance(each, str)]


def _branches_by_pins(
    branches: Sequence[Json], pins: Sequence[Pins], value: Mapping[str, Json]
) -> Sequence[int] | TagMismatch:
    """The branches whose pinned properties match the value best; all of them if no property tells them apart.

    Only properties that differ between branches count.
    """
    counted = [index for index, branch in enumerate(branches) if branch != NULL]
    names = [name for name in _distinguishing([pins[index] for index in counted]) if name in value]
    if not names:
        return range(len(branches))
    keys = {name: _key(value[name]) for name in names}
    matches = {
        index: [keys[name] in pins[index][name] for name in names if name in pins[index]] for index in counted
    }
    ranks = {index: (found.count(False), -found.count(True)) for index, found in matches.items()}
    best = min(ranks.values())
    if best[1] == 0 and all(False in found for found in matches.values()):
        return _unknown_tag(names[0], [pins[index] for index in counted], value)
    return [index for index in counted if ranks[index] == best]


def _distinguishing(pins: Sequence[Pins]) -> list[str]:
    """The properties that at least two branches pin to different values."""
    names = dict.fromkeys(name for each in pins for name in each)
    return [name for name in names if len({frozenset(each[name]) for each in pins if name in each}) > 1]


def _unknown_tag(name: str, pins: Sequence[Pins], value: Mapping[str, Json]) -> TagMismatch:
    """The mismatch of a property that no branch allows to have this value."""
    allowed = {key: each for branch in pins for key, each in branch.get(name, {}).items()}
    tags = list(allowed.values())
    return TagMismatch(not_listed(value[name], tags) + listed_suggestion(value[name], tags), name, None)

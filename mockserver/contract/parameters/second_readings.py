"""Second readings: strings of a parameter or form field that are not valid as the contract describes them.

Clients spell arrays, objects and booleans in more ways than OpenAPI describes. A `Reading` is the value that
one of these spellings expresses, and what was read leniently in it. Nothing here applies to a value that the
strict reading accepts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from mockserver.contract.parameters.coercion import ValueTypes
from mockserver.contract.parameters.percent import Malformed
from mockserver.contract.parameters.styles import StringTree
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token
from mockserver.data.quoting import quoted

_PYTHON_BOOLEANS = {"True": True, "False": False}  # as str() writes them
MOST_ITEMS = 10**6  # indices in brackets are lower


SpellingKind: TypeAlias = Literal[
    "boolean", "brackets", "delimiter", "emptyObject", "repeated", "unbracketed"
]


class Spelling(Struct, frozen=True):
    """What was read leniently in a value; `pointer` is a JSON Pointer into the value."""

    kind: SpellingKind
    message: str
    pointer: str = ""


class Reading(Struct, frozen=True):
    """A value that strings can express, and the lenient spellings in them, one of each kind."""

    value: Json
    spellings: tuple[Spelling, ...] = ()


def read_tree(tree: StringTree, types: ValueTypes, pointer: str = "") -> Reading:
    """The first reading of a tree of strings that the types accept; if they accept none, the first one.

    Raises Malformed if the tree cannot be a value of these types.
    """
    if isinstance(tree, dict):
        return _member_reading(tree, types, pointer)
    return _first_accepted(list(_string_readings(tree, types, pointer)), types)


def _member_reading(members: Mapping[str, StringTree], types: ValueTypes, pointer: str) -> Reading:
    """The reading of keys with brackets: an array if all brackets are empty or hold an index.

    Otherwise, or where an array is not allowed, an object. Trying both would take exponential time.
    """
    name = next(iter(members))
    if "array" in types.types or not types.types:
        items = _items(members)
        if items is not None:
            message = f"'[{name}]' was read as an array item"
            readings = [
                read_tree(tree, types.item(index), f"{pointer}/{index}") for index, tree in enumerate(items)
            ]
            return _array(readings, Spelling("brackets", message, pointer))
    if types.types and "object" not in types.types:
        raise Malformed("style", f"expected a value without members, found {quoted(f'[{name}]')}")
    named = {
        key: read_tree(tree, types.member(key), f"{pointer}/{pointer_token(key)}")
        for key, tree in members.items()
    }
    value = {key: each.value for key, each in named.items()}
    return Reading(value, first_of_each_kind(each.spellings for each in named.values()))


def _first_accepted(readings: list[Reading], types: ValueTypes) -> Reading:
    if len(readings) == 1:
        return readings[0]
    return next((each for each in readings if types.accepts(each.value)), readings[0])


def _string_readings(strings: Sequence[str], types: ValueTypes, pointer: str) -> Iterator[Reading]:
    """The readings of the strings of one key, the simplest type first."""
    allows_array = "array" in types.types or not types.types
    if len(strings) != 1:
        if not allows_array:
            raise Malformed("style", f"expected one value, found {len(strings)}")
        yield _array(_item_readings(strings, types, pointer))
        return
    is_scalar = types.allows_scalar or not allows_array
    if is_scalar:
        yield Reading(types.scalar(strings[0]))
    yield from _lenient_scalars(strings[0], types, pointer)
    if "array" in types.types:
        message = f"the single value {quoted(strings[0])} was read as an array"
        spellings = (Spelling("unbracketed", message, pointer),) if is_scalar else ()
        yield _array(_item_readings(strings, types, pointer), *spellings)


def _lenient_scalars(string: str, types: ValueTypes, pointer: str) -> Iterator[Reading]:
    if string in _PYTHON_BOOLEANS and "boolean" in types.types:
        message = f"{quoted(string)} was read as the boolean {string.lower()}"
        yield Reading(_PYTHON_BOOLEANS[string], (Spelling("boolean", message, pointer),))
    if string == "" and "object" in types.types:
        yield Reading({}, (Spelling("emptyObject", "an empty string was read as an empty object", pointer),))


def _item_readings(strings: Sequence[str], types: ValueTypes, pointer: str) -> list[Reading]:
    """The readings of an array's items, of which none is an array itself."""
    found = []
    for index, string in enumerate(strings):
        item = types.item(index)
        readings = [Reading(item.scalar(string)), *_lenient_scalars(string, item, f"{pointer}/{index}")]
        found.append(_first_accepted(readings, item))
    return found


def _array(items: Sequence[Reading], *spellings: Spelling) -> Reading:
    found = first_of_each_kind([spellings, *(each.spellings for each in items)])
    return Reading([each.value for each in items], found)


def _items(members: Mapping[str, StringTree]) -> list[StringTree] | None:
    """The array items that keys such as `0`, `1` or an empty one stand for; None if other keys occur.

    Items with an index come in the order of their indices, which may have gaps.
    """
    numbered = {int(key): tree for key, tree in members.items() if is_index(key)}
    if len(numbered) + ("" in members) < len(members):
        return None
    return [numbered[index] for index in sorted(numbered)] + _unnumbered_items(members.get("", []))


def _unnumbered_items(tree: StringTree) -> list[StringTree]:
    """The items of empty brackets; `[][a]=1&[][b]=2&[][a]=3&[][b]=4` has two objects.

    Raises Malformed where it is not clear which members belong together.
    """
    if isinstance(tree, list):
        return [[each] for each in tree]
    counts = {len(each) for each in tree.values() if isinstance(each, list)}
    if len(counts) != 1 or not all(isinstance(each, list) for each in tree.values()):
        raise Malformed("style", "empty brackets before members do not say which members belong together")
    return [{key: [each[index]] for key, each in tree.items() if isinstance(each, list)}
            for index in range(counts.pop())]  # fmt: skip


def is_index(key: str) -> bool:
    """Whether the text in brackets is the index of an array item."""
    return key.isascii() and key.isdecimal() and len(key) < len(str(MOST_ITEMS)) and str(int(key)) == key


def first_of_each_kind(groups: Iterable[Iterable[Spelling]]) -> tuple[Spelling, ...]:
    """The first spelling of each kind."""
    found: dict[SpellingKind, Spelling] = {}
    for spellings in groups:
        for each in spellings:
            found.setdefault(each.kind, each)
    return tuple(found.values())

"""The keywords that look at a value, and at nothing but the value and their own limit.

Numbers are compared exactly, as their decimals are written; values as JSON: 1 is 1.0, but not true.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sized
from fractions import Fraction
from functools import partial
from math import isfinite
from operator import ge, gt, le, lt
from typing import Any, TypeAlias

from mockserver.contract import ecma
from mockserver.contract.formats import FORMATS
from mockserver.contract.schema.evaluation import Spot
from mockserver.contract.schema.keyword import Keyword, Rule
from mockserver.contract.schema.sentences import count, not_listed, quoted, wrong_type
from mockserver.model import Json

Check: TypeAlias = tuple[Callable[[Any], bool], Callable[[Any], str]]  # what holds, else the sentence

_OF_TYPE: Mapping[str, Callable[[Json], bool]] = {
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: type(value) is int or (type(value) is float and value.is_integer()),
    "null": lambda value: value is None,
    "number": lambda value: type(value) in (int, float),
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
}


def assertion(keyword: Keyword) -> list[Rule]:
    """The keyword compiled: a rule for each thing that it asks for."""
    return [_rule(keyword, holds, sentence) for holds, sentence in ASSERTIONS[keyword.name](keyword.value)]


def _rule(keyword: Keyword, holds: Callable[[Any], bool], sentence: Callable[[Any], str]) -> Rule:
    def rule(spot: Spot) -> tuple[()]:
        if not holds(spot.value):
            keyword.fail(spot, partial(sentence, spot.value))
        return ()

    return rule


def _frozen(value: Json) -> Hashable:
    """Equal for values that are equal as JSON."""
    match value:
        case dict():
            return frozenset((name, _frozen(member)) for name, member in value.items())
        case list():
            return tuple(map(_frozen, value))
        case bool():
            return (bool, value)
    return value


def _twins(items: list[Json]) -> tuple[int, int] | None:
    """The indexes of the first two items that are equal."""
    seen: dict[Hashable, int] = {}
    for index, item in enumerate(items):
        first = seen.setdefault(_frozen(item), index)
        if first != index:
            return first, index
    return None


def _is_multiple(value: float, step: float) -> bool:
    return _is_finite(step) and _is_finite(value) and _exact(value) % _exact(step) == 0


def _is_finite(value: float) -> bool:
    return isinstance(value, int) or isfinite(value)


def _exact(number: float) -> Fraction:
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def _type(names: str | list[str]) -> Iterator[Check]:
    listed = [names] if isinstance(names, str) else names
    tests = [_OF_TYPE[name] for name in listed]
    yield (
        tests[0] if len(tests) == 1 else lambda value: any(test(value) for test in tests),
        lambda value: wrong_type(value, listed),
    )


def _enum(values: list[Json]) -> Iterator[Check]:
    allowed = frozenset(map(_frozen, values))
    yield lambda value: _frozen(value) in allowed, lambda value: not_listed(value, values)


def _const(constant: Json) -> Iterator[Check]:
    frozen = _frozen(constant)
    yield (
        lambda value: _frozen(value) == frozen,
        lambda value: f"expected {quoted(constant)} and nothing else, found {quoted(value)}",
    )


def _bound(holds: Callable[[Any, Any], bool], comparison: str) -> Callable[[Any], Iterator[Check]]:
    def checks(limit: float) -> Iterator[Check]:
        yield (
            lambda value: type(value) not in (int, float) or holds(value, limit),
            lambda value: f"{quoted(value)} is {comparison} {quoted(limit)}",
        )

    return checks


def _size(
    kind: type[Sized], holds: Callable[[int, Any], bool], bound: str, *unit: str
) -> Callable[[Any], Iterator[Check]]:
    """The checks of the size of a text, list or object; `unit` in singular and plural."""

    def checks(limit: int) -> Iterator[Check]:
        yield (
            lambda value: not isinstance(value, kind) or holds(len(value), limit),
            lambda value: f"expected at {bound} {count(limit, *unit)}, found {len(value)}",
        )

    return checks


def _pattern(pattern: str) -> Iterator[Check]:
    yield (
        lambda value: not isinstance(value, str) or ecma.matches(pattern, value),
        lambda value: f"{quoted(value)} is not matched by the pattern {quoted(pattern)}",
    )


def _format(name: str) -> Iterator[Check]:
    if name in FORMATS:
        known = FORMATS[name]
        yield known.holds, lambda value: f"{quoted(value)} is no {known.noun}: {known.fault(value)}"


def _unique_items(unique: bool) -> Iterator[Check]:
    if unique:
        yield (
            lambda value: not isinstance(value, list) or _twins(value) is None,
            lambda value: "the items {} and {} (counted from 0) are equal".format(*_twins(value) or ()),
        )


def _required(names: list[str]) -> Iterator[Check]:
    yield from map(_presence, names)


def _dependent_required(needs: dict[str, list[str]]) -> Iterator[Check]:
    for given, names in needs.items():
        yield from (_presence(name, given) for name in names)


def _presence(name: str, given: str | None = None) -> Check:
    """That an object has a property, wherever it has the given one."""
    clause = "" if given is None else f", which {given!r} needs beside it"
    return (
        lambda value: (
            not isinstance(value, dict) or name in value or (given is not None and given not in value)
        ),
        lambda _: f"the property {name!r} is missing{clause}",
    )


ASSERTIONS: Mapping[str, Callable[[Any], Iterator[Check]]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _bound(ge, "less than"),
    "maximum": _bound(le, "greater than"),
    "exclusiveMinimum": _bound(gt, "not greater than"),
    "exclusiveMaximum": _bound(lt, "not less than"),
    "multipleOf": _bound(_is_multiple, "not a multiple of"),
    "minLength": _size(str, ge, "least", "character", "characters"),
    "maxLength": _size(str, le, "most", "character", "characters"),
    "minItems": _size(list, ge, "least", "item", "items"),
    "maxItems": _size(list, le, "most", "item", "items"),
    "minProperties": _size(dict, ge, "least", "property", "properties"),
    "maxProperties": _size(dict, le, "most", "property", "properties"),
    "pattern": _pattern,
    "format": _format,
    "uniqueItems": _unique_items,
    "required": _required,
    "dependentRequired": _dependent_required,
}

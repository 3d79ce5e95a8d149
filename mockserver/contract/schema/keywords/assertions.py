"""The keywords that look at a value, and at nothing but the value and their own limit.

Numbers are compared exactly, as their decimals are written; values as JSON: 1 is 1.0, but not true.
"""

from collections.abc import Callable, Hashable, Mapping
from fractions import Fraction
from math import isfinite
from operator import ge, gt, le, lt
from typing import Any

from jsonschema.exceptions import ValidationError

from mockserver.contract.schema import ecma
from mockserver.contract.schema.formats.formats import FORMATS
from mockserver.contract.schema.keywords.interface import FALSE, Errors, Keyword, Schema, Validator
from mockserver.contract.schema.keywords.sentences import count, not_listed, quoted, wrong_type
from mockserver.data.json import Json


def _rule(
    types: tuple[type, ...], holds: Callable[[Any, Any], bool], told: Callable[[Any, Any], str]
) -> Keyword:
    """A keyword for values of these types; `told` is the sentence where it does not hold."""

    def keyword(_: Validator, limit: Any, value: Any, schema: Schema) -> Errors:
        return (
            () if type(value) not in types or holds(value, limit) else (ValidationError(told(value, limit)),)
        )

    return keyword


def _bound(holds: Callable[[Any, Any], bool], comparison: str) -> Keyword:
    return _rule((int, float), holds, lambda value, limit: f"{quoted(value)} is {comparison} {quoted(limit)}")


def _least(kind: type, *unit: str) -> Keyword:
    """The least size of a text, list or object; `unit` in singular and plural."""
    return _rule(
        (kind,),
        lambda value, limit: len(value) >= limit,
        lambda value, limit: f"expected at least {count(limit, *unit)}, found {len(value)}",
    )


def _most(kind: type, *unit: str) -> Keyword:
    return _rule(
        (kind,),
        lambda value, limit: len(value) <= limit,
        lambda value, limit: f"expected at most {count(limit, *unit)}, found {len(value)}",
    )


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


def _is_listed(value: Json, values: list[Json]) -> bool:
    if isinstance(value, str):  # a text equals nothing but itself
        return value in values
    frozen = _frozen(value)
    return any(_frozen(each) == frozen for each in values)


def _type(validator: Validator, types: str | list[str], value: Json, schema: Schema) -> Errors:
    listed = [types] if isinstance(types, str) else types
    if not any(validator.is_type(value, each) for each in listed):
        yield ValidationError(wrong_type(value, listed))


def _enum(_: Validator, values: list[Json], value: Json, schema: Schema) -> Errors:
    if not _is_listed(value, values):
        yield ValidationError(not_listed(value, values))


def _const(_: Validator, constant: Json, value: Json, schema: Schema) -> Errors:
    if _frozen(value) != _frozen(constant):
        yield ValidationError(f"expected {quoted(constant)} and nothing else, found {quoted(value)}")


def _format(validator: Validator, name: str, value: Json, schema: Schema) -> Errors:
    known = FORMATS.get(name)
    if validator.format_checker is not None and known is not None and not known.holds(value):
        yield ValidationError(f"{quoted(value)} is no {known.noun}: {known.fault(value)}")


def _unique_items(_: Validator, unique: bool, value: Json, schema: Schema) -> Errors:
    twins = _twins(value) if unique and isinstance(value, list) else None
    if twins is not None:
        yield ValidationError("the items {} and {} (counted from 0) are equal".format(*twins))


def _required(_: Validator, names: list[str], value: Any, schema: Schema) -> Errors:
    for name in names if isinstance(value, dict) else ():
        if name not in value:
            yield ValidationError(f"the property {name!r} is missing")


def _dependent_required(_: Validator, needs: dict[str, list[str]], value: Any, schema: Schema) -> Errors:
    for given, names in needs.items() if isinstance(value, dict) else ():
        for name in names if given in value else ():
            if name not in value:
                yield ValidationError(f"the property {name!r} is missing, which {given!r} needs beside it")


def _false(_: Validator, __: Json, value: Json, schema: Schema) -> Errors:
    yield ValidationError("no value is allowed here")


ASSERTIONS: Mapping[str, Keyword] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _bound(ge, "less than"),
    "maximum": _bound(le, "greater than"),
    "exclusiveMinimum": _bound(gt, "not greater than"),
    "exclusiveMaximum": _bound(lt, "not less than"),
    "multipleOf": _bound(_is_multiple, "not a multiple of"),
    "minLength": _least(str, "character", "characters"),
    "maxLength": _most(str, "character", "characters"),
    "minItems": _least(list, "item", "items"),
    "maxItems": _most(list, "item", "items"),
    "minProperties": _least(dict, "property", "properties"),
    "maxProperties": _most(dict, "property", "properties"),
    "pattern": _rule(
        (str,),
        lambda value, pattern: ecma.matches(pattern, value),
        lambda value, pattern: f"{quoted(value)} is not matched by the pattern '{pattern}'",
    ),
    "format": _format,
    "uniqueItems": _unique_items,
    "required": _required,
    "dependentRequired": _dependent_required,
    FALSE: _false,
}

"""A value that a schema allows, changed at one place so that a rule of the schema no longer holds.

What comes out is likely to break exactly one rule; the caller asks a judge.
"""

from collections.abc import Callable, Iterator

from msgspec import Struct

from mockserver.contract.sampling.context import Keywords
from mockserver.contract.sampling.merging import both, count_limit, item_schema, mapping, member_schemas
from mockserver.contract.schema.direction import REFUSED
from mockserver.data.json import Json
from mockserver.strategies.values import Values

_OF_EACH_TYPE: tuple[Json, ...] = (None, False, 0, 0.5, "", [], {})
_UNLIKE = ("", "?", " ", "~", "\n", "\u00e9", "0", "A")  # texts that few patterns, formats and enums take
_UNKNOWN = "unexpected"  # a member's name
_LONGEST = 10_000  # what is grown beyond a limit is not grown beyond this

Change = tuple[str, Json]  # the keyword that it is meant to break, and the changed value
Replace = Callable[[Json], Json]


class _Position(Struct, frozen=True):
    """A place within a value, the keywords that hold there, and the whole with another value there."""

    value: Json
    keywords: Keywords
    replace: Replace


def broken(values: Values, schema: Json, value: Json) -> Iterator[Change]:
    """The value with one change at each of its places, for each rule there, and the rule's keyword."""
    for spot in _positions(values, schema, value, lambda changed: changed):
        for keyword, changed in (*_rules(spot.value, spot.keywords), *_types(spot.keywords)):
            yield keyword, spot.replace(changed)


def _positions(values: Values, schema: Json, value: Json, replace: Replace) -> Iterator[_Position]:
    way = next((way for way in values.ways(schema) if values.fits(value, way.keywords)), None)
    if way is None:
        return
    keywords = way.keywords
    yield _Position(value, keywords, replace)
    if isinstance(value, dict):
        for name, member in value.items():
            inner = _inside(replace, value, name)
            yield from _positions(values, both(*member_schemas(keywords, name)), member, inner)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _positions(values, item_schema(keywords, index), member, _at(replace, value, index))


def _inside(replace: Replace, value: dict[str, Json], name: str) -> Replace:
    return lambda changed: replace({**value, name: changed})


def _at(replace: Replace, value: list[Json], index: int) -> Replace:
    return lambda changed: replace([*value[:index], changed, *value[index + 1 :]])


def _types(keywords: Keywords) -> Iterator[Change]:
    if "type" in keywords or "enum" in keywords:
        yield from (("type", value) for value in _OF_EACH_TYPE)


def _rules(value: Json, keywords: Keywords) -> Iterator[Change]:
    match value:
        case bool() | None:
            return
        case int() | float():
            yield from _numbers(value, keywords)
        case str():
            yield from _texts(value, keywords)
        case list():
            yield from _lists(value, keywords)
        case dict():
            yield from _objects(value, keywords)


def _numbers(value: float, keywords: Keywords) -> Iterator[Change]:
    for keyword, step in (("minimum", -1), ("exclusiveMinimum", 0), ("maximum", 1), ("exclusiveMaximum", 0)):
        bound = keywords.get(keyword)
        if isinstance(bound, int | float):
            yield keyword, bound + step
    multiple = keywords.get("multipleOf")
    if isinstance(multiple, int | float):
        yield "multipleOf", value + (multiple // 2 if isinstance(multiple, int) else multiple / 2)
    if "enum" in keywords:
        yield "enum", value + 1


def _texts(value: str, keywords: Keywords) -> Iterator[Change]:
    low, high = count_limit(keywords, "minLength"), count_limit(keywords, "maxLength")
    if low:
        yield "minLength", value[: low - 1]
    if high is not None and high < _LONGEST:
        yield "maxLength", value + (value[-1:] or "a") * (high + 1 - len(value))
    for keyword in ("enum", "pattern", "format"):
        if keyword in keywords:
            yield from ((keyword, changed) for text in _UNLIKE for changed in (text, value + text))


def _lists(value: list[Json], keywords: Keywords) -> Iterator[Change]:
    low, high = count_limit(keywords, "minItems"), count_limit(keywords, "maxItems")
    if low:
        yield "minItems", value[: low - 1]
    if value and high is not None and high < _LONGEST:
        yield "maxItems", value + [value[-1]] * (high + 1 - len(value))
    if value and keywords.get("uniqueItems") is True:
        yield "uniqueItems", [*value, value[0]]
    if "contains" in keywords:
        yield "contains", []


def _objects(value: dict[str, Json], keywords: Keywords) -> Iterator[Change]:
    for name in value:
        yield "required", {each: member for each, member in value.items() if each != name}
    for name, schema in mapping(keywords, "properties").items():
        if isinstance(schema, dict) and REFUSED in schema:
            yield REFUSED, {**value, name: 0}
    for keyword in ("additionalProperties", "unevaluatedProperties", "maxProperties", "propertyNames"):
        if keyword in keywords:
            yield keyword, {**value, _UNKNOWN: 0}

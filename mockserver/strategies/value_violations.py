"""Change a valid value at one position so that it probably violates one rule of its schema.

The caller validates the result.
"""

from collections.abc import Callable, Iterator

from msgspec import Struct

from mockserver.contract.sampling.context import Keywords
from mockserver.contract.sampling.merging import both, count_limit, item_schema, mapping, member_schemas
from mockserver.contract.schema.direction import REFUSED
from mockserver.data.json import Json
from mockserver.strategies.values import Values

_OF_EACH_TYPE: tuple[Json, ...] = (None, False, 0, 0.5, "", [], {})
_UNLIKELY_STRINGS = (
    "",
    "?",
    " ",
    "~",
    "\n",
    "\u00e9",
    "0",
    "A",
)  # strings that few patterns, formats and enums allow
_UNKNOWN = "unexpected"  # the name of an undeclared member
_LONGEST = 10_000  # larger limits are not exceeded, because the value would be too large

Change = tuple[str, Json]  # the keyword that should be violated, and the changed value
Replace = Callable[[Json], Json]


class _Position(Struct, frozen=True):
    """A position in a value: the part, its keywords, and a function to replace it in the whole value."""

    value: Json
    keywords: Keywords
    replace: Replace


def invalid_values(values: Values, schema: Json, value: Json) -> Iterator[Change]:
    """The value with one change, for each rule at each of its positions, and the rule's keyword."""
    for position in _positions(values, schema, value, lambda changed: changed):
        for keyword, changed in (
            *_rule_changes(position.value, position.keywords),
            *_type_changes(position.keywords),
        ):
            yield keyword, position.replace(changed)


def _positions(values: Values, schema: Json, value: Json, replace: Replace) -> Iterator[_Position]:
    alternatives = values.alternatives(schema)
    keywords = next((each.keywords for each in alternatives if values.fits(value, each.keywords)), None)
    if keywords is None:
        return
    yield _Position(value, keywords, replace)
    if isinstance(value, dict):
        for name, member in value.items():
            inner = _replace_member(replace, value, name)
            yield from _positions(values, both(*member_schemas(keywords, name)), member, inner)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _positions(
                values, item_schema(keywords, index), member, _replace_item(replace, value, index)
            )


def _replace_member(replace: Replace, value: dict[str, Json], name: str) -> Replace:
    return lambda changed: replace({**value, name: changed})


def _replace_item(replace: Replace, value: list[Json], index: int) -> Replace:
    return lambda changed: replace([*value[:index], changed, *value[index + 1 :]])


def _type_changes(keywords: Keywords) -> Iterator[Change]:
    if "type" in keywords or "enum" in keywords:
        yield from (("type", value) for value in _OF_EACH_TYPE)


def _rule_changes(value: Json, keywords: Keywords) -> Iterator[Change]:
    match value:
        case bool() | None:
            return
        case int() | float():
            yield from _number_changes(value, keywords)
        case str():
            yield from _string_changes(value, keywords)
        case list():
            yield from _array_changes(value, keywords)
        case dict():
            yield from _object_changes(value, keywords)


def _number_changes(value: float, keywords: Keywords) -> Iterator[Change]:
    for keyword, step in (("minimum", -1), ("exclusiveMinimum", 0), ("maximum", 1), ("exclusiveMaximum", 0)):
        bound = keywords.get(keyword)
        if isinstance(bound, int | float):
            yield keyword, bound + step
    multiple = keywords.get("multipleOf")
    if isinstance(multiple, int | float):
        yield "multipleOf", value + (multiple // 2 if isinstance(multiple, int) else multiple / 2)
    if "enum" in keywords:
        yield "enum", value + 1


def _string_changes(value: str, keywords: Keywords) -> Iterator[Change]:
    low, high = count_limit(keywords, "minLength"), count_limit(keywords, "maxLength")
    if low:
        yield "minLength", value[: low - 1]
    if high is not None and high < _LONGEST:
        yield "maxLength", value + (value[-1:] or "a") * (high + 1 - len(value))
    for keyword in ("enum", "pattern", "format"):
        if keyword in keywords:
            yield from (
                (keyword, changed) for string in _UNLIKELY_STRINGS for changed in (string, value + string)
            )


def _array_changes(value: list[Json], keywords: Keywords) -> Iterator[Change]:
    low, high = count_limit(keywords, "minItems"), count_limit(keywords, "maxItems")
    if low:
        yield "minItems", value[: low - 1]
    if value and high is not None and high < _LONGEST:
        yield "maxItems", value + [value[-1]] * (high + 1 - len(value))
    if value and keywords.get("uniqueItems") is True:
        yield "uniqueItems", [*value, value[0]]
    if "contains" in keywords:
        yield "contains", []


def _object_changes(value: dict[str, Json], keywords: Keywords) -> Iterator[Change]:
    for name in value:
        yield "required", {each: member for each, member in value.items() if each != name}
    for name, schema in mapping(keywords, "properties").items():
        if isinstance(schema, dict) and REFUSED in schema:
            yield REFUSED, {**value, name: 0}
    for keyword in ("additionalProperties", "unevaluatedProperties", "maxProperties", "propertyNames"):
        if keyword in keywords:
            yield keyword, {**value, _UNKNOWN: 0}

"""The assertions: keywords without subschemas (JSON Schema 2020-12 validation, section 6).

Numbers are compared exactly, as decimals; values are equal as JSON: 1 equals 1.0, but not true.
"""

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from math import isfinite
from operator import ge, gt, le, lt
from types import NoneType
from typing import Any

from mockserver.contract.schema.formats.formats import FORMATS
from mockserver.contract.schema.keywords.errors import KeywordError, NotJudgedError
from mockserver.contract.schema.keywords.interface import (
    FALSE_KEYWORD,
    Errors,
    Evaluator,
    Keyword,
    Schema,
)
from mockserver.contract.schema.keywords.messages import (
    count,
    listed_suggestion,
    not_listed,
    value_phrase,
    wrong_type,
)
from mockserver.contract.schema.pattern_matching import (
    is_matched_quickly,
    judged_match,
    not_judged_message,
)
from mockserver.data.bounded_cache import BoundedCache
from mockserver.data.decimals import is_exact_multiple
from mockserver.data.equality import equal, hashable
from mockserver.data.json import Json
from mockserver.data.nesting import count_values

_SHORT = 100  # characters that any format is checked with quickly
_FORMAT_COST = 8  # steps of a pattern for each character of a longer string
_REGEX_COST = 500  # the format `regex` compiles the string
_FLOAT_COST = 4  # comparisons that take as long as an exact division
_TOO_MUCH = ": it takes too many comparisons"
LONG_ENUM = 100  # members; the list of a longer enum is not searched for each value


def _rule(
    types: tuple[type, ...], holds: Callable[[Any, Any], bool], message: Callable[[Any, Any], str]
) -> Keyword:
    """A keyword for values of these types, but not booleans; `message` is its error if `holds` is false."""

    def keyword(_: Evaluator, limit: Any, value: Any, schema: Schema) -> Errors:
        if not isinstance(value, types) or isinstance(value, bool) or holds(value, limit):
            return ()
        return (KeywordError(message(value, limit)),)

    return keyword


def _bound(holds: Callable[[Any, Any], bool], comparison: str) -> Keyword:
    return _rule(
        (int, float),
        holds,
        lambda value, limit: f"{value_phrase(value)} is {comparison} {value_phrase(limit)}",
    )


def _min_size(kind: type, singular: str, plural: str) -> Keyword:
    """The minimum length of a string, array or object."""
    return _rule(
        (kind,),
        lambda value, limit: len(value) >= limit,
        lambda value, limit: f"expected at least {count(limit, singular, plural)}, found {len(value)}",
    )


def _max_size(kind: type, singular: str, plural: str) -> Keyword:
    """The maximum length of a string, array or object."""
    return _rule(
        (kind,),
        lambda value, limit: len(value) <= limit,
        lambda value, limit: f"expected at most {count(limit, singular, plural)}, found {len(value)}",
    )


def _equal_items(items: list[Json]) -> tuple[int, int] | None:
    """The indexes of the first two equal items."""
    seen: dict[Hashable, int] = {}
    for index, item in enumerate(items):
        first = seen.setdefault(hashable(item), index)
        if first != index:
            return first, index
    return None


def _comparisons(items: list[Json], most: int) -> int:
    """The work to compare all items; scalars take a quarter of what arrays and objects take."""
    if any(isinstance(item, list | dict) for item in items):
        return count_values(items, most)
    return len(items) // 4


def _is_multiple(value: float, step: float) -> bool:
    return _is_finite(step) and _is_finite(value) and is_exact_multiple(value, step)


def _multiple_of(evaluator: Evaluator, step: float, value: Json, schema: Schema) -> Errors:
    if isinstance(value, float) and not evaluator.work.spend_comparisons(_FLOAT_COST):
        return (NotJudgedError("multipleOf is not judged: there are too many numbers with fractions"),)
    return _MULTIPLE_OF(evaluator, step, value, schema)


def _is_finite(value: float) -> bool:
    return isinstance(value, int) or isfinite(value)


def _is_looked_up(value: Json, members: list[Json]) -> bool:
    """Whether a value is small enough for a look-up among the members of a long enum."""
    return len(members) > LONG_ENUM and count_values(value, LONG_ENUM) <= LONG_ENUM


def _can_compare(evaluator: Evaluator, value: list[Json] | dict[str, Json], constants: list[Json]) -> bool:
    """Whether enough comparisons are left for a value and the constants of its type and size."""
    work = evaluator.work
    work.visit_members(len(constants))
    likely = sum(type(each) is type(value) and len(each) == len(value) for each in constants)
    return not likely or work.spend_comparisons(likely * count_values(value, work.comparisons))


def _is_listed(value: Json, values: list[Json]) -> bool:
    if isinstance(value, str):  # a string equals only itself
        return value in values
    return any(equal(each, value) for each in values)


def _members(values: list[Json]) -> frozenset[Hashable]:
    """The members of a long enum, remembered while the list exists."""
    known = _KNOWN_ENUMS.get(id(values))
    if known is None or known[0] is not values:
        known = _KNOWN_ENUMS.put(id(values), (values, frozenset(map(hashable, values))))
    return known[1]


PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (NoneType,),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_KNOWN_ENUMS: BoundedCache[int, tuple[list[Json], frozenset[Hashable]]] = BoundedCache(100)


def _type(_: Evaluator, types: str | list[str], value: Any, schema: Schema) -> Errors:
    if isinstance(types, str):
        if type(value) in PYTHON_TYPES[types]:
            return ()
        types = [types]
    for each in types:
        if type(value) in PYTHON_TYPES[each] or _is_of_subclass(value, each):
            return ()
    return (KeywordError(wrong_type(value, types)),)


def _is_of_subclass(value: Json, name: str) -> bool:
    """Whether a value that has not the Python types of a JSON type is of it: a subclass's, or 1.0."""
    if isinstance(value, bool):
        return False
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, PYTHON_TYPES[name])


def _enum(evaluator: Evaluator, values: list[Json], value: Json, schema: Schema) -> Errors:
    if _is_looked_up(value, values):
        is_listed = hashable(value) in _members(values)
    elif isinstance(value, list | dict) and not _can_compare(evaluator, value, values):
        return (NotJudgedError(f"whether the value is one of {len(values):,} is not judged{_TOO_MUCH}"),)
    else:
        is_listed = _is_listed(value, values)
    if is_listed:
        return ()
    return (KeywordError(not_listed(value, values), suggestion=partial(listed_suggestion, value, values)),)


def _const(evaluator: Evaluator, constant: Json, value: Json, schema: Schema) -> Errors:
    if isinstance(value, list | dict) and not _can_compare(evaluator, value, [constant]):
        return (NotJudgedError(f"whether the value is the one expected is not judged{_TOO_MUCH}"),)
    if equal(value, constant):
        return ()
    return (KeywordError(f"expected {value_phrase(constant)}, found {value_phrase(value)}"),)


def _format(evaluator: Evaluator, name: str, value: Json, schema: Schema) -> Errors:
    known = FORMATS.get(name)
    if not evaluator.formats or known is None:
        return
    if isinstance(value, str) and len(value) > _SHORT:
        cost = _REGEX_COST if name == "regex" else _FORMAT_COST
        if not evaluator.work.spend_steps(cost * len(value)):
            yield NotJudgedError(f"the format {name} is not judged for {len(value):,} characters")
            return
    if not known.holds(value):
        yield KeywordError(f"{value_phrase(value)} is not a valid {known.noun}: {known.reason(value)}")


def _pattern(evaluator: Evaluator, pattern: str, value: Json, schema: Schema) -> Errors:
    if not isinstance(value, str):
        return ()
    most: Any = schema.get("maxLength", len(value))
    if len(value) > most and not is_matched_quickly(pattern, value):
        return ()  # `maxLength` refuses the value
    found = judged_match(pattern, value, evaluator.work)
    if found is None:
        return (NotJudgedError(not_judged_message(pattern, value)),)
    if found:
        return ()
    return (KeywordError(f"{value_phrase(value)} does not match the pattern '{pattern}'"),)


def _unique_items(evaluator: Evaluator, unique: bool, value: Json, schema: Schema) -> Errors:
    if not unique or not isinstance(value, list):
        return
    work = evaluator.work
    if not work.spend_comparisons(_comparisons(value, work.comparisons)):
        yield NotJudgedError(
            f"whether all {len(value):,} items are different is not judged: it takes too much work"
        )
        return
    indexes = _equal_items(value)
    if indexes is not None:
        yield KeywordError("the items at indexes {} and {} are equal".format(*indexes))


def _required(_: Evaluator, names: list[str], value: Any, schema: Schema) -> Errors:
    if not isinstance(value, dict):
        return ()
    return [KeywordError(f"the property {name!r} is missing") for name in names if name not in value]


def _dependent_required(_: Evaluator, needs: dict[str, list[str]], value: Any, schema: Schema) -> Errors:
    for given, names in needs.items() if isinstance(value, dict) else ():
        for name in names if given in value else ():
            if name not in value:
                yield KeywordError(f"the property {name!r} is missing; {given!r} requires it")


def _false(_: Evaluator, __: Json, value: Json, schema: Schema) -> Errors:
    yield KeywordError("no value is allowed here")


_MULTIPLE_OF = _bound(_is_multiple, "not a multiple of")
ASSERTIONS: Mapping[str, Keyword] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _bound(ge, "less than the minimum of"),
    "maximum": _bound(le, "greater than the maximum of"),
    "exclusiveMinimum": _bound(gt, "not greater than the exclusive minimum of"),
    "exclusiveMaximum": _bound(lt, "not less than the exclusive maximum of"),
    "multipleOf": _multiple_of,
    "minLength": _min_size(str, "character", "characters"),
    "maxLength": _max_size(str, "character", "characters"),
    "minItems": _min_size(list, "item", "items"),
    "maxItems": _max_size(list, "item", "items"),
    "minProperties": _min_size(dict, "property", "properties"),
    "maxProperties": _max_size(dict, "property", "properties"),
    "pattern": _pattern,
    "format": _format,
    "uniqueItems": _unique_items,
    "required": _required,
    "dependentRequired": _dependent_required,
    FALSE_KEYWORD: _false,
}

"""Merge two sets of keywords that must both hold into one.

The result never allows more than both sets together; where the exact intersection cannot be expressed, it
allows less.
"""

from collections.abc import Callable
from fractions import Fraction
from math import lcm

from mockserver.contract.sampling.context import PREFERRED, Keywords, SamplingContext
from mockserver.contract.schema.pattern_matching import matches
from mockserver.data.decimals import exact_decimal
from mockserver.data.equality import hashable
from mockserver.data.json import Json, object_or_empty


def both(*schemas: Json) -> Json:
    """One schema that requires all of the given ones."""
    restricting = [schema for schema in schemas if schema is not True and schema != {}]
    if len(restricting) == 1:
        return restricting[0]
    return {"allOf": restricting} if restricting else True


def member_schemas(keywords: Keywords, name: str) -> list[Json]:
    """The schemas that apply to the member of this name."""
    found: list[Json] = []
    properties = keywords.get("properties")
    if isinstance(properties, dict) and name in properties:
        found.append(properties[name])
    if "patternProperties" in keywords:
        patterns = mapping(keywords, "patternProperties")
        found.extend(schema for pattern, schema in patterns.items() if matches(pattern, name))
    if not found and "additionalProperties" in keywords:
        found.append(keywords["additionalProperties"])
    return found


def item_schema(keywords: Keywords, index: int) -> Json:
    """The schema of the item at this index."""
    prefix = keywords.get("prefixItems")
    if isinstance(prefix, list) and index < len(prefix):
        return prefix[index]
    return keywords.get("items", True)


def mapping(keywords: Keywords, keyword: str) -> dict[str, Json]:
    """The keyword's value if it is an object, otherwise an empty object."""
    return object_or_empty(keywords.get(keyword))


def count_limit(keywords: Keywords, keyword: str) -> int | None:
    """The value of a keyword that limits a count, such as `maxItems`; None if it is missing."""
    value = keywords.get(keyword)
    return int(value) if isinstance(value, int | float) else None


def listed(value: Json) -> list[Json]:
    """An array unchanged, any other value as an array of one: `type` has both forms."""
    return value if isinstance(value, list) else [value]


def merge(one: Keywords, other: Keywords, context: SamplingContext) -> Keywords:
    """Merge two sets of keywords; raises Unsatisfiable if they exclude each other."""
    if not one or not other:
        return one or other
    merged = {**other, **one}
    for keyword in one.keys() & other.keys() & _RULES.keys():
        merged[keyword] = _RULES[keyword](one[keyword], other[keyword])
    if "type" in merged and merged["type"] == []:
        raise context.unsatisfiable(f"type {one['type']} and type {other['type']} exclude each other")
    if "enum" in merged and merged["enum"] == []:
        raise context.unsatisfiable("the values of enum and const exclude each other")
    if "properties" in merged or "patternProperties" in merged:
        _merge_members(merged, one, other)
    if "prefixItems" in merged:
        longest = max(len(each["prefixItems"]) for each in (one, other) if "prefixItems" in each)  # type: ignore[arg-type]
        merged["prefixItems"] = [
            both(item_schema(one, index), item_schema(other, index)) for index in range(longest)
        ]
    return merged


def _merge_members(merged: Keywords, one: Keywords, other: Keywords) -> None:
    first, second = mapping(one, "properties"), mapping(other, "properties")
    properties = first | second
    shared = first.keys() & second.keys()
    for name in properties if _restrict_others(one, other) else shared:
        properties[name] = both(*member_schemas(one, name), *member_schemas(other, name))
    merged["properties"] = properties
    patterns: dict[str, Json] = {}
    for this, that in ((one, other), (other, one)):
        theirs = mapping(that, "patternProperties")
        for pattern, schema in mapping(this, "patternProperties").items():
            patterns[pattern] = both(schema, theirs.get(pattern, that.get("additionalProperties", True)))
    if patterns:
        merged["patternProperties"] = patterns


def _restrict_others(*schemas: Keywords) -> bool:
    """Whether one of the schemas also describes members that are not among its properties."""
    return any(each.keys() & {"patternProperties", "additionalProperties"} for each in schemas)


def _common_types(one: Json, other: Json) -> Json:
    left, right = listed(one), listed(other)
    shared = [each for each in left if each in right]
    if "integer" not in shared and ("integer" in left or "integer" in right):
        shared += ["integer"] if "number" in left or "number" in right else []
    return shared


def _union(one: Json, other: Json) -> Json:
    known = set(map(hashable, listed(one)))
    return [*listed(one), *(each for each in listed(other) if hashable(each) not in known)]


def _intersection(one: Json, other: Json) -> Json:
    known = set(map(hashable, listed(other)))
    return [each for each in listed(one) if hashable(each) in known]


def _shared_or_inner(one: Json, other: Json) -> Json:
    return _intersection(one, other) or other


def _all_of(one: Json, other: Json) -> Json:
    return both(one, other)


def _any_of(one: Json, other: Json) -> Json:
    return {"anyOf": [one, other]}


def _greater(one: Json, other: Json) -> Json:
    return one if exact_decimal(one) >= exact_decimal(other) else other


def _less(one: Json, other: Json) -> Json:
    return one if exact_decimal(one) <= exact_decimal(other) else other


def _common_multiple(one: Json, other: Json) -> Json:
    left, right = exact_decimal(one), exact_decimal(other)
    multiple = Fraction(lcm(left.numerator * right.denominator, right.numerator * left.denominator))
    multiple /= left.denominator * right.denominator
    return int(multiple) if multiple.denominator == 1 else float(multiple)


def _both_patterns(one: Json, other: Json) -> Json:
    return one if one == other else f"(?=[^]*?(?:{other}))(?:{one})"


def _all_dependent(one: Json, other: Json) -> Json:
    left, right = object_or_empty(one), object_or_empty(other)
    return {name: _union(left.get(name, []), right.get(name, [])) for name in left | right}


def _either(one: Json, other: Json) -> Json:
    return bool(one or other)


_RULES: dict[str, Callable[[Json, Json], Json]] = {
    "type": _common_types,
    "enum": _intersection,
    "examples": _union,
    PREFERRED: _shared_or_inner,
    "required": _union,
    "dependentRequired": _all_dependent,
    "pattern": _both_patterns,
    "multipleOf": _common_multiple,
    "not": _any_of,
    **dict.fromkeys(("uniqueItems", "readOnly", "writeOnly"), _either),
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minContains"), _greater),
    **dict.fromkeys(("minProperties",), _greater),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxContains"), _less),
    **dict.fromkeys(("maxProperties",), _less),
    **dict.fromkeys(("items", "contains", "propertyNames", "additionalProperties"), _all_of),
    **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems"), _all_of),
}

"""Two sets of keywords that must both hold, as one set.

The result is never wider than the two together; where it cannot be exact it is narrower.
"""

from collections.abc import Callable
from fractions import Fraction
from math import lcm

from mockserver.contract.sampling.context import Keywords, SamplingContext
from mockserver.contract.schema.ecma import matches
from mockserver.data.equality import equal
from mockserver.data.json import Json, object_or_empty


def exact(number: Json) -> Fraction:
    """The number as it is written in decimals."""
    return Fraction(repr(number))


def both(*schemas: Json) -> Json:
    """One schema for all of them."""
    telling = [schema for schema in schemas if schema is not True and schema != {}]
    if len(telling) == 1:
        return telling[0]
    return {"allOf": telling} if telling else True


def members(keywords: Keywords, name: str) -> list[Json]:
    """The schemas that the member of this name must meet."""
    found: list[Json] = []
    if name in (properties := mapping(keywords, "properties")):
        found.append(properties[name])
    patterns = mapping(keywords, "patternProperties")
    found.extend(schema for pattern, schema in patterns.items() if matches(pattern, name))
    if not found and "additionalProperties" in keywords:
        found.append(keywords["additionalProperties"])
    return found


def item(keywords: Keywords, index: int) -> Json:
    """The schema of the item at this index."""
    prefix = keywords.get("prefixItems")
    if isinstance(prefix, list) and index < len(prefix):
        return prefix[index]
    return keywords.get("items", True)


def mapping(keywords: Keywords, keyword: str) -> dict[str, Json]:
    """The keyword's value if it is an object, otherwise an empty object."""
    return object_or_empty(keywords.get(keyword))


def limit(keywords: Keywords, keyword: str) -> int | None:
    """A keyword that counts, such as `maxItems`; None where it is not given."""
    value = keywords.get(keyword)
    return int(value) if isinstance(value, int | float) else None


def merge(one: Keywords, other: Keywords, context: SamplingContext) -> Keywords:
    """Both sets of keywords as one; raises Unsatisfiable where they exclude each other."""
    merged = {**other, **one}
    for keyword in one.keys() & other.keys() & _RULES.keys():
        merged[keyword] = _RULES[keyword](one[keyword], other[keyword])
    if "type" in merged and merged["type"] == []:
        raise context.refuse(f"type {one['type']} and type {other['type']} exclude each other")
    if "enum" in merged and merged["enum"] == []:
        raise context.refuse("the values of enum and const exclude each other")
    if "properties" in merged or "patternProperties" in merged:
        _merge_members(merged, one, other)
    if "prefixItems" in merged:
        longest = max(len(each["prefixItems"]) for each in (one, other) if "prefixItems" in each)  # type: ignore[arg-type]
        merged["prefixItems"] = [both(item(one, index), item(other, index)) for index in range(longest)]
    return merged


def _merge_members(merged: Keywords, one: Keywords, other: Keywords) -> None:
    names = mapping(one, "properties") | mapping(other, "properties")
    merged["properties"] = {name: both(*members(one, name), *members(other, name)) for name in names}
    patterns: dict[str, Json] = {}
    for this, that in ((one, other), (other, one)):
        theirs = mapping(that, "patternProperties")
        for pattern, schema in mapping(this, "patternProperties").items():
            patterns[pattern] = both(schema, theirs.get(pattern, that.get("additionalProperties", True)))
    if patterns:
        merged["patternProperties"] = patterns


def listed(value: Json) -> list[Json]:
    """A list as it is, anything else as a list of one: `type` is written both ways."""
    return value if isinstance(value, list) else [value]


def _types(one: Json, other: Json) -> Json:
    left, right = listed(one), listed(other)
    shared = [each for each in left if each in right]
    if "integer" not in shared and ("integer" in left or "integer" in right):
        shared += ["integer"] if "number" in left or "number" in right else []
    return shared


def _union(one: Json, other: Json) -> Json:
    return [*listed(one), *(each for each in listed(other) if each not in listed(one))]


def _shared(one: Json, other: Json) -> Json:
    return [each for each in listed(one) if any(equal(each, candidate) for candidate in listed(other))]


def _all(one: Json, other: Json) -> Json:
    return both(one, other)


def _neither(one: Json, other: Json) -> Json:
    return {"anyOf": [one, other]}


def _greater(one: Json, other: Json) -> Json:
    return one if exact(one) >= exact(other) else other


def _less(one: Json, other: Json) -> Json:
    return one if exact(one) <= exact(other) else other


def _common_multiple(one: Json, other: Json) -> Json:
    left, right = exact(one), exact(other)
    multiple = Fraction(lcm(left.numerator * right.denominator, right.numerator * left.denominator))
    multiple /= left.denominator * right.denominator
    return int(multiple) if multiple.denominator == 1 else float(multiple)


def _two_patterns(one: Json, other: Json) -> Json:
    return one if one == other else f"(?=[^]*?(?:{other}))(?:{one})"


def _dependent(one: Json, other: Json) -> Json:
    left, right = object_or_empty(one), object_or_empty(other)
    return {name: _union(left.get(name, []), right.get(name, [])) for name in left | right}


def _either(one: Json, other: Json) -> Json:
    return bool(one or other)


_RULES: dict[str, Callable[[Json, Json], Json]] = {
    "type": _types,
    "enum": _shared,
    "examples": _union,
    "required": _union,
    "dependentRequired": _dependent,
    "pattern": _two_patterns,
    "multipleOf": _common_multiple,
    "not": _neither,
    **dict.fromkeys(("uniqueItems", "readOnly", "writeOnly"), _either),
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minContains"), _greater),
    **dict.fromkeys(("minProperties",), _greater),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxContains"), _less),
    **dict.fromkeys(("maxProperties",), _less),
    **dict.fromkeys(("items", "contains", "propertyNames", "additionalProperties"), _all),
    **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems"), _all),
}

"""What a schema has looked at in a value, for `unevaluatedProperties` and `unevaluatedItems`.

JSON Schema 2020-12 core, section 11: whatever the schemas speak of that apply to the value.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from mockserver.contract.schema import ecma
from mockserver.contract.schema.keywords.interface import Schema, Validator, fits
from mockserver.data.json import Json

Keys: TypeAlias = set[Any]  # names, or indexes
Own: TypeAlias = Callable[[Validator, Schema, Any], Keys]  # what a schema looks at, its parts aside


def evaluated_names(validator: Validator, schema: Schema, value: dict[str, Json]) -> Keys:
    """The properties that the schema looks at, its `unevaluatedProperties` aside."""
    own = {key: each for key, each in schema.items() if key != "unevaluatedProperties"}
    return _names(validator, own, value) | _in_parts(validator, schema, value, _names)


def evaluated_items(validator: Validator, schema: Schema, value: list[Json]) -> Keys:
    """The indexes of the items that the schema looks at, its `unevaluatedItems` aside."""
    own = {key: each for key, each in schema.items() if key != "unevaluatedItems"}
    return _indexes(validator, own, value) | _in_parts(validator, schema, value, _indexes)


def named(schema: Schema, value: dict[str, Json]) -> Keys:
    """The properties that `properties` and `patternProperties` speak of."""
    properties: Any = schema.get("properties", {})
    patterns: Any = schema.get("patternProperties", ())
    found: Keys = properties.keys() & value.keys()
    if patterns:
        found |= {name for name in value if any(ecma.matches(pattern, name) for pattern in patterns)}
    return found


def _names(_: Validator, schema: Schema, value: dict[str, Json]) -> Keys:
    if "additionalProperties" in schema or "unevaluatedProperties" in schema:
        return set(value)
    return named(schema, value)


def _indexes(validator: Validator, schema: Schema, value: list[Json]) -> Keys:
    if "items" in schema or "unevaluatedItems" in schema:
        return set(range(len(value)))
    prefix: Any = schema.get("prefixItems", ())
    found = set(range(min(len(prefix), len(value))))
    if "contains" in schema:
        found |= {index for index, item in enumerate(value) if fits(validator, item, schema["contains"])}
    return found


def _in_parts(validator: Validator, schema: Schema, value: Json, own: Own) -> Keys:
    """What the subschemas look at that apply to the same value, and that it fits or must fit."""
    found: Keys = set()
    for part, subschema in _parts(validator, schema, value):
        if isinstance(subschema, dict):
            found |= own(part, subschema, value) | _in_parts(part, subschema, value, own)
    return found


def _parts(validator: Validator, schema: Schema, value: Json) -> Iterator[tuple[Validator, Json]]:
    """The subschemas, each with the validator that it is read by.

    One that must fit counts even if it does not: the value is refused then, but not for what stands there.
    """
    for keyword in ("$ref", "$dynamicRef"):
        if isinstance(reference := schema.get(keyword), str):
            target, references = validator._resolver.lead(reference, dynamic=keyword == "$dynamicRef")
            yield validator.evolve(schema=target, _resolver=references), target
    for part in (*_certain(schema, value), *_fitting(validator, schema, value)):
        yield validator.evolve(schema=part, _resolver=validator._resolver.inside(part)), part


def _certain(schema: Schema, value: Any) -> Iterator[Json]:
    branches: Any = schema.get("allOf", ())
    yield from branches
    dependent: Any = schema.get("dependentSchemas", {})
    yield from (each for name, each in dependent.items() if name in value)


def _fitting(validator: Validator, schema: Schema, value: Json) -> Iterator[Json]:
    for keyword in ("anyOf", "oneOf"):
        branches: Any = schema.get(keyword, ())
        yield from (each for each in branches if fits(validator, value, each))
    if "if" in schema:
        holds = fits(validator, value, schema["if"])
        yield schema["if"] if holds else True
        yield schema.get("then" if holds else "else", True)

"""The keywords that apply other schemas to what is in a value: members, their names, and items.

Patterns are ECMA's, where jsonschema's own functions take Python's. Like those of `in_place` they are no
generators, to spare the stack.
"""

from collections.abc import Container, Mapping
from itertools import chain
from typing import Any

from jsonschema.exceptions import ValidationError

from mockserver.contract.schema import ecma
from mockserver.contract.schema.keywords.evaluated import evaluated_items, evaluated_names, named
from mockserver.contract.schema.keywords.interface import NOTHING, Errors, Keyword, Schema, Validator, fits
from mockserver.contract.schema.keywords.sentences import count, quoted, unknown_property
from mockserver.data.json import Json

LIMIT_GUESSES = 20  # beyond so many unknown properties the body is of another kind: no guessing


def _properties(validator: Validator, schemas: Mapping[str, Json], value: Json, schema: Schema) -> Errors:
    if not isinstance(value, dict):
        return ()
    return chain.from_iterable(
        validator.descend(value[name], each, path=name) for name, each in schemas.items() if name in value
    )


def pattern_properties(validator: Any, schemas: Mapping[str, Json], value: Json, schema: Schema) -> Errors:
    """`patternProperties`."""
    if not isinstance(value, dict):
        return ()
    return chain.from_iterable(
        validator.descend(member, each, path=name)
        for pattern, each in schemas.items()
        for name, member in value.items()
        if ecma.matches(pattern, name)
    )


def additional_properties(validator: Any, rest: Json, value: Json, schema: Schema) -> Errors:
    """`additionalProperties`: what neither `properties` nor `patternProperties` speak of."""
    if not isinstance(value, dict):
        return ()
    return _others(validator, rest, value, schema, named(schema, value))


def _unevaluated_properties(validator: Validator, rest: Json, value: Json, schema: Schema) -> Errors:
    if not isinstance(value, dict):
        return ()
    return _others(validator, rest, value, schema, evaluated_names(validator, schema, value))


def _others(
    validator: Any, rest: Json, value: dict[str, Json], schema: Schema, spoken_of: Container[str]
) -> Errors:
    """Applies `rest` to the properties that are not spoken of elsewhere."""
    names = [name for name in value if name not in spoken_of]
    if rest != NOTHING:
        return chain.from_iterable(validator.descend(value[name], rest, path=name) for name in names)
    properties: Any = schema.get("properties", ())
    known = properties if len(names) <= LIMIT_GUESSES else ()
    return (ValidationError(unknown_property(name, known), path=(name,)) for name in names)


def _property_names(validator: Validator, about: Json, value: Json, schema: Schema) -> Errors:
    for name in value if isinstance(value, dict) else ():
        for error in validator.descend(name, about):
            error.message = f"the name of the property {quoted(name)}: {error.message}"
            yield error


def _prefix_items(validator: Validator, schemas: list[Json], value: Json, schema: Schema) -> Errors:
    if not isinstance(value, list):
        return ()
    pairs = enumerate(zip(value, schemas, strict=False))
    return chain.from_iterable(validator.descend(item, each, path=index) for index, (item, each) in pairs)


def _items(validator: Validator, each: Json, value: Json, schema: Schema) -> Errors:
    if not isinstance(value, list):
        return ()
    prefix: Any = schema.get("prefixItems", ())
    first = len(prefix)
    if each == NOTHING:
        message = f"the list may have {count(first, 'item', 'items')}, no more"
        return (ValidationError(message, path=(index,)) for index in range(first, len(value)))
    return chain.from_iterable(
        validator.descend(value[index], each, path=index) for index in range(first, len(value))
    )


def _unevaluated_items(validator: Validator, rest: Json, value: Json, schema: Schema) -> Errors:
    if not isinstance(value, list):
        return ()
    known = evaluated_items(validator, schema, value)
    left = [index for index in range(len(value)) if index not in known]
    if rest == NOTHING:
        message = "no part of the schema allows this item"
        return (ValidationError(message, path=(index,)) for index in left)
    return chain.from_iterable(validator.descend(value[index], rest, path=index) for index in left)


def _contains(validator: Validator, wanted: Json, value: Json, schema: Schema) -> Errors:
    if not isinstance(value, list):
        return
    least: Any = schema.get("minContains", 1)
    most: Any = schema.get("maxContains", len(value))
    fitting = sum(fits(validator, item, wanted) for item in value)
    for bound, limit, is_broken in (("least", least, fitting < least), ("most", most, fitting > most)):
        if is_broken:
            yield ValidationError(f"expected at {bound} {limit} fitting among the items, found {fitting}")


INSIDE: Mapping[str, Keyword] = {
    "properties": _properties,
    "patternProperties": pattern_properties,
    "additionalProperties": additional_properties,
    "propertyNames": _property_names,
    "prefixItems": _prefix_items,
    "items": _items,
    "contains": _contains,
    "unevaluatedProperties": _unevaluated_properties,
    "unevaluatedItems": _unevaluated_items,
}

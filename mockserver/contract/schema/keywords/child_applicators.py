"""The keywords that apply subschemas to properties, property names and items (2020-12 core, section 10.3).

Patterns are ECMA 262. Like those of `in_place_applicators`, most
functions return iterators instead of being generators, to save frames of the stack.
"""

from collections.abc import Container, Mapping
from functools import partial
from itertools import chain
from typing import Any

from mockserver.contract.schema.keywords.errors import KeywordError, NotJudgedError
from mockserver.contract.schema.keywords.evaluated import declared_names, evaluated_items, evaluated_names
from mockserver.contract.schema.keywords.interface import (
    FALSE_SCHEMA,
    Errors,
    Evaluator,
    Keyword,
    Schema,
    is_valid,
)
from mockserver.contract.schema.keywords.messages import count, property_suggestion, unknown_property
from mockserver.contract.schema.pattern_matching import judged_match, not_judged_message
from mockserver.data.json import Json
from mockserver.data.quoting import quoted

LIMIT_GUESSES = 20  # with more unknown properties, the body is meant for another schema: no suggestions


def _properties(evaluator: Evaluator, schemas: Mapping[str, Json], value: Json, schema: Schema) -> Errors:
    if not isinstance(value, dict):
        return ()
    return chain.from_iterable(
        evaluator.descend(value[name], each, path=name) for name, each in schemas.items() if name in value
    )


def pattern_properties(evaluator: Any, schemas: Mapping[str, Json], value: Json, schema: Schema) -> Errors:
    """The keyword `patternProperties`."""
    if not isinstance(value, dict):
        return ()
    return chain.from_iterable(
        _matching_property(evaluator, pattern, each, name, member)
        for pattern, each in schemas.items()
        for name, member in value.items()
    )


def _matching_property(evaluator: Any, pattern: str, schema: Json, name: str, member: Json) -> Errors:
    found = judged_match(pattern, name, evaluator.work)
    if found is None:
        evaluator.work.visit()
        return (NotJudgedError(not_judged_message(pattern, name), path=(name,)),)
    errors: Errors = evaluator.descend(member, schema, path=name) if found else ()
    return errors


def additional_properties(evaluator: Any, rest: Json, value: Json, schema: Schema) -> Errors:
    """The keyword `additionalProperties`."""
    if not isinstance(value, dict):
        return ()
    return _other_properties(evaluator, rest, value, schema, declared_names(evaluator, schema, value))


def _unevaluated_properties(evaluator: Evaluator, rest: Json, value: Json, schema: Schema) -> Errors:
    if not isinstance(value, dict):
        return ()
    return _other_properties(evaluator, rest, value, schema, evaluated_names(evaluator, schema, value))


def _other_properties(
    evaluator: Any, rest: Json, value: dict[str, Json], schema: Schema, declared: Container[str]
) -> Errors:
    """The errors of the properties that are not declared, by the schema `rest`."""
    evaluator.work.visit_members(len(value))
    names = [name for name in value if name not in declared]
    if rest != FALSE_SCHEMA:
        return chain.from_iterable(evaluator.descend(value[name], rest, path=name) for name in names)
    properties: Any = schema.get("properties", ())
    known = properties if len(names) <= LIMIT_GUESSES else ()
    return (
        KeywordError(unknown_property(name), (name,), suggestion=partial(property_suggestion, name, known))
        for name in names
    )


def _property_names(evaluator: Evaluator, rule: Json, value: Json, schema: Schema) -> Errors:
    for name in value if isinstance(value, dict) else ():
        for error in evaluator.descend(name, rule):
            error.message = f"property name {quoted(name)}: {error.message}"
            yield error


def _prefix_items(evaluator: Evaluator, schemas: list[Json], value: Json, schema: Schema) -> Errors:
    if not isinstance(value, list):
        return ()
    pairs = enumerate(zip(value, schemas, strict=False))
    return chain.from_iterable(evaluator.descend(item, each, path=index) for index, (item, each) in pairs)


def _items(evaluator: Evaluator, each: Json, value: Json, schema: Schema) -> Errors:
    if not isinstance(value, list):
        return ()
    prefix: Any = schema.get("prefixItems", ())
    first = len(prefix)
    if each == FALSE_SCHEMA:
        message = f"expected at most {count(first, 'item', 'items')}, found {len(value)}"
        return (KeywordError(message, path=(index,)) for index in range(first, len(value)))
    return chain.from_iterable(
        evaluator.descend(value[index], each, path=index) for index in range(first, len(value))
    )


def _unevaluated_items(evaluator: Evaluator, rest: Json, value: Json, schema: Schema) -> Errors:
    if not isinstance(value, list):
        return ()
    evaluator.work.visit_members(len(value))
    known = evaluated_items(evaluator, schema, value)
    others = [index for index in range(len(value)) if index not in known]
    if rest == FALSE_SCHEMA:
        message = "the schema does not allow this item"
        return (KeywordError(message, path=(index,)) for index in others)
    return chain.from_iterable(evaluator.descend(value[index], rest, path=index) for index in others)


def _contains(evaluator: Evaluator, rule: Json, value: Json, schema: Schema) -> Errors:
    if not isinstance(value, list):
        return
    least: Any = schema.get("minContains", 1)
    most: Any = schema.get("maxContains", len(value))
    undecided: list[KeywordError] = []
    matching = sum(is_valid(evaluator, item, rule, undecided) for item in value)
    if undecided:
        yield from undecided
        return
    for bound, limit, is_broken in (("least", least, matching < least), ("most", most, matching > most)):
        if is_broken:
            expected = f"at {bound} {count(limit, 'item', 'items')} matching 'contains'"
            yield KeywordError(f"expected {expected}, found {matching}")


TO_CHILDREN: Mapping[str, Keyword] = {
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

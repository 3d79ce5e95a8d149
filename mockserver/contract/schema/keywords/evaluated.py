"""Which properties and items a schema evaluates, for `unevaluatedProperties` and `unevaluatedItems`.

JSON Schema 2020-12 core, section 11: those that any schema which applies to the value evaluates.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from mockserver.contract.schema.keywords.interface import Evaluator, Schema, is_valid
from mockserver.contract.schema.pattern_matching import judged_match
from mockserver.data.json import Json

Keys: TypeAlias = set[Any]  # property names, or indexes of items
OwnKeys: TypeAlias = Callable[
    [Evaluator, Schema, Any], Keys
]  # what a schema evaluates without its subschemas


def evaluated_names(evaluator: Evaluator, schema: Schema, value: dict[str, Json]) -> Keys:
    """The properties that the schema evaluates, apart from its own `unevaluatedProperties`."""
    own = {key: each for key, each in schema.items() if key != "unevaluatedProperties"}
    return _own_names(evaluator, own, value) | _by_subschemas(evaluator, schema, value, _own_names)


def evaluated_items(evaluator: Evaluator, schema: Schema, value: list[Json]) -> Keys:
    """The indexes of the items that the schema evaluates, apart from its own `unevaluatedItems`."""
    own = {key: each for key, each in schema.items() if key != "unevaluatedItems"}
    return _own_indexes(evaluator, own, value) | _by_subschemas(evaluator, schema, value, _own_indexes)


def declared_names(evaluator: Evaluator, schema: Schema, value: dict[str, Json]) -> Keys:
    """The properties of the value that `properties` or `patternProperties` declare, or may declare."""
    properties: Any = schema.get("properties", {})
    patterns: Any = schema.get("patternProperties", ())
    found: Keys = properties.keys() & value.keys()
    if patterns:
        found |= {name for name in value if any(_may_match(evaluator, pattern, name) for pattern in patterns)}
    return found


def _may_match(evaluator: Evaluator, pattern: str, name: str) -> bool:
    found = judged_match(pattern, name, evaluator.work)
    if found is None:
        evaluator.work.visit()
    return found is not False


def _own_names(evaluator: Evaluator, schema: Schema, value: dict[str, Json]) -> Keys:
    if "additionalProperties" in schema or "unevaluatedProperties" in schema:
        return set(value)
    return declared_names(evaluator, schema, value)


def _own_indexes(evaluator: Evaluator, schema: Schema, value: list[Json]) -> Keys:
    if "items" in schema or "unevaluatedItems" in schema:
        return set(range(len(value)))
    prefix: Any = schema.get("prefixItems", ())
    found = set(range(min(len(prefix), len(value))))
    if "contains" in schema:
        rule = schema["contains"]
        found |= {index for index, item in enumerate(value) if is_valid(evaluator, item, rule)}
    return found


def _by_subschemas(evaluator: Evaluator, schema: Schema, value: Any, own: OwnKeys) -> Keys:
    """What the subschemas that apply to the value evaluate."""
    found: Keys = set()
    for inner, subschema in _applied(evaluator, schema, value):
        if isinstance(subschema, dict):
            evaluator.work.visit()
            evaluator.work.visit_members(len(value))
            found |= own(inner, subschema, value) | _by_subschemas(inner, subschema, value, own)
    return found


def _applied(evaluator: Evaluator, schema: Schema, value: Json) -> Iterator[tuple[Evaluator, Json]]:
    """The subschemas that apply to the value, each with its evaluator.

    Those that always apply count even if the value is invalid against them: it is refused anyway, and what
    they evaluate need not be reported as well.
    """
    for keyword in ("$ref", "$dynamicRef"):
        if isinstance(reference := schema.get(keyword), str):
            target, inner = evaluator.follow(reference, dynamic=keyword == "$dynamicRef")
            yield inner, target
    for each in (*_always_applied(schema, value), *_applied_if_valid(evaluator, schema, value)):
        yield evaluator.inside(each), each


def _always_applied(schema: Schema, value: Any) -> Iterator[Json]:
    branches: Any = schema.get("allOf", ())
    yield from branches
    dependent: Any = schema.get("dependentSchemas", {})
    yield from (each for name, each in dependent.items() if name in value)


def _applied_if_valid(evaluator: Evaluator, schema: Schema, value: Json) -> Iterator[Json]:
    for keyword in ("anyOf", "oneOf"):
        branches: Any = schema.get(keyword, ())
        yield from (each for each in branches if is_valid(evaluator, value, each))
    if "if" in schema:
        holds = is_valid(evaluator, value, schema["if"])
        yield schema["if"] if holds else True
        yield schema.get("then" if holds else "else", True)

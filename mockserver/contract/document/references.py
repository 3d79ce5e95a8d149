"""Evaluates JSON Pointers (RFC 6901) in a document, and converts local `$ref`s to pointers and back."""

from collections import deque
from collections.abc import Iterable
from urllib.parse import quote, unquote

from mockserver.data.json import Json, json_type
from mockserver.data.pointer import pointer_keys


def value_at(document: Json, pointer: str) -> Json:
    """The value at a pointer; None if it does not exist."""
    value = document
    for key in pointer_keys(pointer):
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def pointer_of(reference: str) -> str:
    """The JSON Pointer in a local reference: `/a/b c` for `#/a/b%20c`."""
    return unquote(reference.partition("#")[2])


def referenced_value(document: Json, reference: str) -> Json:
    """The value that a local reference refers to; None if it does not exist."""
    return value_at(document, pointer_of(reference))


def schemas_at(document: Json, pointer: str) -> dict[str, dict[str, Json]]:
    """The schemas that apply to the same value as the schema at a pointer, by their pointers.

    These are the schema itself and those that it reaches by `$ref`, `allOf`, `anyOf` and `oneOf`, outer ones
    first. Boolean schemas are left out.
    """
    return applied_schemas(document, [pointer], set())


def applied_schemas(document: Json, pointers: Iterable[str], seen: set[str]) -> dict[str, dict[str, Json]]:
    """The schemas that apply to the same value as those at the pointers, except those in `seen`.

    The pointers of what is found are added to `seen`.
    """
    found: dict[str, dict[str, Json]] = {}
    waiting = deque(pointers)
    while waiting:
        location = waiting.popleft()
        if location in seen or not isinstance(schema := value_at(document, location), dict):
            continue
        seen.add(location)
        found[location] = schema
        if isinstance(schema.get("$ref"), str):
            waiting.append(pointer_of(str(schema["$ref"])))
        for keyword in ("allOf", "anyOf", "oneOf"):
            parts = schema.get(keyword)
            if isinstance(parts, list):
                waiting += [f"{location}/{keyword}/{index}" for index in range(len(parts))]
    return found


def reference_to(pointer: str) -> str:
    """The local reference with a JSON Pointer; the inverse of `pointer_of`."""
    return "#" + quote(pointer, safe="/~!$&'()*+,;=:@")


def types_at(document: Json, pointer: str) -> frozenset[str]:
    """The types that the schema at a pointer allows, including `integer`; empty if it does not restrict them.

    Schemas that it reaches by `$ref`, `allOf`, `anyOf` and `oneOf` count, too. The type of a schema without
    `type` is inferred from `enum`, `const`, `properties` and `items`.
    """
    schemas = schemas_at(document, pointer).values()
    return frozenset(
        name for schema in schemas for name in (_stated_types(schema) or _inferred_types(schema))
    )


def _stated_types(schema: dict[str, Json]) -> set[str]:
    """The types in the keyword `type`."""
    types = schema.get("type", [])
    return set(map(str, types if isinstance(types, list) else [types]))


def _inferred_types(schema: dict[str, Json]) -> set[str]:
    """The types of the values in `enum` or `const`, or the one to which the schema's keywords apply."""
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    found = {_type(value) for value in values} if isinstance(values, list) else set()
    if not found and schema.keys() & {"properties", "additionalProperties", "patternProperties"}:
        found.add("object")
    if not found and schema.keys() & {"items", "prefixItems"}:
        found.add("array")
    return found


def _type(value: Json) -> str:
    """The name of a value's type in JSON Schema, which has `integer`, too."""
    return "integer" if type(value) is int else json_type(value)

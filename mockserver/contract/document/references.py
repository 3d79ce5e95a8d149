"""Places of a document by JSON Pointer (RFC 6901), and what its local `$ref`s lead to."""

from urllib.parse import quote, unquote

from mockserver.data.json import Json, json_type


def value_at(document: Json, pointer: str) -> Json:
    """The value at a pointer; None where there is nothing."""
    value = document
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def pointer_of(reference: str) -> str:
    """The pointer that a local reference `#/a/b%20c` holds."""
    return unquote(reference.partition("#")[2])


def branches(document: Json, pointer: str) -> dict[str, dict[str, Json]]:
    """The schemas that speak of one value, by pointer: the one here, its reference, allOf, anyOf and oneOf.

    Each comes once, the outer ones first; a schema that is plain `true` or `false` is left out.
    """
    found: dict[str, dict[str, Json]] = {}
    waiting = [pointer]
    while waiting:
        here = waiting.pop(0)
        schema = value_at(document, here)
        if here in found or not isinstance(schema, dict):
            continue
        found[here] = schema
        if isinstance(schema.get("$ref"), str):
            waiting.append(pointer_of(str(schema["$ref"])))
        for keyword in ("allOf", "anyOf", "oneOf"):
            parts = schema.get(keyword)
            if isinstance(parts, list):
                waiting += [f"{here}/{keyword}/{index}" for index in range(len(parts))]
    return found


def reference_to(pointer: str) -> str:
    """The local reference to a place; `pointer_of` reads it back."""
    return "#" + quote(pointer, safe="/~!$&'()*+,;=:@")


def types_at(document: Json, pointer: str) -> frozenset[str]:
    """The names of types that the schema at a pointer allows, through references and branches; none: any.

    A schema that names no type means those of its `enum` or `const`, or the one that its `properties` or
    `items` are written for.
    """
    return frozenset(
        name for schema in branches(document, pointer).values() for name in (_named(schema) or _meant(schema))
    )


def _named(schema: dict[str, Json]) -> set[str]:
    named = schema.get("type", [])
    return set(map(str, named if isinstance(named, list) else [named]))


def _meant(schema: dict[str, Json]) -> set[str]:
    members = schema.get("enum", [schema["const"]] if "const" in schema else [])
    found = {_type(member) for member in members} if isinstance(members, list) else set()
    if not found and schema.keys() & {"properties", "additionalProperties", "patternProperties"}:
        found.add("object")
    if not found and schema.keys() & {"items", "prefixItems"}:
        found.add("array")
    return found


def _type(value: Json) -> str:
    return "integer" if type(value) is int else json_type(value)

"""Finds the schemas of an OpenAPI document, and upgrades schemas of OpenAPI 3.0 to JSON Schema 2020-12.

OpenAPI 3.1 and 3.2 use JSON Schema 2020-12; OpenAPI 3.0 has its own dialect (3.0.3, section 4.7.24).
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from mockserver.contract.document.structure import KINDS, member_kind
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token

Visit: TypeAlias = Callable[[str, Json], Json]
Found: TypeAlias = list[tuple[str, Json]]  # schemas with their pointers

SUBSCHEMAS = KINDS["Schema"]  # the keywords that have subschemas, with the form of their values
# Keywords whose subschemas apply to the same value as the schema itself.
IN_PLACE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")

_ANNOTATIONS = frozenset(
    (
        "title",
        "description",
        "default",
        "examples",
        "readOnly",
        "writeOnly",
        "deprecated",
        "externalDocs",
        "xml",
    )
)
_MAY_REFUSE_NULL = ("$ref", "allOf", "anyOf", "oneOf", "not", "const")


def upgrade(document: dict[str, Json]) -> dict[str, Json]:
    """Upgrade an OpenAPI 3.0 document to 3.1; other versions are returned unchanged.

    Pointers of objects that are not schemas stay the same.
    """
    if not str(document.get("openapi", "")).startswith("3.0"):
        return document
    return map_schemas(document, lambda _, schema: _upgraded(schema)) | {"openapi": "3.1.0"}


def upgrade_part(part: Json, kind: str) -> Json:
    """Upgrade an object of an OpenAPI 3.0 document to 3.1; `kind` is a key of `structure.KINDS`.

    Schema keywords that OpenAPI 3.0 does not have, such as `const` and `patternProperties`, apply
    nevertheless.
    """
    return _walk("", part, kind, lambda _, each: _upgraded(each))


def map_schemas(document: dict[str, Json], visit: Visit, found: Found | None = None) -> dict[str, Json]:
    """A copy of the document with each schema replaced by `visit(pointer, schema)`, outer schemas first.

    The new schemas are appended to `found`, with their pointers.
    """
    return _members("", document, "OpenAPI", visit, found)


def map_schema(schema: Json, visit: Visit) -> Json:
    """A copy of a schema; it and its subschemas are replaced by `visit(pointer, schema)`, outer first."""
    return _walk("", schema, "Schema", visit)


def schemas(document: dict[str, Json]) -> list[tuple[str, Json]]:
    """All schemas and subschemas of the document with their pointers, in document order."""
    found: list[tuple[str, Json]] = []
    _collect("", document, "OpenAPI", found)
    return found


def subschemas(pointer: str, schema: Json) -> list[tuple[str, Json]]:
    """A schema, which has the given pointer, and all its subschemas, with their pointers."""
    found: list[tuple[str, Json]] = []
    _collect(pointer, schema, "Schema", found)
    return found


def _collect(pointer: str, node: Json, kind: str, found: list[tuple[str, Json]]) -> None:
    """Append the schemas in a value of a kind with their pointers to a list, outer schemas first."""
    if kind == "Schema":
        found.append((pointer, node))
    match node:
        case dict() if kind[0] == "{":
            for key, each in node.items():
                _collect(f"{pointer}/{pointer_token(key)}", each, kind[1:-1], found)
        case list() if kind[0] == "[":
            for index, each in enumerate(node):
                _collect(f"{pointer}/{index}", each, kind[1:-1], found)
        case dict() if kind in KINDS:
            kinds = KINDS[kind]
            others = kinds.get("*")
            for key, each in node.items():
                inner = kinds.get(key) or (others if others and not key.startswith("x-") else None)
                if inner:
                    _collect(f"{pointer}/{pointer_token(key)}", each, inner, found)


def children(schema: Json) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    """The direct subschemas of a schema with their reference tokens, such as `("allOf", 0)`."""
    for keyword, value in schema.items() if isinstance(schema, dict) else ():
        match SUBSCHEMAS.get(keyword), value:
            case "Schema", _:
                yield (keyword,), value
            case "[Schema]", list():
                yield from (((keyword, index), each) for index, each in enumerate(value))
            case "{Schema}", dict():
                yield from (((keyword, name), each) for name, each in value.items())


def in_place(pointer: str, schema: Json) -> Iterator[tuple[str, Json]]:
    """The direct subschemas that apply to the same value as the schema, with their pointers."""
    if not isinstance(schema, dict):
        return
    for keyword in IN_PLACE:
        match schema.get(keyword):
            case list() as branches:
                yield from ((f"{pointer}/{keyword}/{index}", each) for index, each in enumerate(branches))
            case dict() as part if keyword == "dependentSchemas":
                yield from (
                    (f"{pointer}/{keyword}/{pointer_token(name)}", each) for name, each in part.items()
                )
            case dict() as part:
                yield f"{pointer}/{keyword}", part


def _walk(pointer: str, node: Json, kind: str, visit: Visit, found: Found | None = None) -> Json:
    """A copy of a value of a kind, with its schemas replaced; values of another type are left unchanged."""
    if kind == "Schema":
        node = visit(pointer, node)
        if found is not None:
            found.append((pointer, node))
            index = len(found) - 1  # outer schemas come first, but are complete after the inner ones
            node = _copied(pointer, node, kind, visit, found)
            found[index] = pointer, node
            return node
    return _copied(pointer, node, kind, visit, found)


def _copied(pointer: str, node: Json, kind: str, visit: Visit, found: Found | None) -> Json:
    match node:
        case dict() if kind[0] == "{":
            return {
                key: _walk(f"{pointer}/{pointer_token(key)}", each, kind[1:-1], visit, found)
                for key, each in node.items()
            }
        case list() if kind[0] == "[":
            return [
                _walk(f"{pointer}/{index}", each, kind[1:-1], visit, found) for index, each in enumerate(node)
            ]
        case dict() if kind in KINDS:
            return _members(pointer, node, kind, visit, found)
    return node


def _members(
    pointer: str, node: dict[str, Json], kind: str, visit: Visit, found: Found | None
) -> dict[str, Json]:
    members = {}
    for key, value in node.items():
        inner = member_kind(kind, key)
        members[key] = (
            _walk(f"{pointer}/{pointer_token(key)}", value, inner, visit, found) if inner else value
        )
    return members


def _upgraded(schema: Json) -> Json:
    """Upgrade one schema without its subschemas; upgrading twice gives the same result."""
    if not isinstance(schema, dict):
        return schema
    nullable = schema.get("nullable") is True
    if "$ref" in schema:
        schema = {"$ref": schema["$ref"]}  # 3.0 ignores siblings of `$ref`; `nullable` is honoured
    schema = {key: value for key, value in schema.items() if key != "nullable"}
    if "example" in schema:
        schema = _renamed(schema, "example", "examples")
    schema = _numeric_bounds(schema)
    return _or_null(schema) if nullable else schema


def _renamed(schema: dict[str, Json], old: str, new: str) -> dict[str, Json]:
    """Replace `example: x` by `examples: [x]` at the same position, or remove it if there are `examples`."""
    if new in schema:
        return {key: value for key, value in schema.items() if key != old}
    return {new if key == old else key: [value] if key == old else value for key, value in schema.items()}


def _numeric_bounds(schema: dict[str, Json]) -> dict[str, Json]:
    """Replace `minimum: 0, exclusiveMinimum: true` by `exclusiveMinimum: 0`; likewise for `maximum`."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        flag = schema.get(exclusive)
        if flag is True and bound in schema:
            schema = {
                key: schema[bound] if key == exclusive else value
                for key, value in schema.items()
                if key != bound
            }
        elif isinstance(flag, bool):
            schema = {key: value for key, value in schema.items() if key != exclusive}
    return schema


def _or_null(schema: dict[str, Json]) -> dict[str, Json]:
    """The schema, extended to allow null: in `type` and `enum` if that suffices, otherwise by `anyOf`."""
    if any(key in schema for key in _MAY_REFUSE_NULL):
        outer = {key: value for key, value in schema.items() if key in _ANNOTATIONS or key.startswith("x-")}
        inner = {key: value for key, value in schema.items() if key not in outer}
        return outer | {"anyOf": [inner, {"type": "null"}]}
    extended = dict(schema)
    if isinstance(name := schema.get("type"), str):
        extended["type"] = [name, "null"]
    if isinstance(values := schema.get("enum"), list) and None not in values:
        extended["enum"] = [*values, None]
    return extended

"""Where an OpenAPI document holds schemas, and OpenAPI 3.0's schemas as JSON Schema 2020-12.

3.1 and 3.2 speak JSON Schema 2020-12 already. 3.0 speaks a dialect of its own (3.0.3, section 4.7.24).
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from mockserver.contract.document.structure import KINDS, member_kind
from mockserver.data.json import Json
from mockserver.data.reading import pointer_token

Visit: TypeAlias = Callable[[str, Json], Json]

SUBSCHEMAS = KINDS["Schema"]  # each keyword that holds schemas, and how
IN_PLACE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")  # about one value

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
    """An OpenAPI 3.0 document as a 3.1 one, every pointer as it was outside schemas; a later one as it is."""
    if not str(document.get("openapi", "")).startswith("3.0"):
        return document
    return map_schemas(document, lambda _, schema: _upgraded(schema)) | {"openapi": "3.1.0"}


def upgrade_part(part: Json, kind: str) -> Json:
    """A part of an OpenAPI 3.0 document, of this kind (`structure.KINDS`), as one of 3.1."""
    return _walk("", part, kind, lambda _, each: _upgraded(each))


def upgrade_schema(schema: Json) -> Json:
    """An OpenAPI 3.0 schema, with all its subschemas, as JSON Schema 2020-12.

    Keywords that 3.0 does not know (`const`, `patternProperties`) hold: who writes them means them.
    """
    return upgrade_part(schema, "Schema")


def map_schemas(document: dict[str, Json], visit: Visit) -> dict[str, Json]:
    """The document with every schema as `visit(pointer, schema)` returns it, outer schemas first."""
    return _members("", document, "OpenAPI", visit)


def map_schema(schema: Json, visit: Visit) -> Json:
    """The schema and every subschema as `visit(pointer, schema)` returns it, outer schemas first."""
    return _walk("", schema, "Schema", visit)


def schemas(document: dict[str, Json]) -> list[tuple[str, Json]]:
    """Every schema and subschema of the document with its pointer, in document order."""
    found: list[tuple[str, Json]] = []
    map_schemas(document, _collector(found))
    return found


def subschemas(pointer: str, schema: Json) -> list[tuple[str, Json]]:
    """The schema at this pointer and all its subschemas, each with its pointer."""
    found: list[tuple[str, Json]] = []
    _walk(pointer, schema, "Schema", _collector(found))
    return found


def _collector(found: list[tuple[str, Json]]) -> Visit:
    def visit(pointer: str, schema: Json) -> Json:
        found.append((pointer, schema))
        return schema

    return visit


def children(schema: Json) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    """The direct subschemas of a schema, each with its tokens: `("allOf", 0)`."""
    for keyword, value in schema.items() if isinstance(schema, dict) else ():
        match SUBSCHEMAS.get(keyword), value:
            case "Schema", _:
                yield (keyword,), value
            case "[Schema]", list():
                yield from (((keyword, index), each) for index, each in enumerate(value))
            case "{Schema}", dict():
                yield from (((keyword, name), each) for name, each in value.items())


def in_place(pointer: str, schema: Json) -> Iterator[tuple[str, Json]]:
    """The direct subschemas that judge the very same value, each with its pointer."""
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


def _walk(pointer: str, node: Json, spec: str, visit: Visit) -> Json:
    """The node rebuilt; what is not of the kind that `spec` says is left as it is."""
    if spec == "Schema":
        node = visit(pointer, node)
    match node:
        case dict() if spec[0] == "{":
            return {
                key: _walk(f"{pointer}/{pointer_token(key)}", each, spec[1:-1], visit)
                for key, each in node.items()
            }
        case list() if spec[0] == "[":
            return [_walk(f"{pointer}/{index}", each, spec[1:-1], visit) for index, each in enumerate(node)]
        case dict() if spec in KINDS:
            return _members(pointer, node, spec, visit)
    return node


def _members(pointer: str, node: dict[str, Json], kind: str, visit: Visit) -> dict[str, Json]:
    members = {}
    for key, value in node.items():
        spec = member_kind(kind, key)
        members[key] = _walk(f"{pointer}/{pointer_token(key)}", value, spec, visit) if spec else value
    return members


def _upgraded(schema: Json) -> Json:
    """One schema, its subschemas apart. What comes out is the same when it is put in again."""
    if not isinstance(schema, dict):
        return schema
    nullable = schema.get("nullable") is True
    if "$ref" in schema:
        schema = {"$ref": schema["$ref"]}  # 3.0 ignores what stands beside; but people mean `nullable`
    schema = {key: value for key, value in schema.items() if key != "nullable"}
    if "example" in schema:
        schema = _renamed(schema, "example", "examples")
    schema = _numeric_bounds(schema)
    return _or_null(schema) if nullable else schema


def _renamed(schema: dict[str, Json], old: str, new: str) -> dict[str, Json]:
    """`example: x` as `examples: [x]`, in the same place; `examples` that are there already win."""
    if new in schema:
        return {key: value for key, value in schema.items() if key != old}
    return {new if key == old else key: [value] if key == old else value for key, value in schema.items()}


def _numeric_bounds(schema: dict[str, Json]) -> dict[str, Json]:
    """`minimum: 0, exclusiveMinimum: true` as `exclusiveMinimum: 0`."""
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
    """The schema widened by null: in place where that is enough, else as one of two alternatives."""
    if any(key in schema for key in _MAY_REFUSE_NULL):
        outer = {key: value for key, value in schema.items() if key in _ANNOTATIONS or key.startswith("x-")}
        inner = {key: value for key, value in schema.items() if key not in outer}
        return outer | {"anyOf": [inner, {"type": "null"}]}
    widened = dict(schema)
    if isinstance(name := schema.get("type"), str):
        widened["type"] = [name, "null"]
    if isinstance(values := schema.get("enum"), list) and None not in values:
        widened["enum"] = [*values, None]
    return widened

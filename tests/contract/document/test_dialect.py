"""OpenAPI 3.0 documents are upgraded to 3.1; only their schemas change."""

from copy import deepcopy

import pytest

from mockserver.contract.document.dialect import (
    children,
    map_schemas,
    schemas,
    subschemas,
    upgrade,
    upgrade_part,
)
from mockserver.data.json import Json

OLD: Json = {"type": "integer", "minimum": 0, "exclusiveMinimum": True}
NEW: Json = {"type": "integer", "exclusiveMinimum": 0}
REF: dict[str, Json] = {"$ref": "#/components/schemas/Pet"}

SCHEMAS: dict[str, tuple[Json, Json]] = {
    "exclusive minimum": ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
    "exclusive maximum": ({"exclusiveMaximum": True, "maximum": 9}, {"exclusiveMaximum": 9}),
    "inclusive said aloud": ({"minimum": 1, "exclusiveMinimum": False}, {"minimum": 1}),
    "exclusive of nothing": ({"exclusiveMinimum": True}, {}),
    "3.1 bound in 3.0": ({"exclusiveMinimum": 3}, {"exclusiveMinimum": 3}),
    "nullable type": ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    "not nullable": ({"type": "string", "nullable": False}, {"type": "string"}),
    "nullable without type": ({"minimum": 1, "nullable": True}, {"minimum": 1}),
    "nullable enum": (
        {"type": "string", "enum": ["a"], "nullable": True},
        {"type": ["string", "null"], "enum": ["a", None]},
    ),
    "nullable enum that has null": ({"enum": ["a", None], "nullable": True}, {"enum": ["a", None]}),
    "nullable reference": ({**REF, "nullable": True}, {"anyOf": [REF, {"type": "null"}]}),
    "siblings of a reference": ({**REF, "minimum": 1, "description": "ignored in 3.0"}, REF),
    "nullable allOf": (
        {"allOf": [REF], "nullable": True, "description": "kept outside", "x-mark": 1},
        {"description": "kept outside", "x-mark": 1, "anyOf": [{"allOf": [REF]}, {"type": "null"}]},
    ),
    "nullable oneOf": (
        {"type": "object", "oneOf": [REF, OLD], "nullable": True},
        {"anyOf": [{"type": "object", "oneOf": [REF, NEW]}, {"type": "null"}]},
    ),
    "example": ({"example": {"nullable": True}}, {"examples": [{"nullable": True}]}),
    "annotations": (
        {"discriminator": {"propertyName": "kind"}, "xml": {"name": "pet"}, "externalDocs": {"url": "u"}},
        {"discriminator": {"propertyName": "kind"}, "xml": {"name": "pet"}, "externalDocs": {"url": "u"}},
    ),
    "boolean additionalProperties": ({"additionalProperties": False}, {"additionalProperties": False}),
    "data that looks like a schema": (
        {"default": OLD, "enum": [OLD], "const": OLD, "x-rule": OLD},
        {"default": OLD, "enum": [OLD], "const": OLD, "x-rule": OLD},
    ),
    "properties named like keywords": (
        {"properties": {"nullable": OLD, "example": OLD, "$ref": OLD, "exclusiveMinimum": OLD, "x-a": OLD}},
        {"properties": {"nullable": NEW, "example": NEW, "$ref": NEW, "exclusiveMinimum": NEW, "x-a": NEW}},
    ),
    "no schema at all": ("text", "text"),
}
HOLDERS = ("items", "additionalProperties", "not")
LISTS = ("allOf", "anyOf", "oneOf")


def upgrade_schema(schema: Json) -> Json:
    return upgrade_part(schema, "Schema")


@pytest.mark.parametrize(("old", "new"), SCHEMAS.values(), ids=SCHEMAS.keys())
def test_a_schema_is_upgraded(old: Json, new: Json) -> None:
    before = deepcopy(old)

    assert upgrade_schema(old) == new
    assert old == before


@pytest.mark.parametrize("schema", [old for old, _ in SCHEMAS.values()], ids=SCHEMAS.keys())
def test_upgrading_a_schema_twice_changes_nothing(schema: Json) -> None:
    once = upgrade_schema(schema)

    assert upgrade_schema(once) == once


@pytest.mark.parametrize("keyword", HOLDERS)
def test_a_subschema_is_upgraded(keyword: str) -> None:
    assert upgrade_schema({keyword: {keyword: OLD}}) == {keyword: {keyword: NEW}}


@pytest.mark.parametrize("keyword", LISTS)
def test_each_of_several_subschemas_is_upgraded(keyword: str) -> None:
    assert upgrade_schema({keyword: [OLD, {keyword: [OLD]}]}) == {keyword: [NEW, {keyword: [NEW]}]}


MEDIA: Json = {"application/json": {"schema": OLD, "example": OLD, "examples": {"one": {"value": OLD}}}}
PARAMETER: Json = {"name": "n", "in": "query", "schema": OLD, "example": OLD, "content": MEDIA}
RESPONSE: Json = {
    "headers": {"x-count": {"schema": OLD}},
    "content": MEDIA,
    "links": {"next": {"parameters": OLD}},
}
UPLOAD: Json = {
    "multipart/form-data": {"schema": OLD, "encoding": {"file": {"headers": {"X-A": {"schema": OLD}}}}}
}
OPERATION: Json = {
    "parameters": [PARAMETER],
    "requestBody": {"content": UPLOAD},
    "responses": {"200": RESPONSE, "default": RESPONSE, "x-notes": {"content": MEDIA}},
    "callbacks": {
        "done": {"{$request.body#/url}": {"post": {"requestBody": {"content": MEDIA}}}, "x-a": OLD}
    },
    "x-schema": {"schema": OLD},
}
DOCUMENT: dict[str, Json] = {
    "openapi": "3.0.3",
    "info": {"title": "t", "version": "1", "x-schema": {"schema": OLD}},
    "paths": {"/pets/{id}": {"parameters": [PARAMETER], "patch": OPERATION}, "x-paths": {"get": OPERATION}},
    "components": {
        "schemas": {"Pet": OLD, "x-pet": OLD},
        "responses": {"Ok": RESPONSE},
        "parameters": {"N": PARAMETER},
        "requestBodies": {"B": {"content": MEDIA}},
        "headers": {"H": {"schema": OLD}},
        "callbacks": {"C": {"/done": {"post": OPERATION}}},
        "examples": {"E": {"value": {"schema": OLD}}},
    },
}
DATA = ("example", "examples", "links", "x-schema", "x-notes", "x-paths", "info")


def upgraded_by_hand(node: Json, key: str = "") -> Json:
    """DOCUMENT with OLD replaced except within data."""
    if key in DATA or (key == "x-a" and node == OLD):
        return node
    if node == OLD:
        return NEW
    if isinstance(node, dict):
        return {name: upgraded_by_hand(each, name) for name, each in node.items()}
    return [upgraded_by_hand(each) for each in node] if isinstance(node, list) else node


def test_all_schemas_of_a_document_are_upgraded_and_nothing_else() -> None:
    before = deepcopy(DOCUMENT)
    expected = upgraded_by_hand(DOCUMENT)
    assert isinstance(expected, dict)

    assert upgrade(DOCUMENT) == expected | {"openapi": "3.1.0"}
    assert before == DOCUMENT


@pytest.mark.parametrize("version", ["3.1.0", "3.1.1", "3.2.0"])
def test_a_later_version_is_returned_unchanged(version: str) -> None:
    document = DOCUMENT | {"openapi": version}

    assert upgrade(document) is document


def test_every_schema_has_its_pointer_in_document_order() -> None:
    document: dict[str, Json] = {
        "paths": {
            "/a~b/{c}": {"get": {"responses": {"200": {"content": {"a/b": {"schema": {"items": {}}}}}}}}
        },
        "components": {"schemas": {"A": {"properties": {"b/c": {"allOf": [True]}}}}},
    }

    assert [pointer for pointer, _ in schemas(document)] == [
        "/paths/~1a~0b~1{c}/get/responses/200/content/a~1b/schema",
        "/paths/~1a~0b~1{c}/get/responses/200/content/a~1b/schema/items",
        "/components/schemas/A",
        "/components/schemas/A/properties/b~1c",
        "/components/schemas/A/properties/b~1c/allOf/0",
    ]


@pytest.mark.parametrize(
    "node",
    [None, "text", 3, [], {"schemas": []}, {"schemas": {"A": None}}, {"responses": {"R": {"content": 5}}}],
    ids=["null", "text", "number", "list", "list for a map", "null for a schema", "number for a map"],
)
def test_values_of_the_wrong_type_are_left_unchanged(node: Json) -> None:
    assert upgrade({"openapi": "3.0.3", "components": node}) == {"openapi": "3.1.0", "components": node}


NESTED: dict[str, Json] = {
    "properties": {"a/b": {"items": True}},
    "allOf": [{"not": {}}, False],
    "if": {"const": {"not": {}}},
    "enum": [{"not": {}}],
    "x-not": {"not": {}},
}


def test_the_children_of_a_schema_are_its_direct_subschemas_with_their_tokens() -> None:
    assert list(children(NESTED)) == [
        (("properties", "a/b"), {"items": True}),
        (("allOf", 0), {"not": {}}),
        (("allOf", 1), False),
        (("if",), {"const": {"not": {}}}),
    ]


def test_a_schema_comes_before_its_subschemas() -> None:
    assert [pointer for pointer, _ in subschemas("/here", NESTED)] == [
        "/here",
        "/here/properties/a~1b",
        "/here/properties/a~1b/items",
        "/here/allOf/0",
        "/here/allOf/0/not",
        "/here/allOf/1",
        "/here/if",
    ]


@pytest.mark.parametrize(
    "schema",
    [True, None, [], {"properties": []}, {"allOf": {}}],
    ids=["boolean", "null", "list", "list for a map", "map for a list"],
)
def test_a_malformed_schema_has_no_children(schema: Json) -> None:
    assert list(children(schema)) == []


def test_the_schemas_of_a_mapped_document_are_found_with_their_pointers():
    schema = {"type": "object", "properties": {"a": {"items": True}}}
    document = {"components": {"schemas": {"A": schema, "B": {"$ref": "#/components/schemas/A"}}}}
    found: list[tuple[str, Json]] = []
    mapped = map_schemas(
        document, lambda _, each: {**each, "x-seen": True} if each is not True else each, found
    )
    assert found == schemas(mapped)
    assert [pointer for pointer, _ in found] == [
        "/components/schemas/A",
        "/components/schemas/A/properties/a",
        "/components/schemas/A/properties/a/items",
        "/components/schemas/B",
    ]
    assert found[0][1] is mapped["components"]["schemas"]["A"]

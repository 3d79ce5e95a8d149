"""References are resolved as JSON Schema 2020-12 says, within a schema resource and across resources."""

import pytest

from mockserver.contract.schema.judge import Judge, Judges, SchemaViolation
from mockserver.data.json import Json
from mockserver.data.reading import BadData

BODY = "/paths/~1leaves/post/requestBody/content/application~1json/schema"
INTEGER: Json = {"type": "integer"}
API = "https://example.com/api/"
RESOURCES: dict[str, Json] = {
    "Leaf": INTEGER,
    "Tree": {
        "$id": f"{API}parts/tree.json",
        "items": {"$ref": "#/$defs/part"},
        "$defs": {"part": {"$ref": "../leaf.json"}},
    },
    "File": {"$id": f"{API}leaf.json", "type": "integer"},
    "Bag": {"$id": f"{API}bag.json", "x-parts": {"Leaf": INTEGER, "Text": "no schema"}},
}


def judges(schema: Json) -> Judges:
    body: Json = {"content": {"application/json": {"schema": schema}}}
    return Judges(
        {
            "openapi": "3.1.0",
            "paths": {"/leaves": {"post": {"requestBody": body}}},
            "components": {"schemas": RESOURCES},
        }
    )


def judge(schema: Json) -> Judge:
    assert judges(schema).errors() == []
    return judges(schema).judge(BODY)


REFERENCES: dict[str, Json] = {
    "a pointer into the document": {"$ref": "#/components/schemas/Leaf"},
    "a pointer with an escape": {"$ref": f"#{BODY}/$defs/a~1b%20c", "$defs": {"a/b c": INTEGER}},
    "an anchor": {"$ref": "#leaf", "$defs": {"x": {"$anchor": "leaf", **INTEGER}}},
    "a dynamic anchor": {"$ref": "#leaf", "$defs": {"x": {"$dynamicAnchor": "leaf", **INTEGER}}},
    "a dynamic reference to a plain anchor": {
        "$dynamicRef": "#leaf",
        "$defs": {"x": {"$anchor": "leaf", **INTEGER}},
    },
    "a pointer in a resource": {"$id": "tree", "$ref": "#/$defs/leaf", "$defs": {"leaf": INTEGER}},
    "a resource": {"$ref": "leaf", "$defs": {"x": {"$id": "leaf", **INTEGER}}},
    "a resource by its whole name": {
        "$ref": f"{API}leaf",
        "$defs": {"x": {"$id": f"{API}leaf", **INTEGER}},
    },
    "a resource in a resource": {
        "$id": "https://example.org/trees/",
        "$ref": "leaf",
        "$defs": {"x": {"$id": "leaf", **INTEGER}},
    },
    "an anchor of a resource": {
        "$ref": "tree#leaf",
        "$defs": {"x": {"$id": "tree", "$defs": {"y": {"$anchor": "leaf", **INTEGER}}}},
    },
    "the resource of the same anchor": {
        "$ref": "one#leaf",
        "$defs": {
            "1": {"$id": "one", "$defs": {"y": {"$anchor": "leaf", **INTEGER}}},
            "2": {"$id": "two", "$defs": {"y": {"$anchor": "leaf", "type": "null"}}},
        },
    },
    "a urn": {"$ref": "urn:leaf", "$defs": {"x": {"$id": "urn:leaf", **INTEGER}}},
    "what no keyword holds": {"$ref": f"#{BODY}/x-parts/leaf", "x-parts": {"leaf": INTEGER}},
    "a resource elsewhere": {"$ref": f"{API}leaf.json"},
    "a part of a resource elsewhere": {"$ref": f"{API}bag.json#/x-parts/Leaf"},
}


@pytest.mark.parametrize("schema", REFERENCES.values(), ids=REFERENCES.keys())
def test_a_reference_resolves_to_the_schema_of_integers(schema: Json) -> None:
    one = judge(schema)

    assert one.accepts(1)
    assert not one.accepts("1")


def test_the_schema_pointer_of_a_resource_is_its_pointer_in_the_document() -> None:
    assert judge({"$ref": f"{API}parts/tree.json"}).violations(["x"]) == [
        SchemaViolation("/0", "type", "expected an integer, found a string", "/components/schemas/File/type")
    ]


MISSING: dict[str, tuple[str, str]] = {
    "resource": (
        f"{API}gone.json",
        f"refers to '{API}gone.json', which is neither this document nor an '$id' in it",
    ),
    "part": (f"{API}bag.json#/Leef", "cannot be resolved: that resource has no such schema"),
    "schema": (f"{API}bag.json#/x-parts/Text", "refers to a string, which is not a schema"),
    "anchor": (f"{API}bag.json#Leaf", "cannot be resolved: that resource has no such schema"),
}


@pytest.mark.parametrize(("reference", "message"), MISSING.values(), ids=MISSING.keys())
def test_an_unresolvable_reference_to_a_resource_is_reported(reference: str, message: str) -> None:
    [error] = judges({"$ref": reference}).errors()

    assert str(error) == f"{BODY}/$ref: {reference!r} {message}"


def test_an_error_in_a_resource_is_reported_at_its_pointer() -> None:
    one = judges({"$ref": "urn:bad", "$defs": {"bad": {"$id": "urn:bad", "items": {"type": "integr"}}}})

    [error] = one.errors()
    assert error.pointer == f"{BODY}/$defs/bad/items/type"
    with pytest.raises(BadData):
        one.judge(BODY)


TREE: Json = {
    "$id": "tree",
    "$dynamicAnchor": "node",
    "properties": {"children": {"items": {"$dynamicRef": "#node"}}},
}
STRICT: Json = {
    "$id": "strict",
    "$dynamicAnchor": "node",
    "$ref": "tree",
    "unevaluatedProperties": False,
    "$defs": {"tree": TREE},
}
LOOSE: Json = {"anyOf": [{"$ref": "tree"}, {"$ref": "strict"}], "$defs": {"strict": STRICT}}
MISSPELT: Json = {"children": [{"childen": []}]}


def test_a_dynamic_reference_resolves_to_the_outermost_anchor() -> None:
    assert [each.pointer for each in judge(STRICT).violations(MISSPELT)] == ["/children/0/childen"]


def test_a_dynamic_reference_depends_on_the_dynamic_scope() -> None:
    one = judges(LOOSE)

    assert one.judge(BODY).accepts(MISSPELT)
    assert not one.judge(f"{BODY}/$defs/strict").accepts(MISSPELT)
    assert one.judge(f"{BODY}/$defs/strict/$defs/tree").accepts(MISSPELT)


def test_a_plain_reference_to_a_dynamic_anchor_is_not_dynamic() -> None:
    children: Json = {"children": {"items": {"$ref": "#node"}}}
    plain: Json = {**TREE, "properties": children}  # type: ignore[dict-item]
    one = judge({**STRICT, "$defs": {"tree": plain}})  # type: ignore[dict-item]

    assert one.accepts(MISSPELT)


def test_references_behind_a_dynamic_anchor_are_relative_to_its_resource() -> None:
    outer: Json = {
        "$id": f"{API}deep/strict",
        "$ref": "../tree",
        "$defs": {
            "tree": {**TREE, "$id": "../tree"},  # type: ignore[dict-item]
            "node": {"$dynamicAnchor": "node", "$ref": "#/$defs/leaf"},
            "leaf": INTEGER,
        },
    }

    assert [each.keyword for each in judge(outer).violations({"children": [1, "x"]})] == ["type"]

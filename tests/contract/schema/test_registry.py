"""References lead where JSON Schema 2020-12 says, within a document and beyond it."""

import pytest

from mockserver.contract.document.dialect import upgrade
from mockserver.contract.schema.judge import Judge, Judges, SchemaViolation
from mockserver.data.json import Json
from mockserver.data.reading import BadData

BODY = "/paths/~1leaves/post/requestBody/content/application~1json/schema"
INTEGER: Json = {"type": "integer"}
OTHERS: dict[str, Json] = {
    "https://example.com/api/leaf.json": INTEGER,
    "https://example.com/api/parts/tree.json": {
        "items": {"$ref": "#/$defs/part"},
        "$defs": {"part": {"$ref": "../leaf.json"}},
    },
    "https://example.com/api/bag.json": {"Leaf": INTEGER, "Text": "no schema"},
    "https://example.com/api/named.json": {
        "$id": "https://example.com/elsewhere/",
        "$ref": "leaf.json",
        "$defs": {"leaf": {"$id": "leaf.json", "$anchor": "leaf", **INTEGER}},
    },
    "https://example.com/api/old.json": {
        "openapi": "3.0.3",
        "components": {"schemas": {"Leaf": {"type": "integer", "nullable": True}}},
    },
    "https://example.com/api/old-bag.json": {"Leaf": {"type": "integer", "nullable": True}},
    "https://example.com/api/back.json": {"$ref": f"openapi.json#{BODY}/$defs/leaf"},
    "https://example.com/api/bad.json": {"items": {"type": "integr"}},
}


def remote(uri: str) -> Json:
    return OTHERS[uri]


def judges(schema: Json, version: str = "3.1.0") -> Judges:
    body: Json = {"content": {"application/json": {"schema": schema}}}
    document: dict[str, Json] = {
        "openapi": version,
        "paths": {"/leaves": {"post": {"requestBody": body}}},
        "components": {"schemas": {"Leaf": INTEGER}},
    }
    return Judges(
        upgrade(document),
        uri="https://example.com/api/openapi.json",
        retrieve=remote,
        older=version.startswith("3.0"),
    )


def judge(schema: Json, version: str = "3.1.0") -> Judge:
    assert judges(schema, version).errors() == []
    return judges(schema, version).judge(BODY)


REFERENCES: dict[str, Json] = {
    "a pointer into the document": {"$ref": "#/components/schemas/Leaf"},
    "the document by its name": {"$ref": "openapi.json#/components/schemas/Leaf"},
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
        "$ref": "https://example.com/api/leaf",
        "$defs": {"x": {"$id": "leaf", **INTEGER}},
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
    "another document": {"$ref": "leaf.json"},
    "a part of another": {"$ref": "bag.json#/Leaf"},
    "another that has a name of its own": {"$ref": "named.json"},
    "a part by that name": {"allOf": [{"$ref": "named.json"}, {"$ref": "/elsewhere/leaf.json#leaf"}]},
    "another that refers back": {"$ref": "back.json", "$defs": {"leaf": INTEGER}},
}


@pytest.mark.parametrize("schema", REFERENCES.values(), ids=REFERENCES.keys())
def test_a_reference_leads_to_the_schema_of_integers(schema: Json) -> None:
    one = judge(schema)

    assert one.accepts(1)
    assert not one.accepts("1")


def test_the_rule_of_another_document_is_behind_its_uri() -> None:
    assert judge({"$ref": "parts/tree.json"}).violations(["x"]) == [
        SchemaViolation(
            "/0", "type", "expected an integer, found a string", "https://example.com/api/leaf.json#/type"
        )
    ]


def test_a_judge_is_found_in_another_document_too() -> None:
    one = judges(True).judge("/$defs/part", "https://example.com/api/parts/tree.json")

    assert not one.accepts("x")


@pytest.mark.parametrize(
    "reference", ["old.json#/components/schemas/Leaf", "old-bag.json#/Leaf"], ids=["a document", "a bag"]
)
def test_what_a_3_0_document_refers_to_is_read_as_3_0(reference: str) -> None:
    one = judge({"properties": {"a": {"$ref": reference}}}, "3.0.3")

    assert one.accepts({"a": None})
    assert not one.accepts({"a": "x"})


def test_a_document_that_says_3_0_is_read_so_and_others_are_not() -> None:
    assert judge({"$ref": "old.json#/components/schemas/Leaf"}).accepts(None)
    assert not judge({"$ref": "old-bag.json#/Leaf"}).accepts(None)


MISSING: dict[str, tuple[str, str]] = {
    "document": (
        "gone.json",
        "refers to the document 'https://example.com/api/gone.json', which was not loaded",
    ),
    "part": ("bag.json#/Leef", "cannot be resolved: that document has no such schema"),
    "schema": ("bag.json#/Text", "refers to a string, which is not a schema"),
    "anchor": ("bag.json#Leaf", "cannot be resolved: that document has no such schema"),
}


@pytest.mark.parametrize(("reference", "message"), MISSING.values(), ids=MISSING.keys())
def test_a_reference_to_nothing_elsewhere_is_named(reference: str, message: str) -> None:
    [fault] = judges({"$ref": reference}).errors()

    assert str(fault) == f"{BODY}/$ref: {reference!r} {message}"


def test_a_fault_of_another_document_is_named_there() -> None:
    one = judges({"$ref": "bad.json"})

    [fault] = one.errors()
    assert fault.pointer == "https://example.com/api/bad.json#/items/type"
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


def test_a_dynamic_reference_leads_to_the_outermost_of_its_name() -> None:
    assert [each.pointer for each in judge(STRICT).violations(MISSPELT)] == ["/children/0/childen"]


def test_a_dynamic_reference_is_followed_anew_from_each_way_in() -> None:
    one = judges(LOOSE)

    assert one.judge(BODY).accepts(MISSPELT)
    assert not one.judge(f"{BODY}/$defs/strict").accepts(MISSPELT)
    assert one.judge(f"{BODY}/$defs/strict/$defs/tree").accepts(MISSPELT)


def test_a_plain_reference_to_a_dynamic_anchor_leads_to_that_anchor() -> None:
    children: Json = {"children": {"items": {"$ref": "#node"}}}
    plain: Json = {**TREE, "properties": children}  # type: ignore[dict-item]
    one = judge({**STRICT, "$defs": {"tree": plain}})  # type: ignore[dict-item]

    assert one.accepts(MISSPELT)


def test_a_dynamic_anchor_is_read_against_the_resource_that_it_stands_in() -> None:
    outer: Json = {
        "$id": "deep/strict",
        "$ref": "../tree",
        "$defs": {
            "tree": {**TREE, "$id": "../tree"},  # type: ignore[dict-item]
            "node": {"$dynamicAnchor": "node", "$ref": "#/$defs/leaf"},
            "leaf": INTEGER,
        },
    }

    assert [each.keyword for each in judge(outer).violations({"children": [1, "x"]})] == ["type"]

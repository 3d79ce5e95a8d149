"""Malformed schemas lose the malformed keyword and keep the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.document.references import value_at
from mockserver.contract.schema.repair import repair
from mockserver.data.json import Json


def document(**schemas: Json) -> dict[str, Json]:
    return {"openapi": "3.1.0", "components": {"schemas": schemas}}


@pytest.mark.parametrize(
    ("schema", "mended", "pointer"),
    [
        ({"type": "strin", "minLength": 1}, {"minLength": 1}, "/type"),
        ({"$ref": "#/gone", "minLength": 1}, {"minLength": 1}, "/$ref"),
        ({"pattern": "(", "type": "string"}, {"type": "string"}, "/pattern"),
        ({"required": ["a", 1], "type": "object"}, {"type": "object"}, "/required/1"),
        ({"properties": [], "type": "object"}, {"type": "object"}, "/properties"),
        ({"properties": {"a/b": {"minimum": "x"}}}, {"properties": {"a/b": {}}}, "/properties/a~1b/minimum"),
        ({"items": 3}, {"items": True}, "/items"),
        ({"patternProperties": {"(": {"minLength": 1}}, "title": ""}, {"title": ""}, "/patternProperties/("),
        ({"patternProperties": {"(": True}, "title": ""}, {"title": ""}, "/patternProperties/("),
        ([], True, ""),
        ({"$ref": "#/components/schemas/A"}, {}, "/$ref"),
    ],
)  # fmt: skip
def test_the_malformed_keyword_is_removed(schema, mended, pointer):
    data, _, errors = repair(document(A=schema), formats=True)
    assert value_at(data, "/components/schemas/A") == mended
    assert [error.pointer for error in errors] == [f"/components/schemas/A{pointer}"]


def test_references_into_a_removed_keyword_are_removed_too():
    data, _, errors = repair(
        document(
            A={"items": [{"title": "here"}]}, B={"$ref": "#/components/schemas/A/items/0", "title": "B"}
        ),
        formats=True,
    )
    assert value_at(data, "/components/schemas") == {"A": {"items": True}, "B": {"title": "B"}}
    assert [error.pointer for error in errors] == [
        "/components/schemas/A/items",
        "/components/schemas/B/$ref",
    ]


def test_a_well_formed_document_is_unchanged():
    data = document(A={"type": "string"}, B={"$ref": "#/components/schemas/A"})
    assert repair(data, formats=True)[::2] == (data, [])


KEYWORDS = st.sampled_from(
    [
        "type",
        "$ref",
        "items",
        "properties",
        "required",
        "anyOf",
        "not",
        "pattern",
        "patternProperties",
        "enum",
    ]
)
JUNK = st.recursive(
    st.none() | st.integers() | st.sampled_from(["string", "#/components/schemas/A", "("]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYWORDS, inner, max_size=2),
    max_leaves=6,
)


@given(JUNK, JUNK)
def test_after_repair_every_schema_can_validate(one, other):
    data, judges, _ = repair(document(A=one, B=other), formats=True)
    assert judges.errors() == []
    for name in ("A", "B"):
        judges.judge(f"/components/schemas/{name}").violations({"a": [1, "x"]})
    assert repair(data, formats=True)[2] == []

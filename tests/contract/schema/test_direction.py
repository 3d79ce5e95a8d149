"""Read-only properties are refused in requests and never required there; write-only ones in responses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.document.dialect import schemas
from mockserver.contract.schema.direction import document_for_direction
from mockserver.contract.schema.judge import Judges, SchemaViolation

ID = {"type": "integer", "readOnly": True}
SECRET = {"type": "string", "writeOnly": True}
BASE = {"properties": {"id": ID}, "required": ["id"]}
REF = {"$ref": "#/components/schemas/Base"}
IT = "/components/schemas/It"


def document(schema, **others):
    return {"openapi": "3.1.0", "components": {"schemas": {"It": schema, "Base": BASE, **others}}}


def broken(whole, way, value):
    """The pointers and keywords of a value's violations in one direction."""
    judge = Judges(document_for_direction(whole, way)).judge(IT)
    return [(each.pointer[1:], each.keyword) for each in judge.violations(value)]


@pytest.mark.parametrize(
    "schema",
    [
        BASE,
        REF,
        {"allOf": [REF], "required": ["id"]},
        {"allOf": [REF, {"required": ["id"]}]},
        {"allOf": [REF, {"allOf": [{"required": ["id"]}]}]},
        {"allOf": [{"required": ["id"]}], "properties": {"id": ID}},
        {"oneOf": [REF], "required": ["id"]},
        {"anyOf": [{"oneOf": [BASE]}], "required": ["id"]},
        {"properties": {"id": ID}, "if": {}, "then": {"required": ["id"]}},
        {"properties": {"id": {"$ref": "#/components/schemas/Id"}}, "required": ["id"]},
        {"properties": {"id": {"allOf": [{"$ref": "#/components/schemas/Id"}]}}, "required": ["id"]},
        {"properties": {"id": {"$ref": "#/components/schemas/Text", "readOnly": True}}, "required": ["id"]},
        {"properties": {"id": ID}, "dependentRequired": {"name": ["id"]}},
    ],
    ids=[
        "here",
        "behind a reference",
        "required around allOf",
        "required beside it in allOf",
        "required deeper in allOf",
        "required below it",
        "required around oneOf",
        "required around anyOf and oneOf",
        "required in then",
        "flagged behind a reference",
        "flagged behind allOf",
        "flagged beside a reference",
        "required by another property",
    ],
)
def test_a_read_only_property_is_required_only_in_responses(schema):
    whole = document(schema, Id=ID, Text={})
    assert broken(whole, "request", {"name": "x"}) == []
    assert broken(whole, "response", {"name": "x"}) != []
    assert broken(whole, "response", {"name": "x", "id": 1}) == []


@pytest.mark.parametrize(
    "schema",
    [
        BASE,
        REF,
        {"allOf": [{}, REF]},
        {"properties": {"id": {"allOf": [{"$ref": "#/components/schemas/Id"}]}}},
        {"additionalProperties": False, "properties": {"id": ID}},
    ],
    ids=["here", "behind a reference", "in allOf", "flagged behind allOf", "of a closed object"],
)
def test_a_read_only_property_is_refused_in_a_request(schema):
    assert broken(document(schema, Id=ID), "request", {"id": 1}) == [("id", "readOnly")]
    assert broken(document(schema, Id=ID), "response", {"id": 1}) == []


def test_a_branch_that_declares_a_read_only_property_refuses_it():
    branches = document({"oneOf": [REF, {"type": "null"}]})
    assert broken(branches, "request", {"id": 1}) == [("id", "readOnly")]
    assert broken(branches, "request", {}) == []


def test_a_write_only_property_is_refused_in_a_response_and_required_in_a_request():
    whole = document({"properties": {"secret": SECRET}, "required": ["secret"]})
    assert broken(whole, "response", {"secret": "x"}) == [("secret", "writeOnly")]
    assert broken(whole, "response", {}) == []
    assert broken(whole, "request", {}) == [("", "required")]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"properties": {"id": ID, "a": {"required": ["id"]}}}, {"a": {}}),
        ({"oneOf": [{"properties": {"id": ID}, "required": ["x"]}, {"required": ["id"]}]}, {}),
        ({"properties": {"id": ID}, "required": ["other"]}, {}),
    ],
    ids=["of another object", "of another branch", "of another property"],
)
def test_other_required_properties_stay_required(schema, value):
    assert broken(document(schema), "request", value) != []


def test_not_and_if_are_left_unchanged():
    whole = document(
        {"properties": {"id": ID}, "not": {"anyOf": [{"required": ["id"]}, {"required": ["x"]}]}}
    )
    assert broken(whole, "request", {}) == []
    assert broken(whole, "request", {"x": 1}) == [("", "not")]


def test_properties_named_like_keywords_are_properties():
    named = {"properties": {"not": {"properties": {"id": ID}, "required": ["id"]}, "required": ID}}
    assert broken(document(named), "request", {"not": {}}) == []
    assert broken(document(named), "request", {"required": 1}) == [("required", "readOnly")]


def test_the_message_says_how_to_correct_the_request():
    [violation] = Judges(document_for_direction(document(BASE), "request")).judge(IT).violations({"id": 1})

    assert violation == SchemaViolation(
        "/id",
        "readOnly",
        "the property is read-only: the server sets it, so do not send it in a request",
        f"{IT}/properties/id/readOnly",
    )


@pytest.mark.parametrize(
    ("schema", "way"),
    [({"properties": {"id": {"readOnly": False}}}, "response"), (BASE, "response")],
    ids=["not flagged", "flagged for the other direction"],
)
def test_a_document_without_flagged_properties_is_returned_itself(schema, way):
    whole = document(schema)
    assert document_for_direction(whole, way) is whole


SCHEMAS = st.recursive(
    st.sampled_from([{}, True, False, ID, SECRET, REF, {"required": ["id", "a"]}]),
    lambda inner: st.one_of(
        st.builds(lambda a, b: {"properties": {"id": a, "a": b}, "required": ["a"]}, inner, inner),
        st.builds(
            lambda key, a, b: {key: [a, b]}, st.sampled_from(["allOf", "anyOf", "oneOf"]), inner, inner
        ),
        st.builds(lambda key, a: {key: a}, st.sampled_from(["not", "if", "then", "items"]), inner),
    ),
    max_leaves=8,
)


@given(SCHEMAS, st.sampled_from(["request", "response"]))
def test_a_second_conversion_changes_nothing(schema, way):
    once = document_for_direction(document(schema), way)
    assert document_for_direction(once, way) == once


@given(SCHEMAS, st.sampled_from(["request", "response"]))
def test_a_conversion_adds_no_schema(schema, way):
    before = {pointer for pointer, _ in schemas(document(schema))}
    assert {pointer for pointer, _ in schemas(document_for_direction(document(schema), way))} <= before

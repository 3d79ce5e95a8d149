"""Examples, defaults and enum members that their own schemas refuse."""

import pytest

from mockserver.check.values import LONG_ENUM, value_findings
from tests.support.documents import contract_of

ANSWER = """\
paths:
  /a:
    get:
      responses:
        "200": {description: ., content: {application/json: {schema: {$ref: "#/components/schemas/A"}}}}
components: {schemas: {A: %s}}
"""


def found(schema: str) -> list[str]:
    return [f"{each.pointer}: {each.message}" for each in value_findings(contract_of(ANSWER % schema))]


@pytest.mark.parametrize(
    ("schema", "pointer", "message"),
    [
        (
            "{properties: {zip: {type: string, example: 75001}}}",
            "/properties/zip/example",
            "the example 75001 breaks its schema: expected a string, found 75001",
        ),
        (
            "{type: integer, default: third}",
            "/default",
            "the default 'third' breaks its schema: expected an integer, found a string",
        ),
        (
            "{type: string, examples: [a, 1]}",
            "/examples/1",
            "the example 1 breaks its schema: expected a string, found 1",
        ),
        (
            "{type: string, enum: [left, 3, null]}",
            "/enum",
            "the enum member 3 breaks its schema: expected a string, found 3",
        ),
        (
            "{properties: {b: {type: array, items: {type: string}}}, example: {b: [x, 1]}}",
            "/example",
            "the example breaks its schema at /b/1: expected a string, found 1",
        ),
    ],
)
def test_a_value_that_its_schema_refuses_is_a_finding_at_its_position(schema, pointer, message):
    assert f"/components/schemas/A{pointer}: {message}" in found(schema)


@pytest.mark.parametrize(
    "schema",
    [
        "{type: [string, 'null'], example: null, default: x, enum: [x, null]}",
        "{type: integer, minimum: 1, example: 1, default: 2}",
        "{enum: [1, two, null]}",
        "{type: object, properties: {example: {type: string}}}",
    ],
)
def test_a_value_that_its_schema_accepts_is_no_finding(schema):
    assert found(schema) == []


def test_an_object_need_only_be_valid_as_a_request_or_as_a_response():
    schema = """{
        required: [id, secret],
        properties: {id: {readOnly: true, type: integer}, secret: {writeOnly: true, type: string}},
        example: %s,
    }"""
    assert found(schema % "{id: 1}") == found(schema % "{secret: x}") == []
    assert "the property 'id' is missing" in found(schema % "{}")[0]


def test_members_of_an_enum_that_break_it_in_the_same_way_are_one_finding():
    [only] = found("{type: integer, enum: ['1', '2', '3', '4', 5]}")
    assert "the enum members '1', '2', '3' and 1 more break their schema: expected an integer" in only


def test_each_member_of_a_long_enum_is_compared_with_the_other_keywords_only():
    members = ", ".join(f"m{n}" for n in range(LONG_ENUM + 1))
    [only] = found(f"{{type: string, maxLength: 4, enum: [{members}, too-long]}}")
    assert "the enum member 'too-long' breaks its schema" in only

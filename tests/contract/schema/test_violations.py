"""The evaluator names the violations that jsonschema names, each with a sentence, in the schema's order.

Where the two report a failure differently by design, it is compared that they find it at the same location.
"""

from collections import OrderedDict
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from mockserver.contract.schema.judge import Judge, Judges
from mockserver.data.json import Json
from mockserver.data.pointer import json_pointer, pointer_keys

ROOT = "/components/schemas/Root"
NAMES = st.sampled_from(["a", "b", "a/b", "~"])
SIZES = st.integers(0, 3)
BOUNDS = st.integers(-2, 3)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.sampled_from([None, True, False, 0, 1, -1, 2, 1.0, 1.5, "", "a", "ab", "abc"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=6,
)
TYPES = st.sampled_from(["array", "boolean", "integer", "null", "number", "object", "string"])


def some(**keywords: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({}, optional=keywords).map(dict)


# Not `false`, except as `additionalProperties`: jsonschema does not tell where that schema is.
LEAVES = st.just(True) | some(
    type=TYPES | st.lists(TYPES, min_size=1, max_size=2, unique=True),
    enum=st.lists(VALUES, min_size=1, max_size=3),
    const=VALUES,
    minimum=BOUNDS,
    maximum=BOUNDS,
    exclusiveMinimum=BOUNDS,
    exclusiveMaximum=BOUNDS,
    multipleOf=st.integers(1, 3),
    minLength=SIZES,
    maxLength=SIZES,
    pattern=st.sampled_from(["^a", "b$"]),
    minItems=SIZES,
    maxItems=SIZES,
    minProperties=SIZES,
    maxProperties=SIZES,
    uniqueItems=st.booleans(),
    required=st.lists(NAMES, max_size=2, unique=True),
)


def compound(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    named = st.dictionaries(NAMES, children, max_size=3)
    required = st.lists(NAMES, max_size=2, unique=True)
    objects = some(
        properties=named,
        additionalProperties=children | st.just(False),
        required=required,
        propertyNames=children,
    )
    dependent = some(
        dependentSchemas=named,
        dependentRequired=st.dictionaries(NAMES, required, max_size=2),
        patternProperties=st.dictionaries(st.sampled_from(["^a", "b$"]), children, max_size=2),
    )
    arrays = some(items=children, prefixItems=st.lists(children, min_size=1, max_size=2))
    return st.one_of(
        objects,
        dependent,
        arrays,
        some(allOf=st.lists(children, min_size=1, max_size=3)),
        some(**{"not": children, "if": children, "then": children, "else": children}),
    )


FORMATS = FormatChecker(["date", "ipv4", "uuid"])
FORMATTED = st.sampled_from(
    ["2024-02-29", "2023-02-29", "127.0.0.1", "256.0.0.1", "6f9619ff-8b86-d011-b42d-00cf4fc964ff", "6f96"]
)
NODE: Json = {
    "properties": {"a": {"$ref": "#/components/schemas/Node"}, "b": {"type": "integer"}},
    "items": {"$ref": "#/components/schemas/Node"},
    "maxProperties": 2,
}
BRANCHING_LEAVES = (
    LEAVES
    | st.just(False)
    | st.just({"$ref": "#/components/schemas/Node"})
    | some(format=st.sampled_from(["date", "ipv4", "uuid"]))
)


def branching(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas with keywords whose failure jsonschema reports as one error at the value that has it."""
    branches = st.lists(children, min_size=1, max_size=3)
    named = st.dictionaries(NAMES, children, max_size=2)
    rest = children | st.just(False)
    return st.one_of(
        compound(children),
        some(anyOf=branches),
        some(oneOf=branches),
        some(contains=children, minContains=SIZES, maxContains=SIZES),
        some(items=rest, prefixItems=branches),
        some(properties=named, allOf=branches, anyOf=branches, unevaluatedProperties=rest),
        some(prefixItems=branches, allOf=branches, anyOf=branches, unevaluatedItems=rest),
    )


def document(schema: Json) -> dict[str, Json]:
    return {"openapi": "3.1.0", "components": {"schemas": {"Root": schema, "Node": NODE}}}


def judge(schema: Json) -> Judge:
    return Judges(document(schema)).judge(ROOT)


def named_by_jsonschema(schema: Json, value: Json) -> set[tuple[str, str]]:
    """The locations in the value and in the schema of all errors."""
    return {
        (json_pointer(list(error.absolute_path)), ROOT + json_pointer(list(error.absolute_schema_path)))
        for error in Draft202012Validator(schema).iter_errors(value)
    }


def named_by_us(schema: Json, value: Json) -> set[tuple[str, str]]:
    """The same; we report each unknown property at its own location, jsonschema reports the object."""
    return {
        (
            json_pointer(pointer_keys(each.pointer)[:-1])
            if each.keyword == "additionalProperties"
            else each.pointer,
            each.schema_pointer,
        )
        for each in judge(schema).evaluated_violations(value)
    }


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.recursive(LEAVES, compound, max_leaves=8), st.lists(VALUES, min_size=1, max_size=5))
def test_the_violations_are_those_of_jsonschema(schema: Json, values: list[Json]) -> None:
    for value in values:
        assert named_by_us(schema, value) == named_by_jsonschema(schema, value)


def is_within(pointer: str, other: str) -> bool:
    """Whether the location at a pointer is the one at the other, or below it."""
    return pointer == other or pointer.startswith(f"{other}/")


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.recursive(BRANCHING_LEAVES, branching, max_leaves=8),
    st.lists(VALUES | FORMATTED | st.lists(FORMATTED, max_size=2), min_size=1, max_size=5),
)
def test_branches_references_and_formats_have_the_verdicts_of_jsonschema(
    schema: Json, values: list[Json]
) -> None:
    whole = {**document(schema), "$ref": f"#{ROOT}"}
    theirs = Draft202012Validator(whole, format_checker=FORMATS)
    ours = judge(schema)
    for value in values:
        locations = {json_pointer(list(error.absolute_path)) for error in theirs.iter_errors(value)}
        found = {each.pointer for each in ours.evaluated_violations(value)}

        assert ours.accepts(value) is not bool(locations)
        assert all(any(is_within(each, other) for other in locations) for each in found)
        assert all(any(is_within(each, other) for each in found) for other in locations)


CART: Json = {
    "type": "object",
    "required": ["id", "mode"],
    "properties": {
        "id": {"type": "integer", "exclusiveMinimum": 0},
        "mode": {"enum": ["LEASING", "BUY"]},
        "note": {"type": ["string", "null"], "maxLength": 3, "pattern": "^[a-z]*$"},
        "lines": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"required": ["product"]}},
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([], [("", "type", "expected an object, found an array")]),
        (
            {},
            [
                ("", "required", "the property 'id' is missing"),
                ("", "required", "the property 'mode' is missing"),
            ],
        ),
        (
            {"mode": "RENT", "id": 0},
            [
                ("/id", "exclusiveMinimum", "0 is not greater than the exclusive minimum of 0"),
                ("/mode", "enum", "'RENT' is not one of LEASING, BUY"),
            ],
        ),
        (
            {"id": True, "mode": "LEASNG"},
            [
                ("/id", "type", "expected an integer, found a boolean"),
                ("/mode", "enum", "'LEASNG' is not one of LEASING, BUY; did you mean 'LEASING'?"),
            ],
        ),
        ({"id": 1.0, "mode": "BUY"}, []),
        ({"id": 1.5, "mode": "BUY"}, [("/id", "type", "expected an integer, found 1.5")]),
        (
            {"id": 1, "mode": "BUY", "nota": 1},
            [("/nota", "additionalProperties", "unknown property 'nota'; did you mean 'note'?")],
        ),
        (
            {"id": 1, "mode": "BUY", "note": "ABCD"},
            [
                ("/note", "maxLength", "expected at most 3 characters, found 4"),
                ("/note", "pattern", "'ABCD' does not match the pattern '^[a-z]*$'"),
            ],
        ),
        (
            {"id": 1, "mode": "BUY", "lines": [{"product": 1}, {}, {}]},
            [
                ("/lines", "uniqueItems", "the items at indexes 1 and 2 are equal"),
                ("/lines/1", "required", "the property 'product' is missing"),
                ("/lines/2", "required", "the property 'product' is missing"),
            ],
        ),
    ],
    ids=repr,
)
def test_each_violation_has_a_sentence_in_the_order_of_the_schema(
    value: Json, expected: list[tuple[str, str, str]]
) -> None:
    found = judge(CART).violations(value)

    assert [(each.pointer, each.keyword, each.message) for each in found] == expected


class Size(IntEnum):
    SMALL = 1


class Mode(StrEnum):
    BUY = "BUY"


@pytest.mark.parametrize(
    ("schema", "value", "keywords"),
    [
        ({"type": "object", "required": ["a"]}, OrderedDict(a=1), []),
        ({"type": "object", "minProperties": 2}, OrderedDict(a=1), ["minProperties"]),
        ({"type": "array"}, OrderedDict(a=1), ["type"]),
        ({"type": ["integer", "null"], "maximum": 1}, Size.SMALL, []),
        ({"type": "number", "minimum": 2, "multipleOf": 2}, Size.SMALL, ["minimum", "multipleOf"]),
        ({"type": "boolean"}, Size.SMALL, ["type"]),
        ({"type": "string", "enum": ["BUY"], "minLength": 4}, Mode.BUY, ["minLength"]),
        ({"type": "integer", "minimum": 2}, True, ["type"]),
    ],
    ids=repr,
)
def test_values_of_subclasses_that_models_may_answer_with_are_of_the_json_type_of_their_class(
    schema: Json, value: Json, keywords: list[str]
) -> None:
    assert [each.keyword for each in judge(schema).evaluated_violations(value)] == keywords

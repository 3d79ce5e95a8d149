"""A recursive schema validates the deepest bodies that are decoded, in time linear in the body.

A value that is nested too deeply for Python's stack is a violation; nothing is raised.
"""

import sys
from collections.abc import Callable
from typing import TypeVar

import pytest

from mockserver.contract.schema.judge import Judge, Judges, SchemaViolation
from mockserver.contract.schema.keywords.interface import MAX_ERRORS
from mockserver.data.json import Json

Result = TypeVar("Result")
ROOT = "/components/schemas/Root"
SELF: Json = {"$ref": f"#{ROOT}"}
DEPTH = 128  # of the deepest body that is decoded
LEFT = 800  # frames that a judge has in a running server, of Python's 1000

SHAPES: dict[str, Json] = {
    "a reference": {"properties": {"a": SELF}, "type": ["object", "null"]},
    "an alternative to null": {
        "type": "object",
        "properties": {"a": {"anyOf": [SELF, {"type": "null"}]}},
    },
    "one of two alternatives": {
        "type": "object",
        "properties": {"a": {"oneOf": [SELF, {"type": "null"}]}},
    },
    "a condition": {
        "if": {"type": "object"},
        "then": {"additionalProperties": SELF},
        "else": {"type": "null"},
    },
    "nothing else": {
        "type": ["object", "null"],
        "allOf": [{"properties": {"a": SELF}}],
        "unevaluatedProperties": False,
    },
    "names": {
        "type": ["object", "null"],
        "patternProperties": {"^a$": SELF},
        "propertyNames": {"const": "a"},
    },
    "lists": {"anyOf": [{"type": "array", "items": SELF}, {"type": "null"}]},
}


def judge(schema: Json) -> Judge:
    return Judges({"openapi": "3.1.0", "components": {"schemas": {"Root": schema}}}).judge(ROOT)


def deep(leaf: Json, *, levels: int = DEPTH, listed: bool = False) -> Json:
    value = leaf
    for _ in range(levels):
        value = [value] if listed else {"a": value}
    return value


def with_frames(left: int, call: Callable[[], Result]) -> Result:
    """The result of a call that has only so many stack frames left."""
    frame, depth = sys._getframe(), 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1

    def down(levels: int) -> Result:
        return down(levels - 1) if levels else call()

    return down(sys.getrecursionlimit() - depth - left)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_deepest_body_is_validated_completely(shape: str) -> None:
    one = judge(SHAPES[shape])
    good, bad = (deep(leaf, listed=shape == "lists") for leaf in (None, 1))

    assert with_frames(LEFT, lambda: one.accepts(good))
    assert not with_frames(LEFT, lambda: one.accepts(bad))
    [violation] = with_frames(LEFT, lambda: one.violations(bad))
    assert violation.pointer == ("/0" if shape == "lists" else "/a") * DEPTH


@pytest.mark.parametrize("shape", SHAPES)
def test_a_value_nested_too_deeply_for_the_stack_is_a_violation(shape: str) -> None:
    value = deep(None, levels=5_000, listed=shape == "lists")
    one = judge(SHAPES[shape])

    assert not one.accepts(value)
    assert one.violations(value) == [
        SchemaViolation("", "depth", "the value is nested too deeply for its recursive schema", ROOT)
    ]


def test_a_value_without_a_schema_may_have_any_depth() -> None:
    assert judge({"type": "object"}).accepts(deep(None, levels=5_000))


@pytest.mark.parametrize("keyword", ["const", "enum", "uniqueItems"])
def test_the_deepest_values_are_compared(keyword: str) -> None:
    same, other = deep(1), deep(2)
    limits: dict[str, Json] = {"const": [same, other], "enum": [[same, other]], "uniqueItems": True}
    one = judge({keyword: limits[keyword]})

    assert with_frames(LEFT, lambda: one.accepts([same, other]))
    assert not with_frames(LEFT, lambda: one.accepts([same, same]))


def test_a_reference_chain_of_any_length_is_resolved() -> None:
    chain: dict[str, Json] = {f"S{i}": {"$ref": f"#/components/schemas/S{i + 1}"} for i in range(300)}
    judges = Judges({"openapi": "3.1.0", "components": {"schemas": {**chain, "S300": {"type": "null"}}}})

    assert judges.judge("/components/schemas/S0").accepts(None)
    assert not judges.judge("/components/schemas/S0").accepts(0)


def test_accepts_stops_at_the_first_error_except_inside_alternatives() -> None:
    one = judge({"anyOf": [{"minLength": 3}, {"maxLength": 1}], "not": {"const": "b"}})

    assert one.accepts("a")
    assert not one.accepts("b")
    assert not one.accepts("cc")


SHARED: dict[str, Json] = {
    "alternatives": {
        "oneOf": [
            {"properties": {"a": SELF, "kind": {"const": kind}}, "required": ["kind"]} for kind in "xyz"
        ]
    },
    "parts": {"allOf": [{"properties": {"a": SELF}}, {"additionalProperties": SELF}], "required": ["kind"]},
    "a condition": {
        "if": {"properties": {"a": SELF}, "required": ["kind"]},
        "then": {"properties": {"a": SELF}},
        "else": False,
    },
    "what is left": {
        "anyOf": [{"properties": {"a": SELF}, "required": ["kind"]}],
        "unevaluatedProperties": {"const": "z"},
    },
}


@pytest.mark.parametrize("shape", SHARED)
def test_children_that_several_branches_share_are_validated_once(shape: str) -> None:
    one = judge(SHARED[shape])
    good: Json = {"kind": "z"}
    bad: Json = {}
    for _ in range(DEPTH):
        good, bad = {"a": good, "kind": "z"}, {"a": bad, "kind": "z"}

    assert one.accepts(good)
    assert not one.accepts(bad)
    assert one.violations(good) == []
    assert 1 <= len(one.violations(bad)) <= DEPTH + 1


@pytest.mark.parametrize(
    "schema",
    [
        {"items": {"type": "integer"}},
        {"items": {"$ref": f"#{ROOT}/$defs/a"}, "$defs": {"a": {"type": "integer"}}},
        {"anyOf": [{"items": {"type": "integer"}}, {"type": "object"}]},
    ],
    ids=["items", "behind a reference", "an alternative"],
)
def test_the_number_of_violations_is_limited(schema: Json) -> None:
    one = judge(schema)

    assert len(one.violations(["x"] * 5_000)) == MAX_ERRORS
    assert len(one.violations(["x"] * 5)) == 5


def test_equal_violations_are_reported_once() -> None:
    one = judge(
        {
            "allOf": [{"properties": {"a": {"$ref": "#/components/schemas/Root/$defs/a"}}}] * 2,
            "$defs": {"a": {"required": ["b"]}},
        }
    )

    assert [each.message for each in one.violations({"a": {}})] == ["the property 'b' is missing"]

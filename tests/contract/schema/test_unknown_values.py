"""A value that is known only in part: what unknown values decide is not judged, all else is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.schema.judge import Judges
from mockserver.contract.schema.unknown_values import Unknown

U = Unknown("?")
LAMP = {"type": "object", "properties": {"watts": {"type": "integer"}}, "required": ["watts"]}
KINDS = {
    "oneOf": [
        {
            "properties": {"kind": {"const": "led"}, "watts": {"type": "integer"}},
            "required": ["kind", "watts"],
        },
        {"properties": {"kind": {"const": "neon"}, "gas": {"type": "string"}}, "required": ["kind", "gas"]},
    ]
}


def certain(schema: Any, value: Any) -> list[tuple[str, str]]:
    judges = Judges({"components": {"schemas": {"It": schema, "Lamp": LAMP}}})
    violations = judges.judge("/components/schemas/It").certain_violations(value)
    return [(each.pointer, each.keyword) for each in violations]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, U),
        (False, U),
        ({"properties": {"a": {"type": "integer", "minimum": 3}}}, {"a": U}),
        ({"items": {"type": "object", "required": ["a"]}}, [U]),
        ({"enum": [{"a": 1}]}, {"a": U}),
        ({"const": [1, 2]}, [1, U]),
        ({"type": "array", "uniqueItems": True}, [1, U, 1]),
        ({"contains": {"const": 4}}, [1, U]),
        ({"not": {"properties": {"a": {"const": 1}}}}, {"a": U}),
        ({"anyOf": [{"properties": {"a": {"type": "integer"}}}, {"properties": {"a": False}}]}, {"a": U}),
        ({"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}, "else": False}, {"a": U}),
        (KINDS, {"kind": U, "gas": "argon"}),
        ({"propertyNames": {"pattern": "^[0-9]+$"}}, {U: 1}),
        ({"additionalProperties": False}, {U: 1}),
        ({"additionalProperties": {"type": "integer"}}, {U: "x"}),
        ({"required": ["a"]}, {U: 1}),
        ({"$ref": "#/components/schemas/Lamp"}, {"watts": U}),
    ],
)  # fmt: skip
def test_what_an_unknown_value_decides_is_no_violation(schema: Any, value: Any):
    assert certain(schema, value) == []


@pytest.mark.parametrize(
    ("schema", "value", "found"),
    [
        ({"properties": {"b": {"type": "integer"}}}, {"a": U, "b": "x"}, [("/b", "type")]),
        ({"type": "object"}, [U], [("", "type")]),
        ({"type": "array"}, {U: 1}, [("", "type")]),
        ({"required": ["b"]}, {"a": U}, [("", "required")]),
        ({"minItems": 2}, [U], [("", "minItems")]),
        ({"items": {"type": "integer"}}, [U, "x"], [("/1", "type")]),
        ({"additionalProperties": False}, {"a": U}, [("/a", "additionalProperties")]),
        ({"additionalProperties": {"type": "integer"}}, {U: "x", "b": "x"}, [("/b", "type")]),
        ({"items": {"$ref": "#/components/schemas/Lamp"}}, [{"volts": U}], [("/0", "required")]),
        ({"anyOf": [{"required": ["b"]}, {"type": "array"}]}, {"a": U}, [("", "required")]),
        ({"contains": {"required": ["b"]}}, [{"a": U}], [("", "contains")]),
    ],
)
def test_all_else_is_judged(schema: Any, value: Any, found: list[tuple[str, str]]):
    assert certain(schema, value) == found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["led", "neon", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "watts", "gas", "a"]), inner, max_size=3)
    ),
    max_leaves=6,
)
SCHEMAS = st.sampled_from(
    [
        KINDS,
        LAMP,
        {"type": "array", "items": KINDS, "uniqueItems": True},
        {"not": LAMP},
        {"anyOf": [LAMP, {"type": "array", "contains": {"type": "integer"}}]},
        {"if": LAMP, "then": {"required": ["a"]}, "else": {"maxProperties": 1, "maxItems": 1}},
        {"properties": {"a": {"enum": [1, "x", [1]]}}, "unevaluatedProperties": False, "anyOf": [LAMP, {}]},
        {"additionalProperties": KINDS, "propertyNames": {"maxLength": 3}},
    ]
)


@given(SCHEMAS, JSON, JSON, st.data())
def test_a_valid_value_has_no_certain_violation_whatever_of_it_is_unknown(
    schema: Any, value: Any, other: Any, data: st.DataObject
):
    """If some values make the whole valid, nothing is held against it while they are unknown."""
    judge = Judges({"components": {"schemas": {"It": schema}}}).judge("/components/schemas/It")
    if judge.accepts(value):
        assert judge.certain_violations(_hidden(value, data)) == []


def _hidden(value: Any, data: st.DataObject) -> Any:
    """The value with some parts of it unknown."""
    if data.draw(st.booleans()):
        return Unknown("hidden")
    if isinstance(value, list):
        return [_hidden(item, data) for item in value]
    if isinstance(value, dict):
        return {_hidden_name(name, data): _hidden(each, data) for name, each in value.items()}
    return value


def _hidden_name(name: str, data: st.DataObject) -> str:
    return Unknown(f"hidden {name}") if data.draw(st.booleans()) else name

"""JSON values with expressions, and what becomes of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from mockserver.contract.schema.unknown_values import Unknown
from mockserver.data.reading import MISSING
from mockserver.scenarios.expressions import Expression
from mockserver.scenarios.templates import Filling, FixedValue, json_template, with_unknowns

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


class Known(Struct):
    """Values of expressions by their text; `{$uuid}` is counted."""

    values: dict[str, Any]
    calls: int = 0

    def value_of(self, expression: Expression) -> object:
        self.calls += 1
        return self.calls if expression.source == "uuid" else self.values.get(expression.text, MISSING)


def filled(value: Any, **values: Any) -> Any:
    """The value with the values of `{$request.query.NAME}`."""
    known = Known({f"{{$request.query.{name}}}": each for name, each in values.items()})
    return json_template(value, "").filled(Filling(known))


@pytest.mark.parametrize("value", [42, 4.5, True, None, "text", [1, "a"], {"a": {"b": 1}}])
def test_an_expression_alone_takes_the_value_with_its_type(value: Any):
    assert filled({"it": "{$request.query.it}"}, it=value) == {"it": value}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (42, "42"),
        (4.5, "4.5"),
        (True, "true"),
        (None, "null"),
        ("a", "a"),
        ([1, "a"], '[1,"a"]'),
        ({"a": 1}, '{"a":1}'),
    ],
)
def test_within_a_text_a_value_has_its_text_form(value: Any, text: str):
    assert filled("it: {$request.query.it}", it=value) == f"it: {text}"


def test_an_expression_that_finds_no_value_is_null():
    assert filled(["{$request.query.none}", "a {$request.query.none}"]) == [None, "a null"]


def test_each_occurrence_is_asked_for_its_value():
    assert filled(["{$uuid}", {"a": "{$uuid}{$uuid}"}]) == [1, {"a": "23"}]


def test_names_of_members_may_have_expressions():
    assert filled({"{$request.query.it}": 1, "b-{$request.query.it}": 2}, it=42) == {"42": 1, "b-42": 2}


def test_a_value_is_not_read_as_a_template_again():
    assert filled("{$request.query.it}", it="{$uuid}") == "{$uuid}"


def test_each_use_has_its_location():
    filling = Filling(Known({"{$method}": "GET"}))
    json_template({"a": [{"b/c": "{$method}"}, "{$now}"]}, "/body").filled(filling)

    assert [(use.expression.text, use.pointer, use.value, use.is_found) for use in filling.uses] == [
        ("{$method}", "/body/a/0/b~1c", "GET", True),
        ("{$now}", "/body/a/1", None, False),
    ]


@given(JSON)
def test_a_value_without_expressions_is_fixed_and_itself(value: Any):
    if "{$" not in repr(value):
        assert json_template(value, "") == FixedValue(value)


@given(JSON, JSON)
def test_what_has_no_expression_stays_beside_what_has_one(value: Any, given_value: Any):
    if "{$" not in repr(value):
        assert filled([value, "{$request.query.it}"], it=given_value) == [value, given_value]


def test_unknown_values_stand_where_expressions_are():
    marked: Any = with_unknowns({"a": "{$uuid}", "b": ["x {$now}", r"\{$now}"], "{$method}": 1})

    assert marked == {"a": "{$uuid}", "b": ["x {$now}", "{$now}"], "{$method}": 1}
    assert [type(each) for each in (marked["a"], *marked["b"], *marked)] == [
        Unknown,
        Unknown,
        str,
        str,
        str,
        Unknown,
    ]

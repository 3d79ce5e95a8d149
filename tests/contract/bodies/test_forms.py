"""Forms are decoded by the style, content type and schema of each property, and encoded again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.decoding import Undecodable
from tests.support.media import media_of

FORM = "application/x-www-form-urlencoded"
INTEGERS = {"type": "array", "items": {"type": "integer"}}
POINT = {"type": "object", "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}}}
SPACES = {"a": {"style": "spaceDelimited", "explode": False}}
PIPES = {"a": {"style": "pipeDelimited", "explode": False}}
DEEP = {"a": {"style": "deepObject", "explode": True}}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


def form(encoding=None, **properties):
    return media_of(FORM, {"type": "object", "properties": properties}, **(encoding or {}))


@pytest.mark.parametrize(
    ("properties", "encoding", "body", "value"),
    [
        ({"a": {"type": "string"}}, {}, b"a=1+%C3%A9%26", {"a": "1 é&"}),
        ({"a": {"type": "integer"}}, {}, b"a=1", {"a": 1}),
        ({"a": {"type": "integer"}}, {}, b"a=one", {"a": "one"}),
        ({"a": {"type": "integer"}}, {}, b"a=1&a=2", {"a": [1, 2]}),
        ({"a": {"type": "boolean"}}, {}, b"a=true&&", {"a": True}),
        ({"a": INTEGERS}, {}, b"a=1&a=2", {"a": [1, 2]}),
        ({"a": INTEGERS}, {}, b"a=1", {"a": [1]}),
        ({"a": INTEGERS}, {"a": {"explode": False}}, b"a=1,2", {"a": [1, 2]}),
        ({"a": INTEGERS}, SPACES, b"a=1+2%203", {"a": [1, 2, 3]}),
        ({"a": INTEGERS}, PIPES, b"a=1|2%7C3", {"a": [1, 2, 3]}),
        ({"a": INTEGERS}, {"a": {"contentType": "application/json"}}, b"a=%5B1,2%5D", {"a": [1, 2]}),
        ({"a": POINT}, {}, b"a=%7B%22x%22:1%7D", {"a": {"x": 1}}),
        ({"a": POINT}, {}, b"a=x", {"a": "x"}),
        ({"a": {"type": "array", "items": POINT}}, {}, b"a={}&a={}", {"a": [{}, {}]}),
        ({"a": {"type": "array", "items": POINT}}, {}, b"a=[{}]", {"a": [{}]}),
        ({"a": POINT}, DEEP, b"a[x]=1&a%5By%5D=2", {"a": {"x": 1, "y": 2}}),
        ({"a": POINT, "z": {}}, {"a": {"style": "form"}}, b"x=1&z=2", {"a": {"x": 1}, "z": "2"}),
        ({"a": POINT}, {"a": {"explode": False}}, b"a=x,1,y,2", {"a": {"x": 1, "y": 2}}),
        ({}, {}, b"b=1&c&b=2", {"b": ["1", "2"], "c": ""}),
        ({"a": {}}, {}, b"", {}),
    ],
    ids=[
        "text",
        "a number",
        "no number",
        "a value given twice",
        "empty members",
        "a list",
        "a list of one",
        "commas",
        "spaces",
        "pipes",
        "a list as JSON",
        "an object as JSON",
        "no object",
        "objects",
        "objects in one",
        "brackets",
        "an object's members as fields",
        "names and values in turn",
        "undeclared fields",
        "nothing",
    ],
)  # fmt: skip
def test_a_form_is_decoded(properties, encoding, body, value):
    assert form(encoding, **properties).decoded(body).value == value


def test_additional_properties_are_converted_by_their_schema():
    media = media_of(FORM, {"type": "object", "additionalProperties": {"type": "integer"}})
    assert media.decoded(b"a=1").value == {"a": 1}


def test_a_form_without_a_schema_has_strings():
    assert media_of(FORM, None).decoded(b"a=1&b=%7B%7D").value == {"a": "1", "b": "{}"}


def test_properties_are_found_behind_references_and_branches():
    schemas = {"Base": {"properties": {"a": {"type": "integer"}}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"b": {"type": "boolean"}}}]}
    assert media_of(FORM, schema, schemas).decoded(b"a=1&b=true").value == {"a": 1, "b": True}


@pytest.mark.parametrize(
    ("body", "content_type", "keyword", "message"),
    [
        (b"a=%FF", FORM, "encoding", "the field 'a'"),
        (b"%FF=1", FORM, "encoding", "UTF-8"),
        (b"a=\xff", FORM, "encoding", "UTF-8"),
        (
            b"a=1",
            f"{FORM}; charset=utf-16",
            "charset",
            "expected a form in the charset utf-8, found 'utf-16'",
        ),
        (b"p={", FORM, "json", "the field 'p': the value is not valid JSON"),
        (b"d=1", FORM, "style", "the field d"),
    ],
)
def test_an_undecodable_field_is_named(body, content_type, keyword, message):
    media = form({"d": {"style": "deepObject"}}, a={"type": "string"}, p=POINT, d=POINT)
    with pytest.raises(Undecodable) as caught:
        media.decoded(body, content_type)
    assert caught.value.keyword == keyword
    assert message in str(caught.value)


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "text": TEXT,
        "number": st.integers() | st.floats(allow_nan=False, allow_infinity=False),
        "flag": st.booleans(),
        "nothing": st.none() | st.integers(),
        "numbers": st.lists(st.integers(), min_size=1),
        "texts": st.lists(TEXT, min_size=1),
        "commas": st.lists(TEXT, min_size=1),
        "point": st.fixed_dictionaries({}, optional={"x": st.integers(), "y": st.integers()}),
        "points": st.lists(st.fixed_dictionaries({"x": st.integers()}), min_size=1),
        "deep": st.fixed_dictionaries({"x": st.integers()}, optional={"y": st.integers()}),
    },
)
PROPERTIES = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "flag": {"type": "boolean"},
    "nothing": {"type": ["integer", "null"]},
    "numbers": INTEGERS,
    "texts": {"type": "array", "items": {"type": "string"}},
    "commas": {"type": "array", "items": {"type": "string"}},
    "point": POINT,
    "points": {"type": "array", "items": POINT},
    "deep": POINT,
}
EVERYTHING = form(
    {"commas": {"explode": False}, "deep": {"style": "deepObject", "explode": True}}, **PROPERTIES
)


@given(VALUES)
def test_an_encoded_value_is_decoded_to_the_same_value(value):
    assert EVERYTHING.round_trip(value) == value

"""JSON Pointers (RFC 6901) into a document, and the pointers of local references."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.document.references import (
    pointer_of,
    referenced_value,
    schemas_at,
    types_at,
    value_at,
)
from mockserver.data.pointer import pointer_token

RFC = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", RFC),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
    ],
)
def test_the_examples_of_rfc_6901(pointer, value):
    assert value_at(RFC, pointer) == value


@pytest.mark.parametrize("pointer", ["/gone", "/foo/2", "/foo/-1", "/foo/bar", "/foo/-", "/foo/0/x", "//"])
def test_a_pointer_to_a_missing_value_gives_none(pointer):
    assert value_at(RFC, pointer) is None


@given(st.lists(st.text(max_size=6), min_size=1, max_size=4))
def test_any_path_of_keys_is_found_by_its_escaped_pointer(keys):
    document: object = "here"
    for key in reversed(keys):
        document = {key: document}
    assert value_at(document, "".join("/" + pointer_token(key) for key in keys)) == "here"


@pytest.mark.parametrize(
    ("reference", "pointer"),
    [
        ("#/a/b", "/a/b"),
        ("#", ""),
        ("#/a%20b/%C3%A9", "/a b/é"),
        ("#/a~1b", "/a~1b"),
        ("other.yaml#/a", "/a"),
    ],
)
def test_the_pointer_of_a_reference_is_percent_decoded(reference, pointer):
    assert pointer_of(reference) == pointer


@pytest.mark.parametrize(("reference", "value"), [("#/a%20b/0", 1), ("#/a%20b/1", None), ("#", {"a b": [1]})])
def test_a_local_reference_refers_to_a_value_or_to_nothing(reference, value):
    assert referenced_value({"a b": [1]}, reference) == value


SCHEMAS = {
    "one": {"type": "integer"},
    "several": {"type": ["string", "null"]},
    "none": {"minimum": 3},
    "referring": {"$ref": "#/one"},
    "branching": {"anyOf": [{"$ref": "#/one"}, {"allOf": [{"type": "boolean"}, {"$ref": "#/several"}]}]},
    "circling": {"oneOf": [{"$ref": "#/circling"}, {"type": "array"}]},
    "dangling": {"$ref": "#/gone", "type": "object"},
    "yes": True,
    "listing": {"enum": [1, 1.5, "a", None, True, [], {}]},
    "fixed": {"const": "a"},
    "described": {"properties": {}},
    "repeating": {"items": {}},
    "named": {"type": "string", "enum": [1], "items": {}},
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("one", {"integer"}),
        ("several", {"string", "null"}),
        ("none", set()),
        ("referring", {"integer"}),
        ("branching", {"integer", "boolean", "string", "null"}),
        ("circling", {"array"}),
        ("dangling", {"object"}),
        ("yes", set()),
        ("listing", {"integer", "number", "string", "null", "boolean", "array", "object"}),
        ("fixed", {"string"}),
        ("described", {"object"}),
        ("repeating", {"array"}),
        ("named", {"string"}),
        ("gone", set()),
    ],
)
def test_the_types_of_a_schema_include_those_of_references_and_branches(name, expected):
    assert types_at(SCHEMAS, f"/{name}") == expected


def test_schemas_for_a_value_come_once_the_outer_ones_first():
    assert list(schemas_at(SCHEMAS, "/branching")) == [
        "/branching",
        "/branching/anyOf/0",
        "/branching/anyOf/1",
        "/one",
        "/branching/anyOf/1/allOf/0",
        "/branching/anyOf/1/allOf/1",
        "/several",
    ]
    assert schemas_at(SCHEMAS, "/yes") == {}

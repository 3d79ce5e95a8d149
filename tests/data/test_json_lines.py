"""The line of each pointer in a JSON text."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.json import Json
from mockserver.data.json_lines import JsonLines
from mockserver.data.pointer import pointer_token
from mockserver.data.yaml import read_yaml

KEYS = st.text('a/~"\\é\n{}[],:', max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('a"\\{}[],:\n', max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)


def pointers(value: Json, above: str = "") -> Iterator[str]:
    yield above
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        yield from pointers(member, f"{above}/{pointer_token(key)}")


@given(VALUES, st.sampled_from([None, 0, 2]))
def test_json_has_the_same_lines_as_when_read_as_yaml(value, indent):
    text = json.dumps({"it": value}, indent=indent)
    _, expected = read_yaml(text)
    lines = JsonLines(text)
    for pointer in pointers({"it": value}):
        assert lines(pointer) == expected(pointer)


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("", 2),
        ("/a", 3),
        ("/a/0", 4),
        ("/a/1", 4),
        ("/a/2", 4),
        ("/a/9", 3),
        ("/a/0/x", 4),
        ("/b", 6),
        ("/c", 2),
    ],
)
def test_a_missing_location_has_the_line_of_its_nearest_ancestor(pointer, line):
    assert JsonLines('\n {\n "a" :\n [1, 2,3 ]\n ,\n "b": {}}')(pointer) == line

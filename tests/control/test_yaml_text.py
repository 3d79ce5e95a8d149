"""JSON as YAML text: it reads back as the same JSON, by our reader and by one of YAML 1.1."""

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.control.yaml_text import yaml_text
from mockserver.data.yaml import read_yaml

# Strings that some reader of YAML takes for another value, or that need quotes.
WORDS = (
    "", " ", "yes", "No", "on", "OFF", "y", "n", "true", "False", "null", "Null", "~", "<<", "=", "-",
    "---", "...", "1", "-1", "+1", "0o17", "017", "0x1F", "1e3", "1.5", ".5", ".inf", "-.INF", ".nan",
    "1_000", "190:20:30", "2026-01-05", "2026-01-05T08:00:00Z", "a: b", "a #b", "#a", "&a", "*a", "!a",
    "!!str", "%a", "@a", "`a", "|", ">", "[a", "{a", "]", "}", ",", "?", "? a", ":", "- a", "'", "\"",
    "\\", "a'b", "a\"b", "\\n", " a", "a ", "a\n", "\na", "a\n\nb", "\t", "a\tb", "\r", "a\r\nb",
    "\x00", "\x07", "\x1b", "\x7f", "\x85", "\xa0", "\u2028", "\u2029", "\ufeff", "\ufffe",
    "\U0001f600", "e\u0301", "x" * 3000, "x y " * 300, "\\" * 200, "é" * 200,
)  # fmt: skip
STRINGS = st.sampled_from(WORDS) | st.text(st.characters(codec="utf-8"), max_size=300)
NUMBERS = st.integers(-(10**40), 10**40) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | STRINGS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(STRINGS, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
@example({"": [[], {}, [[]], {"a": {}}], "a": {"": ""}})
def test_all_json_reads_back_as_it_was(data):
    found = read_yaml(yaml_text(data))[0]
    assert found == data
    assert repr(found) == repr(data)  # true is not 1, 1 is not 1.0, and the members are in their order


@given(JSON)
def test_a_reader_of_yaml_1_1_reads_the_same(data):
    assert yaml.safe_load(yaml_text(data)) == data


@pytest.mark.parametrize("word", WORDS)
def test_each_of_these_strings_is_a_string_as_value_item_and_key(word):
    data = {"value": word, "items": [word, [word]], word: {word: None}}
    assert read_yaml(yaml_text(data))[0] == data
    assert yaml.safe_load(yaml_text(data)) == data


def test_what_occurs_twice_is_written_twice():
    shared = {"a": [1]}
    assert yaml_text({"first": shared, "second": shared}) == "first:\n  a:\n  - 1\nsecond:\n  a:\n  - 1\n"

"""A document is written as YAML without loss."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.contract.document.merge import merge
from mockserver.contract.markdown.page import read_page
from mockserver.data.source import parse
from mockserver.data.yaml import read_yaml
from mockserver.data.yaml_writer import to_yaml
from tests.support.paths import ROOT

PAGES = ROOT / "tests/contract/markdown/pages"
AWKWARD = [
    "no",
    "on",
    "1",
    "0o17",
    "1e5",
    "1_000",
    "2020-01-01",
    "12:30:45",
    "<<",
    "=",
    "~",
    "null",
    "",
    " ",
    "a: b",
    "# x",
    "- a",
    "? x",
    "|",
    "---",
    "a\n b\n",
    "\nx",
    "x\n\n",
    "x\n ",
    "é\nü",
    "a\tb\nc",
    "a\x85b",
    "\u2028",
    "\ufeff",
    "🛒",
]
TEXTS = st.sampled_from(AWKWARD) | st.text()
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=10)


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(TEXTS, VALUES))
@example(dict.fromkeys(AWKWARD, AWKWARD))
@example({"shared": [shared := {"a": [1]}, shared]})
def test_yaml_is_parsed_as_the_same_value_in_the_same_order(value):
    assert json.dumps(parse(to_yaml(value), Path("a.yaml")).data) == json.dumps(value)


def test_yaml_is_in_block_style_without_aliases():
    shared = {"type": "string"}
    assert to_yaml({"b": [shared, shared], "200": "no", "a": "two\nlines\n", "none": {}}) == (
        "b:\n  - type: string\n  - type: string\n\"200\": 'no'\na: |\n  two\n  lines\nnone: {}\n"
    )


@pytest.mark.parametrize("name", sorted(path.name for path in PAGES.glob("*.md")))
def test_an_imported_page_is_the_same_document_in_yaml(name):
    merged = merge([read_page((PAGES / name).read_text(encoding="utf-8"), Path(name))])
    assert parse(to_yaml(merged), Path("openapi.yaml")).data == merged


# For other readers of YAML, and any JSON

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
    found = read_yaml(to_yaml(data))[0]
    assert found == data
    assert repr(found) == repr(data)  # true is not 1, 1 is not 1.0, and the members are in their order


@given(JSON)
def test_a_reader_of_yaml_1_1_reads_the_same(data):
    assert yaml.safe_load(to_yaml(data)) == data


@pytest.mark.parametrize("word", WORDS)
def test_each_of_these_strings_is_a_string_as_value_item_and_key(word):
    data = {"value": word, "items": [word, [word]], word: {word: None}}
    assert read_yaml(to_yaml(data))[0] == data
    assert yaml.safe_load(to_yaml(data)) == data


def test_what_occurs_twice_is_written_twice():
    shared = {"a": [1]}
    assert to_yaml({"first": shared, "second": shared}) == "first:\n  a:\n    - 1\nsecond:\n  a:\n    - 1\n"

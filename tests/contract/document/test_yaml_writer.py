"""A document is written as YAML without loss."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.contract.document.merge import merge
from mockserver.contract.document.yaml_writer import to_yaml
from mockserver.contract.markdown.page import read_page
from mockserver.data.source import parse
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

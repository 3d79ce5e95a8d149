"""Strings in messages are quoted and shortened."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.quoting import printable, printable_lines, quoted


@given(st.text(max_size=200))
def test_a_quoted_string_is_short_and_encodable(text):
    assert len(quoted(text).encode("utf-8")) <= 60 * 10 + 3 + 2
    assert text in quoted(text) or len(text) > 60 or ast.literal_eval(quoted(text)) == text


@pytest.mark.parametrize(
    ("string", "shown"),
    [
        ("blue", "'blue'"),
        ("", "''"),
        ("a\nb\x1b", "'a\\nb\\x1b'"),
        ("\ud800", "'\\ud800'"),
        ("it's", '"it\'s"'),
        ("Z" * 60, f"'{'Z' * 60}'"),
        ("Z" * 61, f"'{'Z' * 60}…'"),
    ],
    ids=["plain", "empty", "control characters", "surrogate", "apostrophe", "longest", "too long"],
)
def test_a_string_is_in_single_quotes_escaped_and_shortened(string, shown):
    assert quoted(string) == shown


@given(st.text(max_size=200))
def test_a_printable_text_is_one_line_that_cannot_control_a_terminal(text):
    assert printable(text).isprintable()
    assert printable(text) == text or not text.isprintable()


def test_escapes_are_those_of_python():
    assert printable("\x1b\u202e\U000e0001é") == r"\u001b\u202e\U000e0001é"


@given(st.lists(st.text(max_size=20)))
def test_printable_lines_are_as_many_as_before(texts):
    lines = "\n".join(texts)
    assert printable_lines(lines).count("\n") == lines.count("\n")
    assert all(line.isprintable() for line in printable_lines(lines).split("\n"))

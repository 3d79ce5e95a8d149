"""Patterns are read as ECMA 262 reads them, not as Python does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.schema.ecma import BadPattern, compile_pattern
from mockserver.contract.schema.pattern_matching import matches

ORDER_ID = r"^[1-9]\d*$"  # the one pattern of the bundled contract


@pytest.mark.parametrize("text", ["1", "42", "9" * 40], ids=["one", "two digits", "forty digits"])
def test_the_pattern_of_an_order_id_matches_order_ids(text: str) -> None:
    assert matches(ORDER_ID, text)


@pytest.mark.parametrize(
    "text",
    ["0", "042", "-1", "4.2", "٤٢", "42\n", " 42", "", "4\n2"],
    ids=["zero", "leading zero", "sign", "point", "arabic", "line break", "space", "empty", "two lines"],
)
def test_the_pattern_of_an_order_id_matches_nothing_else(text: str) -> None:
    assert not matches(ORDER_ID, text)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("b", "abc", True),
        (r"^\p{L}+$", "Ångström", True),
        (r"^.$", "😀", True),
        (r"^\u{1F600}$", "😀", True),
        (r"^\-a$", "-a", True),
        (r"^[\w-.]+$", "a-b.c", True),
        (r"^\s$", "\ufeff", True),
        (r"^\w$", "é", False),
        (r"^a$", "a\n", False),
        (r"^\cC$", "\x03", True),
        (r"^{[0-9a-f]+}$", "{09af}", True),
        (r"^{[0-9a-f]+}$", "09af", False),
        (r"^a{,2}$", "a{,2}", True),
        (r"^a]}$", "a]}", True),
        (r"^[a-\d]$", "-", True),
        (r"^(?=a)*b$", "b", True),
        (r"^[\w-x]+\_$", "a-x_", True),
    ],
    ids=[
        "search",
        "property",
        "astral",
        "code point",
        "old escape",
        "old class",
        "bom",
        "word",
        "end",
        "control",
        "bare braces",
        "without the braces",
        "half a quantifier",
        "closing brackets",
        "class in a range",
        "quantified lookahead",
        "class beside a hyphen",
    ],
)
def test_a_pattern_means_what_ecma_says(pattern: str, text: str, found: bool) -> None:
    assert matches(pattern, text) is found


@pytest.mark.parametrize(
    "pattern",
    ["(", "a{2,1}", "[z-a]", "*", r"^\-\p{L}$", "\ud800"],
    ids=["parenthesis", "quantifier", "range", "star", "property beside old escape", "lone surrogate"],
)
def test_an_invalid_pattern_is_named(pattern: str) -> None:
    with pytest.raises(BadPattern) as caught:
        compile_pattern(pattern)

    assert caught.value.pattern == pattern
    assert caught.value.reason
    str(caught.value).encode()


@given(st.text(st.characters(codec=None)))
def test_any_string_can_be_searched_even_with_unpaired_surrogates(text: str) -> None:
    assert matches(r"^[^]*$", text)


def test_an_unpaired_surrogate_is_one_character_and_a_pair_is_one() -> None:
    assert matches("^a.b$", "a\ud800b")
    assert matches("^.$", "\ud83d\ude00")
    assert not matches(r"^\w+$", "a\udc00")

"""Most patterns are matched in linear time, with the same result as by the engine that backtracks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.schema.ecma import BadPattern, compile_pattern, compile_strictly
from mockserver.contract.schema.linear_patterns import linear_search
from mockserver.contract.schema.pattern_matching import judged_match, matches
from mockserver.contract.schema.pattern_states import OutOfSteps, find
from mockserver.contract.schema.pattern_syntax import Unparsed, parse
from mockserver.contract.schema.work import WorkBudget

LENGTH = 60_000
ATOMS = st.sampled_from(
    [
        *[
            r"a",
            r"b",
            r"1",
            r".",
            r"\d",
            r"\D",
            r"\w",
            r"\W",
            r"\s",
            r"\S",
            r"[a-c]",
            r"[^a1]",
            r"[\w-]",
            r"[\d.]",
            r"[\s_]",
            r"\.",
            r"\-",
            r"\n",
            r"^",
            r"$",
            r"é",
            r"[é-ü]",
            r"/",
            r"@",
        ],
        *[
            r"\u00e9",
            r"\x41",
            r"\cJ",
            r"\p{L}",
            r"\P{Lu}",
            r"[\p{Lu}\d]",
            r"[^]",
            r"[]",
            r"\b",
            r"\B",
            r"[\b]",
            r"[a\]b]",
            r"[\u0061-c]",
            r"\u{1F600}",
            r"😀",
        ],
        *[
            r"[😀-😂]",
            r"\ud83d\ude00",
            r"[a&&b]",
            r"[a~~b]",
            r"[a--c]",
            r"[[a]",
            r"\t",
            r"\0",
            r"(?i:a)",
            r"(?s:.)",
            r"(?<n>a)",
            r"[\\\^-]",
            r"[+--]",
        ],
        " ",
    ]
)
QUANTIFIERS = st.sampled_from(["", "", "*", "+", "?", "*?", "{1,2}", "{2}", "{0,3}?", "{1,}", "+?"])
PATTERNS = st.recursive(
    st.lists(st.tuples(ATOMS, QUANTIFIERS).map("".join), max_size=4).map("".join),
    lambda inner: st.tuples(
        inner, st.lists(inner, min_size=1, max_size=3).map("|".join), QUANTIFIERS, inner
    ).map(lambda parts: f"{parts[0]}({parts[1]}){parts[2]}{parts[3]}"),
    max_leaves=4,
)
LOOKS = st.tuples(
    st.lists(st.tuples(st.sampled_from(["(?=", "(?!"]), PATTERNS).map("".join), min_size=1, max_size=2),
    PATTERNS,
).map(lambda parts: f"^{''.join(f'{each})' for each in parts[0])}{parts[1]}")
BACKTRACKING = st.one_of(
    PATTERNS,
    LOOKS,
    st.tuples(PATTERNS, st.sampled_from(["(?=", "(?!", "(?<=", "(?<!"]), PATTERNS, PATTERNS).map(
        lambda parts: f"{parts[0]}{parts[1]}{parts[2]}){parts[3]}"
    ),
    st.tuples(PATTERNS, PATTERNS).map(lambda parts: f"({parts[0]})\\1{parts[1]}"),
)
TEXTS = st.text(st.sampled_from("ab1A. \n\r-_éü\u2028\u00a0٤/@&~[]^\\+😀😁\t\b\0"), max_size=8)


@given(st.one_of(PATTERNS, LOOKS), TEXTS)
def test_both_engines_agree(pattern, text):
    try:
        regex, tree = compile_strictly(pattern), parse(pattern)
    except BadPattern:
        return
    search = linear_search(tree)
    assert search is None or search(text) is (regex.find(text) is not None)


@given(BACKTRACKING, TEXTS)
def test_following_all_matches_at_once_finds_what_backtracking_finds(pattern, text):
    try:
        regex, tree = compile_strictly(pattern), parse(pattern)
        found, _ = find(tree, text, 5_000)
    except (BadPattern, OutOfSteps, Unparsed):
        return
    assert found is (regex.find(text) is not None)


@given(BACKTRACKING, TEXTS)
def test_what_is_judged_is_what_backtracking_finds(pattern, text):
    try:
        regex = compile_pattern(pattern)
    except BadPattern:
        return
    assert judged_match(pattern, text, WorkBudget()) in (None, regex.find(text) is not None)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^(a+)+$", "a" * LENGTH + "!"),
        (r"[a-z]+\d", "a" * LENGTH),
        (r"^(\w+\s?)*$", "a" * LENGTH + "!"),
        (r"^(a|a)*$", "a" * LENGTH + "!"),
        (r"^([a-zA-Z0-9._-]+)+@x$", "a" * LENGTH),
        (r"\A(a*)*\z", "a" * LENGTH + "!"),
        (r"^(?=.*\d)(?!.*\s)(\w+)+$", "a" * LENGTH),
        (r"^(\p{L}+)+$", "é" * LENGTH + "!"),
        (r"^(?<word>\u0061+)+$", "a" * LENGTH + "!"),
        (r"\b(a+)+\b$", "a" * LENGTH + "!"),
    ],
)
def test_a_pattern_that_backtracks_is_matched_at_once(pattern, text):
    assert not matches(pattern, text)


@pytest.mark.parametrize("pattern", [r"a(?=a)b", r"(a)\1", "(?<=a)b", "(?im:^a$)", r"(?i:\W)"])
def test_patterns_with_other_features_are_left_to_the_other_engine(pattern):
    assert linear_search(parse(pattern)) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "а",
        r"[^]",
        r"\p{L}",
        r"\u0041",
        "[a&&b]",
        "(?<n>a)",
        r"\x41+?",
        r"\cJ",
        r"\ba",
        "(?i:a)",
        "[]",
        r"[\b]",
    ],
)
def test_most_features_are_translated(pattern):
    assert linear_search(parse(pattern)) is not None


@pytest.mark.parametrize("text", ["", "a", "b", "&", "a&&b", "\0", "😀"])
def test_an_empty_class_matches_no_character(text):
    assert not matches("[]", text)
    assert not matches("a?[]+", text)
    assert matches("[]?$", text)
    assert matches("^[^]*$", text)


CHARACTERS = [*map(chr, range(0x3100)), "\ufeff", "\ufefe", "\uff00", "\uffff", "😀", "\U0010ffff"]


@pytest.mark.parametrize(
    "pattern",
    [
        *[r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"[\d]", r"[\D]", r"[\w]", r"[\W]", r"[\s]", r"[\S]"],
        *[r"[^\d]", r"[^\D]", r"[^\w]", r"[^\W]", r"[^\s]", r"[^\S]", r"[\w-]", r"[\d.]", r"[\s_]"],
        *[r"[\p{Lu}\d]", r"[\s\S]", r"[^\s\S]", r"[\d\-x]", r"[^\w.-]", "[]", "[^]", "[[a]", "[a&&b]"],
    ],
)
def test_a_class_has_the_same_characters_in_both_engines(pattern):
    search, regex = linear_search(parse(pattern)), compile_strictly(pattern)

    assert search is not None
    assert [ascii(each) for each in CHARACTERS if search(each) is not (regex.find(each) is not None)] == []


def test_a_long_text_of_a_class_with_a_set_matches():
    for pattern, text in ((r"^[\w-]+$", "a-b"), (r"^[\d.]+$", "1.2"), (r"^[^\W]+$", "ab")):
        assert matches(pattern, text * LENGTH)
        assert not matches(pattern, text * LENGTH + "!")


def test_a_long_text_with_an_unpaired_surrogate_is_matched():
    assert matches("^a+.$", "a" * 100 + "\ud800")


def test_without_the_u_flag_a_character_beyond_the_first_plane_is_two():
    assert matches(r"^\-a+..$", "-" + "a" * 20 + "😀")
    assert not matches(r"^\-a+.$", "-" + "a" * 20 + "😀")

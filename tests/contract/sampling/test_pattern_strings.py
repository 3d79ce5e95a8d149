from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regress import Regex

from mockserver.contract.sampling.pattern_strings import NoMatchingString, pattern_string
from mockserver.contract.schema.pattern_matching import matches

PLAIN = [
    ("^abc$", "abc"),
    ("^[a-z]{3}$", "abc"),
    (r"^\d{4}$", "1234"),
    ("^[A-Z]{2}-[0-9]{3}$", "AB-123"),
    ("^(?:red|green)$", "red"),
    ("^(?<word>ab)-\\k<word>$", "ab-ab"),
    (r"^(\d)x\1$", "1x1"),
    ("^a?b*c+$", "c"),
    ("^.*$", "a"),
    (r"^\u0041\x42$", "AB"),
    ("^[é]$", "é"),
    (r"^\.\{\}$", ".{}"),
    ("^$", ""),
]

WRITABLE = [
    r"^\w+@\w+\.example$",
    r"^(?!0)\d{3}$",
    r"^(?=.*\d)[a-z0-9]{6}$",
    r"^\p{Lu}\p{Ll}+$",
    r"^[^a-z]+$",
    r"^\s\S$",
    r"^[一-龥]{2}$",
    r"^flt_sk_[A-Za-z0-9_-]+$",
    r"^#([0-9a-f]{3}|[0-9a-f]{6})$",
    r"\bword\b",
    r"^[\w\-]+\_$",  # the escape of _ is refused by the flag u
    r"^((a|b)*c){2,3}$",
    r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
    "^😀+$",
]


@pytest.mark.parametrize(("pattern", "text"), PLAIN, ids=[pattern for pattern, _ in PLAIN])
def test_the_plain_string_is_short_and_readable(pattern: str, text: str) -> None:
    assert pattern_string(pattern) == text


@pytest.mark.parametrize("pattern", WRITABLE)
@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_a_string_matches_its_pattern(pattern: str, seed: int | None) -> None:
    text = pattern_string(pattern, None if seed is None else Random(seed))
    assert matches(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "minimum", "maximum"),
    [
        ("^[a-z]+$", 20, 20),
        ("^[a-z]*$", 0, 0),
        (r"\d", 8, 9),
        ("^x", 5, 5),
        ("^(long-option|a)$", 0, 3),
        ("^[ab]{2,}-[cd]{2,}$", 9, 12),
    ],
)
@pytest.mark.parametrize("seed", [None, 5])
def test_a_string_has_the_wanted_length(pattern: str, minimum: int, maximum: int, seed: int | None) -> None:
    rng = None if seed is None else Random(seed)
    text = pattern_string(pattern, rng, minimum=minimum, maximum=maximum)
    assert minimum <= len(text) <= maximum
    assert matches(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "maximum", "reason"),
    [
        ("^a{5}$", 3, "no string of 0 to 3 characters was found"),
        ("^[]$", None, "no character matches []"),
        ("^(?:a{9999}){9999}$", None, "would exceed 20,000 characters"),
        ("a^b", None, "no string of 0 or more characters"),
    ],
    ids=["too long", "empty class", "huge", "contradiction"],
)
def test_a_pattern_that_no_string_matches_raises_with_a_reason(
    pattern: str, maximum: int | None, reason: str
) -> None:
    with pytest.raises(NoMatchingString) as refused:
        pattern_string(pattern, maximum=maximum)
    assert reason in refused.value.reason
    assert refused.value.pattern == pattern


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [(r"^\d+$", "٤٢", False), (r"^\d+$", "42\n", False), ("b", "abc", True)],
    ids=["digits of other scripts", "a line end is not the end", "anywhere"],
)
def test_patterns_follow_ecma_262(pattern: str, text: str, found: bool) -> None:
    assert matches(pattern, text) is found


ATOMS = st.sampled_from([r"\d", r"\w", "a", "[a-f]", "[^x]", ".", r"\.", r"[\d-]", "é"])
REPEATS = st.sampled_from(["", "?", "*", "+", "{2}", "{1,3}", "{2,}", "+?"])


def _grouped(part: tuple[str, str]) -> str:
    """A repeated group, except for a loop in a counted loop, in which regress misses matches."""
    inner, repeat = part
    loops = any(sign in inner for sign in "*+{")
    return f"({inner})" if loops and repeat.startswith("{") else f"({inner}){repeat}"


PATTERNS = st.recursive(
    st.tuples(ATOMS, REPEATS).map("".join),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, REPEATS).map(_grouped),
    ),
    max_leaves=6,
)


@given(PATTERNS, st.none() | st.integers())
@settings(max_examples=100, deadline=None)
def test_every_pattern_of_this_grammar_has_a_string(pattern: str, seed: int | None) -> None:
    whole = f"^(?:{pattern})$"
    text = pattern_string(whole, None if seed is None else Random(seed))
    assert Regex(whole, "u").find(text) is not None
    assert text == pattern_string(whole, None if seed is None else Random(seed))

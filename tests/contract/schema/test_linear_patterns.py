"""Most patterns are matched in linear time, with the same result as by the engine that backtracks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.schema.ecma import BadPattern, compile_pattern, matches
from mockserver.contract.schema.linear_patterns import linear_search

LENGTH = 60_000
ATOMS = st.sampled_from(
    r"a;b;1;.;\d;\D;\w;\W;\s;\S;[a-c];[^a1];[\w-];[\d.];[\s_];\.;\-;\n;^;$;é;[é-ü];/;@; ".split(";")  # noqa: SIM905  # shorter
)
QUANTIFIERS = st.sampled_from(["", "", "*", "+", "?", "*?", "{1,2}", "{2}"])
PATTERNS = st.recursive(
    st.lists(st.tuples(ATOMS, QUANTIFIERS).map("".join), max_size=4).map("".join),
    lambda inner: st.tuples(
        inner, st.lists(inner, min_size=1, max_size=3).map("|".join), QUANTIFIERS, inner
    ).map(lambda parts: f"{parts[0]}({parts[1]}){parts[2]}{parts[3]}"),
    max_leaves=4,
)
TEXTS = st.text(st.sampled_from("ab1. \n\r-_éü\u2028\u00a0٤/@"), max_size=8)


@given(PATTERNS, TEXTS)
def test_both_engines_agree(pattern, text):
    try:
        regex = compile_pattern(pattern)
    except BadPattern:
        return
    search = linear_search(pattern)
    assert search is None or search(text) is (regex.find(text) is not None)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^(a+)+$", "a" * LENGTH + "!"),
        (r"[a-z]+\d", "a" * LENGTH),
        (r"^(\w+\s?)*$", "a" * LENGTH + "!"),
        (r"^(a|a)*$", "a" * LENGTH + "!"),
        (r"^([a-zA-Z0-9._-]+)+@x$", "a" * LENGTH),
        (r"\A(a*)*\z", "a" * LENGTH + "!"),
    ],
)
def test_a_pattern_that_backtracks_is_matched_at_once(pattern, text):
    assert not matches(pattern, text)


@pytest.mark.parametrize(
    "pattern", [r"(?=a)b", r"(a)\1", r"\bа", r"[^]", r"\p{L}", r"\u0041", "[a&&b]", "(?<n>a)"]
)
def test_patterns_with_other_features_are_left_to_the_other_engine(pattern):
    assert linear_search(pattern) is None


def test_a_long_text_with_an_unpaired_surrogate_is_matched():
    assert matches("^a+.$", "a" * 100 + "\ud800")

"""A segment with placeholders: whether it matches, and its raw values."""

import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.routing.segments import Template, decode


@pytest.mark.parametrize(
    ("literals", "segment", "values"),
    [
        (("", ""), "a", ["a"]),
        (("", ""), "", None),
        (("", ".json"), "a.json", ["a"]),
        (("", ".json"), "a.json.json", ["a.json"]),
        (("", ".json"), ".json", None),
        (("", ".json"), "a.jsn", None),
        (("x", ""), "x", None),
        (("", "-", ""), "a-b-c", ["a", "b-c"]),
        (("", "-", ""), "-a-b", ["-a", "b"]),
        (("", "-", ""), "a-", None),
        (("", "", ""), "abc", ["a", "bc"]),
        (("", "", ""), "a", None),
        (("a", "b", "a"), "axbya", ["x", "y"]),
        (("a", "a"), "a", None),
        (("", ":cancel"), "4%3Acancel", ["4"]),
        (("", "-", ""), "a%2Db%2fc", ["a", "b%2fc"]),
        (("", ".x"), "%C3%A9%FF%.x", ["%C3%A9%FF%"]),
        (("", "é", ""), "a%C3%A9b", ["a", "b"]),
    ],
)
def test_values_are_the_text_between_the_literals(literals, segment, values):
    assert Template(literals).values(segment) == values


TEXT = st.text("ab-.%é/", min_size=1, max_size=6)


@given(st.lists(st.sampled_from(["", "-", ".", "ab", "é"]), min_size=2, max_size=4), TEXT, st.booleans())
def test_a_template_matches_like_the_same_lazy_pattern(literals, text, encoded):
    segment = quote(text, safe="") if encoded else text.replace("%", "%25")
    match = re.fullmatch("(.+?)".join(map(re.escape, literals)), text, re.DOTALL)
    values = Template(tuple(literals)).values(segment)
    assert (values and list(map(decode, values))) == (list(match.groups()) if match else None)


@given(st.lists(TEXT, min_size=1, max_size=3))
def test_values_and_literal_text_make_up_the_segment(parts):
    segment = quote("-".join(parts), safe="")
    values = Template(("", *["-"] * (len(parts) - 1), "")).values(segment)
    assert values is not None
    assert "-".join(values) == segment

"""Suggestions for unknown names."""

from difflib import get_close_matches

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.suggest import SIMILAR, did_you_mean, nearest

NAMES = ("order-not-cart", "cart-not-found", "slow")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("order-not-car", "order-not-cart"),
        ("cart_not_found", "cart-not-found"),
        ("slwo", "slow"),
        ("zzzzzz", None),
        ("", None),
    ],
    ids=lambda value: repr(value),
)
def test_the_nearest_name_is_the_most_similar_one(name, expected):
    assert nearest(name, NAMES) == expected


@pytest.mark.parametrize(
    ("name", "valid", "clause"),
    [
        ("slo", NAMES, "; did you mean 'slow'?"),
        ("zzzzzz", NAMES, "; valid: cart-not-found, order-not-cart, slow"),
        ("zzzzzz", ("b", "a", "b"), "; valid: a, b"),
        ("slow", (), ""),
    ],
    ids=["one is near", "none is near: all of them, sorted", "each once", "there are none"],
)
def test_the_suggestion_is_the_nearest_name_or_all_valid_ones(name, valid, clause):
    assert did_you_mean(name, valid) == clause


@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=5))
def test_the_nearest_is_always_a_valid_name(name, valid):
    assert nearest(name, valid) in {*valid, None}


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=5))
def test_a_valid_name_is_nearest_to_itself(valid):
    assert nearest(valid[0], valid) == valid[0]


def test_names_may_come_from_an_iterator():
    assert did_you_mean("slo", iter(NAMES)) == "; did you mean 'slow'?"


MANY = [
    f"{verb}_{noun}_{number}"
    for verb in ("create", "list")
    for noun in ("cart", "user")
    for number in range(50)
]


@given(st.sampled_from(MANY), st.integers(0, 8), st.sampled_from("xyz_"))
def test_among_many_names_a_name_with_one_wrong_character_is_found(name, position, character):
    found = nearest(name[:position] + character + name[position + 1 :], MANY)
    assert found is not None
    assert (
        found.rpartition("_")[0] == name.rpartition("_")[0]
        or found.rpartition("_")[2] == name.rpartition("_")[2]
    )


def test_among_many_names_each_is_the_nearest_to_itself():
    assert [nearest(name, MANY) for name in MANY] == MANY


def test_among_many_names_no_similar_one_is_suggested():
    assert nearest("zzzzzz", MANY) is None


@given(st.text("abcdé", max_size=8), st.lists(st.text("abcdé", max_size=8), max_size=6))
def test_names_that_are_left_out_early_are_not_similar(name: str, names: list[str]) -> None:
    assert [nearest(name, names)] == (get_close_matches(name, names, n=1, cutoff=SIMILAR) or [None])

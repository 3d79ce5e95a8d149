"""Pointers with `*` match any index or name, and what they ignore includes all below."""

import pytest

from mockserver.upstream.verify.pointers import generalized, is_ignored, leaves, matches


@pytest.mark.parametrize(
    ("pointer", "pattern", "expected"),
    [
        ("/data/devices/3/id", "/data/devices/*/id", True),
        ("/data/id", "/data/*", True),
        ("/data/devices/3/id", "/data/*/id", False),
        ("/data", "/data/*", False),
    ],
)
def test_a_star_stands_for_one_token(pointer, pattern, expected):
    assert matches(pointer, pattern) is expected


def test_what_is_below_an_ignored_value_is_ignored():
    assert is_ignored("/data/devices/0/id", ["/data/devices/*"])
    assert not is_ignored("/data/rent", ["/data/devices/*"])


def test_items_of_an_array_are_alike():
    assert generalized("/data/devices/12/id") == "/data/devices/*/id"


def test_leaves_are_the_scalars_with_their_pointers():
    assert [*leaves({"a/b": [1, {"c": None}]})] == [("/a~1b/0", 1), ("/a~1b/1/c", None)]

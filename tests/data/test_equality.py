"""JSON values are equal as JSON Schema says: numbers by value, objects without order, true unlike 1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.equality import equal, hashable

SCALARS = st.sampled_from([None, True, False, 0, 1, 0.0, 1.0, 1.5, "", "1", "a"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (1, "1", False),
        ([1], [1.0], True),
        ([1], [True], False),
        ([], {}, False),
        ([1, 2], [2, 1], False),
        ({"a": 1, "b": [0]}, {"b": [0.0], "a": 1}, True),
        ({"a": 1}, {"a": 1, "b": None}, False),
        ({"a": 1}, {"a": True}, False),
    ],
    ids=repr,
)
def test_values_are_equal_as_json(one, other, expected):
    assert equal(one, other) == expected
    assert (hashable(one) == hashable(other)) == expected


@given(VALUES, VALUES)
def test_hashable_stand_ins_are_equal_where_the_values_are(one, other):
    assert equal(one, one)
    assert equal(one, other) == equal(other, one) == (hashable(one) == hashable(other))
    assert not equal(one, other) or hash(hashable(one)) == hash(hashable(other))

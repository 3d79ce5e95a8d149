"""Three-way merges of JSON values."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.equality import equal
from mockserver.data.json import Json
from mockserver.data.three_way_merge import differing_members, three_way_merge

NAMES = st.sampled_from("abc")
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
OBJECTS: st.SearchStrategy[dict[str, Json]] = st.dictionaries(NAMES, VALUES, max_size=3)


def test_what_one_side_changed_is_taken_and_what_both_changed_is_ours():
    base: Json = {"a": 1, "b": {"c": 1, "d": 1}, "gone": 1, "same": [1]}
    ours: Json = {"a": 2, "b": {"c": 2, "d": 1}, "gone": 1, "same": [1], "new": True}
    theirs: Json = {"a": 3, "b": {"c": 1, "d": 3}, "same": [1], "more": None}
    merged = {"a": 2, "b": {"c": 2, "d": 3}, "same": [1], "new": True, "more": None}
    assert three_way_merge(base, ours, theirs) == merged


def test_an_object_that_was_removed_here_stays_removed():
    assert three_way_merge({"a": {"b": 1}}, {}, {"a": {"b": 2}}) == {}


def test_an_object_without_members_is_one():
    assert three_way_merge({"a": 1}, {"a": 1, "b": {}}, {"a": {}}) == {"a": {}, "b": {}}


@given(VALUES, VALUES)
def test_a_side_that_changed_nothing_takes_what_the_other_has(base: Json, other: Json):
    assert equal(three_way_merge(base, base, other), other)
    assert equal(three_way_merge(base, other, base), other)


@given(OBJECTS, OBJECTS)
def test_a_change_is_undone_by_its_differing_members_alone(before: dict[str, Json], after: dict[str, Json]):
    old, new = differing_members(before, after)
    assert equal(three_way_merge(new, after, old), before)


@given(OBJECTS, OBJECTS, OBJECTS)
def test_the_differing_members_merge_as_the_whole_values_do(
    before: dict[str, Json], after: dict[str, Json], now: dict[str, Json]
):
    old, new = differing_members(before, after)
    assert equal(three_way_merge(new, now, old), three_way_merge(after, now, before))

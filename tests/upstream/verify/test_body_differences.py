"""The differences of two bodies have pointers, in document order."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.upstream.verify.body_differences import (
    known_differences,
    shape_differences,
    value_differences,
)
from mockserver.upstream.verify.made_values import MadeValues

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def pointers(own, provider, made=()):
    return [pointer for pointer, _, _ in value_differences(own, provider, made, MadeValues())]


@given(JSON)
def test_equal_values_do_not_differ(value):
    assert pointers(value, value) == []
    assert [*shape_differences(value, value)] == []


def test_each_difference_has_its_pointer():
    own = {"data": {"rent": None, "devices": [{"id": 1}, {"id": 2}], "x": 1}}
    provider = {"data": {"rent": "1.00", "devices": [{"id": 1}], "y": 1}}
    assert pointers(own, provider) == ["/data/rent", "/data/devices", "/data/x", "/data/y"]


def test_true_is_not_1_but_1_is_1_0():
    assert pointers({"a": True}, {"a": 1}) == ["/a"]
    assert pointers({"a": 1}, {"a": 1.0}) == []


def test_made_values_are_compared_by_correspondence():
    own, provider = {"devices": [{"id": 1}, {"id": 2}]}, {"devices": [{"id": 7}, {"id": 7}]}
    assert pointers(own, provider, ("/devices/*/id",)) == ["/devices/1/id"]


def test_a_shape_may_have_further_members_and_other_texts():
    assert [*shape_differences({"error": "a"}, {"error": "b", "more": 1})] == []
    assert [pointer for pointer, _, _ in shape_differences({"error": "a"}, {"error": ["b"]})] == ["/error"]
    assert [pointer for pointer, _, _ in shape_differences({"error": "a"}, {"message": "b"})] == ["/error"]


def test_only_what_is_known_is_compared():
    own, provider = {"id": "x1", "name": "Ada", "note": "n"}, {"id": "77", "name": "ada"}
    known = [pointer for pointer, _, _ in known_differences(own, provider, lambda at, value: value == "Ada")]
    assert known == ["/name"]

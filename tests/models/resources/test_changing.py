"""Changes of an item by JSON Patch, and by plain JSON with null."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.model import Conflict
from mockserver.models.resources.changing import json_patched, merged

ITEM = {"a": 1, "b": {"c": [1, 2]}}


def test_a_json_patch_makes_a_new_item():
    patch = [
        {"op": "test", "path": "/a", "value": 1},
        {"op": "add", "path": "/b/c/-", "value": 3},
        {"op": "move", "from": "/a", "path": "/z"},
    ]
    assert json_patched(ITEM, patch) == {"z": 1, "b": {"c": [1, 2, 3]}}
    assert ITEM == {"a": 1, "b": {"c": [1, 2]}}


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ({"op": "test", "path": "/a", "value": 2}, 409),
        ({"op": "remove", "path": "/x"}, 422),
        ({"op": "replace", "path": "/b/c/9", "value": 1}, 422),
        ({"op": "add", "path": "a", "value": 1}, 422),
        ({"op": "jump", "path": "/a"}, 400),
        ({"path": "/a"}, 400),
        (7, 400),
    ],
    ids=["a test", "a pointer", "an index", "no pointer", "an operation", "no operation", "no object"],
)
def test_a_patch_that_does_not_apply_is_a_conflict(operation, status):
    with pytest.raises(Conflict) as caught:
        json_patched(ITEM, [operation])
    assert caught.value.statuses[0] == status
    assert caught.value.problem().status == caught.value.statuses[0]


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=2), lambda each: st.dictionaries(st.text(max_size=1), each)
)


@given(
    st.lists(
        JSON
        | st.fixed_dictionaries(
            {"op": st.sampled_from(["add", "remove", "test"]), "path": st.text(max_size=3)}
        ),
        max_size=3,
    )
)
def test_any_patch_changes_the_item_or_is_a_conflict(patch):
    with suppress(Conflict):
        json_patched(ITEM, patch)
    assert ITEM == {"a": 1, "b": {"c": [1, 2]}}


def test_a_null_stays_where_the_schema_allows_it():
    view = SchemaView(
        {"it": {"properties": {"a": {"type": ["string", "null"]}, "b": {"type": "string"}}}}, ("/it",)
    )
    assert merged({"a": "x", "b": "y", "c": 1}, {"a": None, "b": None}, view) == {"a": None, "c": 1}


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        ({"op": "test", "path": "/a", "value": 2}, "fails: the value at /a is not '2'"),
        ({"op": "test", "path": "/b", "value": "x"}, "fails: the value at /b is not '\"x\"'"),
        ({"op": "remove", "path": "/x"}, "cannot be applied: "),
        ({"op": "jump", "path": "/a"}, "is not valid: "),
    ],
    ids=["a number", "a string", "a pointer", "an operation"],
)
def test_the_operation_that_fails_is_named(operation, sentence):
    with pytest.raises(Conflict) as caught:
        json_patched(ITEM, [{"op": "replace", "path": "/a", "value": 3}, operation])
    assert str(caught.value).startswith(f"the operation at /1 of the JSON Patch {sentence}")

"""Read-only snapshots of a state."""

import copy
import json
import pickle
from typing import Any, cast

import pytest

from mockserver.testing.snapshots import snapshot

STATE: dict[str, Any] = {"carts": {"42": {"devices": [{"id": 1}, {"id": 2}], "state": "cart"}}}
CHANGES = {
    "a member is set": lambda it: it["carts"]["42"].__setitem__("state", "ordered"),
    "a member is deleted": lambda it: it["carts"].__delitem__("42"),
    "an object is merged": lambda it: it["carts"].__ior__({"43": {}}),
    "an object is updated": lambda it: it["carts"]["42"].update(state="ordered"),
    "a member is popped": lambda it: it["carts"].pop("42"),
    "the last member is popped": lambda it: it["carts"].popitem(),
    "a default is set": lambda it: it["carts"].setdefault("43", {}),
    "an object is cleared": lambda it: it["carts"].clear(),
    "an item is set": lambda it: it["carts"]["42"]["devices"].__setitem__(0, None),
    "an item is deleted": lambda it: it["carts"]["42"]["devices"].__delitem__(0),
    "an item is appended": lambda it: it["carts"]["42"]["devices"].append(None),
    "items are added": lambda it: it["carts"]["42"]["devices"].__iadd__([None]),
    "items are repeated": lambda it: it["carts"]["42"]["devices"].__imul__(2),
    "an array is extended": lambda it: it["carts"]["42"]["devices"].extend([None]),
    "an item is inserted": lambda it: it["carts"]["42"]["devices"].insert(0, None),
    "an item is popped": lambda it: it["carts"]["42"]["devices"].pop(),
    "an item is removed": lambda it: it["carts"]["42"]["devices"].remove({"id": 1}),
    "an array is reversed": lambda it: it["carts"]["42"]["devices"].reverse(),
    "an array is sorted": lambda it: it["carts"]["42"]["devices"].sort(),
    "an array is cleared": lambda it: it["carts"]["42"]["devices"].clear(),
    "a deep member is set": lambda it: it["carts"]["42"]["devices"][0].__setitem__("id", 3),
}


def test_a_snapshot_equals_the_state_and_can_be_written_as_json():
    taken = snapshot(STATE)
    assert taken == STATE
    assert taken["carts"]["42"]["devices"] == [{"id": 1}, {"id": 2}]
    assert json.loads(json.dumps(taken)) == STATE


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_snapshot_cannot_be_changed(change):
    taken = snapshot(STATE)
    with pytest.raises(TypeError, match=r"read-only snapshot; .*patch_state"):
        change(taken)
    assert taken == STATE


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))], ids=["deepcopy", "pickle"]
)
def test_a_deep_copy_can_be_changed(copied):
    changed = cast("dict[str, Any]", copied(snapshot(STATE)))
    changed["carts"]["42"]["devices"][0]["id"] = 3
    changed["carts"]["42"]["devices"].append(None)
    assert STATE["carts"]["42"]["devices"] == [{"id": 1}, {"id": 2}]

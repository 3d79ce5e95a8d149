"""Envelopes of lists, single items and requests are found in the schemas."""

import pytest

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.models.resources.envelope import (
    Envelope,
    list_envelope,
    members_below,
    request_envelope,
    single_envelope,
)

ITEM = {"$ref": "#/item"}
ITEMS = {"type": "array", "items": ITEM}


def view(schema):
    document = {"item": {"type": "object", "properties": {"id": {}, "name": {}}}, "it": schema}
    return SchemaView(document, ("/it",))


def thing(**members):
    return {"type": "object", "properties": members}


@pytest.mark.parametrize(
    ("schema", "envelope"),
    [
        (ITEMS, "[...]"),
        (thing(data=ITEMS, has_more={}), '{"data": [...]}'),
        (thing(warnings={"type": "array", "items": thing(code={})}, ssh_keys=ITEMS), '{"ssh_keys": [...]}'),
        (thing(result=thing(items=ITEMS)), '{"result": {"items": [...]}}'),
        (thing(_embedded=thing(keys=ITEMS)), '{"_embedded": {"keys": [...]}}'),
        (thing(name={"type": "string"}), None),
        (thing(tags={"type": "array", "items": {"type": "string"}}), None),
    ],
)
def test_a_list_is_in(schema, envelope):
    found = list_envelope(view(schema), "ssh_keys", {"/item"})
    assert (str(found) if found else None) == envelope


@pytest.mark.parametrize(
    ("schema", "envelope"),
    [
        (ITEM, "{...}"),
        (thing(data=ITEM, links={}), '{"data": {...}}'),
        (thing(ssh_key=ITEM), '{"ssh_key": {...}}'),
        (thing(ssh_keys=ITEMS, pagination=thing(page={})), '{"ssh_keys": [...]}'),
        (thing(other=thing(a={})), "{...}"),
    ],
)
def test_a_single_item_is_in(schema, envelope):
    assert str(single_envelope(view(schema), "ssh_keys", {"/item"}, has_id=False)) == envelope


@pytest.mark.parametrize(
    ("schema", "envelope"),
    [
        (thing(name={}, public_key={}), "{...}"),
        (thing(data=thing(name={})), '{"data": {...}}'),
        (thing(ssh_key=thing(name={})), '{"ssh_key": {...}}'),
        (ITEMS, "[...]"),
    ],
)
def test_a_request_has_an_item_in(schema, envelope):
    answer = Envelope(("data",)) if "data" in envelope else Envelope()
    assert str(request_envelope(view(schema), answer, "ssh_keys", {"id", "name"})) == envelope


def test_an_envelope_takes_items_out_and_puts_them_in():
    envelope = Envelope(("result", "items"), holds_array=True)
    body = envelope.around([1, 2], {"ok": True})
    assert body == {"ok": True, "result": {"items": [1, 2]}}
    assert envelope.items(body) == [1, 2]
    assert envelope.items({"result": []}) == []
    assert Envelope().items({"a": 1}) == [{"a": 1}]


def test_members_are_looked_for_in_wrappers_alone():
    paths = [path for path, _ in members_below(view(thing(data=thing(items={}), owner=thing(keys={}))))]
    assert paths == [("data",), ("owner",), ("data", "items")]

"""Read-only members are dropped from a request wherever the schema that applies declares them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.schema.direction import document_for_direction
from mockserver.contract.schema.judge import Judges
from mockserver.contract.schema.read_only import ReadOnlyMembers, dropped_pointers

ID = {"type": "integer", "readOnly": True}
PEN = {"type": "object", "required": ["id", "ink"], "properties": {"id": ID, "ink": {"type": "string"}}}
CUP = {
    "type": "object",
    "required": ["size"],
    "properties": {"size": {"type": "integer"}, "id": {"type": "string"}},
}
TREE = {
    "type": "object",
    "properties": {
        "id": ID,
        "n": {"type": "integer"},
        "below": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
    },
}
REF = {"$ref": "#/components/schemas/Pen"}
EITHER = {"anyOf": [REF, {"$ref": "#/components/schemas/Cup"}]}


def dropped(schema, value):
    """The value without its read-only members, and the pointers of those."""
    schemas = {"It": schema, "Pen": PEN, "Cup": CUP, "Tree": TREE}
    document = document_for_direction({"openapi": "3.1.0", "components": {"schemas": schemas}}, "request")
    members = ReadOnlyMembers(document, Judges(document))
    changed = members.dropped_from(value, "/components/schemas/It")
    return changed, list(dropped_pointers(value, changed))


@pytest.mark.parametrize(
    ("schema", "value", "expected", "pointers"),
    [
        (PEN, {"id": 1, "ink": "red"}, {"ink": "red"}, ["/id"]),
        (REF, {"id": 1, "ink": "red"}, {"ink": "red"}, ["/id"]),
        (
            {"allOf": [REF, {"properties": {"made": {"readOnly": True}}}]},
            {"id": 1, "made": 2, "x": 3},
            {"x": 3},
            ["/id", "/made"],
        ),
        (EITHER, {"id": 1, "ink": "red"}, {"ink": "red"}, ["/id"]),
        (EITHER, {"id": "a", "size": 3}, {"id": "a", "size": 3}, []),
        (
            {"oneOf": [{"$ref": "#/components/schemas/Cup"}, REF]},
            {"id": 1, "ink": "red"},
            {"ink": "red"},
            ["/id"],
        ),
        (EITHER, {"id": 1, "ink": 5}, {"ink": 5}, ["/id"]),
        ({"items": REF}, [{"id": 1}, {"ink": "red"}], [{}, {"ink": "red"}], ["/0/id"]),
        ({"prefixItems": [REF], "items": {}}, [{"id": 1}, {"id": 1}], [{}, {"id": 1}], ["/0/id"]),
        ({"additionalProperties": REF}, {"a/b": {"id": 1}}, {"a/b": {}}, ["/a~1b/id"]),
        (
            {"properties": {"pen": REF}},
            {"pen": {"id": 1}, "cup": {"id": 1}},
            {"pen": {}, "cup": {"id": 1}},
            ["/pen/id"],
        ),
        (
            TREE,
            {"id": 1, "below": [{"id": 2, "below": [{"id": 3, "n": 4}]}]},
            {"below": [{"below": [{"n": 4}]}]},
            ["/id", "/below/0/id", "/below/0/below/0/id"],
        ),
        ({"$ref": "#/components/schemas/It"}, {"id": 1}, {"id": 1}, []),
        (PEN, "a string", "a string", []),
    ],
    ids=[
        "own",
        "by reference",
        "allOf",
        "the branch that applies",
        "the other branch",
        "oneOf",
        "no branch applies",
        "items",
        "prefixItems",
        "additional members",
        "members",
        "a recursive schema",
        "a reference to itself",
        "a string",
    ],
)
def test_read_only_members_are_dropped(schema, value, expected, pointers):
    before = repr(value)
    assert dropped(schema, value) == (expected, pointers)
    assert repr(value) == before


@given(
    st.recursive(
        st.just({"id": 1}), lambda below: st.fixed_dictionaries({"id": st.just(1), "below": st.lists(below)})
    )
)
def test_what_remains_has_no_read_only_member_and_nothing_else_is_lost(tree):
    changed, pointers = dropped(TREE, tree)
    assert '"id"' not in repr(changed).replace("'", '"')
    assert len(pointers) == repr(tree).count("'id'")
    assert dropped(TREE, changed) == (changed, [])


def test_time_is_linear_where_many_ways_lead_to_the_same_schema():
    """With two ways at each of 40 levels there are 2 ** 40 ways to the innermost value."""
    either = {"anyOf": [{"$ref": "#/components/schemas/It"}, {"$ref": "#/components/schemas/It"}]}
    value = {"id": 1}
    for _ in range(40):
        value = {"below": value}
    _, pointers = dropped({"type": "object", "properties": {"id": ID, "below": either}}, value)
    assert pointers == ["/below" * 40 + "/id"]

"""Which member of an item is its id."""

import pytest

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.models.resources.identity import has_own_id, identity, parent_member

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def view(**members):
    return SchemaView({"it": {"type": "object", "properties": members}}, ("/it",))


def schema(**keywords):
    return SchemaView({"it": keywords}, ("/it",))


@pytest.mark.parametrize(
    ("parameter", "members", "path"),
    [
        ("id", {"id": TEXT, "name": TEXT}, ("id",)),
        ("user_id", {"id": TEXT, "user_id": TEXT}, ("user_id",)),
        ("bookingId", {"booking_id": TEXT}, ("booking_id",)),
        ("task_gid", {"gid": TEXT, "name": TEXT}, ("gid",)),
        ("Sid", {"sid": TEXT, "account_sid": TEXT}, ("sid",)),
        ("domain_name", {"name": TEXT, "ttl": NUMBER}, ("name",)),
        ("issue_number", {"id": NUMBER, "number": NUMBER}, ("number",)),
        ("username", {"id": NUMBER, "username": TEXT}, ("username",)),
        ("pet", {"id": NUMBER, "name": TEXT}, ("id",)),
        (
            "name",
            {"kind": TEXT, "metadata": {"type": "object", "properties": {"name": TEXT}}},
            ("metadata", "name"),
        ),
        ("entry_id", {"sys": {"type": "object", "properties": {"id": TEXT}}}, ("sys", "id")),
        ("key", {"value": TEXT}, ()),
    ],
)
def test_an_item_has_its_id_in(parameter, members, path):
    assert identity(view(**members), parameter, schema(type="string")).path == path


def test_a_member_of_another_type_than_the_path_is_not_the_id():
    members = view(id=NUMBER, uuid={"type": "string", "format": "uuid"})
    assert identity(members, "thing", schema(type="string", format="uuid")).path == ("uuid",)


def test_a_path_with_alternatives_has_several_ids():
    document = {
        "id": NUMBER,
        "print": TEXT,
        "it": {"properties": {"id": {"$ref": "#/id"}, "print": {"$ref": "#/print"}, "name": TEXT}},
        "key": {"anyOf": [{"$ref": "#/id"}, {"$ref": "#/print"}]},
    }
    found = identity(SchemaView(document, ("/it",)), "key_identifier", SchemaView(document, ("/key",)))
    assert (found.path, found.further) == (("id",), ("print",))
    assert str(found) == "id"


def test_an_id_is_read_and_set_where_it_is():
    found = identity(
        view(metadata={"type": "object", "properties": {"name": TEXT}}), "name", schema(type="string")
    )
    item = {"metadata": {"name": "a", "labels": {}}, "spec": 1}
    assert found.id_of(item) == "a"
    assert found.with_id(item, "b") == {"metadata": {"name": "b", "labels": {}}, "spec": 1}
    assert found.id_of({"metadata": None}) is None


def test_an_object_named_like_the_parameter_is_an_envelope_not_an_id():
    assert not has_own_id(view(floating_ip={"type": "object", "properties": {"ip": TEXT}}), "floating_ip")
    assert has_own_id(view(id=TEXT), "floating_ip")


@pytest.mark.parametrize(
    ("parameter", "segment", "member", "expected"),
    [
        ("AccountSid", "Account", "account_sid", "account_sid"),
        ("id", "user", "user_id", "user_id"),
        ("project_gid", "project", "project", "project"),
        ("id", "user", "id", None),
    ],
)
def test_a_child_names_its_parent(parameter, segment, member, expected):
    assert parent_member(view(**{member: TEXT}), parameter, segment) == expected

"""A document differs by direction: readOnly is forbidden in requests, writeOnly in answers."""

import pytest

from mockserver.contract.operation import directed_documents
from mockserver.contract.schema.judge import Judges
from mockserver.data.json import Json

USER: dict[str, Json] = {
    "type": "object",
    "required": ["id", "name", "password"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "password": {"type": "string", "writeOnly": True, "minLength": 3},
        "born": {"type": "string", "format": "date"},
    },
}
POINTER = "/components/schemas/User"


def document(schema: Json, **others: Json) -> dict[str, Json]:
    return {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"User": schema, **others}}}


def broken(schema: Json, side: str, value: Json, *, formats: bool = True, **others: Json) -> list[str]:
    """Pointers and keywords of a value's violations in `requests` or `answers`."""
    whole = document(schema, **others)
    pair = directed_documents(whole, Judges(whole, formats=formats), formats=formats)
    judge = pair[side == "answers"].judges.judge(POINTER)
    return [f"{each.pointer} {each.keyword}".strip() for each in judge.violations(value)]


@pytest.mark.parametrize(
    ("side", "value", "expected"),
    [
        ("requests", {"name": "a", "password": "abc"}, []),
        ("requests", {"id": 1, "name": "a", "password": "abc"}, ["/id readOnly"]),
        ("requests", {"name": "a"}, ["required"]),
        ("requests", {"name": "a", "password": "a"}, ["/password minLength"]),
        ("answers", {"id": 1, "name": "a"}, []),
        ("answers", {"id": 1, "name": "a", "password": "abc"}, ["/password writeOnly"]),
        ("answers", {"name": "a"}, ["required"]),
        ("answers", {"id": "1", "name": "a"}, ["/id type"]),
    ],
    ids=[
        "a request without what the server sets",
        "a request with it",
        "a request without what only clients send",
        "a request is judged otherwise as ever",
        "an answer without what only clients send",
        "an answer with it",
        "an answer without what the server sets",
        "an answer is judged otherwise as ever",
    ],
)
def test_each_direction_has_its_own_properties(side, value, expected):
    assert broken(USER, side, value) == expected


REF: Json = {"$ref": "#/components/schemas/Base"}


@pytest.mark.parametrize(
    "schema",
    [REF, {"allOf": [REF]}, {"oneOf": [REF]}, {"type": "object", "allOf": [REF], "required": ["id"]}],
    ids=["behind a reference", "in allOf", "in oneOf", "required around allOf"],
)
def test_directions_apply_wherever_the_flag_is(schema):
    assert broken(schema, "requests", {"name": "a", "password": "abc"}, Base=USER) == []
    assert broken(schema, "answers", {"id": 1, "name": "a"}, Base=USER) == []
    assert broken(schema, "requests", {"id": 1, "name": "a", "password": "abc"}, Base=USER) != []
    assert broken(schema, "answers", {"id": 1, "name": "a", "password": "abc"}, Base=USER) != []


def test_directions_apply_in_the_items_of_an_array():
    users: Json = {"type": "array", "items": {"$ref": "#/components/schemas/Base"}}
    sent: Json = [{"name": "a", "password": "abc"}, {"id": 1, "name": "a", "password": "abc"}]
    assert broken(users, "requests", sent, Base=USER) == ["/1/id readOnly"]


def test_a_flag_that_is_false_has_no_effect():
    schema: Json = {"properties": {"id": {"readOnly": False, "writeOnly": False}}, "required": ["id"]}
    assert broken(schema, "requests", {"id": 1}) == broken(schema, "answers", {"id": 1}) == []
    assert broken(schema, "requests", {}) == broken(schema, "answers", {}) == ["required"]


@pytest.mark.parametrize("side", ["requests", "answers"])
def test_both_directions_assert_formats_only_if_the_contract_does(side):
    value: Json = (
        {"id": 1, "name": "a", "born": "soon"}
        if side == "answers"
        else {
            "name": "a",
            "password": "abc",
            "born": "soon",
        }
    )
    assert broken(USER, side, value) == ["/born format"]
    assert broken(USER, side, value, formats=False) == []


def test_a_document_without_flags_is_read_once():
    whole = document({"type": "object"})
    judges = Judges(whole)
    requests, answers = directed_documents(whole, judges, formats=True)
    assert requests.document is answers.document is whole
    assert requests.judges is answers.judges is judges


def test_a_flag_for_one_direction_does_not_change_the_other():
    whole = document({"properties": {"id": {"readOnly": True}}})
    requests, answers = directed_documents(whole, Judges(whole), formats=True)
    assert answers.document is whole
    assert requests.document is not whole


def test_the_types_of_each_direction_use_its_own_document():
    whole = document(USER)
    for side in directed_documents(whole, Judges(whole), formats=True):
        assert side.types.document is side.document
        assert side.types.judges is side.judges

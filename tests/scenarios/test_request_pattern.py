"""Request patterns are read from plain data; what is wrong with them is reported by pointer."""

import json

import pytest

from mockserver.data.reading import BadData, Cursor
from mockserver.scenarios.request_pattern import STUB_MEMBERS, VERIFY_MEMBERS, RequestPattern, read_pattern

STUB_PATTERN = {
    "method": "PATCH",
    "path": "/carts/42",
    "pathPattern": "^/carts",
    "header": {"X-A": "1"},
    "query": {"a": "1"},
    "body": {},
    "bodyPartial": {},
    "bodySchema": True,
}


def stub_pattern(match: object) -> RequestPattern:
    cursor = Cursor(match)
    pattern = read_pattern(cursor)
    cursor.finish()
    return pattern


def errors(match: object, allowed: tuple[str, ...]) -> dict[str, str]:
    cursor = Cursor(match)
    read_pattern(cursor, allowed, str)
    with pytest.raises(BadData) as caught:
        cursor.finish()
    return {each.pointer: each.message for each in caught.value.errors}


def test_the_members_of_a_stub_are_read_with_header_names_in_lower_case():
    members = stub_pattern(STUB_PATTERN).members
    assert {**members, "header": {"X-A": "1"}} == STUB_PATTERN
    assert members["header"] == {"x-a": "1"}
    assert set(STUB_MEMBERS) == set(STUB_PATTERN)


@pytest.mark.parametrize("name", ["status", "scenario", "valid"])
def test_what_is_known_only_after_the_answer_is_refused_in_a_stub(name):
    values = {"status": 409, "scenario": "order-not-cart", "valid": True}
    message = f"{name!r} is known only after the answer, so a stub cannot match by it"
    assert errors({name: values[name]}, STUB_MEMBERS) == {f"/{name}": message}


def test_the_operation_of_a_stub_is_beside_its_match():
    message = "'operation' is a member of the stub itself: move it out of 'match', beside it"
    assert errors({"operation": "a"}, STUB_MEMBERS) == {"/operation": message}


def test_an_unknown_member_gets_the_nearest_name_that_is_allowed():
    found = errors({"bodyPart": {}, "valod": True, "status": 1}, STUB_MEMBERS)
    assert found["/bodyPart"] == "unknown key 'bodyPart'; did you mean 'bodyPartial'?"
    assert "'valid'" not in found["/valod"]
    assert found.keys() == {"/bodyPart", "/valod", "/status"}


def test_a_header_that_is_given_in_two_spellings_is_refused():
    message = "the name 'x-a' occurs twice, because its case does not matter"
    assert errors({"header": {"X-A": "1", "x-a": "2"}}, STUB_MEMBERS) == {"/header/x-a": message}


def test_the_members_that_take_the_least_work_are_compared_first():
    names = list(stub_pattern(dict(reversed(STUB_PATTERN.items()))).members)
    assert names[0] == "method"
    assert names[-3:] == ["bodyPartial", "body", "bodySchema"]


def test_the_references_of_a_schema_are_relative_to_itself():
    schema = {
        "$ref": "#/$defs/line",
        "$defs": {"line": {"required": ["b"], "properties": {"a": {"$ref": "#"}}}},
    }
    judge = stub_pattern({"bodySchema": schema}).judge
    assert judge is not None
    assert judge.accepts({"b": 1, "a": {"b": 1}})
    assert [each.pointer for each in judge.violations({"b": 1, "a": {}})] == ["/a"]
    missing = {"/bodySchema/$ref": "'#/$defs/lines' cannot be resolved"}
    assert errors({"bodySchema": {**schema, "$ref": "#/$defs/lines"}}, STUB_MEMBERS) == missing


@pytest.mark.parametrize(
    ("match", "pointer"),
    [
        ([], ""),
        (None, ""),
        ({"stauts": 200}, "/stauts"),
        ({"operation": 1}, "/operation"),
        ({"method": None}, "/method"),
        ({"path": None}, "/path"),
        ({"pathPattern": "("}, "/pathPattern"),
        ({"pathPattern": 1}, "/pathPattern"),
        ({"header": {"a": 1}}, "/header/a"),
        ({"header": ["a"]}, "/header"),
        ({"query": {"a": None}}, "/query/a"),
        ({"query": {"a": ["b", 1]}}, "/query/a/1"),
        ({"header": {"a": ["b"]}}, "/header/a"),
        ({"bodySchema": 1}, "/bodySchema"),
        ({"bodySchema": {"type": "objekt"}}, "/bodySchema/type"),
        ({"bodySchema": {"properties": {"a": {"pattern": "("}}}}, "/bodySchema/properties/a/pattern"),
        ({"bodySchema": {"$ref": "https://elsewhere.test/schema"}}, "/bodySchema/$ref"),
        ({"status": "200"}, "/status"),
        ({"status": True}, "/status"),
        ({"status": 99}, "/status"),
        ({"scenario": []}, "/scenario"),
        ({"valid": "true"}, "/valid"),
    ],
    ids=lambda value: json.dumps(value),
)
def test_a_pattern_that_cannot_be_read_is_refused_by_pointer(match, pointer):
    assert [*errors(match, VERIFY_MEMBERS)] == [pointer]

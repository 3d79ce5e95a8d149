"""Recorded requests: which ones match a pattern, and how others differ."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.control.recorded_request import RecordedRequest
from mockserver.control.verification import difference_view
from mockserver.data.reading import Cursor
from mockserver.engine.masked_request import BODY_LIMIT
from mockserver.http.message import Request
from mockserver.journal.record import Record, record_of
from mockserver.scenarios.request_comparison import MASKED, Difference, differences
from mockserver.scenarios.request_pattern import VERIFY_MEMBERS, read_pattern
from tests.support.patches import patch, runtime

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab/~", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab/~", max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)
RECORD = record_of(
    runtime().run(
        patch("42", {"purchaser_id": 12}, {"X-Mock-Scenario": "order-not-cart"}, query="page=1&page=2&q=")
    )
)


def with_body(value: object) -> Record:
    data = json.dumps(value).encode()
    return replace(RECORD, kept_body=data, body_size=len(data))


def found(match: object, record: Record = RECORD) -> list[Difference]:
    cursor = Cursor(match)
    read = read_pattern(cursor, VERIFY_MEMBERS, str)
    cursor.finish()
    return list(differences(read, RecordedRequest(record)))


@pytest.mark.parametrize(
    "match",
    [
        {},
        {"operation": "update-a-cart"},
        {"method": "PATCH"},
        {"path": "/carts/42"},
        {"pathPattern": r"^/carts/\d+$"},
        {"pathPattern": "arts"},
        {"header": {"content-type": "application/json"}},
        {"header": {"CONTENT-Type": "application/json"}},
        {"query": {"page": "1"}},
        {"query": {"page": "2", "q": ""}},
        {"body": {"purchaser_id": 12}},
        {"body": {"purchaser_id": 12.0}},
        {"bodyPartial": {}},
        {"bodyPartial": {"purchaser_id": 12}},
        {"bodySchema": True},
        {"bodySchema": {"required": ["purchaser_id"], "properties": {"purchaser_id": {"maximum": 12}}}},
        {"status": 409},
        {"scenario": "order-not-cart"},
        {"valid": True},
        {"method": "PATCH", "status": 409, "bodyPartial": {"purchaser_id": 12}},
    ],
    ids=json.dumps,
)
def test_an_exchange_matches_by(match):
    assert found(match) == []


@pytest.mark.parametrize(
    ("match", "pointer", "expected", "value"),
    [
        ({"operation": "other"}, "/operation", "other", "update-a-cart"),
        ({"operation": None}, "/operation", None, "update-a-cart"),
        ({"method": "patch"}, "/method", "patch", "PATCH"),
        ({"path": "/carts/4"}, "/path", "/carts/4", "/carts/42"),
        ({"pathPattern": "^arts"}, "/pathPattern", "^arts", "/carts/42"),
        (
            {"header": {"Content-Type": "text/plain"}},
            "/header/content-type",
            "text/plain",
            "application/json",
        ),
        ({"header": {"accept": "*/*"}}, "/header/accept", "*/*", None),
        ({"query": {"page": "3"}}, "/query/page", "3", "1, 2"),
        ({"query": {"PAGE": "1"}}, "/query/PAGE", "1", None),
        ({"body": {"purchaser_id": 13}}, "/body/purchaser_id", 13, 12),
        ({"body": {}}, "/body/purchaser_id", None, 12),
        ({"body": None}, "/body", None, {"purchaser_id": 12}),
        ({"bodyPartial": {"purchaser_id": "12"}}, "/bodyPartial/purchaser_id", "12", 12),
        ({"bodyPartial": {"user": None}}, "/bodyPartial/user", None, None),
        ({"bodyPartial": []}, "/bodyPartial", [], {"purchaser_id": 12}),
        ({"status": 200}, "/status", 200, 409),
        ({"scenario": None}, "/scenario", None, "order-not-cart"),
        ({"valid": False}, "/valid", False, True),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else None,
)
def test_an_exchange_that_is_other_differs_in(match, pointer, expected, value):
    assert found(match) == [Difference(pointer, expected, value)]


def test_every_difference_is_told():
    match = {"status": 200, "valid": False, "header": {"a": "1", "b": "2"}, "body": {"x": 1}}
    pointers = [each.pointer for each in found(match)]
    assert sorted(pointers) == sorted(
        ["/status", "/valid", "/header/a", "/header/b", "/body/x", "/body/purchaser_id"]
    )


def test_a_schema_tells_the_place_in_the_body_and_the_rule():
    [difference] = found({"bodySchema": {"properties": {"purchaser_id": {"maximum": 11}}}})
    assert difference.pointer == "/bodySchema/purchaser_id"
    assert "12" in str(difference.expected)
    assert "11" in str(difference.expected)


def test_a_header_that_came_twice_matches_as_one():
    head = replace(RECORD.unmasked_head, headers=[("accept", "a"), ("accept", "b")])
    record = replace(RECORD, unmasked_head=head)
    assert found({"header": {"Accept": "a, b"}}, record) == []


def test_a_header_that_decides_nothing_matches():
    head = b"PATCH /carts/42 HTTP/1.1\r\nX-Request-Id: 7\r\nContent-Type: application/json"
    record = replace(RECORD, sent_head=head)
    assert found({"header": {"X-Request-Id": "7"}, "body": {"purchaser_id": 12}}, record) == []


def test_a_request_that_no_operation_answered_matches_null():
    record = record_of(runtime().run(Request.build("GET", "/nothing")))
    assert found({"operation": None, "scenario": None, "valid": False, "status": 404}, record) == []


# Bodies


@given(JSON)
def test_a_body_matches_itself_exactly_and_in_part(value):
    assert found({"body": value}, with_body(value)) == []
    assert found({"bodyPartial": value}, with_body(value)) == []


@given(JSON, JSON)
def test_only_an_equal_body_matches_exactly(expected, value):
    same = json.dumps(expected, sort_keys=True) == json.dumps(value, sort_keys=True)
    assert (found({"body": expected}, with_body(value)) == []) == same


@given(st.dictionaries(st.text("ab", max_size=2), JSON), JSON)
def test_further_members_do_not_hurt_a_part(members, more):
    assert found({"bodyPartial": members}, with_body({**members, "more": more})) == []
    assert found({"body": members}, with_body({**members, "more": more})) != []


@pytest.mark.parametrize(
    ("expected", "value", "pointers"),
    [
        ([1], [1, 2], []),
        ([1, 2], [1], ["/bodyPartial"]),
        ([2], [1, 2], ["/bodyPartial/0"]),
        ([{"a": 1}], [{"a": 1, "b": 2}, 3], []),
        ({"a": {"b": [{"c": 1}]}}, {"a": {"b": [{"c": 2}]}}, ["/bodyPartial/a/b/0/c"]),
        ({"a/b": {"~": 1}}, {"a/b": {"~": 2}}, ["/bodyPartial/a~1b/~0"]),
        (1, True, ["/bodyPartial"]),
        ({"a": None}, {}, ["/bodyPartial/a"]),
        ({"a": None}, {"a": None}, []),
    ],
)
def test_a_part_of_lists_and_objects(expected, value, pointers):
    assert [each.pointer for each in found({"bodyPartial": expected}, with_body(value))] == pointers


def test_a_body_that_is_no_json_is_a_text():
    head = replace(RECORD.unmasked_head, headers=[("content-type", "text/plain")])
    record = replace(RECORD, unmasked_head=head, kept_body=b"hello", body_size=5)
    assert found({"body": "hello"}, record) == []
    assert found({"body": None}, replace(record, kept_body=b"", body_size=0)) == []


def test_a_body_that_was_cut_does_not_match_as_json():
    record = replace(RECORD, kept_body=b'{"purchaser_id": 12}', body_size=BODY_LIMIT + 1)
    assert [each.pointer for each in found({"bodyPartial": {"purchaser_id": 12}}, record)] == ["/bodyPartial"]


# Secrets


def test_a_masked_value_equals_none_and_is_never_told():
    key, other = "flt_sk_abcdefghijkl1234", "flt_sk_abcdefghijkl9999"
    sent = {"Authorization": f"Bearer {key}", "X-Api-Key": "0123456789abcdef"}
    body = {"note": key, "password": "correct horse battery"}
    record = record_of(runtime().run(patch("42", body, sent, query=f"token={key}&q={key}", token=None)))
    match = {"header": sent, "query": {"token": key, "q": key}, "body": body, "bodyPartial": body}
    wrong = json.loads(json.dumps(match).replace(key, other).replace("battery", "staples"))
    masked = {
        "header": dict(record.headers),
        "query": dict(record.query),
        "body": json.loads(record.body.data),
    }
    for expected in (match, wrong, masked):
        differing = found(expected, record)
        assert len(differing) >= 6
        assert all(each.undecided == MASKED for each in differing)
        told = str([difference_view(each, each.expected, record.secret.names) for each in differing])
        assert other not in told
        assert key not in told
        assert "correct horse" not in told
        assert MASKED in told


def test_what_is_not_masked_is_compared_beside_what_is():
    record = record_of(runtime().run(patch("42", {"note": "a", "password": "correct horse battery"})))
    [differing] = found({"bodyPartial": {"note": "b"}}, record)
    assert (differing.pointer, differing.undecided) == ("/bodyPartial/note", "")
    assert found({"bodyPartial": {"note": "a"}}, record) == []


@pytest.mark.parametrize(
    ("schema", "matches"),
    [
        ({"required": ["password"]}, True),
        ({"properties": {"password": {"type": "string"}}}, True),
        ({"properties": {"password": {"const": "…tery"}}}, False),
        ({"properties": {"password": {"minLength": 3}}}, False),
        ({"enum": [{"note": "a", "password": "…tery"}]}, False),
    ],
)
def test_a_schema_must_hold_whatever_the_masked_value_is(schema, matches):
    record = record_of(runtime().run(patch("42", {"note": "a", "password": "correct horse battery"})))
    differing = found({"bodySchema": schema}, record)
    assert (not differing) is matches
    assert all(each.undecided == MASKED for each in differing)


def test_a_path_pattern_must_hold_whatever_the_masked_segment_is():
    record = record_of(runtime().run(patch("flt_sk_abcdefghijkl1234")))
    assert found({"pathPattern": "^/carts/[^/]+$"}, record) == []
    for pattern in ("flt_sk_abcdefghijkl1234", "…1234$", "^/carts/flt_sk_[a-z]"):
        assert [each.undecided for each in found({"pathPattern": pattern}, record)] == [MASKED]

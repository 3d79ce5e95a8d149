"""A request as it came matches a pattern exactly when a verification counts its recorded exchange."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.control.recorded_request import RecordedRequest
from mockserver.data.reading import Cursor
from mockserver.http.message import Request
from mockserver.journal.record import record_of
from mockserver.scenarios.live_request import LiveRequest
from mockserver.scenarios.request_comparison import MAX_VALUES, differences, matches
from mockserver.scenarios.request_pattern import RequestPattern, read_pattern
from tests.support.patches import patch, runtime

NUMBERS = [*range(100)]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=1), inner, max_size=2),
    max_leaves=5,
)
SCHEMAS = st.sampled_from(
    [
        True,
        {"type": "object"},
        {"type": ["string", "null"]},
        {"required": ["a"]},
        {"minItems": 1},
        {"const": 1},
    ]
)
PATHS = st.sampled_from(["/carts/4", "/carts/42", "/carts/%34", "/carts/a%2Fb", "/", "/nothing"])
PAIRS = st.lists(
    st.tuples(st.sampled_from("pq"), st.sampled_from(["", "1", "%C3%A9", "%ff", "a+b"])), max_size=3
)
VALUES = st.sampled_from(["", "1", "é", "�", "a b", "a, b"])
HEADERS = st.lists(st.tuples(st.sampled_from(["x-a", "x-b"]), st.sampled_from(["1", "a", "b"])), max_size=3)
TYPES = st.sampled_from([None, "application/json", "application/merge-patch+json; a=1", "text/plain"])
BODIES = JSON.map(lambda value: json.dumps(value).encode()) | st.sampled_from(
    [b"", b"{", b"\xff", b'{"a":1,"a":1}']
)


def pattern(match: object) -> RequestPattern:
    cursor = Cursor(match)
    read = read_pattern(cursor)
    cursor.finish()
    return read


def differs(match: object, request: Request) -> list[str]:
    return [each.pointer for each in differences(pattern(match), LiveRequest(request))]


@st.composite
def requests(draw: st.DrawFn) -> Request:
    media_type, body = draw(TYPES), draw(BODIES)
    headers = [*draw(HEADERS), *([("content-type", media_type)] if media_type else [])]
    if draw(st.booleans()):
        headers.append(("content-encoding", "gzip"))
        body = gzip.compress(body)
    query = "&".join(f"{name}={value}" for name, value in draw(PAIRS))
    method = draw(st.sampled_from(["GET", "PATCH", "patch"]))
    return Request.build(method, draw(PATHS), query, headers, body)


MATCHES = st.fixed_dictionaries(
    {},
    optional={
        "method": st.sampled_from(["GET", "PATCH", "patch"]),
        "path": PATHS,
        "pathPattern": st.sampled_from(["4", "^/carts/[0-9]+$", "%2F", "^/$"]),
        "query": st.dictionaries(st.sampled_from("pq"), VALUES, max_size=1),
        "header": st.dictionaries(
            st.sampled_from(["X-A", "x-b", "Content-Encoding"]),
            st.sampled_from(["1", "a, b", "gzip"]),
            max_size=1,
        ),
        "body": JSON | st.sampled_from(["{", "�"]),
        "bodyPartial": JSON,
        "bodySchema": SCHEMAS,
    },
)


@given(requests(), MATCHES)
def test_a_live_request_matches_exactly_when_its_record_does(request, match):
    exchange = runtime().run(request)
    read = pattern(match)
    recorded = RecordedRequest(record_of(exchange))
    live = LiveRequest(exchange.request)
    assert list(differences(read, live)) == list(differences(read, recorded))
    assert matches(read, live) is matches(read, recorded)
    assert matches(read, live) is (list(differences(read, live)) == [])


@given(requests(), JSON)
def test_a_body_matches_the_patterns_that_are_read_from_it(request, value):
    live = LiveRequest(request)
    if live.size:
        assert differs({"body": live.body, "bodyPartial": live.body}, request) == []
        assert differs({"bodySchema": {"const": live.body}}, request) == []


def test_secrets_are_compared_as_they_came():
    sent = {"Authorization": "Bearer flt_sk_abcdefghijkl1234", "X-Api-Key": "0123456789abcdef"}
    body = {"password": "correct horse battery"}
    request = patch("42", body, sent, query="token=abcdefghijklmnop", token=None)
    match = {"header": sent, "query": {"token": "abcdefghijklmnop"}, "body": body}
    assert differs(match, request) == []
    wrong = {**match, "body": {"password": "…tery"}}
    assert differs(wrong, request) == ["/body/password"]


def test_query_parameters_for_the_mock_are_no_part_of_the_request():
    request = patch(query="__scenario=order-not-cart&page=1")
    assert differs({"query": {"page": "1"}}, request) == []
    assert differs({"query": {"__scenario": "order-not-cart"}}, request) == ["/query/__scenario"]


def test_a_query_parameter_matches_one_of_its_values_or_all_of_them_in_order():
    request = patch(query="tag=a&tag=b&page=1")
    for matching in ("a", "b", ["a", "b"]):
        assert differs({"query": {"tag": matching}}, request) == []
    for other in ("c", ["b", "a"], ["a"], [], ["a", "b", "c"]):
        assert differs({"query": {"tag": other}}, request) == ["/query/tag"]
    assert differs({"query": {"page": ["1"]}}, request) == []


def test_headers_that_decide_nothing_are_compared_too():
    head = b"PATCH /carts/42 HTTP/1.1\r\nX-Request-Id: 7\r\nContent-Type: text/plain"
    request = Request(Request.build("PATCH", "/carts/42").head, sent=head)
    assert differs({"header": {"X-Request-Id": "7"}}, request) == []


def test_a_body_that_is_coded_is_compared_decoded():
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    coded = Request.build("POST", "/", "", [(name.lower(), each) for name, each in headers.items()])
    request = Request(coded.head, gzip.compress(b'{"a": [1, 2]}')).decoded(1000)
    assert differs({"bodyPartial": {"a": [1]}}, request) == []


def test_a_body_is_decoded_once():
    live = LiveRequest(patch())
    assert live.body is live.body


@pytest.mark.parametrize(
    ("match", "pointer"),
    [
        ({"pathPattern": "(?=(a+)+b)(a+)+$"}, "/pathPattern"),
        ({"bodySchema": {"properties": {"note": {"pattern": "(?=(a+)+b)(a+)+$"}}}}, "/bodySchema/note"),
    ],
)
def test_what_cannot_be_judged_does_not_match_and_says_so(match, pointer):
    request = patch("a" * 2000, {"note": "a" * 2000})
    [difference] = differences(pattern(match), LiveRequest(request))
    assert difference.pointer == pointer
    assert "is not judged" in difference.undecided


def test_a_schema_that_holds_matches_after_one_that_was_not_judged():
    live = LiveRequest(patch(body={"note": "a" * 2000}))
    hostile = {"pattern": "(?=(a+)+b)(a+)+$"}
    schema = {"properties": {"note": hostile}, "required": ["other"]}
    assert [each.pointer for each in differences(pattern({"bodySchema": schema}), live)] == ["/bodySchema"]
    assert matches(pattern({"bodySchema": {"not": {"type": "string"}}}), live)


@pytest.mark.parametrize(
    ("member", "expected"),
    [("body", NUMBERS), ("bodyPartial", NUMBERS), ("bodySchema", {"items": {"type": "integer"}})],
)
def test_all_patterns_share_the_values_that_they_may_look_at(member, expected):
    live = LiveRequest(patch(body=NUMBERS))
    read = pattern({member: expected})
    assert matches(read, live)
    live.values_left = 0
    [difference] = differences(read, live)
    assert difference.pointer == f"/{member}"
    assert f"no more than {MAX_VALUES:,} values" in difference.undecided
    assert matches(pattern({"method": "PATCH", "pathPattern": "^/carts"}), live)


def test_every_violation_of_a_schema_is_a_difference():
    schema = {"required": ["a", "b"], "properties": {"purchaser_id": {"maximum": 1}}}
    assert differs({"bodySchema": schema}, patch()) == [
        "/bodySchema",
        "/bodySchema",
        "/bodySchema/purchaser_id",
    ]

"""JSON representations of exchanges in the control API."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.control.serializers import decoded_body, exchange_view
from mockserver.engine.masked_request import BODY_LIMIT
from mockserver.http.message import Request, as_utf8, joined_headers
from mockserver.journal.record import Body, record_of
from tests.support.patches import READ_ONLY, patch, runtime, setting_cookie

AS_JSON = [("content-type", "application/json")]
AS_TEXT = [("content-type", "text/plain")]


def view(request: Request):
    return exchange_view(record_of(runtime().run(request)))


def test_an_exchange_has_all_its_members():
    shown = view(patch("42", {"purchaser_id": 12}, {"X-Mock-Session": "mine"}, query="page=1"))
    assert list(shown) == [
        "id", "at", "session", "operation", "request", "response", "violations", "off_contract",
        "intended", "leniencies", "valid",
        "scenario", "source", "duration_ms", "trail",
    ]  # fmt: skip
    assert (shown["id"], shown["session"], shown["operation"]) == ("x1", "mine", "update-a-cart")
    assert shown["request"] == {
        "method": "PATCH",
        "path": "/carts/42",
        "query": [{"name": "page", "value": "1"}],
        "headers": {
            "content-type": "application/json",
            "authorization": "Bearer flt_sk_…body",
            "x-mock-session": "mine",
        },
        "body": {"purchaser_id": 12},
        "size": 20,
    }
    assert shown["response"]["status"] == 200
    assert shown["response"]["headers"]["x-mock-exchange"] == "x1"
    assert (shown["valid"], shown["violations"], shown["off_contract"]) == (True, [], [])
    assert (shown["scenario"], shown["source"]) == (None, "model")
    assert 0 < shown["duration_ms"] < 60_000


def test_violations_name_their_rule():
    [violation] = view(patch("42", {"purchaser_id": 0}))["violations"]
    assert {**violation, "message": None} == {
        "in": "body",
        "pointer": "/purchaser_id",
        "keyword": "exclusiveMinimum",
        "message": None,
        "rule": "/components/schemas/PatchCartBody/properties/purchaser_id/exclusiveMinimum",
    }
    [violation] = view(patch("x"))["violations"]
    assert (violation["in"], violation["name"], violation["pointer"]) == ("path", "order_id", "/order_id")


def test_the_trail_tells_each_step_and_where_it_is_written():
    trail = view(patch(token=READ_ONLY))["trail"]
    assert [each["step"] for each in trail] == ["match", "open_session", "authenticate"]
    assert re.search(r"carts\.yaml:\d+#/paths/~1carts~1\{order_id\}/patch$", trail[0]["where"])
    assert trail[1]["where"] is None
    assert "INSUFFICIENT_SCOPE" in trail[2]["decided"]


def test_an_exchange_that_matched_nothing_has_no_operation_and_is_not_valid():
    shown = view(Request.build("GET", "/nothing"))
    assert (shown["operation"], shown["valid"], shown["source"]) == (None, False, "mock")
    assert shown["request"]["body"] is None
    assert shown["request"]["size"] == 0


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        (b'{"a": 1}', AS_JSON, {"a": 1}),
        (b'{"a": 1}', [("content-type", "application/problem+json; charset=utf-8")], {"a": 1}),
        (b'{"a": 1}', AS_TEXT, '{"a": 1}'),
        (b'{"a": 1}', [], '{"a": 1}'),
        (b'{"a": 1', AS_JSON, '{"a": 1'),
        (b"caf\xe9", AS_TEXT, "caf\ufffd"),
        (b"null", AS_JSON, None),
        (b"", AS_JSON, None),
        (b"", [], None),
    ],
)
def test_a_body_is_json_where_it_is_json_else_text_else_null(body, headers, expected):
    assert decoded_body(Body(body, len(body)), headers) == expected


def test_a_body_that_was_cut_is_text_and_says_so():
    shown = view(patch("42", {"note": "x" * BODY_LIMIT}))["request"]
    assert shown["truncated"] is True
    assert shown["size"] == BODY_LIMIT + len('{"note": ""}')
    assert isinstance(shown["body"], str)
    assert len(shown["body"]) == BODY_LIMIT


def test_a_body_that_is_whole_does_not_speak_of_it():
    assert "truncated" not in view(patch())["request"]


def test_a_cookie_that_the_answer_sets_is_shown_without_its_secret():
    shown = exchange_view(record_of(setting_cookie("correct-horse-battery")))
    assert shown["response"]["headers"]["set-cookie"] == "sid=…tery; Path=…"
    assert "correct-horse" not in str(shown)


def test_headers_of_one_name_are_joined():
    assert joined_headers([("vary", "Origin"), ("a", "1"), ("vary", "Accept")]) == {
        "vary": "Origin, Accept",
        "a": "1",
    }


@given(st.binary())
def test_any_bytes_of_a_query_can_be_sent_as_text(data):
    text = as_utf8(data.decode("utf-8", "surrogateescape"))
    assert text.encode() == data.decode("utf-8", "replace").encode()

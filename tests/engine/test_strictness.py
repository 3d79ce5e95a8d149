"""`--errors` and `--lenient-read-only`: strictness about answers, and about read-only members."""

from pathlib import Path

import pytest
import yaml

from mockserver import Settings, create_app
from tests.support.asgi import in_process

ID = {"type": "integer", "readOnly": True}
PEN = {"type": "object", "required": ["id", "ink"], "properties": {"id": ID, "ink": {"type": "string"}}}
MEDIA = {"application/json": {"schema": PEN}}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Pens", "version": "1"},
    "paths": {
        "/pens": {
            "get": {
                "operationId": "show",
                "responses": {
                    "200": {
                        "description": "A pen",
                        "content": {"application/json": {"schema": PEN, "example": {"id": 1, "ink": 5}}},
                    }
                },
            }
        },
        "/pens/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"responses": {"200": {"description": "A pen", "content": MEDIA}}},
            "put": {
                "requestBody": {"required": True, "content": MEDIA},
                "responses": {"200": {"description": "Changed", "content": MEDIA}},
            },
        },
        "/pens/many": {
            "put": {
                "requestBody": {"content": {"application/json": {"schema": {"type": "array", "items": PEN}}}},
                "responses": {"204": {"description": "Changed"}},
            }
        },
    },
}


@pytest.fixture
def ask(tmp_path: Path):
    """The answer of an API of pens with these settings."""
    (path := tmp_path / "pens.yaml").write_text(yaml.safe_dump(DOCUMENT), encoding="utf-8")

    def send(method, target, body=b"", headers=(), **chosen):
        raw = [(b"content-type", b"application/json"), *headers] if body else [*headers]
        with in_process(create_app(Settings(specs=(path,), **chosen))) as process:
            return process.send(method, target.encode(), raw, body)

    return send


# Answers of the mock


def test_without_errors_an_answer_off_contract_is_sent_and_flagged(ask):
    reply = ask("GET", "/pens")
    assert (reply.status, reply.header("x-mock-off-contract")) == (200, "1")


def test_with_errors_an_answer_off_contract_is_a_problem_that_lists_its_violations(ask):
    reply = ask("GET", "/pens", headers=[(b"origin", b"http://app.example")], errors=True)
    body = reply.json()
    assert (reply.status, body["type"]) == (500, "urn:mockserver:problem:off-contract")
    assert [(each["pointer"], each["keyword"]) for each in body["violations"]] == [("/ink", "type")]
    assert body["violations"][0]["message"] in body["detail"]
    assert body["message"] == body["detail"]
    assert reply.header("x-mock-off-contract") == "1"
    assert reply.header("access-control-allow-origin") == "http://app.example"
    assert reply.header("x-mock-exchange") == "x1"


def test_with_errors_an_answer_that_keeps_to_the_contract_is_sent(ask):
    assert ask("GET", "/pens/1", errors=True).status == 200


def test_with_errors_a_mutation_may_break_the_contract(tmp_path):
    (path := tmp_path / "pens.yaml").write_text(yaml.safe_dump(DOCUMENT), encoding="utf-8")
    with in_process(create_app(Settings(specs=(path,), errors=True))) as process:
        host = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
        named = b'{"name": "GET /pens/{id} 200 missing /ink"}'
        assert process.send("PUT", b"/__mock/mutation", host, named).status in (200, 204)
        reply = process.send("GET", b"/pens/1", [], b"")
    assert (reply.status, reply.header("x-mock-off-contract")) == (200, "1; intended")


def test_with_errors_a_body_that_the_contract_does_not_describe_is_refused(ask):
    assert ask("GET", "/pens/1", b"{}", errors=True).status == 415


# Read-only members of requests


@pytest.mark.parametrize(
    "chosen", [{}, {"stateful": True, "lenient_read_only": False}], ids=["default", "off"]
)
def test_a_read_only_member_is_refused(ask, chosen):
    reply = ask("PUT", "/pens/5", b'{"id": 5, "ink": "red"}', **chosen)
    assert (reply.status, reply.json()["violations"][0]["keyword"]) == (422, "readOnly")


@pytest.mark.parametrize(
    "chosen", [{"lenient_read_only": True}, {"stateful": True}], ids=["the flag", "stateful"]
)
def test_a_read_only_member_is_dropped_with_a_note(ask, chosen):
    reply = ask("PUT", "/pens/5", b'{"id": 5, "ink": "red"}', **chosen)
    assert reply.header("x-mock-violations") is None
    assert reply.header("x-mock-note") == "read-only members are dropped: /id"


def test_what_else_is_wrong_is_refused(ask):
    reply = ask("PUT", "/pens/5", b'{"id": 5, "ink": 7}', lenient_read_only=True)
    assert reply.status == 422
    assert [each["pointer"] for each in reply.json()["violations"]] == ["/ink"]


def test_a_wrong_parameter_is_refused_although_members_are_dropped(ask):
    reply = ask("PUT", "/pens/x", b'{"id": 5, "ink": "red"}', lenient_read_only=True)
    assert [each["in"] for each in reply.json()["violations"]] == ["path"]


def test_a_note_names_the_first_members(ask):
    many = b"[" + b",".join([b'{"id": 1, "ink": "red"}'] * 7) + b"]"
    reply = ask("PUT", "/pens/many", many, lenient_read_only=True)
    assert reply.status == 204
    first = "/0/id, /1/id, /2/id, /3/id, /4/id"
    assert reply.header("x-mock-note") == f"read-only members are dropped: {first} and 2 more"


def test_a_valid_request_has_no_note(ask):
    assert ask("PUT", "/pens/5", b'{"ink": "red"}', lenient_read_only=True).header("x-mock-note") is None

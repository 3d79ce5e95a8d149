"""What an invalid request gets: the documented error, which says what is wrong with this request."""

import json
from pathlib import Path

import pytest
import yaml

from mockserver import Settings, create_app
from mockserver.http.message import Request
from mockserver.loading import load_backend
from mockserver.runtime import wire
from tests.support.asgi import Reply, in_process
from tests.support.documents import HEAD

SENTENCE = "/colour: the property is missing; it is required"
TEXT = {"type": "string"}
MESSAGE = {
    "type": "object",
    "required": ["message"],
    "properties": {"message": TEXT, "code": {"type": "integer"}},
}
XML = {**MESSAGE, "xml": {"name": "error"}}
COLOURED = {"type": "object", "required": ["colour"], "properties": {"colour": TEXT}}


def document(responses) -> dict:
    body = {"required": True, "content": {"application/json": {"schema": COLOURED}}}
    operation = {
        "requestBody": body,
        "security": [{"key": []}],
        "responses": {"200": {"description": "Made."}, **responses},
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Widgets", "version": "1"},
        "paths": {"/widgets": {"post": operation}},
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    }


def answering(media, name="application/json"):
    return {"description": "Refused.", "content": {name: media}}


@pytest.fixture
def refused(tmp_path: Path):
    """The answer to a request without `colour`, from an API with these documented errors."""

    def ask(responses, *, key: str | None = "k", query: str = "", **headers: str) -> Reply:
        (path := tmp_path / "api.yaml").write_text(yaml.safe_dump(document(responses)), encoding="utf-8")
        sent = {"content-type": "application/json", **headers, **({"x-key": key} if key else {})}
        raw = [(name.encode(), value.encode()) for name, value in sent.items()]
        with in_process(create_app(Settings(specs=(path,)))) as process:
            return process.send("POST", f"/widgets?{query}".encode(), raw, b"{}")

    return ask


def sentence_of(reply: Reply) -> str:
    (violation,) = reply.json()["violations"]
    return f"{violation['pointer']}: {violation['message']}" if violation["pointer"] else violation["message"]


@pytest.mark.parametrize(
    "media",
    [
        {"schema": MESSAGE},
        {"schema": {**MESSAGE, "example": {"message": "All went well.", "code": 7}}},
        {"schema": {"allOf": [MESSAGE]}, "example": {"message": "All went well."}},
        {"example": {"message": "All went well."}},
    ],
    ids=["a schema", "an example of the schema", "an example", "an example alone"],
)
def test_the_message_says_what_is_wrong_with_the_request(refused, media):
    reply = refused({"400": answering(media)})
    assert reply.status == 400
    assert reply.json()["message"] == sentence_of(reply)
    assert "colour" in reply.json()["message"]
    assert "went well" not in reply.body.decode()
    assert reply.header("x-mock-off-contract") is None


@pytest.mark.parametrize("name", ["error", "errors"])
def test_a_nested_message_says_it_too(refused, name):
    inner = MESSAGE if name == "error" else {"type": "array", "minItems": 1, "items": MESSAGE}
    closed = {
        "type": "object",
        "required": [name],
        "properties": {name: inner},
        "additionalProperties": False,
    }
    body = refused({"400": answering({"schema": closed})}).json()
    assert "colour" in (body["error"] if name == "error" else body["errors"][0])["message"]


def test_what_the_schema_limits_is_filled_as_far_as_possible(refused):
    limited = {
        "type": "object",
        "required": ["error", "message"],
        "additionalProperties": False,
        "properties": {"error": {"enum": ["BAD"]}, "message": {"type": "string", "maxLength": 20}},
    }
    reply = refused({"400": answering({"schema": limited})})
    assert reply.json()["error"] == "BAD"
    assert len(reply.json()["message"]) == 20
    assert reply.header("x-mock-off-contract") is None


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("text/plain", {"example": "All went well."}),
        ("text/plain", {"schema": TEXT}),
        ("application/json", {"schema": TEXT, "example": "All went well."}),
        ("application/xml", {"schema": XML, "example": {"message": "All went well."}}),
        (
            "application/xml",
            {"schema": XML, "example": "<error><message>All went well.</message></error>"},
        ),
        ("application/x-www-form-urlencoded", {"schema": MESSAGE}),
    ],
    ids=["text", "a schema of text", "a JSON string", "XML", "XML as text", "a form"],
)
def test_other_media_types_say_it_too(refused, name, media):
    reply = refused({"400": answering(media, name)})
    assert (reply.status, str(reply.header("content-type")).partition(";")[0]) == (400, name)
    assert b"colour" in reply.body
    assert b"went" not in reply.body


EXAMPLES = {
    "missing": {"value": {"message": "All went well.", "code": 1}},
    "quota": {"value": {"message": "Slow down.", "code": 2}},
}


@pytest.mark.parametrize(
    ("documented", "status"), [("400", 400), ("429", 429), ("4XX", 400), ("default", 400)], ids=str
)
@pytest.mark.parametrize("way", ["prefer", "query"])
def test_an_invalid_request_may_choose_its_documented_example(refused, documented, status, way):
    responses = {
        "422": answering({"schema": MESSAGE}),
        documented: answering({"schema": MESSAGE, "examples": EXAMPLES}),
    }
    chosen = {"prefer": "example=quota"} if way == "prefer" else {"query": "__example=quota"}
    reply = refused(responses, **chosen)
    assert (reply.status, reply.json()["code"]) == (status, 2)
    assert reply.json()["message"] == sentence_of(reply)
    assert reply.header("preference-applied") == ("example=quota" if way == "prefer" else None)
    assert reply.header("x-mock-source") == "validation"


@pytest.mark.parametrize("prefer", ["example=none", "example=made", "code=409", "code=409, example=quota"])
def test_a_choice_that_is_no_documented_refusal_changes_nothing(refused, prefer):
    made = answering({"examples": {"made": {"value": {}}}})
    reply = refused({"201": made, "400": answering({"schema": MESSAGE, "examples": EXAMPLES})}, prefer=prefer)
    assert (reply.status, reply.json()["code"]) == (400, 1)
    assert reply.header("preference-applied") is None


@pytest.mark.parametrize("key", ["4XX", "default"])
def test_a_401_without_a_response_of_its_own_is_the_operation_s_general_error(refused, key):
    error = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}
    schema = {"type": "object", "required": ["error"], "properties": {"error": error}}
    reply = refused({key: answering({"schema": schema})}, key=None)
    assert (reply.status, reply.header("x-mock-source")) == (401, "auth")
    assert "credential" in reply.json()["error"]["message"]


def test_a_documented_401_says_which_credential_is_missing(refused):
    example = {"error": {"code": "no_key", "message": "All went well."}}
    reply = refused({"401": answering({"example": example})}, key=None)
    assert (reply.status, reply.header("x-mock-source")) == (401, "auth")
    assert reply.json()["error"]["code"] == "no_key"
    assert "X-Key" in reply.json()["error"]["message"]


def test_a_code_in_a_documented_401_stays(refused):
    reply = refused({"401": answering({"example": {"error": "NO_KEY"}})}, key=None)
    assert reply.json() == {"error": "NO_KEY"}


def test_a_problem_says_it_in_message_and_detail(refused):
    body = refused({}).json()
    assert body["message"] == body["detail"]
    assert "colour" in body["message"]


def test_a_body_that_cannot_be_encoded_gives_way_to_a_problem(refused):
    reply = refused({"401": answering({"schema": {"type": "array"}}, "multipart/form-data")}, key=None)
    assert reply.status == 401
    assert json.loads(reply.body)["type"].endswith(":unauthorized")


SHARED_ERROR = """
security: [{bearer: []}]
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
paths:
  /pages:
    get:
      parameters: [{name: n, in: query, required: true, schema: {type: integer}}]
      responses:
        "204": {description: Done}
        default:
          description: Any error.
          content: {application/json: {schema: {type: object}, example: {error: NOT_ALLOWED}}}
"""


@pytest.mark.parametrize("first", [400, 401])
def test_a_response_for_several_statuses_is_filled_alike_in_any_order(tmp_path, first):
    (tmp_path / "api.yaml").write_text(HEAD + SHARED_ERROR, encoding="utf-8")
    settings = Settings(specs=(tmp_path / "api.yaml",))
    mock = wire(load_backend(settings), settings)
    sent = {400: [("authorization", "Bearer a")], 401: []}
    bodies = {}
    for status in sorted(sent, reverse=first == 401):
        answer = mock.run(Request.build("GET", "/pages", headers=sent[status])).final_answer
        assert answer.status == status
        bodies[status] = json.loads(answer.body)["error"]
    assert bodies[401] == "NOT_ALLOWED"
    assert bodies[400] != "NOT_ALLOWED"

"""What a model sees of a request, and what it sets in the answer."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from msgspec import field

from mockserver import Call, Outcome, Settings, create_app
from mockserver.data.json import Json
from tests.support.asgi import in_process
from tests.support.lamps import LampModel, Lamps

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Lamps", "version": "1"},
    "paths": {
        "/lamps/{room}": {
            "get": {
                "operationId": "show-lamps",
                "parameters": [
                    {"name": "room", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                    {
                        "name": "tags",
                        "in": "query",
                        "explode": False,
                        "schema": {"type": "array", "items": {"type": "string"}},
                    },
                    {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
                    {"name": "If-Version", "in": "header", "schema": {"type": "integer"}},
                    {"name": "theme", "in": "cookie", "schema": {"type": "integer"}},
                ],
                "responses": {
                    "200": {"description": "ok", "content": {"application/json": {"schema": {}}}},
                    "202": {"description": "later", "content": {"application/json": {"schema": {}}}},
                    "304": {"description": "not modified"},
                },
            }
        }
    },
}


class Observer(LampModel):
    """Lamps that keep the calls, and answer with what they are told."""

    calls: list[Call] = field(default_factory=list)
    body: Json = None
    status: Any = None
    headers: Any = field(default_factory=dict)

    def handle(self, state: Lamps, call: Call) -> Outcome[Lamps]:
        self.calls.append(call)
        return Outcome(state, self.body, status=self.status, headers=self.headers)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("lamps") / "lamps.yaml"
    path.write_text(yaml.safe_dump(DOCUMENT), encoding="utf-8")
    return path


def asked(document, model: Observer, target: bytes, headers: tuple[tuple[bytes, bytes], ...] = ()):
    """The reply to a GET, answered by the model."""
    app = create_app(Settings(specs=(document,)), models=[model])
    with in_process(app) as process:
        return process.send("GET", target, [(b"host", b"localhost"), *headers], b"")


def test_what_the_contract_describes_is_decoded_by_it(document):
    model = Observer()
    headers = ((b"If-Version", b"3"), (b"cookie", b"theme=7"))
    asked(document, model, b"/lamps/hall?limit=5&tags=a,b&filter[on]=yes", headers)
    (call,) = model.calls
    assert dict(call.parameters) == {"room": "hall"}
    assert dict(call.query) == {"limit": 5, "tags": ["a", "b"], "filter": {"on": "yes"}}
    assert (call.headers["if-version"], dict(call.cookies)) == (3, {"theme": 7})


def test_what_the_contract_does_not_describe_is_a_string_or_an_array_of_strings(document):
    model = Observer()
    headers = ((b"x-trace", b"a"), (b"x-trace", b"b"), (b"cookie", b"lang=fr; lang=de"))
    asked(document, model, b"/lamps/hall?sort=name&id=1&id=2", headers)
    (call,) = model.calls
    assert dict(call.query) == {"sort": "name", "id": ["1", "2"]}
    assert (call.headers["x-trace"], dict(call.cookies)) == ("a, b", {"lang": "fr"})


def test_what_is_meant_for_the_mock_server_is_left_out(document):
    model = Observer()
    headers = ((b"x-mock-session", b"s1"), (b"cookie", b"mock_session=s1"))
    asked(document, model, b"/lamps/hall?__session=s1", headers)
    (call,) = model.calls
    assert (dict(call.query), dict(call.cookies)) == ({}, {})
    assert not [name for name in call.headers if name.startswith("x-mock-")]


@pytest.mark.parametrize("name", ["if-version", "If-Version", "IF-VERSION"])
def test_headers_are_found_in_any_case(document, name):
    model = Observer()
    asked(document, model, b"/lamps/hall", ((b"if-version", b"3"),))
    (call,) = model.calls
    assert name in call.headers
    assert (call.headers[name], call.headers.get(name.swapcase())) == (3, 3)


def test_the_instant_of_the_call_is_aware_and_in_utc(document):
    model = Observer()
    asked(document, model, b"/lamps/hall")
    (call,) = model.calls
    assert call.now.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - call.now) < timedelta(minutes=1)


def test_a_call_for_the_test_of_a_model_takes_its_instant():
    now = datetime(2026, 1, 2, tzinfo=UTC)
    assert Call("show-lamps", {}, None, None, now=now).now == now


def test_a_model_that_changes_a_value_changes_it_for_this_call_alone(document):
    model = Observer()
    app = create_app(Settings(specs=(document,)), models=[model])
    with in_process(app) as process:
        for _ in range(2):
            process.send("GET", b"/lamps/hall?tags=a", [(b"host", b"localhost")], b"")
            tags = model.calls[-1].query["tags"]
            assert tags == ["a"]
            tags.append("b")


@given(st.dictionaries(st.text("abcxyz-_", min_size=1), st.text(max_size=8), max_size=4))
def test_any_undescribed_member_of_the_query_is_seen_as_it_was_sent(document, members):
    model = Observer()
    sent = {f"u{name}": value for name, value in members.items()}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in sent.items())
    asked(document, model, f"/lamps/hall?{query}".encode())
    assert dict(model.calls[-1].query) == sent


def test_a_model_sets_the_status_and_the_headers(document):
    model = Observer(body={"a": 1}, status=202, headers={"ETag": '"1"', "Set-Cookie": ("a=1", "b=2")})
    reply = asked(document, model, b"/lamps/hall")
    assert (reply.status, reply.body) == (202, b'{"a":1}')
    assert reply.header("etag") == '"1"'
    assert [value for name, value in reply.headers if name == b"set-cookie"] == [b"a=1", b"b=2"]


def test_a_status_without_a_body_has_none(document):
    reply = asked(document, Observer(body={"a": 1}, status=304, headers={"ETag": '"1"'}), b"/lamps/hall")
    assert (reply.status, reply.body, reply.header("etag")) == (304, b"", '"1"')


def test_a_status_that_the_contract_does_not_document_is_flagged(document):
    reply = asked(document, Observer(body={}, status=418), b"/lamps/hall")
    assert (reply.status, reply.header("x-mock-off-contract")) == (418, "1")


@pytest.mark.parametrize(
    "outcome",
    [
        {"status": 99},
        {"status": 1000},
        {"status": "200"},
        {"status": True},
        {"headers": {"a b": "c"}},
        {"headers": {"x-trace": "a\r\nb: c"}},
        {"headers": {"content-length": "3"}},
        {"headers": {"x-trace": ("a", "\0")}},
    ],
    ids=str,
)
def test_what_cannot_be_sent_is_an_internal_problem(document, outcome):
    reply = asked(document, Observer(body={}, **outcome), b"/lamps/hall")
    assert reply.status == 500
    assert b'"exception":"InvalidOutcome"' in reply.body.replace(b": ", b":")

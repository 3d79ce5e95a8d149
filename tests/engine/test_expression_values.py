"""The values of expressions: of the contract's types where it describes them, otherwise strings."""

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver import Settings
from mockserver.data.pointer import json_pointer
from mockserver.data.reading import MISSING
from mockserver.engine.expression_values import LARGEST, ExchangeValues
from mockserver.http.message import Request
from mockserver.loading import load_backend
from mockserver.runtime import Runtime, wire
from mockserver.scenarios.expressions import Expression, parse

OK = {"responses": {"200": {"description": "ok"}}}
PARAMETERS: list[Any] = [
    {"name": "limit", "in": "query", "schema": {"type": "integer"}},
    {"name": "tags", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
    {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
    {"name": "X-Version", "in": "header", "schema": {"type": "number"}},
]
BODIES = {
    "application/json": {"schema": {"type": "object"}},
    "application/x-www-form-urlencoded": {
        "schema": {"type": "object", "properties": {"watts": {"type": "integer"}}}
    },
}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Lamps", "version": "1"},
    "paths": {
        "/lamps/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"parameters": PARAMETERS, **OK},
            "put": {"requestBody": {"content": BODIES}, **OK},
        },
        "/rooms/{name}": {
            "parameters": [{"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}],
            "post": OK,
        },
    },
}


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Runtime:
    path = tmp_path_factory.mktemp("spec") / "lamps.json"
    path.write_text(json.dumps(DOCUMENT))
    settings = Settings(specs=(path,), seed=7)
    return wire(load_backend(settings), settings, clock=lambda: 1_790_000_000.1239)


def values_of(
    runtime: Runtime,
    target: str,
    headers: Sequence[tuple[str, str]] = (),
    body: bytes = b"",
    method: str = "GET",
) -> ExchangeValues:
    path, _, query = target.partition("?")
    request = Request.build(method, path, query, [("host", "lamps.test"), *headers], body)
    return ExchangeValues(runtime.run(request), Settings(seed=7))


def value_of(values: ExchangeValues, text: str) -> object:
    (expression,) = parse(text)
    assert isinstance(expression, Expression)
    return values.value_of(expression)


HEADERS = [("x-version", "1.5"), ("x-request-id", "abc"), ("x-many", "a"), ("x-many", "b"), ("cookie", "a=b")]
QUERY = "limit=3&tags=a&tags=b&filter[on]=yes&plain=4&twice=1&twice=2&__session=s1&empty="


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{$request.path.id}", 42),
        ("{$request.path.other}", MISSING),
        ("{$request.query.limit}", 3),
        ("{$request.query.tags}", ["a", "b"]),
        ("{$request.query.filter}", {"on": "yes"}),
        ("{$request.query.filter[on]}", "yes"),
        ("{$request.query.plain}", "4"),
        ("{$request.query.twice}", ["1", "2"]),
        ("{$request.query.empty}", ""),
        ("{$request.query.none}", MISSING),
        ("{$request.query.__session}", MISSING),
        ("{$request.header.X-Version}", 1.5),
        ("{$request.header.x-version}", 1.5),
        ("{$request.header.X-REQUEST-ID}", "abc"),
        ("{$request.header.x-many}", "a, b"),
        ("{$request.header.x-none}", MISSING),
        ("{$request.body}", MISSING),
        ("{$method}", "GET"),
        (
            "{$url}",
            "http://lamps.test/lamps/42?limit=3&tags=a&tags=b&filter[on]=yes&plain=4&twice=1&twice=2&empty=",
        ),
        ("{$now}", "2026-09-21T14:13:20.123Z"),
    ],
)
def test_an_expression_has_the_value_of_the_request(runtime: Runtime, text: str, value: object):
    assert value_of(values_of(runtime, f"/lamps/42?{QUERY}", HEADERS), text) == value


@pytest.mark.parametrize(
    ("target", "text", "value"),
    [
        ("/lamps/dim", "{$request.path.id}", "dim"),
        ("/lamps/42?limit=many", "{$request.query.limit}", "many"),
        ("/rooms/caf%C3%A9", "{$request.path.name}", "café"),
        ("/rooms/%FF", "{$request.path.name}", "\ufffd"),
        ("/nowhere?limit=3&limit=%FF", "{$request.query.limit}", ["3", "\ufffd"]),
        ("/nowhere", "{$request.path.id}", MISSING),
        ("/nowhere", "{$url}", "http://lamps.test/nowhere"),
        ("/nowhere", "{$request.header.host}", "lamps.test"),
    ],
)
def test_what_the_contract_cannot_decode_is_a_string(runtime: Runtime, target: str, text: str, value: object):
    assert value_of(values_of(runtime, target, method="POST" if "rooms" in target else "GET"), text) == value


JSON_TYPE = [("content-type", "application/json")]
FORM_TYPE = [("content-type", "application/x-www-form-urlencoded")]


@pytest.mark.parametrize(
    ("target", "headers", "body", "text", "value"),
    [
        ("/lamps/42", JSON_TYPE, b'{"a": [{"b/c": 1.5}]}', "{$request.body#/a/0/b~1c}", 1.5),
        ("/lamps/42", JSON_TYPE, b'{"a": [1]}', "{$request.body}", {"a": [1]}),
        ("/lamps/42", JSON_TYPE, b'{"a": null}', "{$request.body#/a}", None),
        ("/lamps/42", JSON_TYPE, b'{"a": [1]}', "{$request.body#/a/1}", MISSING),
        ("/lamps/42", JSON_TYPE, b'{"a": [1]}', "{$request.body#/a/00}", MISSING),
        ("/lamps/42", JSON_TYPE, b'{"a": [1]}', "{$request.body#/a/-1}", MISSING),
        ("/lamps/42", JSON_TYPE, b'{"a": "text"}', "{$request.body#/a/0}", MISSING),
        ("/lamps/42", JSON_TYPE, b'{"a": [1]}', "{$request.body#/a/" + "9" * 5_000 + "}", MISSING),
        ("/lamps/42", JSON_TYPE, b"[1, 2]", "{$request.body#/1}", 2),  # not valid
        ("/lamps/42", JSON_TYPE, b'{"a', "{$request.body}", '{"a'),
        ("/lamps/42", FORM_TYPE, b"watts=40&name=a+b", "{$request.body#/watts}", 40),
        ("/lamps/42", FORM_TYPE, b"watts=40&name=a+b", "{$request.body#/name}", "a b"),
        ("/nowhere", JSON_TYPE, b'{"a": 1}', "{$request.body#/a}", 1),
        ("/nowhere", [("content-type", "text/plain")], b"hello", "{$request.body}", "hello"),
        ("/nowhere", [], b"\xff", "{$request.body}", "\ufffd"),
    ],
)
def test_a_body_is_decoded_and_a_pointer_leads_into_it(
    runtime: Runtime, target: str, headers: Any, body: bytes, text: str, value: object
):
    assert value_of(values_of(runtime, target, headers, body, "PUT"), text) == value


NAMES = st.text(st.characters(exclude_characters="{}", exclude_categories=("Cs",)))


@given(st.lists(NAMES, max_size=4))
def test_a_pointer_leads_to_any_member(runtime: Runtime, names: list[str]):
    body: Any = 42
    for name in reversed(names):
        body = {name: body}
    encoded = json.dumps(body).encode()
    values = values_of(runtime, "/lamps/42", JSON_TYPE, encoded, "PUT")

    assert value_of(values, f"{{$request.body#{json_pointer(names)}}}") == 42


def test_uuids_are_of_version_4_and_differ(runtime: Runtime):
    values = values_of(runtime, "/lamps/42")
    uuids = [value_of(values, "{$uuid}") for _ in range(50)]

    assert len(set(uuids)) == 50
    shape = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert all(isinstance(each, str) and shape.fullmatch(each) for each in uuids)


def test_uuids_come_from_the_seed_and_the_draws_of_the_session(runtime: Runtime):
    def first_of(session: str, seed: int = 7) -> object:
        exchange = runtime.run(Request.build("GET", "/lamps/42", "", [("x-mock-session", session)]))
        return value_of(ExchangeValues(exchange, Settings(seed=seed)), "{$uuid}")

    assert first_of("one") == first_of("two")
    assert first_of("one") != first_of("three", seed=8)


def test_one_answer_repeats_a_body_only_so_often(runtime: Runtime):
    body = json.dumps("x" * 900_000).encode()
    values = values_of(runtime, "/nowhere", JSON_TYPE, body, "PUT")
    found = [value_of(values, "{$request.body}") is not MISSING for _ in range(20)]

    assert sum(found) == 1 + LARGEST // 900_000
    assert found == sorted(found, reverse=True)

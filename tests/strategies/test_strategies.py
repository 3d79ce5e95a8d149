"""Strategies of a contract draw valid values and requests, or requests with exactly one violation."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis.errors import NoSuchExample
from hypothesis.strategies import SearchStrategy

from mockserver import create_app, strategies
from mockserver.contract.operation import Contract, directed_documents
from mockserver.contract.operation_names import UnknownOperation
from mockserver.contract.routing.router import Router
from mockserver.contract.schema.judge import Judges
from mockserver.contract.validation import Violation, check_answer, check_request
from mockserver.data.json import Json
from mockserver.http.message import Request
from mockserver.loading import load_backend
from mockserver.settings import Settings
from mockserver.strategies import InvalidRequest, NoBody, NoScenarios, SentRequest, Undocumented
from mockserver.strategies.values import Values
from tests.support.asgi import InProcess, Reply, in_process
from tests.support.documents import contract_of

CARTS = load_backend(Settings()).contract
SHOP = contract_of(r"""
components:
  securitySchemes:
    key: {type: apiKey, in: query, name: api_key}
    bearer: {type: http, scheme: bearer}
  schemas:
    Tree:
      type: object
      required: [name]
      additionalProperties: false
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string, pattern: '^[A-Z]{2}-\d{3}$'}
        count: {type: integer, format: int32}
        children: {type: array, items: {$ref: '#/components/schemas/Tree'}, maxItems: 2}
        secret: {type: string, writeOnly: true}
    Payment:
      oneOf: [{$ref: '#/components/schemas/Card'}, {$ref: '#/components/schemas/Cash'}]
      discriminator: {propertyName: kind}
    Card:
      type: object
      required: [kind, number]
      properties: {kind: {const: Card}, number: {type: string, pattern: '^\d{4}$'}}
    Cash: {type: object, required: [kind], properties: {kind: {const: Cash}}}
paths:
  /shops/{shop}/trees:
    post:
      operationId: plant
      security: [{key: [], bearer: []}]
      parameters:
        - {name: shop, in: path, required: true, schema: {type: string, minLength: 1}}
        - {name: page, in: query, required: true, schema: {type: integer, minimum: 1}}
        - {name: tags, in: query, required: true, schema: {type: array, items: {type: string}, maxItems: 3}}
        - {name: X-Trace, in: header, schema: {type: string, maxLength: 8}}
        - {name: theme, in: cookie, schema: {enum: [dark, light]}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}
      responses:
        "201":
          description: Planted
          content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}
        "204": {description: Nothing}
  /pay:
    post:
      operationId: pay
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Payment'}}}
      responses: {"204": {description: Paid}}
  /rules:
    post:
      operationId: rules
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              additionalProperties: false
              required: [code, price, day, tags]
              properties:
                id: {type: integer, readOnly: true}
                code: {type: string, pattern: '^[A-Z]{2}$'}
                price: {type: number, multipleOf: 0.01, maximum: 100}
                day: {type: string, format: date}
                tags: {type: array, items: {type: string, maxLength: 4}, uniqueItems: true, minItems: 1}
      responses: {"204": {description: Kept}}
  /form:
    post:
      operationId: form
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema: {type: object, required: [age], properties: {age: {type: integer, minimum: 18}}}
      responses: {"204": {description: Taken}}
  /styles/{label}/{matrix}:
    get:
      operationId: styles
      parameters:
        - name: label
          in: path
          required: true
          style: label
          explode: true
          schema: {type: array, items: {type: integer}, minItems: 1}
        - {name: matrix, in: path, required: true, style: matrix, schema: {type: string}}
        - {name: deep, in: query, style: deepObject, schema: {properties: {a: {type: integer}}, type: object}}
        - {name: pipe, in: query, style: pipeDelimited, schema: {type: array, items: {type: string}}}
        - {name: X-List, in: header, required: true, schema: {type: array, items: {type: integer}}}
      responses: {"204": {description: Read}}
  /xml:
    post:
      operationId: xml
      requestBody:
        required: true
        content:
          application/xml:
            schema: {type: object, required: [n], properties: {n: {type: integer, minimum: 1}}}
      responses: {"204": {description: Taken}}
  /open:
    get:
      operationId: open
      responses: {"204": {description: Open}}
""")
OPERATIONS = {
    "update-a-cart": CARTS,
    **dict.fromkeys(("plant", "rules", "pay", "form", "styles", "xml"), SHOP),
}
EACH = pytest.mark.parametrize(("operation", "contract"), OPERATIONS.items(), ids=OPERATIONS)
BOUNDED = settings(max_examples=15, deadline=None, derandomize=True, database=None)
SEARCH = settings(BOUNDED, max_examples=300)
REACH = settings(BOUNDED, max_examples=1_000, phases=[Phase.generate])  # ends when all are reached
FIRST = settings(BOUNDED, phases=[Phase.generate])


def violations(contract: Contract, sent: SentRequest) -> list[Violation]:
    """The violations of a request, routed and validated as by the server."""
    path, _, query = sent.path.partition("?")
    match = Router(contract.operations).match(sent.method, path)
    headers = [(name.lower(), value) for name, value in sent.headers.items()]
    return check_request(
        match.operation, match.raw, Request.build(sent.method, path, query, headers, sent.body)
    ).violations


@pytest.fixture(scope="module")
def server() -> Iterator[InProcess]:
    with in_process(create_app()) as caller:
        yield caller


def send(server: InProcess, sent: SentRequest) -> Reply:
    headers = [(name.encode(), value.encode()) for name, value in sent.headers.items()]
    return server.send(sent.method, sent.path.encode(), headers, sent.body)


@EACH
def test_requests_are_valid(operation: str, contract: Contract):
    @BOUNDED
    @given(strategies.of(contract).requests(operation))
    def holds(sent: SentRequest) -> None:
        assert violations(contract, sent) == []

    holds()


@EACH
def test_invalid_requests_have_exactly_the_violation_that_they_name(operation: str, contract: Contract):
    @BOUNDED
    @given(strategies.of(contract).invalid_requests(operation))
    def holds(invalid: InvalidRequest) -> None:
        assert violations(contract, invalid.request) == [invalid.violation]

    holds()


@BOUNDED
@given(sent=strategies.requests("update-a-cart"))
def test_the_server_finds_no_violation_in_a_valid_request(server: InProcess, sent: SentRequest):
    assert send(server, sent).header("x-mock-source") != "validation"


@BOUNDED
@given(invalid=strategies.invalid_requests("update-a-cart"))
def test_the_server_names_the_violation_of_an_invalid_request(server: InProcess, invalid: InvalidRequest):
    reply = send(server, invalid.request)
    assert reply.header("x-mock-source") == "validation"
    assert [each["pointer"] for each in reply.json()["violations"]] == [invalid.violation.pointer]


REACHED = {
    "update-a-cart": (
        "path pattern",
        "header contentType",
        "body required",
        "body json",
        "body type",
        "body exclusiveMinimum",
        "body minItems",
        "body enum",
    ),
    "plant": (
        "query required",
        "query minimum",
        "query type",
        "query style",
        "query maxItems",
        "header maxLength",
        "cookie enum",
    ),
    "rules": (
        "body pattern",
        "body readOnly",
        "body multipleOf",
        "body maximum",
        "body format",
        "body maxLength",
        "body minItems",
        "body uniqueItems",
        "body additionalProperties",
    ),
    "pay": ("body pattern", "body required"),
    "form": ("body minimum",),
}


@pytest.mark.parametrize(("operation", "rules"), REACHED.items(), ids=REACHED)
def test_every_kind_of_violation_is_reached(operation: str, rules: tuple[str, ...]):
    missing = set(rules)

    def all_reached(invalid: InvalidRequest) -> bool:
        missing.discard(f"{invalid.violation.location} {invalid.violation.keyword}")
        return not missing

    with suppress(NoSuchExample):
        find(strategies.of(OPERATIONS[operation]).invalid_requests(operation), all_reached, settings=REACH)
    assert missing == set()


@pytest.mark.parametrize("status", [200, 400, 403, 404, 409, 500])
def test_responses_are_valid(status: int):
    operation = CARTS.operation("update-a-cart")

    @BOUNDED
    @given(strategies.responses("update-a-cart", status))
    def holds(body: Json) -> None:
        assert check_answer(operation, status, "application/json", json.dumps(body).encode()) == []

    holds()


def test_responses_without_a_status_are_the_successful_one():
    assert find(strategies.responses("update-a-cart"), lambda body: "data" in body, settings=FIRST)


def test_responses_omit_write_only_and_bodies_omit_read_only_properties():
    @BOUNDED
    @given(strategies.of(SHOP).responses("plant", 201), strategies.of(SHOP).bodies("plant"))
    def holds(answer: Json, body: Json) -> None:
        assert "secret" not in answer
        assert "id" not in body

    holds()


def test_a_response_without_a_body_is_none():
    assert find(strategies.of(SHOP).responses("plant", 204), lambda _: True, settings=FIRST) is None


MINIMAL: dict[str, tuple[SearchStrategy[Any], Callable[[Any], object], object]] = {
    "a body with a line": (
        strategies.bodies("update-a-cart"),
        lambda body: body.get("order_items"),
        {"order_items": [{"product_id": 1, "delivery_country": ""}]},
    ),
    "a body with two lines": (
        strategies.bodies("update-a-cart"),
        lambda body: len(body.get("order_items", ())) > 1,
        {"order_items": [{"product_id": 1, "delivery_country": ""}] * 2},
    ),
    "a body with a product from 1000 on": (
        strategies.bodies("update-a-cart"),
        lambda body: any(line["product_id"] >= 1000 for line in body.get("order_items", ())),
        {"order_items": [{"product_id": 1000, "delivery_country": ""}]},
    ),
    "an answer": (
        strategies.responses("update-a-cart"),
        lambda body: body["data"]["devices"],
        {
            "data": {
                "id": 0,
                "purchaser_id": None,
                "num_devices": None,
                "rent": None,
                "currency": None,
                "devices": [{"id": 0, "name": None, "rent": None, "product_id": None}],
            }
        },
    ),
    "a tree in a tree": (
        strategies.of(SHOP).bodies("plant"),
        lambda body: body.get("children"),
        {"name": "AA-111", "children": [{"name": "AA-111"}]},
    ),
}


@pytest.mark.parametrize(("strategy", "wanted", "smallest"), MINIMAL.values(), ids=MINIMAL)
def test_the_smallest_example_of(
    strategy: SearchStrategy[Any], wanted: Callable[[Any], object], smallest: object
):
    found = find(strategy, lambda each: bool(wanted(each)), settings=SEARCH)
    assert found == smallest


def test_the_smallest_request_of_all_is_small():
    found = find(strategies.requests("update-a-cart"), lambda _: True, settings=SEARCH)
    headers = {"Authorization": "Bearer flt_sk_demo", "Content-Type": "application/json"}
    assert found == SentRequest("PATCH", "/carts/1", headers, b"{}", {})


CREDENTIALS = {
    "the token of the test": ("update-a-cart", CARTS, "flt_sk_mine", "Bearer flt_sk_mine"),
    "no credentials": ("update-a-cart", CARTS, None, None),
    "an operation that asks for none": ("pay", SHOP, "flt_sk_mine", None),
}


@pytest.mark.parametrize(
    ("operation", "contract", "token", "sent"), CREDENTIALS.values(), ids=CREDENTIALS.keys()
)
def test_a_request_is_sent_with(operation: str, contract: Contract, token: str | None, sent: str | None):
    found = find(strategies.of(contract).requests(operation, token=token), lambda _: True, settings=FIRST)
    assert found.headers.get("Authorization") == sent


def test_other_api_keys_are_sent_where_the_contract_requires_them():
    found = find(strategies.of(SHOP).requests("plant"), lambda _: True, settings=FIRST)
    assert "api_key=KEY" in found.path.partition("?")[2].split("&")
    assert found.headers["Authorization"] == "Bearer flt_sk_demo"


SCHEMAS: dict[str, Json] = {
    "anything": {},
    "null alone": {"const": None},
    "a list that begins with a text": {
        "prefixItems": [{"type": "string"}],
        "items": {"type": "integer"},
        "minItems": 3,
    },
    "a list that contains": {"type": "array", "contains": {"const": 5}, "minContains": 2},
    "a map of numbers": {"type": "object", "additionalProperties": {"type": "number"}, "minProperties": 2},
    "names by a pattern": {
        "type": "object",
        "patternProperties": {"^x_": {"const": 1}},
        "additionalProperties": False,
        "minProperties": 1,
    },
    "members that need each other": {
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "dependentRequired": {"a": ["b"]},
    },
    "a text or what cannot be": {
        "anyOf": [{"type": "string", "minLength": 3, "maxLength": 2}, {"const": "a"}]
    },
    "all of several": {"allOf": [{"type": "number", "minimum": 5}, {"type": "integer"}, {"maximum": 7}]},
    "one of several": {"oneOf": [{"const": 1}, {"enum": [1, 2]}]},
    "not a text": {"not": {"type": "string"}},
    "a condition": {
        "type": "object",
        "required": ["kind", "size"],
        "properties": {"kind": {"enum": ["a", "b"]}, "size": {"type": "integer"}},
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"properties": {"size": {"minimum": 9}}},
    },
    "digits as ECMA reads them": {"type": "string", "pattern": r"^\d+$"},
    "a moment": {"type": "string", "format": "date-time"},
    "a list that ends itself": {"type": "array", "items": {"$ref": "#/components/schemas/S"}},
}


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS.keys())
def test_values_are_valid(schema: Json):
    document: dict[str, Json] = {"openapi": "3.1.0", "components": {"schemas": {"S": schema}}}
    judges = Judges(document)
    pointer = "/components/schemas/S"

    @BOUNDED
    @given(Values(directed_documents(document, judges, formats=True)[0]).for_pointer(pointer))
    def holds(value: Json) -> None:
        assert judges.judge(pointer).violations(value) == []

    holds()


@given(name=strategies.scenarios("update-a-cart"))
@BOUNDED
def test_scenarios_have_the_names_of_the_server(name: str):
    assert name in load_backend(Settings()).scenarios


UNKNOWN: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "operation": (
        lambda: strategies.requests("update-cart"),
        UnknownOperation,
        "did you mean 'update-a-cart'",
    ),
    "status": (lambda: strategies.responses("update-a-cart", 418), Undocumented, "documents no 418"),
    "body": (lambda: strategies.of(SHOP).bodies("open"), NoBody, "no request body for open"),
    "scenario": (lambda: strategies.of(SHOP).scenarios(), NoScenarios, "no scenario to draw from"),
}


@pytest.mark.parametrize(("ask", "error", "message"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_the_contract_lacks_raises_an_error(
    ask: Callable[[], object], error: type[Exception], message: str
):
    with pytest.raises(error, match=message):
        ask()


def test_without_the_extra_the_import_says_what_to_install():
    program = "import sys; sys.modules['hypothesis_jsonschema'] = None; import mockserver.strategies"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert "pip install 'mockserver[hypothesis]'" in ran.stderr

"""What is read leniently stands in the trail, the header X-Mock-Note and the journal."""

import pytest
from msgspec.structs import replace

from mockserver.contract.operation import Contract
from mockserver.contract.routing.router import Router
from mockserver.http.message import Request
from mockserver.runtime import Runtime, wire
from mockserver.settings import Settings
from tests.support.documents import contract_of
from tests.support.patches import BUNDLED, headers, status

DOCUMENT = """
paths:
  /rows:
    get:
      operationId: rows
      parameters:
        - {name: ids, in: query, explode: false, schema: {type: array, items: {type: integer}}}
        - {name: key, in: query, schema: {type: array, items: {enum: [flt_sk_x]}}}
        - {name: on, in: header, schema: {type: boolean}}
      responses: {"204": {description: Done}}
  /file:
    get:
      operationId: file
      responses:
        "200":
          description: A file
          content:
            application/json: {schema: {type: object}}
            text/plain: {schema: {type: string}}
            application/pdf: {schema: {type: string, format: binary}}
  /text:
    get:
      operationId: text
      responses: {"200": {description: A text, content: {application/json: {schema: {type: string}}}}}
  /thing:
    get:
      operationId: thing
      responses: {"200": {description: A thing, content: {application/json: {schema: {type: object}}}}}
"""
CONTRACT: Contract = contract_of(DOCUMENT)


def served(**settings: bool) -> Runtime:
    backend = replace(BUNDLED, contract=CONTRACT, router=Router(CONTRACT.operations), models={}, scenarios={})
    return wire(backend, Settings(**settings))


SPELLINGS = [
    (Request.build("GET", "/rows", "ids=7%2C8"), "query", "delimiter"),
    (Request.build("GET", "/rows", "ids[]=7"), "query", "brackets"),
    (Request.build("GET", "/rows", headers=[("on", "True")]), "header", "boolean"),
    (Request.build("GET", "/rows/"), "path", "trailingSlash"),
    (Request.build("GET", "/file", headers=[("accept", "application/binary")]), "header", "accept"),
    (Request.build("GET", "/text", headers=[("accept", "Application/Binary; q=0.5")]), "header", "accept"),
]


@pytest.mark.parametrize(("request_", "location", "kind"), SPELLINGS)
def test_a_leniency_is_noted_and_no_violation(request_: Request, location: str, kind: str) -> None:
    exchange = served().run(request_)
    assert status(exchange) in (200, 204)
    assert exchange.violations == []
    assert [(each.location, each.keyword) for each in exchange.leniencies] == [(location, kind)]
    sentence = f"read leniently: {exchange.leniencies[0]}"
    assert headers(exchange)["x-mock-note"] == sentence
    assert sentence in [each.decided for each in exchange.trail]


@pytest.mark.parametrize(("request_", "location", "kind"), SPELLINGS)
def test_strict_parameters_refuse_it(request_: Request, location: str, kind: str) -> None:
    exchange = served(strict_parameters=True).run(request_)
    expected = {"trailingSlash": 404, "accept": 406}
    assert status(exchange) == expected.get(kind, 422)
    assert exchange.leniencies == []
    assert "x-mock-note" not in headers(exchange)


def test_a_request_in_the_contract_s_spelling_has_no_note() -> None:
    exchange = served().run(Request.build("GET", "/rows", "ids=7,8", [("on", "true")]))
    assert (status(exchange), exchange.leniencies) == (204, [])
    assert "x-mock-note" not in headers(exchange)


def test_a_leniency_is_noted_each_time_that_the_request_comes() -> None:
    runtime = served()
    for request, _, kind in SPELLINGS:
        for _ in range(3):
            assert [each.keyword for each in runtime.run(request).leniencies] == [kind]


def test_several_leniencies_share_one_header() -> None:
    exchange = served().run(Request.build("GET", "/rows/", "ids[0]=7", [("on", "False")]))
    assert [each.keyword for each in exchange.leniencies] == ["trailingSlash", "brackets", "boolean"]
    assert headers(exchange)["x-mock-note"].count("read leniently: ") == 3


def test_bytes_come_in_the_documented_type_of_bytes() -> None:
    exchange = served().run(Request.build("GET", "/file", headers=[("accept", "application/binary")]))
    assert headers(exchange)["content-type"] == "application/pdf"


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/thing", "application/binary"), ("/file", "image/png"), ("/file", "application/binary;q=0")],
)
def test_other_types_are_not_acceptable(path: str, accept: str) -> None:
    assert status(served().run(Request.build("GET", path, headers=[("accept", accept)]))) == 406


def test_secrets_in_a_leniency_are_masked() -> None:
    secret = "key=flt_sk_abcdefghijkl%2Cx"
    exchange = served().run(Request.build("GET", "/rows", f"ids[]=7&{secret}", [("on", "True")]))
    assert "flt_sk_abcdefghijkl" not in headers(exchange).get("x-mock-note", "")
    assert all("flt_sk_abcdefghijkl" not in each.decided for each in exchange.trail)

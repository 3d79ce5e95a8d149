"""Documented answers always come; how the body came about is in the trail."""

import json

import pytest

from mockserver.engine.answers.by_contract import chosen_answer, documented_answer
from mockserver.http.message import Request
from mockserver.loading import load_backend
from mockserver.runtime import wire
from mockserver.scenarios.choice import Choice
from mockserver.settings import Settings
from tests.support.documents import HEAD, operation_of
from tests.support.patches import headers

KEYS = """
security: [{key: []}]
paths:
  /pages:
    get:
      responses:
        "200": {description: Made.}
        "401":
          description: Who are you?
          content:
            application/json: {schema: {$ref: '#/components/schemas/Twice'}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Twice: {oneOf: [{$ref: '#/components/schemas/No'}, {$ref: '#/components/schemas/No'}]}
    No: {type: object, properties: {error: {type: string, default: NO_KEY}}}
"""


@pytest.fixture
def keys(tmp_path):
    """A running mock of KEYS."""
    path = tmp_path / "keys.yaml"
    path.write_text(HEAD + KEYS, encoding="utf-8")
    settings = Settings(specs=(path,))
    return wire(load_backend(settings), settings)


def test_a_missing_credential_is_a_401_even_if_its_body_cannot_be_made(keys):
    exchange = keys.run(Request.build("GET", "/pages"))

    assert exchange.answer.status == 401
    assert json.loads(exchange.answer.body)["error"] == "NO_KEY"


def test_an_invalid_body_is_flagged_and_the_trail_says_why(keys):
    chosen = [("x-key", "k"), ("prefer", "code=401")]
    exchange = keys.run(Request.build("GET", "/pages", headers=chosen))

    assert exchange.answer.status == 401
    assert headers(exchange)["x-mock-off-contract"] == "1"
    assert any("no valid body was found" in reason.decided for reason in exchange.trail)


EXAMPLES = """
paths:
  /it:
    get:
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema: {type: object, required: [id], properties: {id: {type: integer}}}
              examples: {wrong: {value: {id: one}}, right: {value: {id: 1}}, other: {value: {id: 2}}}
        "404":
          description: none of them is right
          content:
            application/json:
              schema: {type: integer}
              examples: {one: {value: a}, two: {value: b}}
"""


def test_the_first_example_that_keeps_to_the_contract_is_sent():
    operation = operation_of(EXAMPLES)
    source, answer = chosen_answer(operation, None, None)

    assert (source, answer.body) == ("example", b'{"id":1}')
    assert answer.remark == "the example 'wrong' breaks the contract, so 'right' is sent"


def test_the_first_example_is_sent_if_all_break_the_contract():
    assert documented_answer(operation_of(EXAMPLES), 404)[1].body == b'"a"'


def test_an_example_that_is_chosen_by_name_is_sent_although_it_breaks_the_contract():
    _, answer = chosen_answer(operation_of(EXAMPLES), Choice("query", example="wrong"), None)

    assert answer.body == b'{"id":"one"}'


def test_examples_are_judged_once():
    operation = operation_of(EXAMPLES)
    media = operation.responses["200"].media
    chosen_answer(operation, None, None)

    assert media is not None
    assert operation.answers.remembered_schema(media.examples["right"]) == media.schema

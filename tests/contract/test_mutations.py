"""Mutations of answers, within the contract and against it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver import strategies
from mockserver.contract.mutations import KINDS, Mutation, Mutations, UnknownMutation, mutations
from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.loading import load_backend
from mockserver.settings import Settings
from tests.support.documents import contract_of, operation_of

CARTS = load_backend(Settings()).contract.operation("update-a-cart")
SHELF = """
paths:
  /shelf:
    get:
      operationId: shelf
      responses:
        "200":
          description: The shelf.
          content:
            application/json:
              schema:
                type: object
                required: [books]
                additionalProperties: false
                properties:
                  note: {type: string, maxLength: 20}
                  books:
                    type: array
                    minItems: 1
                    items: {$ref: "#/components/schemas/Book"}
              example: {note: full, books: [{title: A, lent: null}, {title: B, tags: {"*": x}}]}
        "404": {description: There is none.}
        "410":
          description: It is gone.
          content: {application/json: {schema: {type: object, properties: {error: {enum: [BURNT, SOLD]}}}}}
        default: {description: Anything else.}
components:
  schemas:
    Book:
      type: object
      required: [title]
      properties:
        title: {type: string}
        lent: {type: [boolean, "null"]}
        tags: {type: object, additionalProperties: {type: string}}
        sequel: {$ref: "#/components/schemas/Book"}
"""


def named(operation: Operation, response: str) -> list[str]:
    return [each.name.split(" ", 2)[2] for each in mutations(operation) if each.response == response]


def change(operation: Operation, name: str, body: Json) -> Json:
    found = next(each for each in mutations(operation) if each.name == f"{operation.id} {name}")
    response = operation.responses[found.response]
    return found.changed(operation, response, body)


def test_each_described_location_has_each_mutation_that_applies():
    assert named(operation_of(SHELF), "200") == [
        "wrong-type",
        "left-out /note",
        "wrong-type /note",
        "missing /books",
        "wrong-type /books",
        "extra-member /books/*",
        "wrong-type /books/*",
        "long-text /books/*/title",
        "missing /books/*/title",
        "wrong-type /books/*/title",
        "left-out /books/*/lent",
        "null /books/*/lent",
        "wrong-type /books/*/lent",
        "left-out /books/*/tags",
        "extra-member /books/*/tags",
        "wrong-type /books/*/tags",
    ]


def test_every_documented_error_is_a_mutation_once():
    errors = [each for each in mutations(operation_of(SHELF)) if each.kind == "error"]
    assert [(each.name, each.body) for each in errors] == [
        ("shelf 404 error", None),
        ("shelf 410 error BURNT", {"error": "BURNT"}),
        ("shelf 410 error SOLD", {"error": "SOLD"}),
    ]


def test_the_bundled_contract_has_an_error_for_each_code_and_all_applicable_kinds():
    found = mutations(CARTS)
    codes = [each.body["error"] for each in found if each.kind == "error" and isinstance(each.body, dict)]
    assert codes == [code for code, _ in CARTS.codes()]
    assert {each.kind for each in found} == {*KINDS} - {"left-out"}  # its answers have no optional member


def test_names_are_unique():
    names = [each.name for each in mutations(CARTS)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("200 left-out /note", {"books": [{"title": "A", "lent": True}, {"title": "B"}]}),
        ("200 null /books/*/lent", {"note": "x", "books": [{"title": "A", "lent": None}, {"title": "B"}]}),
        ("200 missing /books/*/title", {"note": "x", "books": [{"lent": True}, {}]}),
        ("200 wrong-type /books/*/title", {"note": "x", "books": [{"title": 0, "lent": True}, {"title": 0}]}),
        ("200 missing /books", {"note": "x"}),
    ],
)
def test_a_mutation_changes_its_location_and_nothing_else(name: str, expected: Json):
    body: Json = {"note": "x", "books": [{"title": "A", "lent": True}, {"title": "B"}]}
    untouched = json.dumps(body)
    assert change(operation_of(SHELF), name, body) == expected
    assert json.dumps(body) == untouched


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("200 left-out /note", {"books": [{"title": "A"}]}),  # it is not there
        ("200 left-out /note", "no object"),
        ("200 null /books/*/lent", {"books": [{"title": "A", "lent": None}]}),
        ("410 extra-member", {"error": "BURNT", "more": 1, "mockserver_extra": 1}),
    ],
)
def test_an_answer_to_which_a_mutation_does_not_apply_is_the_same_object(name: str, body: Json):
    operation = operation_of(SHELF)
    if "410" in name:
        response = operation.responses["200"]
        mutation = next(each for each in mutations(operation) if each.name == f"shelf {name}")
        assert mutation.changed(operation, response, body) is body
    else:
        assert change(operation, name, body) is body


@given(st.data())
def test_a_mutated_answer_is_valid_exactly_if_its_mutation_is_within_the_contract(data: st.DataObject):
    mutation = data.draw(strategies.mutations("update-a-cart").filter(lambda each: each.kind != "error"))
    body = data.draw(strategies.responses("update-a-cart", int(mutation.response)))
    response = CARTS.responses[mutation.response]
    changed = mutation.changed(CARTS, response, body)
    if changed is not body:
        media = response.media
        assert media is not None
        assert media.schema is not None
        assert CARTS.answers.judges.judge(media.schema).accepts(changed) is mutation.within


def test_a_mutation_is_found_by_its_name_and_the_nearest_name_is_suggested():
    found = Mutations(contract_of(SHELF))
    assert found.named("shelf 410 error SOLD") == Mutation("shelf", "410", "error", "", {"error": "SOLD"})
    with pytest.raises(UnknownMutation, match="did you mean 'shelf 410 error SOLD'"):
        found.named("shelf 410 error SOLDE")
    with pytest.raises(UnknownMutation, match="did you mean 'shelf 404 error'"):
        found.named("shelf404 error")


def test_a_contract_whose_answers_have_no_body_has_no_mutations():
    assert mutations(operation_of("paths: {/a: {get: {responses: {'204': {description: Done}}}}}")) == ()

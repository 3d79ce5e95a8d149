"""New ids: in the shape that the contract documents, and never one that is taken."""

import pytest

from mockserver.data.json import Json
from mockserver.model import Call, Conflict
from mockserver.models.resources.model import ResourceModel
from mockserver.models.resources.new_ids import IdShape, new_id
from tests.support.documents import contract_of


def shape(*, examples: tuple[str, ...] = (), patterns: tuple[str, ...] = (), number: bool = False) -> IdShape:
    def accepts(item_id: Json) -> bool:
        return isinstance(item_id, int) if number else isinstance(item_id, str)

    return IdShape(accepts, False, number, patterns, examples, lambda seed: "only")


def test_a_number_goes_on_behind_many_that_are_taken():
    assert new_id(shape(number=True), 1, lambda item_id: int(item_id) <= 20_000) == (20_002, 20_001)


@pytest.mark.parametrize(
    ("examples", "expected"), [(("ord_0001",), "ord_0003"), ((), "3")], ids=["as the example", "without one"]
)
def test_ids_that_are_taken_are_passed_over(examples, expected):
    taken = {"ord_0001", "ord_0002", "1", "2"}
    assert new_id(shape(examples=examples), 1, taken.__contains__)[1] == expected


def test_a_pattern_with_few_ids_is_given_up():
    tried: list[str] = []

    def is_taken(item_id: str) -> bool:
        tried.append(item_id)
        return item_id in ("a", "b") or (item_id.isdecimal() and int(item_id) < 5)

    narrow = IdShape(lambda item_id: item_id in ("a", "b"), False, False, ("^[ab]$",), (), lambda seed: "a")
    assert new_id(narrow, 1, is_taken) == (6, "5")
    assert len(tried) < 5_000


TRACKS = """
paths:
  /tracks:
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"201": {$ref: "#/components/responses/Track"}}
  /tracks/{id}:
    parameters: [{name: id, in: path, required: true, schema: {enum: [a, b]}}]
    get:
      responses: {"200": {$ref: "#/components/responses/Track"}}
components:
  responses:
    Track: {description: One, content: {application/json: {schema: {$ref: "#/components/schemas/Track"}}}}
  schemas: {Track: {type: object, required: [id], properties: {id: {enum: [a, b]}, name: {type: string}}}}
"""


def test_an_item_is_never_replaced_because_no_id_is_left():
    model = ResourceModel(contract_of(TRACKS))
    state = model.initial
    for name in ("one", "two"):
        state = model.handle(state, Call("POST /tracks", {}, {"name": name}, None)).state
    names = {key: item["name"] for key, item in model.dump(state)["tracks"].items()}
    assert sorted(names) == ["a", "b"]
    with pytest.raises(Conflict, match="the items of tracks have all valid ids that can be made"):
        model.handle(state, Call("POST /tracks", {}, {"name": "three"}, None))

"""New ids: in the shape that the contract documents, and never one that is taken."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.json import Json
from mockserver.model import Call, Conflict
from mockserver.models.resources.model import ResourceModel
from mockserver.models.resources.new_ids import IdShape, id_text, like_example, new_id
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


# The shape of an example

ANY = IdShape(
    accepts=lambda each: True, is_uuid=False, is_number=False, patterns=(), examples=(), generated=str
)


@pytest.mark.parametrize(
    ("example", "pattern"),
    [
        ("vs_abc123", "vs_[0-9a-f]{6}"),
        ("QU0123456789abcdef0123456789abcdef", "QU[0-9a-f]{32}"),
        ("cus_NffrFeUfNV2Hib", "cus_[A-Za-z]{8}[A-Z]{2}[0-9][A-Z][a-z]{2}|cus_[A-Za-z0-9]{14}"),
        ("4f6c71e21e904762", "[0-9a-f]{16}"),
        ("1203", "[0-9]+"),
        ("T-001", "T-[0-9]{3}"),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "[0-9A-Z]{26}"),
    ],
)
def test_an_id_is_like_its_example(example, pattern):
    made = {like_example(example, number) for number in range(1, 200)}
    assert len(made) == 199
    assert all(re.fullmatch(pattern, str(each)) for each in made)


@pytest.mark.parametrize("example", ["web", "my-app", "example.com"])
def test_a_name_is_not_a_shape(example):
    assert like_example(example, 1) is None


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ({"is_number": True}, 1),
        ({"is_uuid": True}, str(UUID(int=1, version=4))),
        ({"examples": ("inv-0007",)}, "inv-0001"),
        ({}, 1),
        ({"accepts": lambda each: isinstance(each, str)}, "1"),
        ({"accepts": lambda each: re.fullmatch("[a-c]{3}", str(each)), "patterns": ("^[a-c]{3}$",)}, None),
        ({"accepts": lambda each: each == "seed 9", "generated": lambda seed: f"seed {seed}"}, "seed 9"),
    ],
    ids=["a number", "a UUID", "an example", "any", "a string", "a pattern", "a generated one"],
)
def test_a_new_id_is(shape, expected):
    fields = {name: shape.get(name, getattr(ANY, name)) for name in ANY.__struct_fields__}
    made = new_id(IdShape(**fields), 1, lambda each: False)[1]
    assert made == expected if expected is not None else re.fullmatch("[a-c]{3}", str(made))


@given(st.sets(st.integers(1, 30).map(str)), st.sampled_from([(), ("a_000001",), ("ab12cd34ef",)]))
def test_a_new_id_is_never_taken(taken, examples):
    shape = IdShape(ANY.accepts, ANY.is_uuid, ANY.is_number, ANY.patterns, examples, ANY.generated)
    number, made = new_id(shape, 1, taken.__contains__)
    assert id_text(made) not in taken
    assert new_id(shape, number, taken.__contains__)[1] != made


@pytest.mark.parametrize(("value", "text"), [(7, "7"), (7.0, "7"), ("7", "7"), (None, "None")])
def test_an_id_is_written_as_in_a_path(value, text):
    assert id_text(value) == text

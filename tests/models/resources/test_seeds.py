"""Seeds: the items with which a collection begins, as an array or by id."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.reading import Cursor
from mockserver.models.resources.model import ResourceModel
from mockserver.models.resources.seeds import seeded
from mockserver.models.resources.state import Address, Resources
from tests.support.documents import contract_of

SHOP = """
paths:
  /users:
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"201": {$ref: "#/components/responses/User"}}
  /users/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      responses: {"200": {$ref: "#/components/responses/User"}}
  /users/{id}/orders:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"201": {$ref: "#/components/responses/Order"}}
  /users/{id}/orders/{order}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
      - {name: order, in: path, required: true, schema: {type: string}}
    get:
      responses: {"200": {$ref: "#/components/responses/Order"}}
  /settings:
    get:
      responses: {"200": {$ref: "#/components/responses/Settings"}}
    put:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Settings"}}}}
      responses: {"200": {$ref: "#/components/responses/Settings"}}
components:
  responses:
    User: {description: One, content: {application/json: {schema: {$ref: "#/components/schemas/User"}}}}
    Order: {description: One, content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
    Settings:
      description: All
      content: {application/json: {schema: {$ref: "#/components/schemas/Settings"}}}
  schemas:
    User:
      type: object
      required: [id, name]
      properties:
        id: {type: integer}
        name: {type: string, minLength: 1}
        nick: {type: string, maxLength: 5}
    Order:
      type: object
      required: [order, user_id, total]
      properties:
        order: {type: string, examples: [ord_0001]}
        user_id: {type: integer}
        total: {type: number}
    Settings:
      type: object
      required: [theme]
      properties: {theme: {enum: [dark, light]}}
"""
USERS, SETTINGS = Address("users"), Address("settings")
ORDERS = Address("orders", ("1",))
ADA = {"id": 1, "name": "Ada"}


@pytest.fixture(scope="module")
def model() -> ResourceModel:
    return ResourceModel(contract_of(SHOP))


def planted(model: ResourceModel, seeds: Mapping[str, Any]) -> tuple[Resources, list[str]]:
    """The state with these seeds, and the errors of all of them."""
    cursors = {name: Cursor(data) for name, data in seeds.items()}
    state = seeded(model.judge, cursors, 100)
    return state, [str(error) for cursor in cursors.values() for error in cursor.errors]


def state_of(model: ResourceModel, **seeds: Any) -> Resources:
    state, errors = planted(model, seeds)
    assert errors == []
    return state


def errors_of(model: ResourceModel, **seeds: Any) -> list[str]:
    return planted(model, seeds)[1]


def test_items_are_stored_by_their_ids_in_the_order_of_the_seed(model):
    state = state_of(model, users=[{"id": 7, "name": "Eve"}, ADA])
    assert [*state.items(USERS).items()] == [("7", {"id": 7, "name": "Eve"}), ("1", ADA)]


def test_an_item_by_id_gets_the_id_of_its_key(model):
    assert state_of(model, users={"1": {"name": "Ada"}}).items(USERS) == {"1": ADA}


@pytest.mark.parametrize("empty", [None, [], {}])
def test_an_empty_seed_has_no_items(model, empty):
    assert state_of(model, users=empty) == Resources()


def test_items_without_an_id_get_ids_after_the_largest_one(model):
    state = state_of(model, users=[{"name": "Bea"}, {"id": 3, "name": "Cyd"}, {"name": "Dan"}])
    assert {key: item["name"] for key, item in state.items(USERS).items()} == {
        "4": "Bea",
        "3": "Cyd",
        "5": "Dan",
    }


def test_generated_ids_have_the_shape_of_the_documented_example(model):
    state = state_of(model, users=[ADA], orders=[{"user_id": 1, "total": 2}, {"user_id": 1, "total": 3}])
    assert [*state.items(ORDERS)] == ["ord_0001", "ord_0002"]


def test_ids_of_later_items_continue_after_the_seeds(model):
    assert state_of(model, users=[{"id": 41, "name": "Ada"}]).next_id == 42


@pytest.mark.parametrize(
    "orders",
    [
        {"1/a": {"total": 2}},
        {"1/a": {"order": "a", "user_id": 1, "total": 2}},
        [{"order": "a", "user_id": 1, "total": 2}],
    ],
    ids=["by the ids of both", "with the ids in the item, too", "as an array"],
)
def test_an_item_of_a_nested_collection_states_its_parent(model, orders):
    state = state_of(model, users=[ADA], orders=orders)
    assert state.items(ORDERS) == {"a": {"order": "a", "user_id": 1, "total": 2}}


@pytest.mark.parametrize("data", [{"theme": "dark"}, {"settings": {"theme": "dark"}}])
def test_a_resource_that_exists_once_is_the_seed_or_its_only_member(model, data):
    assert state_of(model, settings=data).items(SETTINGS) == {"settings": {"theme": "dark"}}


@pytest.mark.parametrize(
    ("name", "data", "errors"),
    [
        ("users", 7, ["(root): expected an array of items, or an object of items by id, found a number"]),
        ("users", [7], ["/0: expected an object, found a number"]),
        ("users", {"1": []}, ["/1: expected an object, found an array"]),
        ("users", [{"id": 1}], ["/0: the property 'name' is missing"]),
        ("users", [{"id": "x", "name": "x"}], ["/0/id: expected an integer, found a string"]),
        (
            "users",
            [{"id": [1], "name": "x"}],
            ["/0/id: expected an id, found an array", "/0/id: expected an integer, found an array"],
        ),
        ("users", [ADA, ADA], ["/1: the id '1' is already that of /0"]),
        ("users", {"2": ADA}, ["/2/id: expected '2', which is the item's key, found '1'"]),
        (
            "users",
            [{"name": "", "nick": "sixsix"}],
            [
                "/0/name: expected at least 1 character, found 0",
                "/0/nick: expected at most 5 characters, found 6",
            ],
        ),
        ("orders", {"a": {"total": 1}}, ["/a: expected 2 ids, percent-encoded and joined by '/', found 'a'"]),
        ("orders", {"1/a": {"total": 1}}, ["/1~1a: there is no '1' in users"]),
        (
            "orders",
            [{"total": 1}],
            [
                "/0: expected 'user_id' with the id of the parent; without it, write the items by id,"
                " such as '7/3' for item 3 of parent 7"
            ],
        ),
        ("settings", [{"theme": "dark"}], ["(root): expected an object, found an array"]),
        ("settings", {"theme": "grey"}, ["/theme: 'grey' is not one of dark, light"]),
        (
            "users",
            [{"id": each, "name": "x"} for each in range(101)],
            ["(root): expected at most 100 items, found 101"],
        ),
    ],
)  # fmt: skip
def test_an_error_has_the_pointer_of_its_item_in_the_seed(model, name, data, errors):
    assert errors_of(model, **{name: data}) == errors


def test_a_missing_parent_is_named_with_the_nearest_one(model):
    errors = errors_of(model, users=[{"id": 12, "name": "Ada"}], orders={"13/a": {"total": 1}})
    assert errors == ["/13~1a: there is no '13' in users; did you mean '12'?"]


NAMES = st.text("abc/~%", min_size=1, max_size=4)


@given(
    st.dictionaries(
        st.integers(0, 99), st.tuples(NAMES, st.dictionaries(NAMES, st.integers(), max_size=9)), max_size=6
    )
)
def test_an_array_and_an_object_by_id_are_the_same_seed(model, drawn):
    items = {str(key): {"id": key, "name": name} for key, (name, _) in drawn.items()}
    orders = {
        Address("orders", (str(user),)).key(order): {"order": order, "user_id": user, "total": total}
        for user, (_, each) in drawn.items()
        for order, total in each.items()
    }
    by_id = state_of(model, users=items, orders=orders)
    assert by_id == state_of(model, users=[*items.values()], orders=[*orders.values()])
    assert [*by_id.items(USERS)] == [*items]
    assert model.load(model.dump(by_id)) == by_id
    assert model.check_loaded(model.load(model.dump(by_id)), Resources()) == by_id

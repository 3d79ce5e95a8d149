"""A scenario's `given` over the state of plain resources."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.merge_patch import merge_patch
from mockserver.data.reading import BadData
from mockserver.models.resources.model import ResourceModel
from mockserver.models.resources.state import Resources
from tests.models.resources.test_seeds import ADA, SHOP, state_of
from tests.support.documents import contract_of

ORDER = {"order": "a", "user_id": 1, "total": 2}


@pytest.fixture(scope="module")
def model() -> ResourceModel:
    return ResourceModel(contract_of(SHOP))


@pytest.fixture(scope="module")
def shop(model: ResourceModel) -> Resources:
    return state_of(model, users=[ADA, {"id": 2, "name": "Bea"}], orders={"1/a": {"total": 2}})


def laid(model: ResourceModel, state: Resources, change: Any) -> Any:
    return model.dump(model.lay(state, change))


def test_members_are_merged_and_items_keep_their_order(model, shop):
    changed = laid(model, shop, {"users": {"1": {"nick": "ab"}, "9": {"name": "Cyd"}}})
    assert [*changed["users"].values()] == [
        {**ADA, "nick": "ab"},
        {"id": 2, "name": "Bea"},
        {"name": "Cyd", "id": 9},
    ]


def test_a_star_stands_for_every_item_and_is_merged_first(model, shop):
    changed = laid(
        model, shop, {"users": {"2": {"nick": "b"}, "*": {"nick": "a"}}, "orders": {"*": {"total": 5}}}
    )
    assert {key: item["nick"] for key, item in changed["users"].items()} == {"1": "a", "2": "b"}
    assert changed["orders"] == {"1/a": {**ORDER, "total": 5}}
    assert laid(model, shop, {"users": {"*": None, "3": {"name": "Dan"}}})["users"] == {
        "3": {"name": "Dan", "id": 3}
    }


def test_null_removes_an_item_with_what_is_below_it(model, shop):
    changed = laid(model, shop, {"users": {"1": None, "7": None}})
    assert ([*changed["users"]], changed["orders"]) == (["2"], {})


def test_null_removes_all_items_of_a_collection(model, shop):
    assert laid(model, shop, {"orders": None})["orders"] == {}
    emptied = laid(model, shop, {"users": None})
    assert (emptied["users"], emptied["orders"]) == ({}, {})


def test_the_next_id_can_be_set(model, shop):
    assert model.lay(shop, {"resources": {"ids": {"next": 50}}}).next_id == 50


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ([], "(root): expected an object, found an array"),
        ({"usrs": {}}, "/usrs: unknown collection 'usrs'; did you mean 'users'?"),
        ({"users": {"1": {"name": 7}}}, "/users/1/name: expected a string, found 7"),
        ({"users": {"*": {"nick": "sixsix"}}}, "/users/*/nick: expected at most 5 characters, found 6"),
        ({"users": {"3": {}}}, "/users/3: the property 'name' is missing"),
        ({"users": {"3": 4}}, "/users/3: expected an object, found 4"),
        ({"users": {"1": {"id": 2}}}, "/users/1/id: expected '1', which is the item's key, found '2'"),
        ({"orders": {"7/a": ORDER}}, "/orders/7~1a: there is no '7' in users; valid: 1, 2"),
        ({"settings": {"all": {"theme": "dark"}}}, "/settings/all: expected the key 'settings', found 'all'"),
    ],
)
def test_what_the_schema_does_not_allow_is_refused_with_its_pointer(model, shop, change, error):
    with pytest.raises(BadData) as caught:
        model.lay(shop, change)
    assert str(caught.value.errors[0]) == error


CHANGES = st.dictionaries(
    st.sampled_from("123"),
    st.none() | st.fixed_dictionaries({"name": st.text(min_size=1)}, optional={"nick": st.text(max_size=5)}),
)


@given(CHANGES)
def test_given_is_a_merge_patch_of_what_the_state_shows(model, change):
    state = state_of(model, users=[ADA, {"id": 2, "name": "Bea"}])
    shown = merge_patch(model.dump(state), {"users": change})
    patched = model.check_loaded(model.load(shown), state)
    assert model.dump(model.lay(state, {"users": change})) == model.dump(patched)

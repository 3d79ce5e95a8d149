"""A scenario's `given` overlays a world."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.data.json import Json
from mockserver.data.merge_patch import merge_patch
from mockserver.data.reading import BadData
from mockserver.models.carts.overlay import overlay
from mockserver.models.carts.states import State
from mockserver.models.carts.world import Mode, World
from tests.support.bundled import WORLD, rejected
from tests.support.worlds import few, worlds


@few
@given(worlds(), st.sampled_from(State))
def test_a_star_overlays_every_entry(some: World, state: State) -> None:
    laid = overlay(some, {"carts": {"*": {"state": state.value}}})
    assert laid == replace(some, carts={key: replace(cart, state=state) for key, cart in some.carts.items()})


def test_an_id_overlays_only_its_entry() -> None:
    laid = overlay(WORLD, {"carts": {"42": {"state": "ordered", "purchaser": 13}}})
    assert laid.carts == {**WORLD.carts, "42": replace(WORLD.carts["42"], state=State.ORDERED, purchaser=13)}


def test_an_id_overlays_the_star() -> None:
    laid = overlay(WORLD, {"carts": {"42": {"state": "cart"}, "*": {"state": "cancelled", "mode": "BUY"}}})
    assert (laid.carts["42"].state, laid.carts["42"].mode) == (State.CART, Mode.BUY)
    assert laid.carts["43"].state is State.CANCELLED


def test_null_takes_a_field_or_an_entry_away() -> None:
    laid = overlay(WORLD, {"carts": {"42": {"purchaser": None}, "43": None}})
    assert laid.carts["42"].purchaser is None
    assert rejected("43", {}, world=laid).code == "CART_NOT_FOUND"


def test_a_price_can_be_withdrawn_below_a_cart_that_holds_the_product() -> None:
    laid = overlay(WORLD, {"products": {"101": {"prices": {"EUR": {"LEASING": {"FRENCH_AZERTY": None}}}}}})
    assert ("EUR", Mode.LEASING, "FRENCH_AZERTY") not in laid.products[101].prices
    assert rejected("42", {"acquisition_mode": "LEASING"}, world=laid).code == "PRODUCT_PRICING_UNAVAILABLE"


def test_devices_of_an_overlay_get_unused_ids() -> None:
    laid = overlay(WORLD, {"carts": {"*": {"devices": [{"product": 201, "country": "FR"}]}}})
    ids = [device.id for cart in laid.carts.values() for device in cart.devices]
    first = WORLD.next_device_id
    assert ids == list(range(first, first + len(WORLD.carts)))
    assert laid.next_device_id == first + len(ids)


def test_the_default_company_can_be_overlaid() -> None:
    laid = overlay(WORLD, {"world": {"company": {"default": 2}}})
    assert laid == replace(WORLD, default_company=2)


@pytest.mark.parametrize("given", [{}, {"carts": {}}, {"carts": {"42": {}}}, {"carts": {"*": {}}}], ids=repr)
def test_an_empty_overlay_does_not_change_the_world(given: Json) -> None:
    assert overlay(WORLD, given) == WORLD


@pytest.mark.parametrize(
    ("given", "pointer", "message"),
    [
        pytest.param([], "", "expected an object, found an array", id="a list"),
        pytest.param(None, "", "expected an object, found null", id="null"),
        pytest.param({"cart": {}}, "/cart", "did you mean 'carts'?", id="collection"),
        pytest.param({"next_device_id": 5}, "/next_device_id", "unknown key", id="no collection"),
        pytest.param({"carts": []}, "/carts", "expected an object, found an array", id="entries"),
        pytest.param(
            {"carts": {"421": {}}}, "/carts/421", "unknown id '421'; did you mean '42'?", id="entry"
        ),
        pytest.param({"carts": {"421": None}}, "/carts/421", "unknown id '421'", id="entry taken away"),
        pytest.param({"carts": {"*": 5}}, "/carts/*", "expected an object, found a number", id="fields"),
        pytest.param(
            {"carts": {"*": {"stat": 1}}}, "/carts/*/stat", "did you mean 'state'?", id="key under the star"
        ),
        pytest.param(
            {"carts": {"*": {"state": "order"}}}, "/carts/*/state", "'ordered'?", id="value under the star"
        ),
        pytest.param({"carts": {"42": {"state": 5}}}, "/carts/42/state", "found a number", id="value"),
        pytest.param(
            {"carts": {"42": {"purchaser": 21}}},
            "/carts/42/purchaser",
            "belongs to company 2",
            id="foreign id",
        ),
        pytest.param(
            {"addresses": {"81": None}}, "/companies/2/default_address", "unknown address 81", id="left over"
        ),
    ],
)
def test_an_error_in_an_overlay_has_its_pointer_into_the_scenario(
    given: Json, pointer: str, message: str
) -> None:
    with pytest.raises(BadData) as bad:
        overlay(WORLD, given)
    assert bad.value.errors[0].pointer == pointer
    assert message in bad.value.errors[0].message


def test_an_error_under_the_star_is_listed_once() -> None:
    with pytest.raises(BadData) as bad:
        overlay(WORLD, {"carts": {"*": {"state": "order"}}, "users": {"99": {}}})
    assert [error.pointer for error in bad.value.errors] == ["/users/99", "/carts/*/state"]


@pytest.mark.parametrize(  # from the examples of RFC 7396, appendix A
    ("target", "patch", "expected"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": "foo"}, None, None),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
    ids=repr,
)
def test_a_merge_patch_is_that_of_the_rfc(target: Json, patch: Json, expected: Json) -> None:
    assert merge_patch(target, patch) == expected

"""The cart model implements the protocol of models."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.data.json import Json
from mockserver.data.reading import BadData
from mockserver.data.source import read
from mockserver.model import Call, Model, Rejected, Subject, TransitionRefused, UnknownSubject
from mockserver.models.carts.integrity import errors
from mockserver.models.carts.model import CartModel
from mockserver.models.carts.states import State
from mockserver.models.carts.update import CHECKS
from mockserver.models.carts.world import LAYOUTS, World
from tests.support.bundled import ANY_TOKEN, FIXTURES, MODEL, WORLD, patch

FORTY_TWO = Subject("carts", "42")


def test_the_cart_model_is_a_model() -> None:
    model: Model[World] = CartModel(WORLD)
    assert (model.name, model.initial) == ("carts", WORLD)
    assert model.events == ("submit", "cancel", "reopen")


@pytest.mark.parametrize(
    ("operation", "method", "path", "handled"),
    [
        pytest.param("update-a-cart", "PATCH", "/carts/{order_id}", True, id="the bundled contract"),
        pytest.param("patchCart", "PATCH", "/carts/{id}", True, id="another name"),
        pytest.param("patchCart", "patch", "/carts/{id}", True, id="method in small letters"),
        pytest.param("update-a-cart", "PATCH", "/v1/carts/{id}", True, id="another path"),
        pytest.param("getCart", "GET", "/carts/{id}", False, id="another method"),
        pytest.param("patchLine", "PATCH", "/carts/{id}/lines", False, id="below a cart"),
        pytest.param("patchCarts", "PATCH", "/carts", False, id="all carts"),
    ],
)
def test_it_handles_the_update_of_a_cart_by_operation_or_by_path(
    operation: str, method: str, path: str, handled: bool
) -> None:
    assert MODEL.handles(operation, method, path) is handled


def test_its_codes_are_those_of_the_checks() -> None:
    assert MODEL.codes("update-a-cart") == tuple(check.code for check in CHECKS)


@pytest.mark.parametrize(
    ("parameters", "subject"),
    [
        pytest.param({"order_id": "42"}, FORTY_TWO, id="text"),
        pytest.param({"id": "42"}, FORTY_TWO, id="another name"),
        pytest.param({"id": 42}, FORTY_TWO, id="declared an integer"),
        pytest.param({"id": 42.0}, FORTY_TWO, id="an integer with a fraction of nought"),
        pytest.param({}, None, id="none"),
    ],
)
def test_a_call_addresses_the_order_of_its_first_parameter(
    parameters: dict[str, Json], subject: Subject | None
) -> None:
    assert MODEL.subject(Call("update-a-cart", parameters, {}, None)) == subject


def test_the_sample_request_goes_through() -> None:
    sample = read(FIXTURES / "requests" / "update-a-cart.yaml").data
    assert isinstance(sample, dict)
    assert patch("42", sample["body"]).notes == ()


def test_an_event_moves_the_addressed_cart_and_no_other() -> None:
    state = MODEL.fire(WORLD, FORTY_TWO, "submit")
    assert {key for key in WORLD.carts if state.carts[key] is not WORLD.carts[key]} == {"42"}
    assert state.carts["42"].state is State.ORDERED


def test_an_event_that_the_state_does_not_know_is_refused() -> None:
    with pytest.raises(TransitionRefused):
        MODEL.fire(WORLD, Subject("carts", "47"), "reopen")


@pytest.mark.parametrize(
    ("subject", "valid"),
    [
        pytest.param(Subject("carts", "404"), tuple(WORLD.carts), id="no such order"),
        pytest.param(Subject("users", "12"), (), id="no collection with events"),
    ],
)
def test_an_event_on_an_unknown_cart_lists_the_valid_ids(subject: Subject, valid: tuple[str, ...]) -> None:
    with pytest.raises(UnknownSubject) as unknown:
        MODEL.fire(WORLD, subject, "submit")
    assert (unknown.value.subject, unknown.value.valid) == (subject, valid)


def test_an_unknown_event_is_bad_data() -> None:
    with pytest.raises(BadData, match="did you mean 'submit'"):
        MODEL.fire(WORLD, FORTY_TWO, "submitt")


def test_an_invalid_body_that_a_scenario_does_not_validate_is_bad_data() -> None:
    with pytest.raises(BadData, match="/purchaser_id"):
        patch("42", {"purchaser_id": "twelve"})


def optional(**fields: st.SearchStrategy[Json]) -> st.SearchStrategy[dict[str, Json]]:
    return st.fixed_dictionaries({}, optional=fields)


items = st.builds(
    lambda needed, more: {**needed, **more},
    st.fixed_dictionaries(
        {
            "product_id": st.sampled_from([101, 201, 202, 203, 999]),
            "delivery_country": st.sampled_from(["FR", "ES"]),
        }
    ),
    optional(
        keyboard_layout=st.sampled_from(LAYOUTS[:2]),
        user_id=st.sampled_from([11, 12, 21]),
        shipping_address_id=st.sampled_from([56, 57, 81]),
    ),
)
bodies = optional(
    purchaser_id=st.sampled_from([11, 12, 21]),
    order_items=st.lists(items, min_size=1, max_size=3),
    acquisition_mode=st.sampled_from(["LEASING", "BUY"]),
)
calls = st.lists(st.tuples(st.sampled_from(["42", "43", "44", "46", "61"]), bodies), max_size=6)


@settings(max_examples=60)
@given(calls)
def test_after_any_call_the_world_is_consistent_and_can_be_dumped(
    calls: list[tuple[str, Json]],
) -> None:
    state, highest = WORLD, WORLD.next_device_id
    for order_id, body in calls:
        try:
            state = patch(order_id, body, token=ANY_TOKEN, world=state).state
        except Rejected:
            continue
        assert state.next_device_id >= highest
        highest = state.next_device_id
    assert list(errors(state)) == []
    assert MODEL.load(MODEL.dump(state)) == state
    assert state.carts["61"] is WORLD.carts["61"]

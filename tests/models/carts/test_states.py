"""The state machine of an order."""

import pytest

from mockserver.data.reading import BadData
from mockserver.model import TransitionRefused
from mockserver.models.carts.states import EVENTS, State, allowed, transition

POSSIBLE = {
    ("cart", "submit"): "ordered",
    ("cart", "cancel"): "cancelled",
    ("ordered", "cancel"): "cancelled",
    ("ordered", "reopen"): "cart",
}
PAIRS = [(state.value, event) for state in State for event in ("submit", "cancel", "reopen")]


@pytest.mark.parametrize(("state", "event"), PAIRS, ids=[f"{event} of {state}" for state, event in PAIRS])
def test_only_the_transitions_of_the_table_are_possible(state: str, event: str) -> None:
    if (state, event) in POSSIBLE:
        assert transition(State(state), event) == POSSIBLE[state, event]
    else:
        with pytest.raises(TransitionRefused) as refused:
            transition(State(state), event)
        assert (refused.value.event, refused.value.state) == (event, state)
        assert set(refused.value.allowed) == {name for start, name in POSSIBLE if start == state}


def test_a_refusal_names_the_state_and_the_events_that_are_possible() -> None:
    with pytest.raises(
        TransitionRefused, match=r"'submit' is not possible in state 'ordered'; possible: cancel, reopen"
    ):
        transition(State.ORDERED, "submit")


def test_cancelled_has_no_events() -> None:
    assert allowed(State.CANCELLED) == ()


@pytest.mark.parametrize(
    ("event", "hint"),
    [("submitt", "did you mean 'submit'?"), ("zzz", "valid: cancel, reopen, submit")],
    ids=["near", "far"],
)
def test_an_unknown_event_is_bad_data_that_names_the_valid_ones(event: str, hint: str) -> None:
    with pytest.raises(BadData) as bad:
        transition(State.CART, event)
    assert hint in str(bad.value)


def test_the_events_are_three() -> None:
    assert EVENTS == ("submit", "cancel", "reopen")

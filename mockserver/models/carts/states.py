"""The state machine of an order: its states, events and transitions."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from mockserver.data.reading import BadData, DataError
from mockserver.data.suggest import did_you_mean
from mockserver.model import TransitionRefused


class State(StrEnum):
    """The state of an order; only a `cart` can be changed."""

    CART = "cart"
    ORDERED = "ordered"
    CANCELLED = "cancelled"


STATES = tuple(state.value for state in State)

TRANSITIONS: Mapping[tuple[State, str], State] = MappingProxyType(
    {
        (State.CART, "submit"): State.ORDERED,
        (State.CART, "cancel"): State.CANCELLED,
        (State.ORDERED, "cancel"): State.CANCELLED,
        (State.ORDERED, "reopen"): State.CART,
    }
)
EVENTS = tuple(dict.fromkeys(event for _, event in TRANSITIONS))


def transition(state: State, event: str) -> State:
    """The state after an event.

    Raises TransitionRefused if the event is not possible in `state`, and BadData if it is unknown.
    """
    if event not in EVENTS:
        raise BadData([DataError("", f"unknown event {event!r}{did_you_mean(event, EVENTS)}")])
    if (state, event) not in TRANSITIONS:
        raise TransitionRefused(event, state.value, allowed(state))
    return TRANSITIONS[state, event]


def allowed(state: State) -> tuple[str, ...]:
    """The events that are possible in `state`."""
    return tuple(event for start, event in TRANSITIONS if start is state)

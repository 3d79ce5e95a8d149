"""The cart model: implements the protocol `mockserver.model.Model` for carts."""

import re

from msgspec import Struct
from msgspec.structs import replace

from mockserver.data.json import Json
from mockserver.model import Call, Outcome, Subject, UnknownSubject
from mockserver.models.carts.access import find_token
from mockserver.models.carts.change import read_change
from mockserver.models.carts.dumping import dump
from mockserver.models.carts.loading import FURTHER_KEYS, read_world
from mockserver.models.carts.overlay import overlay
from mockserver.models.carts.pricing import cart_rent, money
from mockserver.models.carts.size import own_size
from mockserver.models.carts.states import EVENTS, transition
from mockserver.models.carts.update import (
    AUTHORIZATION_CHECKS,
    CHECKS,
    Update,
    enforce,
    ignored_layouts,
    update,
)
from mockserver.models.carts.world import Mode, World

COLLECTION = "carts"
OPERATION = "update-a-cart"
PATH = re.compile(r"/carts/\{[^{}/]+\}")


class CartModel(Struct):
    """Answers the operation "update a cart" of any contract that has it."""

    initial: World

    name = "carts"
    events = EVENTS
    further_keys = FURTHER_KEYS
    made = ("/data/devices/*/id",)

    def codes(self, operation: str) -> tuple[str, ...]:
        return tuple(check.code for check in CHECKS)

    def handles(self, operation: str, method: str, path: str) -> bool:
        return operation == OPERATION or (method.upper() == "PATCH" and PATH.fullmatch(path) is not None)

    def admit(self, state: World, credential: str | None) -> None:
        enforce(AUTHORIZATION_CHECKS, (find_token(state, credential),))

    def subject(self, call: Call) -> Subject | None:
        return Subject(COLLECTION, _order_id(call)) if call.parameters else None

    def handle(self, state: World, call: Call) -> Outcome[World]:
        """Raises Rejected, or BadData if a scenario switched validation off and the body is not valid."""
        order_id, change = _order_id(call), read_change(call.body)
        result = update(state, find_token(state, call.credential), order_id, change)
        return Outcome(result.world, answer_body(order_id, result), ignored_layouts(change, result.items))

    def lay(self, state: World, given: Json) -> World:
        return overlay(state, given)

    def fire(self, state: World, subject: Subject, event: str) -> World:
        carts = state.carts if subject.collection == COLLECTION else {}
        if subject.id not in carts:
            raise UnknownSubject(subject, tuple(carts))
        cart = carts[subject.id]
        return state.with_cart(subject.id, replace(cart, state=transition(cart.state, event)))

    def state_size(self, state: World) -> int:
        """About how many bytes of memory the state takes that the initial one does not have."""
        return own_size(state, self.initial)

    def dump(self, state: World) -> Json:
        return dump(state)

    def load(self, data: Json) -> World:
        return read_world(data)


def answer_body(order_id: str, result: Update) -> Json:
    """The body of the answer: the changed cart, with the names of the contract."""
    cart, bought = result.cart, result.cart.mode is Mode.BUY
    devices: list[Json] = [
        {
            "id": device.id,
            "name": item.product.name,
            "rent": None if bought else money(item.price),
            "product_id": device.line.product,
        }
        for device, item in zip(cart.devices, result.items, strict=True)
    ]
    return {
        "data": {
            "id": int(order_id),
            "purchaser_id": cart.purchaser,
            "num_devices": len(devices),
            "rent": money(cart_rent(cart.mode, [item.price for item in result.items])),
            "currency": result.world.companies[cart.company].currency,
            "devices": devices,
        }
    }


def _order_id(call: Call) -> str:
    """The value of the first path parameter; its name varies, and it may be an integer."""
    value = next(iter(call.parameters.values()), None)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

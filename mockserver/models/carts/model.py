"""The cart model: what the pipeline sees of this domain."""

import re

from msgspec import Struct
from msgspec.structs import replace

from mockserver.data.json import Json
from mockserver.model import Call, Outcome, Subject, UnknownSubject
from mockserver.models.carts.access import token_of
from mockserver.models.carts.change import read_change
from mockserver.models.carts.dumping import dump
from mockserver.models.carts.loading import read_world
from mockserver.models.carts.overlay import lay
from mockserver.models.carts.pricing import cart_rent, money
from mockserver.models.carts.states import EVENTS, transition
from mockserver.models.carts.update import ADMISSION, CHECKS, Update, enforce, ignored_layouts, update
from mockserver.models.carts.world import Mode, World

COLLECTION = "carts"
OPERATION = "update-a-cart"
PATH = re.compile(r"/carts/\{[^{}/]+\}")


class CartModel(Struct):
    """Answers "update a cart", for any document that has it, whatever it calls the path's parameter."""

    initial: World

    name = "carts"
    events = EVENTS

    def codes(self, operation: str) -> tuple[str, ...]:
        return tuple(check.code for check in CHECKS)

    def handles(self, operation: str, method: str, path: str) -> bool:
        return operation == OPERATION or (method.upper() == "PATCH" and PATH.fullmatch(path) is not None)

    def admit(self, state: World, credential: str | None) -> None:
        enforce(ADMISSION, (token_of(state, credential),))

    def subject(self, call: Call) -> Subject | None:
        return Subject(COLLECTION, _order_id(call)) if call.parameters else None

    def handle(self, state: World, call: Call) -> Outcome[World]:
        """Raises Rejected, or BadData where a scenario let a body through that the contract refuses."""
        order_id, change = _order_id(call), read_change(call.body)
        done = update(state, token_of(state, call.credential), order_id, change)
        return Outcome(done.world, answer(order_id, done), ignored_layouts(change, done.items))

    def lay(self, state: World, given: Json) -> World:
        return lay(state, given)

    def fire(self, state: World, subject: Subject, event: str) -> World:
        carts = state.carts if subject.collection == COLLECTION else {}
        if subject.id not in carts:
            raise UnknownSubject(subject, tuple(carts))
        cart = carts[subject.id]
        return state.with_cart(subject.id, replace(cart, state=transition(cart.state, event)))

    def dump(self, state: World) -> Json:
        return dump(state)

    def load(self, data: Json) -> World:
        return read_world(data)


def answer(order_id: str, done: Update) -> Json:
    """The body that shows a changed cart, in the contract's words."""
    cart, devices, bought = done.cart, list[Json](), done.cart.mode is Mode.BUY
    for device, item in zip(cart.devices, done.items, strict=True):
        rent = None if bought else money(item.price)
        devices.append(
            {"id": device.id, "name": item.product.name, "rent": rent, "product_id": device.line.product}
        )
    return {
        "data": {
            "id": int(order_id),
            "purchaser_id": cart.purchaser,
            "num_devices": len(devices),
            "rent": money(cart_rent(cart.mode, [item.price for item in done.items])),
            "currency": done.world.companies[cart.company].currency,
            "devices": devices,
        }
    }


def _order_id(call: Call) -> str:
    """The path's first parameter, whatever its name; a document may also declare it as an integer."""
    value = next(iter(call.parameters.values()), None)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

"""A provider of carts with an endpoint for setup, and defects that can be switched on.

It shares data and the order of checks with the cart model, and has its own ids and texts. Run as a program,
it prints its URL and serves until it is ended.
"""

import json
import threading
from decimal import Decimal
from typing import Any

from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mockserver.contract.security import MissingCredential, credential
from mockserver.contract.validation import check_request
from mockserver.http.message import Request as Message
from mockserver.loading import load_backend
from mockserver.model import Rejected, Subject, Unauthenticated
from mockserver.models.carts import update as rules
from mockserver.models.carts.access import find_token
from mockserver.models.carts.change import Change, read_change
from mockserver.models.carts.model import CartModel, answer_body
from mockserver.models.carts.states import State
from mockserver.models.carts.world import Cart, Mode, World
from mockserver.settings import Settings
from tests.support.provider import serving

DEFECTS = {
    "checks in another order": "the purchaser is checked before the state of the order",
    "prices after BUY": "bought devices have a rent",
    "an empty change touches a field": "`{}` forgets the purchaser",
    "404 for 403": "a token without the scope gets CART_NOT_FOUND",
    "partial writes": "a rejected change of the lines keeps the new purchaser",
    "reused ids": "new devices get the ids of those that they replace",
    "second line unchecked": "only the first line is checked",
    "another shape of the free text": "the 400 of validation has `message` instead of `error`",
    "cancelled is a cart": "a cancelled order can still be changed",
    "lines are added": "`order_items` adds to the lines instead of replacing them",
    "rent of the first device": "the rent of a cart is that of its first device",
    "foreign purchasers": "users of other companies can be purchasers",
    "no repricing": "another mode is accepted without a price in it",
}
Defects = set[str]


class Provider:
    """The state of the provider, and how it answers."""

    def __init__(self) -> None:
        self._backend = load_backend(Settings())
        self._operation = self._backend.contract.operation("update-a-cart")
        model = self._backend.models[self._operation.id]
        assert isinstance(model, CartModel)
        self._model = model
        self.world: World = model.initial
        self.defects: Defects = set()

    def set_up(self, action: Any) -> dict[str, Any]:
        if action["action"] == "reset":
            self.world = self._model.load(action["state"])
            self.world = replace(self.world, next_device_id=self.world.next_device_id + 70_000)
        else:
            self.world = self._model.fire(
                self.world, Subject(action["collection"], action["id"]), action["event"]
            )
        return {}

    def patch(self, message: Message, order_id: str) -> Response:
        try:
            token = find_token(self.world, credential(self._operation, message.head))
            rules.enforce(rules.AUTHORIZATION_CHECKS, (token,))
        except (MissingCredential, Unauthenticated):
            return JSONResponse({"error": "UNAUTHORIZED"}, 401, {"WWW-Authenticate": "Bearer"})
        except Rejected as rejected:
            hidden = "404 for 403" in self.defects
            return _error(404 if hidden else 403, "CART_NOT_FOUND" if hidden else rejected.code)
        checked = check_request(self._operation, {"order_id": order_id}, message)
        if checked.violations:
            text = f"{len(checked.violations)} properties are wrong"
            name = "message" if "another shape of the free text" in self.defects else "error"
            return JSONResponse({name: text}, checked.status)
        try:
            return self._changed(
                rules.Attempt(self.world, token.company, order_id, read_change(checked.body))
            )
        except Rejected as rejected:
            if "partial writes" in self.defects:
                self._write_purchaser(order_id, read_change(checked.body), rejected)
            return _error(self._operation.status_of(rejected.code) or 500, rejected.code)

    def _changed(self, attempt: rules.Attempt) -> Response:
        self._check(attempt)
        cart, change = attempt.world.carts[attempt.order_id], attempt.change
        mode = change.mode or cart.mode
        lines = [each.line for each in cart.devices] if change.lines is None else [*change.lines]
        if change.lines is not None and "lines are added" in self.defects:
            lines = [*(each.line for each in cart.devices), *lines]
        items = rules._items(lines, mode, attempt)
        self._check_items(attempt, items)
        devices, next_id = cart.devices, self.world.next_device_id
        if change.lines is not None:
            devices = rules._devices(items, self._numbered(cart), cart)
            next_id = max(next_id, *(each.id + 1 for each in devices)) if devices else next_id
        purchaser = cart.purchaser if change.purchaser is None else change.purchaser
        if "an empty change touches a field" in self.defects and change == Change():
            purchaser = None
        cart = replace(cart, mode=mode, purchaser=purchaser, devices=devices)
        self.world = self.world.with_cart(attempt.order_id, cart, next_device_id=next_id)
        return JSONResponse(self._body(attempt.order_id, cart, items))

    def _check(self, attempt: rules.Attempt) -> None:
        checks = list(rules._CART_CHECKS)
        if "checks in another order" in self.defects:
            checks = [checks[0], checks[1], checks[3], checks[2]]
        if "foreign purchasers" in self.defects and attempt.change.purchaser in self.world.users:
            checks = [each for each in checks if each.code != "INVALID_PURCHASER"]
        cart = self.world.carts.get(attempt.order_id)
        if "cancelled is a cart" in self.defects and cart is not None and cart.state is State.CANCELLED:
            checks = [each for each in checks if each.code != "ORDER_NOT_CART"]
        rules.enforce(tuple(checks), (attempt,))

    def _check_items(self, attempt: rules.Attempt, items: list[rules.Item]) -> None:
        if attempt.change.lines is not None:
            checked = items[:1] if "second line unchecked" in self.defects else items
            rules.enforce(rules._LINE_CHECKS, checked)
        elif attempt.change.mode is not None and "no repricing" not in self.defects:
            rules.enforce(rules._REPRICING_CHECKS, items)

    def _numbered(self, cart: Cart) -> World:
        """The world with the id of the next device."""
        if "reused ids" not in self.defects or not cart.devices:
            return self.world
        return replace(self.world, next_device_id=cart.devices[0].id)

    def _body(self, order_id: str, cart: Cart, items: list[rules.Item]) -> Any:
        body: Any = answer_body(order_id, rules.Update(self.world, cart, items))
        if "prices after BUY" in self.defects and cart.mode is Mode.BUY:
            for device, item in zip(body["data"]["devices"], items, strict=True):
                device["rent"] = str(item.price)
            body["data"]["rent"] = str(sum((each.price or Decimal(0) for each in items), Decimal("0.00")))
        if "rent of the first device" in self.defects and items:
            body["data"]["rent"] = body["data"]["devices"][0]["rent"]
        return body

    def _write_purchaser(self, order_id: str, change: Change, rejected: Rejected) -> None:
        is_late = rejected.check is not None and rejected.check >= 8
        if is_late and change.purchaser is not None:
            cart = replace(self.world.carts[order_id], purchaser=change.purchaser)
            self.world = self.world.with_cart(order_id, cart)


def _error(status: int, code: str) -> Response:
    return JSONResponse({"error": code}, status)


def application() -> Starlette:
    """The provider as an application: carts, `/setup`, and `/defects`, which takes an array of names."""
    provider = Provider()

    async def patch(request: Request) -> Response:
        headers = [(name.decode().lower(), value.decode("latin-1")) for name, value in request.headers.raw]
        raw = request.scope["raw_path"].decode().removeprefix("/carts/")
        query = request.scope["query_string"].decode()
        message = Message.build("PATCH", f"/carts/{raw}", query, headers, await request.body())
        return provider.patch(message, raw)

    async def set_up(request: Request) -> Response:
        return JSONResponse(provider.set_up(await request.json()))

    async def defects(request: Request) -> Response:
        provider.defects = {*json.loads(await request.body())}
        assert provider.defects <= DEFECTS.keys()
        return Response(status_code=204)

    return Starlette(
        routes=[
            Route("/carts/{order_id}", patch, methods=["PATCH"]),
            Route("/setup", set_up, methods=["POST"]),
            Route("/defects", defects, methods=["PUT"]),
        ]
    )


if __name__ == "__main__":
    with serving(application()) as url:
        print(url, flush=True)
        threading.Event().wait()

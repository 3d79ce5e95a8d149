"""The table of checks, read a second time: plain dictionaries from world.yaml, and nothing of the package.

What the README says of a cart, a scenario and a session is written here once more, in the simplest way that
could be right, so that two readings of one text can be held against each other.
"""

import copy
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS30Validator

FIXTURES = Path(__file__).parents[1] / "fixtures"
WORLD: dict[str, Any] = yaml.safe_load((FIXTURES / "world.yaml").read_text(encoding="utf-8"))
CONTRACT: dict[str, Any] = yaml.safe_load((FIXTURES / "spec" / "carts.yaml").read_text(encoding="utf-8"))
FULL = ["carts:read", "carts:write"]
UNLISTED = {"company": WORLD["default_company"], "scopes": FULL}
CODES = {
    "KEYBOARD_LAYOUT_REQUIRED": 400,
    "INVALID_PURCHASER": 400,
    "INVALID_USER": 400,
    "INVALID_ADDRESS": 400,
    "INSUFFICIENT_SCOPE": 403,
    "CART_NOT_FOUND": 404,
    "COMPANY_NOT_FOUND": 404,
    "DELIVERY_COUNTRY_NOT_FOUND": 404,
    "PRODUCT_NOT_FOUND": 404,
    "PRODUCT_PRICING_UNAVAILABLE": 404,
    "ORDER_NOT_CART": 409,
    "INTERNAL_ERROR": 500,
}
STATES = {
    ("cart", "submit"): "ordered",
    ("cart", "cancel"): "cancelled",
    ("ordered", "cancel"): "cancelled",
    ("ordered", "reopen"): "cart",
}
PRECEDENCE = ("header", "prefer", "query", "cookie", "start")


def judge(schema: str) -> OAS30Validator:
    """The oracle for one of the contract's schemas; its references stay within the contract."""
    return OAS30Validator({**CONTRACT["components"]["schemas"][schema], "components": CONTRACT["components"]})


BODY = judge("PatchCartBody")
ANSWERS = {
    int(status): judge(response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2])
    for status, response in CONTRACT["paths"]["/carts/{order_id}"]["patch"]["responses"].items()
}


class Refused(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Ask:
    """A request in the words of this table: `choices` is ("scenario" or "code", value) by the way it came."""

    session: str
    token: str | None
    order: str
    body: bytes
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Expected:
    """What must come back: of `error` and `cart` the one that the answer has, if it is one of these."""

    status: int
    source: str
    error: str | None = None
    cart: Any = None
    scenario: str | None = None


class Backend:
    """What a server with these scenarios (name -> the file's content) is to answer, session by session."""

    def __init__(self, scenarios: Mapping[str, Any], start: str | None) -> None:
        self.scenarios = scenarios
        self.start = start
        self.sessions: dict[str, dict[str, Any]] = {}
        self.calls: Counter[tuple[str, str, str]] = Counter()

    def answer(self, ask: Ask) -> Expected:
        """The expected answer; the sessions move on as the server's do."""
        via, kind, value = self._chosen(ask)
        scenario = self.scenarios.get(value) if kind == "scenario" else None
        if scenario is not None and scenario.get("validate") is False:
            return self._forced("INTERNAL_ERROR", value)
        world = self.sessions.setdefault(ask.session, self._born())
        if ask.token is None or not re.fullmatch(r"flt_sk_[A-Za-z0-9_-]+", ask.token):
            return Expected(401, "auth", "UNAUTHORIZED")
        if "carts:write" not in WORLD["tokens"].get(ask.token, UNLISTED)["scopes"]:
            return Expected(403, "auth", "INSUFFICIENT_SCOPE")
        body = _parsed(ask.body)
        if not re.fullmatch(r"[1-9][0-9]*", ask.order) or not BODY.is_valid(body):
            return Expected(400, "validation")
        if kind == "code":
            listed = [code for code, status in CODES.items() if str(status) == value]
            if not listed:
                return Expected(200, "example") if value == "200" else Expected(404, "mock")
            return self._forced(listed[0], _name(listed[0]))
        if kind == "scenario" and scenario is None:
            return Expected(404, "mock")
        if scenario is not None and "respond" in scenario:
            return self._forced(scenario["respond"]["error"], value)
        if scenario is not None and "steps" in scenario:
            self._tell(value, scenario["steps"], ask)
        if scenario is not None and "given" in scenario and via != "start":
            world = laid(world, scenario["given"])
        try:
            cart = patch(world, ask.token, ask.order, body)
        except Refused as refused:
            return Expected(CODES[refused.code], "model", refused.code, scenario=value)
        return Expected(200, "model", cart=cart, scenario=value)

    def _chosen(self, ask: Ask) -> tuple[str, str, str | None]:
        """The way, kind and value of the choice that goes before all others."""
        choices = dict(ask.choices)
        if self.start is not None:
            choices["start"] = ("scenario", self.start)
        for via in PRECEDENCE:
            if via in choices:
                return via, *choices[via]
        return "nothing", "nothing", None

    def _born(self) -> dict[str, Any]:
        world = copy.deepcopy(WORLD)
        world["next"] = 1 + max(device["id"] for cart in WORLD["carts"].values() for device in devices(cart))
        given = self.scenarios.get(self.start or "", {}).get("given")
        return world if given is None else laid(world, given)

    def _forced(self, code: str, scenario: str | None) -> Expected:
        return Expected(CODES[code], "scenario", code, scenario=scenario)

    def _tell(self, name: str | None, steps: list[dict[str, Any]], ask: Ask) -> None:
        """A story, written out call by call: its event where the call enters a step, else nothing."""
        events = [
            event for step in steps for event in [step.get("event")] + [None] * (step.get("times", 1) - 1)
        ]
        key = (ask.session, name or "", ask.order)
        event = events[self.calls[key]] if self.calls[key] < len(events) else None
        self.calls[key] += 1
        cart = self.sessions[ask.session]["carts"].get(ask.order)
        if cart is not None and event is not None:
            cart["state"] = STATES.get((cart["state"], event), cart["state"])


def patch(world: dict[str, Any], token: str, order: str, body: dict[str, Any]) -> dict[str, Any]:
    """Checks 4 to 13, then the change, made in place; the cart as it is shown. Raises Refused."""
    company = world["tokens"].get(token, UNLISTED)["company"]
    if company is None:
        raise Refused("COMPANY_NOT_FOUND")
    cart = world["carts"].get(order)
    if cart is None or cart["company"] != company:
        raise Refused("CART_NOT_FOUND")
    if cart["state"] != "cart":
        raise Refused("ORDER_NOT_CART")
    if "purchaser_id" in body and not owned(world["users"], body["purchaser_id"], company):
        raise Refused("INVALID_PURCHASER")
    mode = body.get("acquisition_mode", cart["mode"])
    for line in body.get("order_items", []):
        check_line(world, line, company, mode)
    if "acquisition_mode" in body and "order_items" not in body:
        for device in devices(cart):
            if price(world, device["product"], device.get("layout"), company, mode) is None:
                raise Refused("PRODUCT_PRICING_UNAVAILABLE")
    cart["mode"] = mode
    if "purchaser_id" in body:
        cart["purchaser"] = int(body["purchaser_id"])
    if "order_items" in body:
        cart["devices"] = []
        for line in body["order_items"]:
            device = {"product": int(line["product_id"]), "layout": line.get("keyboard_layout")}
            cart["devices"].append({"id": world["next"], **device})
            world["next"] += 1
    return shown(world, order)


def check_line(world: dict[str, Any], line: dict[str, Any], company: int, mode: str) -> None:
    """Checks 8 to 13 for one line; raises Refused."""
    product = world["products"].get(str(int(line["product_id"])))
    country, layout = line["delivery_country"], line.get("keyboard_layout")
    if country not in world["countries"]:
        raise Refused("DELIVERY_COUNTRY_NOT_FOUND")
    if product is None or country not in product["countries"]:
        raise Refused("PRODUCT_NOT_FOUND")
    if product.get("uses_layouts") and layout is None:
        raise Refused("KEYBOARD_LAYOUT_REQUIRED")
    if price(world, int(line["product_id"]), layout, company, mode) is None:
        raise Refused("PRODUCT_PRICING_UNAVAILABLE")
    if "user_id" in line and not owned(world["users"], line["user_id"], company):
        raise Refused("INVALID_USER")
    if "shipping_address_id" in line and not owned(world["addresses"], line["shipping_address_id"], company):
        raise Refused("INVALID_ADDRESS")


def shown(world: dict[str, Any], order: str) -> dict[str, Any]:
    """The cart as an answer's `data`; a rent that is not known makes the sum unknown."""
    cart = world["carts"][order]
    company, mode = cart["company"], cart["mode"]
    rents = [
        price(world, device["product"], device.get("layout"), company, mode) if mode == "LEASING" else None
        for device in devices(cart)
    ]
    total = None
    if mode == "LEASING" and None not in rents:
        total = f"{sum(map(Decimal, filter(None, rents)), Decimal('0.00'))}"
    return {
        "id": int(order),
        "purchaser_id": cart.get("purchaser"),
        "num_devices": len(rents),
        "rent": total,
        "currency": world["companies"][str(company)]["currency"],
        "devices": [
            {
                "id": device["id"],
                "name": world["products"][str(device["product"])]["name"],
                "rent": rent,
                "product_id": device["product"],
            }
            for device, rent in zip(devices(cart), rents, strict=True)
        ],
    }


def price(world: dict[str, Any], product: int, layout: str | None, company: int, mode: str) -> str | None:
    entry = world["products"][str(product)]
    found = entry["prices"].get(world["companies"][str(company)]["currency"], {}).get(mode)
    if entry.get("uses_layouts") and found is not None:
        found = found.get(layout)
    return None if found is None else str(found)


def owned(entries: dict[str, Any], id_: float, company: int) -> bool:
    entry = entries.get(str(int(id_)))
    return entry is not None and entry["company"] == company


def devices(cart: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cart.get("devices", [])
    return found


def laid(world: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """A copy of the world with `given: {carts: ...}` over it; `*` first, then single ids."""
    world = copy.deepcopy(world)
    for key, fields in sorted(given["carts"].items(), key=lambda entry: entry[0] != "*"):
        for order in world["carts"] if key == "*" else [key]:
            world["carts"][order] |= copy.deepcopy(fields)
    return world


def _name(code: str) -> str:
    return code.lower().replace("_", "-")


def _parsed(body: bytes) -> Any:
    """The body's value; None, which no schema here allows, where it is no JSON.

    `101.0` is the integer 101, as JSON Schema has said since draft 6; the oracle keeps to draft 4 there.
    """
    try:
        return json.loads(body, parse_float=_number)
    except ValueError:
        return None


def _number(digits: str) -> float:
    number = float(digits)
    return int(number) if number.is_integer() else number

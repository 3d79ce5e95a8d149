"""An oracle for changes of a cart, on plain dictionaries from world.yaml, independent of the package.

It implements docs/carts.md a second time, in the simplest way, so that tests can compare the two.
"""

import copy
from decimal import Decimal
from typing import Any

import yaml
from openapi_schema_validator import OAS30Validator

from tests.support.paths import FIXTURES

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


def judge(schema: str) -> OAS30Validator:
    """An independent validator of one of the contract's schemas."""
    return OAS30Validator({**CONTRACT["components"]["schemas"][schema], "components": CONTRACT["components"]})


BODY = judge("PatchCartBody")
ANSWERS = {
    int(status): judge(response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2])
    for status, response in CONTRACT["paths"]["/carts/{order_id}"]["patch"]["responses"].items()
}


class Refused(Exception):
    """The change is refused with an error code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def patch(world: dict[str, Any], token: str, order: str, body: dict[str, Any]) -> dict[str, Any]:
    """Do checks 4 to 13, then the change, in place; return the cart as in the answer. Raises Refused."""
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
    """Do checks 8 to 13 for one line; raises Refused."""
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
    """The cart as the `data` of an answer; the total rent is None if any rent is."""
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
    """A copy of the world changed by `given: {carts: ...}`: first by `*`, then by single ids."""
    world = copy.deepcopy(world)
    for key, fields in sorted(given["carts"].items(), key=lambda entry: entry[0] != "*"):
        for order in world["carts"] if key == "*" else [key]:
            world["carts"][order] |= copy.deepcopy(fields)
    return world

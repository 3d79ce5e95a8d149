"""Changes of carts at random: lawful ones for the model to answer, and unlawful ones."""

import json
from random import Random
from typing import Any
from urllib.parse import quote

import yaml

from tests.support import second_opinion
from tests.support.paths import SCENARIOS as FOLDER
from tests.support.table_of_checks import WORLD
from tests.support.wire import Ask

SCENARIOS: dict[str, Any] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))
}
DOWN = "gateway-down"
ERRORS = [name for name, act in SCENARIOS.items() if "error" in act.get("respond", ())]
STORIES = [name for name, act in SCENARIOS.items() if "steps" in act]
FORCED = [*ERRORS, DOWN, *(name for name, act in SCENARIOS.items() if "given" in act), "no-such-scenario"]

OWNERS = {1: "flt_sk_anybody", 2: "flt_sk_boreal_000004", 3: "flt_sk_cobalt_000005"}
OPEN = ("42", "42", "43", "44", "45", "61", "71")
MODES = ("LEASING", "BUY")
TOKENS = (None, "flt_sk_", "sk_live_1", *WORLD["tokens"])
BROKEN = (
    b"", b"{", b"null", b"[]", b'{"purchaser_id": 0}', b'{"purchaser_id": "12"}', b'{"purchaser_id": true}',
    b'{"order_items": []}', b'{"order_items": [{"product_id": 101}]}', b'{"acquisition_mode": "RENT"}',
    b'{"order_items": [{"product_id": 1.5, "delivery_country": "FR"}]}',
)  # fmt: skip
OFFENCES = (
    {"purchaser_id": 999},
    {"order_items": [{"product_id": 201, "delivery_country": "NO"}]},
    {"order_items": [{"product_id": 999, "delivery_country": "FR"}]},
    {"order_items": [{"product_id": 101, "delivery_country": "FR"}]},
    {"order_items": [{"product_id": 201, "delivery_country": "FR", "user_id": 999}]},
    {"order_items": [{"product_id": 201, "delivery_country": "FR", "shipping_address_id": 999}]},
)

Change = tuple[str | None, str, bytes]  # token, order and body


def lawful(random: Random) -> Change:
    """What the contract allows, and the rules mostly, too."""
    order = random.choice(OPEN)
    company = WORLD["carts"][order]["company"]
    members = {
        "purchaser_id": random.choice(_own("users", company)),
        "order_items": [_line(random, company) for _ in range(random.randint(1, 3))],
        "acquisition_mode": random.choice(MODES),
    }
    body = {name: value for name, value in members.items() if random.random() < 0.5}
    return OWNERS[company], order, json.dumps(body).encode()


def unlawful(random: Random) -> Change:
    """What breaks the contract, or a row of the table of checks."""
    token, order, body = lawful(random)
    match random.randrange(4):
        case 0:
            return random.choice(TOKENS), order, body
        case 1:
            return token, random.choice(["99", "042", "0", "4.2", "x", "9" * 40, "46", "47"]), body
        case 2:
            return token, order, random.choice(BROKEN)
    return token, order, json.dumps(random.choice(OFFENCES)).encode()


def _line(random: Random, company: int) -> dict[str, Any]:
    id_, product = random.choice([*WORLD["products"].items()])
    currency = WORLD["companies"][str(company)]["currency"]
    line = {"product_id": int(id_), "delivery_country": random.choice(product["countries"])}
    if product.get("uses_layouts"):
        priced = product["prices"].get(currency, {}).get("LEASING", {"FRENCH_AZERTY": None})
        line["keyboard_layout"] = random.choice([*priced])
    if random.random() < 0.3:
        line["user_id"] = random.choice(_own("users", company))
    if random.random() < 0.3:
        line["shipping_address_id"] = random.choice(_own("addresses", company))
    return line


def _own(collection: str, company: int) -> list[int]:
    return [int(id_) for id_, entry in WORLD[collection].items() if entry["company"] == company]


def as_http(ask: second_opinion.Ask) -> Ask:
    """The request as it goes over the wire."""
    headers = {"x-mock-session": ask.session, "content-type": "application/json"}
    target = f"/carts/{quote(ask.order)}"
    if ask.token is not None:
        headers["authorization"] = f"Bearer {ask.token}"
    for via, (kind, value) in ask.choices.items():
        match via:
            case "header":
                headers["x-mock-scenario"] = value
            case "prefer":
                headers["prefer"] = f"{kind}={value}"
            case "query":
                target += f"?__{kind}={value}"
            case "cookie":
                headers["cookie"] = f"mock_{kind}={value}"
    return Ask("PATCH", target, headers, ask.body)


def standing(world: Any) -> dict[str, Any]:
    """What is to be seen of each cart, in the server's state or in the model's."""
    return {
        order: (
            cart["state"],
            cart["mode"],
            cart.get("purchaser"),
            [device["product"] for device in cart.get("devices") or ()],
        )
        for order, cart in world["carts"].items()
    }

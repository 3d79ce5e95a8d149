"""The table of checks, and the changes of a cart."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.data.json import Json
from mockserver.model import Outcome, Rejected
from mockserver.models.carts.dumping import dump
from mockserver.models.carts.update import CHECKS
from mockserver.models.carts.world import SCOPES, Token, World
from tests.support.bundled import ANY_TOKEN, BOREAL, COBALT, WORLD, answered, item, patch, rejected

TABLE = {
    2: "INSUFFICIENT_SCOPE",
    4: "COMPANY_NOT_FOUND",
    5: "CART_NOT_FOUND",
    6: "ORDER_NOT_CART",
    7: "INVALID_PURCHASER",
    8: "DELIVERY_COUNTRY_NOT_FOUND",
    9: "PRODUCT_NOT_FOUND",
    10: "KEYBOARD_LAYOUT_REQUIRED",
    11: "PRODUCT_PRICING_UNAVAILABLE",
    12: "INVALID_USER",
    13: "INVALID_ADDRESS",
}
LINE_CHECKS = range(8, 14)
NEIGHBOURS = list(pairwise(TABLE))


def test_the_checks_are_in_the_order_of_the_table() -> None:
    assert {check.number: check.code for check in CHECKS} == TABLE
    assert [check.number for check in CHECKS] == sorted(TABLE)


# Each check on its own


@pytest.mark.parametrize(
    ("number", "token", "order_id", "body", "reason"),
    [
        pytest.param(2, "flt_sk_read_only_000001", "42", {}, "carts:read", id="scope missing"),
        pytest.param(4, "flt_sk_ghost_company_000003", "42", {}, "company is unknown", id="company unknown"),
        pytest.param(5, ANY_TOKEN, "404", {}, "no order 404", id="no such order"),
        pytest.param(5, ANY_TOKEN, "9" * 40, {}, "no order 999", id="an id of forty digits"),
        pytest.param(5, ANY_TOKEN, "9" * 5000, {}, "no order 999", id="an id of five thousand digits"),
        pytest.param(5, ANY_TOKEN, "61", {}, "order 61 belongs to company 2", id="another company's order"),
        pytest.param(6, ANY_TOKEN, "46", {}, "order 46 is ordered", id="ordered"),
        pytest.param(6, ANY_TOKEN, "47", {}, "order 47 is cancelled", id="cancelled"),
        pytest.param(7, ANY_TOKEN, "42", {"purchaser_id": 999}, "no user 999", id="purchaser unknown"),
        pytest.param(
            7, ANY_TOKEN, "42", {"purchaser_id": 21}, "user 21 belongs to company 2", id="purchaser foreign"
        ),
        pytest.param(8, ANY_TOKEN, "42", item(country="ZZ"), "'ZZ'", id="country unknown"),
        pytest.param(8, ANY_TOKEN, "42", item(country="fr"), "'fr'", id="country in small letters"),
        pytest.param(9, ANY_TOKEN, "42", item(999), "no product 999", id="product unknown"),
        pytest.param(9, ANY_TOKEN, "42", item(102), "sold in ES, IT, not in FR", id="product not sold there"),
        pytest.param(10, ANY_TOKEN, "42", item(101), "product 101 uses keyboard", id="layout missing"),
        pytest.param(11, ANY_TOKEN, "42", item(203), "no price for LEASING in EUR", id="mode not priced"),
        pytest.param(11, ANY_TOKEN, "42", item(301), "no price for LEASING in EUR", id="currency not priced"),
        pytest.param(
            11,
            ANY_TOKEN,
            "42",
            item(101, keyboard_layout="DUTCH_QWERTY"),
            "product 101 with DUTCH_QWERTY has no price",
            id="layout not priced",
        ),
        pytest.param(
            11, ANY_TOKEN, "45", item(202), "no price for BUY in EUR", id="priced by the cart's mode"
        ),
        pytest.param(
            11, COBALT, "71", item(202), "no price for LEASING in GBP", id="priced in the company's currency"
        ),
        pytest.param(12, ANY_TOKEN, "42", item(user_id=999), "no user 999", id="user unknown"),
        pytest.param(
            12, ANY_TOKEN, "42", item(user_id=22), "user 22 belongs to company 2", id="user foreign"
        ),
        pytest.param(
            13, ANY_TOKEN, "42", item(shipping_address_id=999), "no address 999", id="address unknown"
        ),
        pytest.param(
            13, ANY_TOKEN, "42", item(shipping_address_id=81), "belongs to company 2", id="address foreign"
        ),
    ],
)
def test_a_check_rejects_with_its_code_and_says_why(
    number: int, token: str, order_id: str, body: dict[str, Json], reason: str
) -> None:
    change: Json = {"order_items": [body]} if "product_id" in body else body
    rejection = rejected(order_id, change, token=token)
    assert (rejection.check, rejection.code) == (number, TABLE[number])
    assert reason in rejection.reason


def test_the_reason_names_the_line() -> None:
    assert rejected("42", {"order_items": [item(), item(999)]}).reason.startswith("line 2: ")


# Precedence


def line_failing(checks: frozenset[int]) -> dict[str, Json]:
    """An order item that fails the checks named, each for a reason of its own."""
    line = item(102 if 9 in checks else 101, "ZZ" if 8 in checks else "FR")
    if 10 not in checks:
        priced = "SPANISH_QWERTY" if 9 in checks else "FRENCH_AZERTY"
        line["keyboard_layout"] = "DUTCH_QWERTY" if 11 in checks else priced
    line["user_id"] = 21 if 12 in checks else 12
    line["shipping_address_id"] = 81 if 13 in checks else 56
    return line


def patch_failing(checks: frozenset[int], lines: list[frozenset[int]]) -> Outcome[World]:
    """A PATCH that fails the cart-wide `checks`, and with each line those of `lines`."""
    company = None if 4 in checks else 1
    token = Token(company, frozenset() if 2 in checks else frozenset(SCOPES))
    order_id = {(): "42", (6,): "46", (5,): "61", (5, 6): "62"}[tuple(sorted(checks & {5, 6}))]
    body: dict[str, Json] = {
        "purchaser_id": 21 if 7 in checks else 12,
        "order_items": [line_failing(line) for line in lines],
    }
    return patch(order_id, body, token=ANY_TOKEN, world=replace(WORLD, tokens={ANY_TOKEN: token}))


def first_rejection(checks: frozenset[int], lines: list[frozenset[int]]) -> int | None:
    try:
        patch_failing(checks, lines)
    except Rejected as rejection:
        return rejection.check
    return None


@pytest.mark.parametrize(("first", "second"), NEIGHBOURS, ids=[f"{a} before {b}" for a, b in NEIGHBOURS])
def test_of_two_failing_checks_the_earlier_one_rejects(first: int, second: int) -> None:
    both = frozenset({first, second})
    assert first_rejection(both, [both]) == first


wide = st.frozensets(st.sampled_from([2, 4, 5, 6, 7]))
lines = st.lists(st.frozensets(st.sampled_from(LINE_CHECKS)), min_size=1, max_size=4)


@given(wide, lines)
def test_the_first_check_that_fails_wins_cart_first_then_line_by_line(
    checks: frozenset[int], lines: list[frozenset[int]]
) -> None:
    failing = [min(some) for some in (checks, *lines) if some]
    assert first_rejection(checks, lines) == (failing[0] if failing else None)


@given(wide, lines)
def test_a_rejected_change_changes_nothing(checks: frozenset[int], lines: list[frozenset[int]]) -> None:
    before = dump(WORLD)
    first_rejection(checks, lines)
    assert dump(WORLD) == before


# What a change does


def test_an_empty_change_answers_the_cart_as_it_is() -> None:
    outcome = patch("44", {})
    assert outcome.state == WORLD
    assert outcome.body == {
        "data": {
            "id": 44,
            "purchaser_id": 11,
            "num_devices": 3,
            "rent": "58.30",
            "currency": "EUR",
            "devices": [
                {"id": 9002, "name": "Tern 14 laptop", "rent": "39.90", "product_id": 101},
                {"id": 9003, "name": "Plover 27 monitor", "rent": "12.35", "product_id": 201},
                {"id": 9004, "name": "Sandpiper dock", "rent": "6.05", "product_id": 202},
            ],
        }
    }


def test_an_empty_cart_has_no_devices_and_a_rent_of_zero() -> None:
    data = answered("43", {})
    assert (data["num_devices"], data["rent"], data["devices"], data["purchaser_id"]) == (0, "0.00", [], None)


def test_an_empty_cart_to_be_bought_has_no_rent() -> None:
    assert answered("43", {"acquisition_mode": "BUY"})["rent"] is None


def test_the_purchaser_is_set_and_all_else_stays() -> None:
    cart = patch("42", {"purchaser_id": 13}).state.carts["42"]
    assert cart == replace(WORLD.carts["42"], purchaser=13)


def test_order_items_replace_all_lines_with_new_devices() -> None:
    state = patch("44", {"order_items": [item(), item()]}).state
    assert [device.id for device in state.carts["44"].devices] == [
        WORLD.next_device_id,
        WORLD.next_device_id + 1,
    ]
    assert state.carts["44"].purchaser == 11


def test_a_device_id_is_never_used_again() -> None:
    state, seen = WORLD, set[int]()
    for order_id in ("42", "43", "42", "44"):
        state = patch(order_id, {"order_items": [item(), item()]}, world=state).state
        ids = {device.id for device in state.carts[order_id].devices}
        assert not ids & seen
        seen |= ids


def test_other_changes_keep_the_devices() -> None:
    state = patch("42", {"purchaser_id": 13, "acquisition_mode": "BUY"}).state
    assert state.carts["42"].devices == WORLD.carts["42"].devices
    assert state.next_device_id == WORLD.next_device_id


def test_setting_the_mode_reprices_the_lines_that_stay() -> None:
    bought = patch("42", {"acquisition_mode": "BUY"}).state
    assert answered("42", {}, world=bought)["rent"] is None
    assert answered("42", {"acquisition_mode": "LEASING"}, world=bought)["rent"] == "39.90"


def test_setting_the_mode_is_refused_where_a_line_that_stays_has_no_such_price() -> None:
    rejection = rejected("44", {"acquisition_mode": "BUY"})
    assert (rejection.check, rejection.code) == (11, "PRODUCT_PRICING_UNAVAILABLE")
    assert rejection.reason.startswith("line 3: product 202 ")


def test_existing_lines_are_only_checked_for_a_price_and_only_if_the_mode_changes() -> None:
    nowhere = replace(WORLD.products[201], countries=(), prices={})
    world = replace(WORLD, products={**WORLD.products, 201: nowhere})
    assert answered("44", {"purchaser_id": 12}, world=world)["rent"] is None
    assert rejected("44", {"acquisition_mode": "LEASING"}, world=world).check == 11


def test_replaced_lines_are_not_checked_for_a_price() -> None:
    assert answered("44", {"acquisition_mode": "BUY", "order_items": [item()]})["num_devices"] == 1


def test_new_lines_are_priced_by_the_mode_that_comes_with_them() -> None:
    assert answered("42", {"acquisition_mode": "BUY", "order_items": [item(203)]})["rent"] is None
    assert rejected("45", {"acquisition_mode": "LEASING", "order_items": [item(203)]}).check == 11


@pytest.mark.parametrize(
    ("order_id", "token", "named", "taken"),
    [
        pytest.param("44", ANY_TOKEN, 58, 58, id="its own"),
        pytest.param("44", ANY_TOKEN, None, 57, id="else the cart's"),
        pytest.param("42", ANY_TOKEN, None, 56, id="else the company's"),
        pytest.param("71", COBALT, None, None, id="else none"),
    ],
)
def test_a_line_is_sent_to_an_address(
    order_id: str, token: str, named: int | None, taken: int | None
) -> None:
    line = item() if named is None else item(shipping_address_id=named)
    cart = patch(order_id, {"order_items": [line]}, token=token).state.carts[order_id]
    assert [device.line.shipping_address for device in cart.devices] == [taken]


def test_a_layout_that_the_product_does_not_use_is_ignored_and_noted() -> None:
    outcome = patch("42", {"order_items": [item(), item(201, keyboard_layout="SWISS_QWERTZ")]})
    assert outcome.notes == ("line 2: product 201 uses no keyboard layouts, so SWISS_QWERTZ is ignored",)
    assert [device.line.layout for device in outcome.state.carts["42"].devices] == [None, None]


def test_numbers_without_a_fraction_are_kept_as_integers() -> None:
    body: Json = {"purchaser_id": 12.0, "order_items": [item(user_id=12.0, shipping_address_id=56.0)]}
    cart = patch("42", body).state.carts["42"]
    assert "." not in repr((cart.purchaser, cart.devices[0].line.user, cart.devices[0].line.shipping_address))


# Companies keep to themselves


def test_each_company_reaches_its_own_cart() -> None:
    assert answered("61", {"purchaser_id": 22}, token=BOREAL)["purchaser_id"] == 22
    assert answered("71", {}, token=COBALT)["currency"] == "GBP"


@pytest.mark.parametrize("order_id", ["42", "43", "46", "71", "404"])
def test_an_order_of_another_company_is_answered_like_a_missing_one(order_id: str) -> None:
    assert rejected(order_id, {"purchaser_id": 21}, token=BOREAL).code == "CART_NOT_FOUND"


@pytest.mark.parametrize(("order_id", "token"), [("42", ANY_TOKEN), ("61", BOREAL), ("71", COBALT)])
def test_a_change_touches_one_cart_and_shares_the_rest(order_id: str, token: str) -> None:
    state = patch(order_id, {"order_items": [item()]}, token=token).state
    assert state.carts[order_id] != WORLD.carts[order_id]
    assert all(state.carts[other] is WORLD.carts[other] for other in WORLD.carts if other != order_id)
    assert state.products is WORLD.products
    assert state.users is WORLD.users

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.carts.pricing import cart_rent, device_rents, money, price
from mockserver.carts.states import State
from mockserver.carts.world import Cart, Device, Line, Mode

from .bundled import WORLD

LAPTOP = Line(101, "FR", "FRENCH_AZERTY")
MONITOR = Line(201, "FR")
cents = st.integers(0, 10**11 - 1)


@pytest.mark.parametrize(
    ("line", "mode", "currency", "expected"),
    [
        pytest.param(LAPTOP, Mode.LEASING, "EUR", Decimal("39.90"), id="by layout, leased"),
        pytest.param(LAPTOP, Mode.BUY, "EUR", Decimal("1129.00"), id="by layout, bought"),
        pytest.param(LAPTOP, Mode.LEASING, "GBP", None, id="layout without a price in that currency"),
        pytest.param(Line(101, "DE", "GERMAN_QWERTZ"), Mode.BUY, "EUR", None, id="layout without that mode"),
        pytest.param(Line(101, "FR"), Mode.LEASING, "EUR", None, id="layout not named"),
        pytest.param(MONITOR, Mode.LEASING, "GBP", Decimal("10.80"), id="no layouts"),
        pytest.param(
            Line(201, "FR", "FRENCH_AZERTY"), Mode.BUY, "EUR", Decimal("329.00"), id="layout ignored"
        ),
        pytest.param(MONITOR, Mode.LEASING, "CHF", None, id="unknown currency"),
        pytest.param(Line(999, "FR"), Mode.LEASING, "EUR", None, id="unknown product"),
    ],
)
def test_a_price_depends_on_product_mode_currency_and_layout(
    line: Line, mode: Mode, currency: str, expected: Decimal | None
) -> None:
    assert price(WORLD, line, mode, currency) == expected


@given(st.lists(cents, max_size=50))
def test_the_rent_of_a_cart_is_the_exact_sum_over_its_devices(amounts: list[int]) -> None:
    cart = Cart(1, State.CART, Mode.LEASING)
    total = cart_rent(cart, tuple(Decimal(amount) / 100 for amount in amounts))
    assert money(total) == f"{sum(amounts) // 100}.{sum(amounts) % 100:02}"


@given(cents)
def test_money_always_has_two_decimals(amount: int) -> None:
    assert money(Decimal(amount).scaleb(-2)) == f"{amount // 100}.{amount % 100:02}"


def test_what_has_no_price_is_no_money() -> None:
    assert money(None) is None


def test_an_empty_cart_costs_nothing() -> None:
    assert money(cart_rent(WORLD.carts["43"], ())) == "0.00"


@pytest.mark.parametrize("rents", [(), (None, None)], ids=["empty", "filled"])
def test_a_cart_to_be_bought_has_no_rent(rents: tuple[None, ...]) -> None:
    devices = tuple(Device(id_, MONITOR) for id_, _ in enumerate(rents, 1))
    cart = Cart(1, State.CART, Mode.BUY, devices=devices)
    assert device_rents(WORLD, cart) == rents
    assert cart_rent(cart, rents) is None


def test_a_device_that_lost_its_price_leaves_the_rent_of_its_cart_unknown() -> None:
    cart = Cart(1, State.CART, Mode.LEASING, devices=(Device(1, MONITOR), Device(2, Line(203, "FR"))))
    rents = device_rents(WORLD, cart)
    assert rents == (Decimal("12.35"), None)
    assert cart_rent(cart, rents) is None

"""Prices and rents."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.model import Rejected
from mockserver.models.carts.change import Change
from mockserver.models.carts.pricing import cart_rent, money
from mockserver.models.carts.update import update
from mockserver.models.carts.world import SCOPES, Line, Mode, Token
from tests.support.bundled import WORLD

EURO_CART, POUND_CART = "42", "71"
LAPTOP = Line(101, "FR", "FRENCH_AZERTY")
MONITOR = Line(201, "FR")
cents = st.integers(0, 10**11 - 1)


def priced(line: Line, mode: Mode, order_id: str) -> Decimal | None:
    token = Token(WORLD.carts[order_id].company, frozenset(SCOPES))
    return update(WORLD, token, order_id, Change(lines=(line,), mode=mode)).items[0].price


@pytest.mark.parametrize(
    ("line", "mode", "order_id", "expected"),
    [
        pytest.param(LAPTOP, Mode.LEASING, EURO_CART, "39.90", id="by layout, leased"),
        pytest.param(LAPTOP, Mode.BUY, EURO_CART, "1129.00", id="by layout, bought"),
        pytest.param(MONITOR, Mode.LEASING, POUND_CART, "10.80", id="no layouts"),
        pytest.param(Line(201, "FR", "FRENCH_AZERTY"), Mode.BUY, EURO_CART, "329.00", id="layout ignored"),
    ],
)
def test_a_price_depends_on_product_mode_currency_and_layout(
    line: Line, mode: Mode, order_id: str, expected: str
) -> None:
    assert priced(line, mode, order_id) == Decimal(expected)


@pytest.mark.parametrize(
    ("line", "mode", "order_id"),
    [
        pytest.param(LAPTOP, Mode.LEASING, POUND_CART, id="layout without a price in that currency"),
        pytest.param(Line(101, "FR", "GERMAN_QWERTZ"), Mode.BUY, EURO_CART, id="layout without that mode"),
    ],
)
def test_a_line_without_a_price_in_the_catalogue_is_refused(line: Line, mode: Mode, order_id: str) -> None:
    with pytest.raises(Rejected, match="PRODUCT_PRICING_UNAVAILABLE"):
        priced(line, mode, order_id)


@given(st.lists(cents, max_size=50))
def test_the_rent_of_a_cart_is_the_exact_sum_over_its_devices(amounts: list[int]) -> None:
    total = cart_rent(Mode.LEASING, [Decimal(amount) / 100 for amount in amounts])
    assert money(total) == f"{sum(amounts) // 100}.{sum(amounts) % 100:02}"


@given(cents)
def test_money_always_has_two_decimals(amount: int) -> None:
    assert money(Decimal(amount).scaleb(-2)) == f"{amount // 100}.{amount % 100:02}"


def test_a_missing_price_is_null() -> None:
    assert money(None) is None


def test_an_empty_cart_costs_nothing() -> None:
    assert money(cart_rent(Mode.LEASING, [])) == "0.00"


@pytest.mark.parametrize("prices", [[], [Decimal("329.00")]], ids=["empty", "filled"])
def test_a_cart_to_be_bought_has_no_rent(prices: list[Decimal]) -> None:
    assert cart_rent(Mode.BUY, prices) is None


def test_a_device_that_lost_its_price_leaves_the_rent_of_its_cart_unknown() -> None:
    assert cart_rent(Mode.LEASING, [Decimal("12.35"), None]) is None

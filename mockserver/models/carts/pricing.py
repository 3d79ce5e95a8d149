"""Prices of devices: decimals in the world, strings with two decimals in the answer."""

from collections.abc import Iterable
from decimal import Decimal

from mockserver.models.carts.world import Mode

ZERO = Decimal("0.00")


def cart_rent(mode: Mode, prices: Iterable[Decimal | None]) -> Decimal | None:
    """The monthly rent for devices with these prices; None with BUY, or if a price is unknown."""
    if mode is Mode.BUY:
        return None
    total = ZERO
    for price in prices:
        if price is None:
            return None
        total += price
    return total


def money(amount: Decimal | None) -> str | None:
    """An amount as a string, such as `39.90`; the amounts of a world have two decimals."""
    return None if amount is None else str(amount)

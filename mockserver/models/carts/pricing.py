"""What devices cost: decimals from the catalogue, text with two decimals in the answer."""

from collections.abc import Iterable
from decimal import Decimal

from mockserver.models.carts.world import Mode

NOUGHT = Decimal("0.00")


def cart_rent(mode: Mode, prices: Iterable[Decimal | None]) -> Decimal | None:
    """The monthly rent of devices with these prices; None with BUY, or where one of them is unknown."""
    if mode is Mode.BUY:
        return None
    total = NOUGHT
    for price in prices:
        if price is None:
            return None
        total += price
    return total


def money(amount: Decimal | None) -> str | None:
    """An amount as the answer writes it: `39.90`; those of a world have two decimals."""
    return None if amount is None else str(amount)

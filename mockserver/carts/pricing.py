"""What devices cost: decimals from the catalogue, text with two decimals in the answer."""

from decimal import Decimal

from mockserver.carts.world import Cart, Line, Mode, Tariff, World


def price(world: World, line: Line, mode: Mode, currency: str) -> Decimal | None:
    """The catalogue's price of a line's product; None where there is none, or no such product.

    The layout counts only for a product that uses layouts.
    """
    product = world.products.get(line.product)
    if product is None:
        return None
    return product.prices.get(Tariff(currency, mode, line.layout if product.uses_layouts else None))


def device_rents(world: World, cart: Cart) -> tuple[Decimal | None, ...]:
    """The monthly rent of each of the cart's devices; None where the mode or the catalogue gives none."""
    if cart.mode is Mode.BUY:
        return (None,) * len(cart.devices)
    currency = world.companies[cart.company].currency
    return tuple(price(world, device.line, cart.mode, currency) for device in cart.devices)


def cart_rent(cart: Cart, rents: tuple[Decimal | None, ...]) -> Decimal | None:
    """The sum over the devices; None with BUY, or where one device's rent is unknown."""
    if cart.mode is Mode.BUY:
        return None
    known = [rent for rent in rents if rent is not None]
    return sum(known, Decimal(0)) if len(known) == len(rents) else None


def money(amount: Decimal | None) -> str | None:
    """An amount as the answer writes it: `39.90`."""
    return None if amount is None else f"{amount:.2f}"

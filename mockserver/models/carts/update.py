"""Changes a cart: the table of checks, and the new world after a change that passes them."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from mockserver.model import Rejected
from mockserver.models.carts.change import Change
from mockserver.models.carts.states import State
from mockserver.models.carts.world import Address, Cart, Device, Line, Mode, Product, Token, User, World

NO_PRODUCT = Product("", uses_layouts=False, countries=(), prices={})

Target = TypeVar("Target")  # what a check examines
Key = TypeVar("Key")


class Attempt(Struct, frozen=True, gc=False):
    """A requested change of a cart."""

    world: World
    company: int | None  # of the token; None if it is unknown
    order_id: str
    change: Change


class Item(Struct, frozen=True, gc=False):
    """A line of the requested cart, with its product and price."""

    attempt: Attempt
    number: int  # from 1
    line: Line
    product: Product  # NO_PRODUCT if it is unknown
    layout: str | None  # of the line; None if the product uses none
    mode: Mode
    currency: str
    price: Decimal | None


class Update(Struct, frozen=True, gc=False):
    """The result of a change: the new world, the changed cart, and an item for each of its devices."""

    world: World
    cart: Cart
    items: list[Item]


class Check(Struct, Generic[Target], frozen=True):
    """A row of the table of checks; `reason` returns why the check fails, None if it passes."""

    number: int
    code: str
    reason: Callable[[Target], str | None]

    def rejection(self, target: Target) -> Rejected:
        return Rejected(self.code, check=self.number, reason=self.reason(target) or "")


class AuthorizationCheck(Check[Token], frozen=True):
    """A check of the token, before the request is validated."""


class CartCheck(Check[Attempt], frozen=True):
    """A check of the cart as a whole."""


class LineCheck(Check[Item], frozen=True):
    """A check of each line."""

    repricing: bool = False  # also applies to the existing lines when the mode changes

    def rejection(self, target: Item) -> Rejected:
        return Rejected(self.code, check=self.number, reason=f"line {target.number}: {self.reason(target)}")


def _scope_missing(token: Token) -> str | None:
    if "carts:write" in token.scopes:
        return None
    return f"the token lacks the scope carts:write; it has {', '.join(sorted(token.scopes)) or 'none'}"


def _company_unknown(attempt: Attempt) -> str | None:
    return "the token's company is unknown" if attempt.company is None else None


def _cart_unknown(attempt: Attempt) -> str | None:
    return _not_owned("order", attempt.order_id, attempt.world.carts, attempt)


def _no_longer_cart(attempt: Attempt) -> str | None:
    state = attempt.world.carts[attempt.order_id].state
    return None if state is State.CART else f"order {attempt.order_id} is {state} and no longer a cart"


def _purchaser_invalid(attempt: Attempt) -> str | None:
    user = attempt.change.purchaser
    return None if user is None else _not_owned("user", user, attempt.world.users, attempt)


def _country_unknown(item: Item) -> str | None:
    if item.line.country in item.attempt.world.countries:
        return None
    return f"unknown country {item.line.country!r}"


def _product_unavailable(item: Item) -> str | None:
    if item.line.country in item.product.countries:
        return None
    if item.product is NO_PRODUCT:
        return f"there is no product {item.line.product}"
    places = ", ".join(item.product.countries) or "no country"
    return f"product {item.line.product} is sold in {places}, not in {item.line.country}"


def _layout_missing(item: Item) -> str | None:
    if item.line.layout is None and item.product.uses_layouts:
        return f"product {item.line.product} uses keyboard layouts, but the line has none"
    return None


def _price_missing(item: Item) -> str | None:
    if item.price is not None:
        return None
    layout = f" with {item.layout}" if item.product.uses_layouts else ""
    return f"product {item.line.product}{layout} has no price for {item.mode} in {item.currency}"


def _user_invalid(item: Item) -> str | None:
    user = item.line.user
    return None if user is None else _not_owned("user", user, item.attempt.world.users, item.attempt)


def _address_invalid(item: Item) -> str | None:
    address = item.line.shipping_address
    if address is None:
        return None
    return _not_owned("address", address, item.attempt.world.addresses, item.attempt)


def _not_owned(
    what: str, id_: Key, known: Mapping[Key, Cart | User | Address], attempt: Attempt
) -> str | None:
    found = known.get(id_)
    if found is None:
        return f"there is no {what} {id_}"
    if found.company == attempt.company:
        return None
    return (
        f"{what} {id_} belongs to company {found.company}, but the token acts for company {attempt.company}"
    )


CHECKS: tuple[AuthorizationCheck | CartCheck | LineCheck, ...] = (
    # In order of precedence; a check may rely on those before it.
    AuthorizationCheck(2, "INSUFFICIENT_SCOPE", _scope_missing),
    CartCheck(4, "COMPANY_NOT_FOUND", _company_unknown),
    CartCheck(5, "CART_NOT_FOUND", _cart_unknown),
    CartCheck(6, "ORDER_NOT_CART", _no_longer_cart),
    CartCheck(7, "INVALID_PURCHASER", _purchaser_invalid),
    LineCheck(8, "DELIVERY_COUNTRY_NOT_FOUND", _country_unknown),
    LineCheck(9, "PRODUCT_NOT_FOUND", _product_unavailable),
    LineCheck(10, "KEYBOARD_LAYOUT_REQUIRED", _layout_missing),
    LineCheck(11, "PRODUCT_PRICING_UNAVAILABLE", _price_missing, repricing=True),
    LineCheck(12, "INVALID_USER", _user_invalid),
    LineCheck(13, "INVALID_ADDRESS", _address_invalid),
)
AUTHORIZATION_CHECKS = tuple(check for check in CHECKS if isinstance(check, AuthorizationCheck))
_CART_CHECKS = tuple(check for check in CHECKS if isinstance(check, CartCheck))
_LINE_CHECKS = tuple(check for check in CHECKS if isinstance(check, LineCheck))
_REPRICING_CHECKS = tuple(check for check in _LINE_CHECKS if check.repricing)


def update(world: World, token: Token, order_id: str, change: Change) -> Update:
    """Apply a change to the world; raises Rejected for the first check that fails.

    Missing fields do not change. New lines become new devices, with ids that were never used before.
    """
    attempt = Attempt(world, token.company, order_id, change)
    enforce(_CART_CHECKS, (attempt,))
    cart, next_id = world.carts[order_id], world.next_device_id
    devices, mode = cart.devices, change.mode or cart.mode
    if change.lines is None:
        items = _items([device.line for device in devices], mode, attempt)
        if change.mode is not None:
            enforce(_REPRICING_CHECKS, items)
    else:
        items = _items(change.lines, mode, attempt)
        enforce(_LINE_CHECKS, items)
        devices = _devices(items, world, cart)
        next_id += len(devices)
    purchaser = cart.purchaser if change.purchaser is None else change.purchaser
    cart = replace(cart, mode=mode, purchaser=purchaser, devices=devices)
    return Update(world.with_cart(order_id, cart, next_device_id=next_id), cart, items)


def ignored_layouts(change: Change, items: list[Item]) -> tuple[str, ...]:
    """A note for each line of an accepted change with a layout that its product does not use."""
    if change.lines is None:
        return ()
    return tuple(
        f"line {item.number}: product {item.line.product} uses no keyboard layouts, "
        f"so {item.line.layout} is ignored"
        for item in items
        if item.line.layout != item.layout
    )


def enforce(checks: tuple[Check[Target], ...], targets: Iterable[Target]) -> None:
    """Apply all checks to each target; raises Rejected for the first check that fails."""
    for target in targets:
        for check in checks:
            if check.reason(target):
                raise check.rejection(target)


def _items(lines: Iterable[Line], mode: Mode, attempt: Attempt) -> list[Item]:
    world = attempt.world
    items: list[Item] = []
    currency = world.companies[world.carts[attempt.order_id].company].currency
    for number, line in enumerate(lines, start=1):
        product = world.products.get(line.product, NO_PRODUCT)
        layout = line.layout if product.uses_layouts else None
        price = product.prices.get((currency, mode, layout))
        items.append(Item(attempt, number, line, product, layout, mode, currency, price))
    return items


def _devices(items: list[Item], world: World, cart: Cart) -> tuple[Device, ...]:
    """The lines as devices of the cart, with the default address if they have none."""
    default = cart.shipping_address or world.companies[cart.company].default_address
    devices = []
    for id_, item in enumerate(items, start=world.next_device_id):
        address = item.line.shipping_address or default
        devices.append(Device(id_, replace(item.line, layout=item.layout, shipping_address=address)))
    return tuple(devices)

"""Changing a cart: the table of checks, and what a change makes of the world once all of them pass."""

from collections.abc import Callable
from enum import Enum, auto

from msgspec import Struct

from mockserver.carts.change import UNCHANGED, Change
from mockserver.carts.pricing import price
from mockserver.carts.states import State
from mockserver.carts.world import Cart, Device, Line, Mode, Token, World
from mockserver.model import Rejected

NO_LINE = Line(0, "")


class Attempt(Struct):
    """A change that somebody asks for, and the line of it that is being looked at: `at` moves on."""

    world: World
    token: Token
    order_id: str = ""
    change: Change = UNCHANGED
    at: int = 0
    line: Line = NO_LINE

    @property
    def cart(self) -> Cart:
        """The addressed cart; there is one once check 5 has passed."""
        return self.world.carts[self.order_id]

    @property
    def mode(self) -> Mode:
        """The mode that the cart would have."""
        return self.change.mode or self.cart.mode


class Stage(Enum):
    """When a check is made: before the contract's own, once for the cart, or once for each line."""

    ADMISSION = auto()
    CART = auto()
    LINE = auto()


class Check(Struct, frozen=True):
    """A row of the table of checks; `fault` gives the reason why it fails, or None."""

    number: int
    code: str
    stage: Stage
    fault: Callable[[Attempt], str | None]
    repricing: bool = False  # made for the lines that stay, too, when the mode is set

    def rejection(self, attempt: Attempt, reason: str) -> Rejected:
        place = f"line {attempt.at + 1}: " if self.stage is Stage.LINE else ""
        return Rejected(self.code, check=self.number, reason=place + reason)


def _scope_missing(attempt: Attempt) -> str | None:
    if "carts:write" in attempt.token.scopes:
        return None
    return (
        f"the token needs the scope carts:write and has {', '.join(sorted(attempt.token.scopes)) or 'none'}"
    )


def _company_unknown(attempt: Attempt) -> str | None:
    return "the token's company is unknown" if attempt.token.company is None else None


def _cart_unknown(attempt: Attempt) -> str | None:
    cart = attempt.world.carts.get(attempt.order_id)
    if cart is None:
        return f"there is no order {attempt.order_id}"
    return _foreign(f"order {attempt.order_id}", cart.company, attempt)


def _no_longer_cart(attempt: Attempt) -> str | None:
    state = attempt.cart.state
    return None if state is State.CART else f"order {attempt.order_id} is {state}, no cart any more"


def _purchaser_invalid(attempt: Attempt) -> str | None:
    return _user_fault(attempt.change.purchaser, attempt)


def _country_unknown(attempt: Attempt) -> str | None:
    country = attempt.line.country
    return None if country in attempt.world.countries else f"the platform does not know country {country!r}"


def _product_unavailable(attempt: Attempt) -> str | None:
    line = attempt.line
    product = attempt.world.products.get(line.product)
    if product is None:
        return f"there is no product {line.product}"
    if line.country in product.countries:
        return None
    places = ", ".join(product.countries) or "no country"
    return f"product {line.product} is sold in {places}, not in {line.country}"


def _layout_missing(attempt: Attempt) -> str | None:
    line = attempt.line
    if line.layout is None and attempt.world.products[line.product].uses_layouts:
        return f"product {line.product} uses keyboard layouts and the line names none"
    return None


def _price_missing(attempt: Attempt) -> str | None:
    line, mode = attempt.line, attempt.mode
    currency = attempt.world.companies[attempt.cart.company].currency
    if price(attempt.world, line, mode, currency) is not None:
        return None
    layout = f" with {line.layout}" if attempt.world.products[line.product].uses_layouts else ""
    return f"product {line.product}{layout} has no price for {mode} in {currency}"


def _user_invalid(attempt: Attempt) -> str | None:
    return _user_fault(attempt.line.user, attempt)


def _address_invalid(attempt: Attempt) -> str | None:
    wanted = attempt.line.shipping_address
    if wanted is None:
        return None
    address = attempt.world.addresses.get(wanted)
    if address is None:
        return f"there is no address {wanted}"
    return _foreign(f"address {wanted}", address.company, attempt)


def _user_fault(wanted: int | None, attempt: Attempt) -> str | None:
    if wanted is None:
        return None
    user = attempt.world.users.get(wanted)
    return f"there is no user {wanted}" if user is None else _foreign(f"user {wanted}", user.company, attempt)


def _foreign(what: str, owner: int, attempt: Attempt) -> str | None:
    own = attempt.token.company
    return None if owner == own else f"{what} is company {owner}'s, the token acts for company {own}"


CHECKS = (  # the order is the precedence; a check may rely on those before it
    Check(2, "INSUFFICIENT_SCOPE", Stage.ADMISSION, _scope_missing),
    Check(4, "COMPANY_NOT_FOUND", Stage.CART, _company_unknown),
    Check(5, "CART_NOT_FOUND", Stage.CART, _cart_unknown),
    Check(6, "ORDER_NOT_CART", Stage.CART, _no_longer_cart),
    Check(7, "INVALID_PURCHASER", Stage.CART, _purchaser_invalid),
    Check(8, "DELIVERY_COUNTRY_NOT_FOUND", Stage.LINE, _country_unknown),
    Check(9, "PRODUCT_NOT_FOUND", Stage.LINE, _product_unavailable),
    Check(10, "KEYBOARD_LAYOUT_REQUIRED", Stage.LINE, _layout_missing),
    Check(11, "PRODUCT_PRICING_UNAVAILABLE", Stage.LINE, _price_missing, repricing=True),
    Check(12, "INVALID_USER", Stage.LINE, _user_invalid),
    Check(13, "INVALID_ADDRESS", Stage.LINE, _address_invalid),
)
_AT = {stage: tuple(check for check in CHECKS if check.stage is stage) for stage in Stage}
_REPRICING = tuple(check for check in CHECKS if check.repricing)


def admit(world: World, token: Token) -> None:
    """The checks that come before the contract's; raises Rejected."""
    _enforce(_AT[Stage.ADMISSION], Attempt(world, token))


def update(world: World, token: Token, order_id: str, change: Change) -> tuple[World, Cart]:
    """The world after a change, and the changed cart; raises Rejected for the first check that fails.

    A field that the change leaves out stays. New lines are new devices, under ids that were never used.
    """
    attempt = Attempt(world, token, order_id, change)
    _enforce(_AT[Stage.CART], attempt)
    checks, lines = _AT[Stage.LINE], change.lines
    if lines is None:
        checks = () if change.mode is None else _REPRICING
        lines = tuple(device.line for device in attempt.cart.devices)
    for attempt.at, attempt.line in enumerate(lines):
        _enforce(checks, attempt)
    return _applied(attempt)


def ignored_layouts(world: World, change: Change) -> tuple[str, ...]:
    """A remark for each line of an accepted change that names a layout its product does not use."""
    return tuple(
        f"line {number}: product {line.product} uses no keyboard layouts, so {line.layout} is ignored"
        for number, line in enumerate(change.lines or (), start=1)
        if line.layout is not None and not world.products[line.product].uses_layouts
    )


def _enforce(checks: tuple[Check, ...], attempt: Attempt) -> None:
    for check in checks:
        reason = check.fault(attempt)
        if reason is not None:
            raise check.rejection(attempt, reason)


def _applied(attempt: Attempt) -> tuple[World, Cart]:
    world, cart, change = attempt.world, attempt.cart, attempt.change
    devices, next_id = cart.devices, world.next_device_id
    if change.lines is not None:
        devices = tuple(Device(id_, _placed(line, attempt)) for id_, line in enumerate(change.lines, next_id))
        next_id += len(devices)
    purchaser = cart.purchaser if change.purchaser is None else change.purchaser
    changed = Cart(cart.company, cart.state, attempt.mode, purchaser, cart.shipping_address, devices)
    return world.with_cart(attempt.order_id, changed, next_device_id=next_id), changed


def _placed(line: Line, attempt: Attempt) -> Line:
    """The line as the cart keeps it: with an address where there is a default, without an unused layout."""
    world, cart = attempt.world, attempt.cart
    address = line.shipping_address or cart.shipping_address or world.companies[cart.company].default_address
    layout = line.layout if world.products[line.product].uses_layouts else None
    return Line(line.product, line.country, layout, line.user, address)

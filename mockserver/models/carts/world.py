"""The world of carts, as immutable values: the state of the cart model.

A change makes a new World that shares all unchanged values with the old one, so a World is also a snapshot.
The mappings in a World are never modified.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from mockserver.models.carts.states import State

SCOPES = ("carts:read", "carts:write")
LAYOUTS = (
    "FRENCH_AZERTY",
    "SPANISH_QWERTY",
    "ITALIAN_QWERTY",
    "INTERNATIONAL_ENGLISH_QWERTY",
    "GERMAN_QWERTZ",
    "PORTUGUESE_QWERTY",
    "ENGLISH_QWERTY",
    "SWISS_QWERTZ",
    "AMERICAN_ENGLISH_QWERTY",
    "CANADIAN_ENGLISH_QWERTY",
    "DUTCH_QWERTY",
)


class Mode(StrEnum):
    """How a company acquires devices: for a monthly rent, or for one payment."""

    LEASING = "LEASING"
    BUY = "BUY"


MODES = tuple(mode.value for mode in Mode)


class Company(Struct, frozen=True):
    """A customer of the platform."""

    name: str
    currency: str  # ISO 4217
    default_address: int | None = None


class User(Struct, frozen=True):
    """A user of a company."""

    company: int
    name: str


class Address(Struct, frozen=True):
    """A saved shipping address of a company."""

    company: int
    label: str
    country: str


class Country(Struct, frozen=True):
    """A country of delivery."""

    name: str


class Token(Struct, frozen=True):
    """The company that a bearer token acts for, and its scopes."""

    company: int | None  # None: an unknown company
    scopes: frozenset[str]


# The key of a price: currency, mode, and layout (None for a product without layouts).
Tariff: TypeAlias = tuple[str, Mode, str | None]


class Product(Struct, frozen=True):
    """A product of the catalogue, with its prices."""

    name: str
    uses_layouts: bool
    countries: tuple[str, ...]  # where it is sold, ISO 3166-1 alpha-2
    prices: Mapping[Tariff, Decimal]  # with two decimals


class Line(
    Struct,
    frozen=True,
    gc=False,
    rename={  # the properties of an order item in the contract
        "product": "product_id",
        "country": "delivery_country",
        "layout": "keyboard_layout",
        "user": "user_id",
        "shipping_address": "shipping_address_id",
    },
):
    """A line of an order: a product, its country of delivery, and optionally its user and address."""

    product: int
    country: str
    layout: str | None = None
    user: int | None = None
    shipping_address: int | None = None


class Device(Struct, frozen=True, gc=False):
    """An accepted line, with the id that the answer shows."""

    id: int
    line: Line


class Cart(Struct, frozen=True, gc=False):
    """An order of a company, in any state."""

    company: int
    state: State
    mode: Mode
    purchaser: int | None = None
    shipping_address: int | None = None  # the default for lines without one
    devices: tuple[Device, ...] = ()


class World(Struct, frozen=True, gc=False):  # gc=False: values of a world do not refer back to it
    """All data of the cart model.

    The keys of `carts` are strings as in the path of a request, because an id in a path may be of any length.
    `next_device_id` is greater than every device id that was ever used.
    """

    default_company: int  # for tokens that are not listed
    companies: Mapping[int, Company]
    tokens: Mapping[str, Token]
    countries: Mapping[str, Country]
    users: Mapping[int, User]
    addresses: Mapping[int, Address]
    products: Mapping[int, Product]
    carts: MappingProxyType[str, Cart]
    next_device_id: int

    def with_cart(self, order_id: str, cart: Cart, *, next_device_id: int | None = None) -> "World":
        """The world with this cart; all other values are shared."""
        return replace(
            self,
            carts=MappingProxyType(self.carts | {order_id: cart}),
            next_device_id=next_device_id or self.next_device_id,
        )

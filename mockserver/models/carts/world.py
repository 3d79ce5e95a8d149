"""The world that carts live in, as frozen values.

A change makes a new World that shares all the rest with the old one, so a World is at once the state of a
session, its snapshot and its way back. The mappings are never written to once they are in a World.
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
    """How a company gets its devices: by monthly rent, or by paying once."""

    LEASING = "LEASING"
    BUY = "BUY"


MODES = tuple(mode.value for mode in Mode)


class Company(Struct, frozen=True):
    name: str
    currency: str  # ISO 4217
    default_address: int | None = None


class User(Struct, frozen=True):
    company: int
    name: str


class Address(Struct, frozen=True):
    company: int
    label: str
    country: str


class Country(Struct, frozen=True):
    name: str


class Token(Struct, frozen=True):
    """Whom a bearer token acts for, and what it may do."""

    company: int | None  # None: a company that the platform does not know
    scopes: frozenset[str]


# What a price depends on: a currency, a mode, and a layout (None for a product that uses none).
Tariff: TypeAlias = tuple[str, Mode, str | None]


class Product(Struct, frozen=True):
    name: str
    uses_layouts: bool
    countries: tuple[str, ...]  # where it is sold, ISO 3166-1 alpha-2
    prices: Mapping[Tariff, Decimal]  # with two decimals


class Line(
    Struct,
    frozen=True,
    rename={  # the keys of an order item in the contract
        "product": "product_id",
        "country": "delivery_country",
        "layout": "keyboard_layout",
        "user": "user_id",
        "shipping_address": "shipping_address_id",
    },
):
    """One thing asked for: a product, delivered in a country, perhaps for somebody, to some address."""

    product: int
    country: str
    layout: str | None = None
    user: int | None = None
    shipping_address: int | None = None


class Device(Struct, frozen=True):
    """A line that was accepted, under the id that the answer shows."""

    id: int
    line: Line


class Cart(Struct, frozen=True):
    company: int
    state: State
    mode: Mode
    purchaser: int | None = None
    shipping_address: int | None = None  # for lines that name none
    devices: tuple[Device, ...] = ()


class World(Struct, frozen=True):
    """All that the domain knows.

    Carts are keyed by their id as the path of a request has it, so that an id of any length can be looked up.
    `next_device_id` is above every device id that was ever given out.
    """

    default_company: int  # whom unlisted tokens act for
    companies: Mapping[int, Company]
    tokens: Mapping[str, Token]
    countries: Mapping[str, Country]
    users: Mapping[int, User]
    addresses: Mapping[int, Address]
    products: Mapping[int, Product]
    carts: MappingProxyType[str, Cart]
    next_device_id: int

    def with_cart(self, order_id: str, cart: Cart, *, next_device_id: int | None = None) -> "World":
        """The same world but for this cart; all the other values are shared, not copied."""
        return replace(
            self,
            carts=MappingProxyType(self.carts | {order_id: cart}),
            next_device_id=next_device_id or self.next_device_id,
        )

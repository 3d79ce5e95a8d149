"""Reads a world from plain data: `fixtures/world.yaml`, or the state of a session.

Each collection is an object whose keys are ids, codes or tokens. A missing key means null, so a JSON Merge
Patch (RFC 7396) can delete members of a dumped world.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from mockserver.data.json import Json, type_phrase
from mockserver.data.reading import Cursor
from mockserver.models.carts.access import TOKEN_PATTERN
from mockserver.models.carts.integrity import errors
from mockserver.models.carts.states import STATES, State
from mockserver.models.carts.world import (
    LAYOUTS,
    MODES,
    SCOPES,
    Address,
    Cart,
    Company,
    Country,
    Device,
    Line,
    Mode,
    Product,
    Tariff,
    Token,
    User,
    World,
)

Key = TypeVar("Key")
Value = TypeVar("Value")

COLLECTIONS = ("world", "companies", "tokens", "countries", "users", "addresses", "products", "carts")
FURTHER_KEYS = ("default_company", "next_device_id")  # the other spelling of what `world` has
EMPTY = World(0, {}, {}, {}, {}, {}, {}, MappingProxyType({}), 1)

NO_ID = 0
AMOUNT_LIMIT = Decimal(10) ** 9
_CURRENCY = re.compile(r"[A-Z]{3}")


class _KeyForm(Struct, Generic[Key], frozen=True):
    """The form of a collection's keys: a pattern, the conversion into the World's key, and a description."""

    pattern: re.Pattern[str]
    key: Callable[[str], Key]
    description: str


_ID = re.compile(r"[1-9][0-9]{0,17}")
_NUMBER = _KeyForm(_ID, int, "an id such as '42', of at most 18 digits")
_ORDER_ID = _KeyForm(_ID, str, _NUMBER.description)
_COUNTRY_CODE = _KeyForm(re.compile(r"[A-Z]{2}"), str, "a country code such as 'FR'")
_TOKEN = _KeyForm(TOKEN_PATTERN, str, "a token: flt_sk_ followed by letters, digits, '_' or '-'")


def read_world(data: Json) -> World:
    """Read a world from data in the format of `dumping.dump` or of `fixtures/world.yaml`.

    A key of `fixtures/world.yaml` goes before the item of `world` that means the same. Raises BadData with
    all errors.
    """
    root = Cursor(data)
    if root.keys((*COLLECTIONS, *FURTHER_KEYS)):
        world = read_overlay(EMPTY, root)
    root.finish()
    return world


def read_overlay(base: World, root: Cursor) -> World:
    """The world `base` with the entries at `root` added or replaced; null removes an entry.

    All errors of the entries, and of the resulting world, are added to the cursor.
    """
    if (root / "world").present and (root / "world").keys(("company", "device")):
        for name, item in (root / "world").entries():
            item.keys(("default",) if name == "company" else ("next_id",))
    default_company = _setting(root, "default_company", "company", "default")
    world = World(
        default_company=default_company.integer(minimum=1),
        companies=_entries(base.companies, root / "companies", _NUMBER, _company),
        tokens=_entries(base.tokens, root / "tokens", _TOKEN, _token),
        countries=_entries(base.countries, root / "countries", _COUNTRY_CODE, _country),
        users=_entries(base.users, root / "users", _NUMBER, _user),
        addresses=_entries(base.addresses, root / "addresses", _NUMBER, _address),
        products=_entries(base.products, root / "products", _NUMBER, _product),
        carts=_entries(base.carts, root / "carts", _ORDER_ID, _cart),
        next_device_id=_optional_id(_setting(root, "next_device_id", "device", "next_id"))
        or base.next_device_id,
    )
    world = _with_device_ids(world)
    known = {error.pointer for error in root.errors}
    root.errors.extend(
        error for error in errors(world, default_company.pointer) if error.pointer not in known
    )
    return world


def _setting(root: Cursor, key: str, item: str, member: str) -> Cursor:
    """A value that stands under a key of its own, or in an item of `world`."""
    inside = root / "world" / item
    return root / key if (root / key).present or not inside.present else inside / member


def _entries(
    base: Mapping[Key, Value], cursor: Cursor, form: _KeyForm[Key], read: Callable[[Cursor], Value]
) -> MappingProxyType[Key, Value]:
    entries = dict(base)
    for text, entry in cursor.entries():
        if not form.pattern.fullmatch(text):
            cursor.error(f"expected {form.description}, found the key {text!r}", key=text)
        elif isinstance(entry.value, dict):
            entries[form.key(text)] = read(entry)
        elif entry.value is not None or entries.pop(form.key(text), None) is None:
            entry.error(f"expected an object, found {type_phrase(entry.value)}")
    return MappingProxyType(entries)


def _company(cursor: Cursor) -> Company:
    cursor.keys(("name", "currency", "default_address"))
    currency = cursor / "currency"
    if isinstance(currency.value, str) and not _CURRENCY.fullmatch(currency.value):
        currency.error(f"expected a currency such as 'EUR', found {currency.value!r}")
    return Company((cursor / "name").string(), currency.string(), _optional_id(cursor / "default_address"))


def _token(cursor: Cursor) -> Token:
    cursor.keys(("company", "scopes"))
    scopes = [scope.choice(SCOPES, "scope") for scope in (cursor / "scopes").items()]
    return Token(_optional_id(cursor / "company"), frozenset(scopes))


def _country(cursor: Cursor) -> Country:
    cursor.keys(("name",))
    return Country((cursor / "name").string())


def _user(cursor: Cursor) -> User:
    cursor.keys(("company", "name"))
    return User(_id(cursor / "company"), (cursor / "name").string())


def _address(cursor: Cursor) -> Address:
    cursor.keys(("company", "label", "country"))
    return Address(_id(cursor / "company"), (cursor / "label").string(), (cursor / "country").string())


def _product(cursor: Cursor) -> Product:
    cursor.keys(("name", "uses_layouts", "countries", "prices"))
    flag = cursor / "uses_layouts"
    uses_layouts = flag.present and flag.boolean()
    return Product(
        name=(cursor / "name").string(),
        uses_layouts=uses_layouts,
        countries=tuple(country.string() for country in (cursor / "countries").items()),
        prices=MappingProxyType(dict(_prices(cursor / "prices", uses_layouts=uses_layouts))),
    )


def _prices(cursor: Cursor, *, uses_layouts: bool) -> Iterator[tuple[Tariff, Decimal]]:
    """Read the prices: by currency, by mode, and by layout for a product that uses layouts."""
    for currency, modes in cursor.entries():
        if not _CURRENCY.fullmatch(currency):
            modes.error(f"expected a currency such as 'EUR', found the key {currency!r}")
        modes.keys(MODES)
        for mode in Mode:
            amount = modes / mode.value
            if not uses_layouts and amount.present:
                yield (currency, mode, None), _amount(amount)
            elif amount.present and amount.keys(LAYOUTS):
                for layout, each in amount.entries():
                    yield (currency, mode, layout), _amount(each)


def _amount(cursor: Cursor) -> Decimal:
    amount = cursor.decimal()
    if amount.is_signed() or amount >= AMOUNT_LIMIT or amount != round(amount, 2):
        cursor.error(
            f"expected an amount from 0 to below {AMOUNT_LIMIT} with two decimals, found {cursor.value!r}"
        )
        return Decimal(0)
    return round(amount, 2)


def _cart(cursor: Cursor) -> Cart:
    cursor.keys(("company", "state", "mode", "purchaser", "shipping_address", "devices"))
    return Cart(
        company=_id(cursor / "company"),
        state=State((cursor / "state").choice(STATES, "state")),
        mode=Mode((cursor / "mode").choice(MODES, "acquisition mode")),
        purchaser=_optional_id(cursor / "purchaser"),
        shipping_address=_optional_id(cursor / "shipping_address"),
        devices=tuple(map(_device, (cursor / "devices").items())),
    )


def _device(cursor: Cursor) -> Device:
    cursor.keys(("id", "product", "country", "layout", "user", "shipping_address"))
    layout = cursor / "layout"
    line = Line(
        product=_id(cursor / "product"),
        country=(cursor / "country").string(),
        layout=None if _is_null(layout) else layout.choice(LAYOUTS, "keyboard layout"),
        user=_optional_id(cursor / "user"),
        shipping_address=_optional_id(cursor / "shipping_address"),
    )
    return Device(_optional_id(cursor / "id") or NO_ID, line)


def _is_null(cursor: Cursor) -> bool:
    """Whether a value is null or missing."""
    return cursor.value is None or not cursor.present


def _id(cursor: Cursor) -> int:
    return cursor.integer(minimum=1)


def _optional_id(cursor: Cursor) -> int | None:
    return None if _is_null(cursor) else _id(cursor)


def _with_device_ids(world: World) -> World:
    """Give ids to the devices without one; `next_device_id` is greater than all ids afterwards."""
    ids = [device.id for cart in world.carts.values() for device in cart.devices]
    count = itertools.count(max([world.next_device_id, *(id_ + 1 for id_ in ids)]))

    def numbered(device: Device) -> Device:
        return replace(device, id=next(count)) if device.id == NO_ID else device

    if NO_ID in ids:
        carts = {
            key: replace(cart, devices=tuple(map(numbered, cart.devices)))
            for key, cart in world.carts.items()
        }
        world = replace(world, carts=MappingProxyType(carts))
    return replace(world, next_device_id=next(count))

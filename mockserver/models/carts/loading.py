"""A world from plain data, in the form of `fixtures/world.yaml` and of a session's state.

Every collection is an object keyed by id, code or token. A key that is left out is as good as null where null
has a meaning, so that a JSON Merge Patch (RFC 7396) of a dumped world says what it seems to say.
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
from mockserver.models.carts.access import TOKEN_FORM
from mockserver.models.carts.integrity import faults
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

COLLECTIONS = ("companies", "tokens", "countries", "users", "addresses", "products", "carts")
KEYS = ("default_company", "next_device_id", *COLLECTIONS)
EMPTY = World(0, {}, {}, {}, {}, {}, {}, MappingProxyType({}), 1)

UNNUMBERED = 0
AMOUNT_LIMIT = Decimal(10) ** 9
_CURRENCY = re.compile(r"[A-Z]{3}")


class _KeyForm(Struct, Generic[Key], frozen=True):
    """What the keys of a collection look like, and what they are in the World."""

    pattern: re.Pattern[str]
    key: Callable[[str], Key]
    words: str


_ID = re.compile(r"[1-9][0-9]{0,17}")
_NUMBER = _KeyForm(_ID, int, 'an id such as "42", of at most 18 digits')
_ORDER_ID = _KeyForm(_ID, str, _NUMBER.words)
_COUNTRY_CODE = _KeyForm(re.compile(r"[A-Z]{2}"), str, 'a country code such as "FR"')
_TOKEN = _KeyForm(TOKEN_FORM, str, "a token: flt_sk_ followed by letters, digits, '_' or '-'")


def read_world(data: Json) -> World:
    """A world from the form that `dumping.dump` writes; raises BadData with every fault that it finds."""
    root = Cursor(data)
    if root.keys(KEYS):
        world = read_over(EMPTY, root)
    root.finish()
    return world


def read_over(base: World, root: Cursor) -> World:
    """`base` with the entries at `root` in place of its own; null takes an entry away.

    Adds a fault to the cursor for everything that is wrong with the entries, or with the world they make.
    """
    world = World(
        default_company=(root / "default_company").integer(minimum=1),
        companies=_entries(base.companies, root / "companies", _NUMBER, _company),
        tokens=_entries(base.tokens, root / "tokens", _TOKEN, _token),
        countries=_entries(base.countries, root / "countries", _COUNTRY_CODE, _country),
        users=_entries(base.users, root / "users", _NUMBER, _user),
        addresses=_entries(base.addresses, root / "addresses", _NUMBER, _address),
        products=_entries(base.products, root / "products", _NUMBER, _product),
        carts=_entries(base.carts, root / "carts", _ORDER_ID, _cart),
        next_device_id=_optional_id(root / "next_device_id") or base.next_device_id,
    )
    world = _numbered(world)
    named = {fault.pointer for fault in root.errors}
    root.errors.extend(fault for fault in faults(world) if fault.pointer not in named)
    return world


def _entries(
    base: Mapping[Key, Value], cursor: Cursor, form: _KeyForm[Key], read: Callable[[Cursor], Value]
) -> MappingProxyType[Key, Value]:
    entries = dict(base)
    for text, entry in cursor.entries():
        if not form.pattern.fullmatch(text):
            cursor.error(f"expected {form.words}, found the key {text!r}", key=text)
        elif isinstance(entry.value, dict):
            entries[form.key(text)] = read(entry)
        elif entry.value is not None or entries.pop(form.key(text), None) is None:
            entry.error(f"expected an object, found {type_phrase(entry.value)}")
    return MappingProxyType(entries)


def _company(cursor: Cursor) -> Company:
    cursor.keys(("name", "currency", "default_address"))
    currency = cursor / "currency"
    if isinstance(currency.value, str) and not _CURRENCY.fullmatch(currency.value):
        currency.error(f'expected a currency such as "EUR", found {currency.value!r}')
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
    """By currency, then by mode; for a product that uses layouts, then by layout."""
    for currency, modes in cursor.entries():
        if not _CURRENCY.fullmatch(currency):
            modes.error(f'expected a currency such as "EUR", found the key {currency!r}')
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
            f"expected an amount from 0 and below {AMOUNT_LIMIT} with two decimals, found {cursor.value!r}"
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
        layout=None if _absent(layout) else layout.choice(LAYOUTS, "keyboard layout"),
        user=_optional_id(cursor / "user"),
        shipping_address=_optional_id(cursor / "shipping_address"),
    )
    return Device(_optional_id(cursor / "id") or UNNUMBERED, line)


def _absent(cursor: Cursor) -> bool:
    return cursor.value is None or not cursor.present


def _id(cursor: Cursor) -> int:
    return cursor.integer(minimum=1)


def _optional_id(cursor: Cursor) -> int | None:
    return None if _absent(cursor) else _id(cursor)


def _numbered(world: World) -> World:
    """The devices that were written without an id get the next ones; the count stays above all of them."""
    ids = [device.id for cart in world.carts.values() for device in cart.devices]
    count = itertools.count(max([world.next_device_id, *(id_ + 1 for id_ in ids)]))

    def numbered(device: Device) -> Device:
        return replace(device, id=next(count)) if device.id == UNNUMBERED else device

    if UNNUMBERED in ids:
        carts = {
            key: replace(cart, devices=tuple(map(numbered, cart.devices)))
            for key, cart in world.carts.items()
        }
        world = replace(world, carts=MappingProxyType(carts))
    return replace(world, next_device_id=next(count))

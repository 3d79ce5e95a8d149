"""The body of a PATCH as a typed value."""

from msgspec import Struct

from mockserver.carts.world import MODES, Line, Mode
from mockserver.model import Json
from mockserver.reading import MISSING, BadData, Cursor, Fault, kind


class Change(Struct, frozen=True):
    """What a PATCH asks for; None is a field that was left out, which stays as it is."""

    purchaser: int | None = None
    lines: tuple[Line, ...] | None = None
    mode: Mode | None = None


UNCHANGED = Change()
_OPTIONAL_TEXT = (str, type(None))
_OPTIONAL_INTEGER = (int, type(None))


def read_change(body: Json) -> Change:
    """The documented properties of a body; others are passed over, as the contract allows them.

    Raises BadData for a body that the contract would have refused (a scenario can switch its check off).
    """
    if not isinstance(body, dict):
        raise BadData([Fault("", f"expected an object, found {kind(body)}")])
    root = Cursor(body)
    items, mode = root / "order_items", _text(root, "acquisition_mode")
    change = Change(
        purchaser=_integer(root, "purchaser_id"),
        lines=_lines(items) if items.present else None,
        mode=None if mode is None else Mode((root / "acquisition_mode").choice(MODES, "acquisition mode")),
    )
    root.finish()
    return change


def _lines(items: Cursor) -> tuple[Line, ...]:
    if isinstance(items.value, list):
        lines = tuple(filter(None, map(_plain_line, items.value)))
        if len(lines) == len(items.value):
            return lines
    return tuple(map(_line, items.items()))


def _plain_line(item: object) -> Line | None:
    """The line of an item that is as nearly all are; None for one that has to be read with care."""
    if type(item) is not dict or None in item.values():
        return None
    product, country, layout = (
        item.get("product_id"),
        item.get("delivery_country"),
        item.get("keyboard_layout"),
    )
    user, address = item.get("user_id"), item.get("shipping_address_id")
    if type(product) is not int or type(country) is not str or type(layout) not in _OPTIONAL_TEXT:
        return None
    if type(user) not in _OPTIONAL_INTEGER or type(address) not in _OPTIONAL_INTEGER:
        return None
    return Line(product, country, layout, user, address)


def _line(item: Cursor) -> Line:
    product, country = _integer(item, "product_id"), _text(item, "delivery_country")
    return Line(
        product=(item / "product_id").integer() if product is None else product,
        country=(item / "delivery_country").text() if country is None else country,
        layout=_text(item, "keyboard_layout"),
        user=_integer(item, "user_id"),
        shipping_address=_integer(item, "shipping_address_id"),
    )


def _integer(item: Cursor, name: str) -> int | None:
    """A member, None where it is left out; `1.0` is an integer (JSON Schema Validation, section 6.1.1)."""
    value = item.member(name)
    if type(value) is int:
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value is MISSING else (item / name).integer()


def _text(item: Cursor, name: str) -> str | None:
    value = item.member(name)
    if type(value) is str:
        return value
    return None if value is MISSING else (item / name).text()

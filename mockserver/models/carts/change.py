"""Reads the body of a PATCH as a typed value."""

from msgspec import Struct, ValidationError, convert

from mockserver.data.json import Json, type_phrase
from mockserver.data.reading import MISSING, BadData, Cursor, DataError
from mockserver.models.carts.world import MODES, Line, Mode


class Change(
    Struct,
    frozen=True,
    gc=False,
    rename={"purchaser": "purchaser_id", "lines": "order_items", "mode": "acquisition_mode"},
):
    """The change that a PATCH requests; None stands for a missing field, which does not change."""

    purchaser: int | None = None
    lines: tuple[Line, ...] | None = None
    mode: Mode | None = None


def read_change(body: Json) -> Change:
    """Read the documented properties of a body; others are ignored, because the contract allows them.

    Raises BadData for a body that is not valid, which occurs if a scenario switches validation off.
    """
    if not isinstance(body, dict):
        raise BadData([DataError("", f"expected an object, found {type_phrase(body)}")])
    try:
        change = convert(body, Change)
    except ValidationError:  # msgspec gives no JSON Pointer, and refuses `1.0` as an integer
        return _read_by_cursor(body)
    return _read_by_cursor(body) if _has_null(body) else change


def _has_null(body: dict[str, Json]) -> bool:
    """Whether a property is null, which would look like a missing one in a Change."""
    items = body.get("order_items")
    if isinstance(items, list):
        for item in items:
            if isinstance(item, dict) and None in item.values():
                return True
    return None in body.values()


def _read_by_cursor(body: dict[str, Json]) -> Change:
    root = Cursor(body)
    items, mode = root / "order_items", _string(root, "acquisition_mode")
    change = Change(
        purchaser=_integer(root, "purchaser_id"),
        lines=tuple(map(_line, items.items())) if items.present else None,
        mode=None if mode is None else Mode((root / "acquisition_mode").choice(MODES, "acquisition mode")),
    )
    root.finish()
    return change


def _line(item: Cursor) -> Line:
    product, country = _integer(item, "product_id"), _string(item, "delivery_country")
    return Line(
        product=(item / "product_id").integer() if product is None else product,
        country=(item / "delivery_country").string() if country is None else country,
        layout=_string(item, "keyboard_layout"),
        user=_integer(item, "user_id"),
        shipping_address=_integer(item, "shipping_address_id"),
    )


def _integer(item: Cursor, name: str) -> int | None:
    """An integer member, None if it is missing; `1.0` is one (JSON Schema validation, section 6.1.1)."""
    value = item.member(name)
    if type(value) is int:
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value is MISSING else (item / name).integer()


def _string(item: Cursor, name: str) -> str | None:
    """A string member, None if it is missing."""
    value = item.member(name)
    if type(value) is str:
        return value
    return None if value is MISSING else (item / name).string()

"""The body of a PATCH as a typed value."""

from msgspec import Struct, ValidationError, convert

from mockserver.data.json import Json, type_phrase
from mockserver.data.reading import MISSING, BadData, Cursor, DataError
from mockserver.models.carts.world import MODES, Line, Mode


class Change(
    Struct,
    frozen=True,
    rename={"purchaser": "purchaser_id", "lines": "order_items", "mode": "acquisition_mode"},
):
    """What a PATCH asks for; None is a field that was left out, which stays as it is."""

    purchaser: int | None = None
    lines: tuple[Line, ...] | None = None
    mode: Mode | None = None


def read_change(body: Json) -> Change:
    """The documented properties of a body; others are passed over, as the contract allows them.

    Raises BadData for a body that the contract would have refused (a scenario can switch its check off).
    """
    if not isinstance(body, dict):
        raise BadData([DataError("", f"expected an object, found {type_phrase(body)}")])
    try:
        change = convert(body, Change)
    except ValidationError:  # it names no JSON Pointer, and takes no `1.0` for an integer
        return _read_with_care(body)
    return _read_with_care(body) if _holds_null(body) else change


def _holds_null(body: dict[str, Json]) -> bool:
    """Whether a property is null, which in a Change would say that it was left out."""
    items = body.get("order_items")
    if isinstance(items, list):
        for item in items:
            if isinstance(item, dict) and None in item.values():
                return True
    return None in body.values()


def _read_with_care(body: dict[str, Json]) -> Change:
    root = Cursor(body)
    items, mode = root / "order_items", _text(root, "acquisition_mode")
    change = Change(
        purchaser=_integer(root, "purchaser_id"),
        lines=tuple(map(_line, items.items())) if items.present else None,
        mode=None if mode is None else Mode((root / "acquisition_mode").choice(MODES, "acquisition mode")),
    )
    root.finish()
    return change


def _line(item: Cursor) -> Line:
    product, country = _integer(item, "product_id"), _text(item, "delivery_country")
    return Line(
        product=(item / "product_id").integer() if product is None else product,
        country=(item / "delivery_country").string() if country is None else country,
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
    return None if value is MISSING else (item / name).string()

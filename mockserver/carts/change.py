"""The body of a PATCH as a typed value."""

from dataclasses import dataclass

from mockserver.carts.world import MODES, Line, Mode
from mockserver.model import Json
from mockserver.reading import BadData, Cursor, Fault, kind


@dataclass(frozen=True, slots=True)
class Change:
    """What a PATCH asks for; None is a field that was left out, which stays as it is."""

    purchaser: int | None = None
    lines: tuple[Line, ...] | None = None
    mode: Mode | None = None


UNCHANGED = Change()


def read_change(body: Json) -> Change:
    """The documented properties of a body; others are passed over, as the contract allows them.

    Raises BadData for a body that the contract would have refused (a scenario can switch its check off).
    """
    if not isinstance(body, dict):
        raise BadData([Fault("", f"expected an object, found {kind(body)}")])
    root = Cursor(body)
    items, mode = root / "order_items", root / "acquisition_mode"
    change = Change(
        purchaser=_optional_integer(root / "purchaser_id"),
        lines=tuple(map(_line, items.items())) if items.present else None,
        mode=Mode(mode.choice(MODES, "acquisition mode")) if mode.present else None,
    )
    root.finish()
    return change


def _line(item: Cursor) -> Line:
    return Line(
        product=_integer(item / "product_id"),
        country=(item / "delivery_country").text(),
        layout=layout.text() if (layout := item / "keyboard_layout").present else None,
        user=_optional_integer(item / "user_id"),
        shipping_address=_optional_integer(item / "shipping_address_id"),
    )


def _optional_integer(cursor: Cursor) -> int | None:
    return _integer(cursor) if cursor.present else None


def _integer(cursor: Cursor) -> int:
    """`1.0` is an integer, too (JSON Schema Validation 2020-12, section 6.1.1)."""
    value = cursor.value
    return int(value) if isinstance(value, float) and value.is_integer() else cursor.integer()

"""The body of a PATCH is read as a typed change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.json import Json
from mockserver.data.reading import BadData
from mockserver.models.carts.change import Change, read_change
from mockserver.models.carts.world import Line, Mode


def test_an_empty_body_changes_nothing() -> None:
    assert read_change({}) == Change()


def test_every_documented_property_is_read() -> None:
    body: Json = {
        "purchaser_id": 12,
        "order_items": [
            {
                "product_id": 101,
                "delivery_country": "FR",
                "keyboard_layout": "FRENCH_AZERTY",
                "user_id": 12,
                "shipping_address_id": 56,
            },
            {"product_id": 201, "delivery_country": "BE"},
        ],
        "acquisition_mode": "BUY",
    }
    lines = (Line(101, "FR", "FRENCH_AZERTY", 12, 56), Line(201, "BE"))
    assert read_change(body) == Change(12, lines, Mode.BUY)


def test_undocumented_properties_are_ignored() -> None:
    body: Json = {"colour": "red", "order_items": [{"product_id": 1, "delivery_country": "FR", "gift": True}]}
    assert read_change(body) == Change(lines=(Line(1, "FR"),))


@given(st.integers(1, 2**53))
def test_a_number_without_a_fraction_is_an_integer(number: int) -> None:
    change = read_change({"purchaser_id": float(number)})
    assert change.purchaser == number
    assert type(change.purchaser) is int


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param(None, "", id="no body"),
        pytest.param([], "", id="a list"),
        pytest.param({"purchaser_id": "12"}, "/purchaser_id", id="text for a number"),
        pytest.param({"purchaser_id": None}, "/purchaser_id", id="null is no number"),
        pytest.param({"purchaser_id": True}, "/purchaser_id", id="true is no number"),
        pytest.param({"purchaser_id": 1.5}, "/purchaser_id", id="a fraction"),
        pytest.param({"acquisition_mode": "RENT"}, "/acquisition_mode", id="unknown mode"),
        pytest.param({"order_items": {}}, "/order_items", id="items that are no list"),
        pytest.param({"order_items": None}, "/order_items", id="null is no list"),
        pytest.param(
            {"order_items": [{"product_id": 1, "delivery_country": "FR", "user_id": None}]},
            "/order_items/0/user_id",
            id="null is no user",
        ),
        pytest.param(
            {"order_items": [{"delivery_country": "FR"}]}, "/order_items/0/product_id", id="no product"
        ),
        pytest.param(
            {"order_items": [{"product_id": 1}]}, "/order_items/0/delivery_country", id="no country"
        ),
    ],
)
def test_an_invalid_body_is_bad_data(body: Json, pointer: str) -> None:
    with pytest.raises(BadData) as bad:
        read_change(body)
    assert [error.pointer for error in bad.value.errors] == [pointer]

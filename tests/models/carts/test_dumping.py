"""A world is serialized as plain data."""

import json

from mockserver.models.carts.dumping import dump
from tests.support.bundled import WORLD


def test_a_cart_is_written_with_all_its_keys() -> None:
    carts = dump(WORLD)["carts"]
    assert isinstance(carts, dict)
    assert carts["43"] == {
        "company": 1,
        "state": "cart",
        "mode": "LEASING",
        "purchaser": None,
        "shipping_address": None,
        "devices": [],
    }


def test_prices_are_written_by_currency_mode_and_layout_as_text() -> None:
    products = dump(WORLD)["products"]
    assert isinstance(products, dict)
    laptop, monitor = products["101"], products["201"]
    assert isinstance(laptop, dict)
    assert isinstance(monitor, dict)
    assert monitor["prices"] == {
        "EUR": {"LEASING": "12.35", "BUY": "329.00"},
        "GBP": {"LEASING": "10.80", "BUY": "289.00"},
    }
    assert laptop["prices"] == {
        "EUR": {
            "LEASING": {"FRENCH_AZERTY": "39.90", "SPANISH_QWERTY": "39.90", "GERMAN_QWERTZ": "41.50"},
            "BUY": {"FRENCH_AZERTY": "1129.00", "SPANISH_QWERTY": "1129.00"},
        },
        "GBP": {"LEASING": {"ENGLISH_QWERTY": "34.25"}, "BUY": {"ENGLISH_QWERTY": "989.00"}},
    }


def test_what_is_not_an_item_is_in_the_collection_world() -> None:
    assert dump(WORLD)["world"] == {"company": {"default": 1}, "device": {"next_id": 9009}}


def test_a_dump_is_json() -> None:
    assert json.loads(json.dumps(dump(WORLD))) == dump(WORLD)

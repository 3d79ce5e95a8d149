"""Names of parameters and properties lead to the collections of a state."""

import pytest

from mockserver.strategies.references import References, path_names, segments_before

PATHS = ("/carts/{order_id}", "/accounts.json", "/groups/{groupId}/posts/{post}", "/files/{id}.json")
COLLECTIONS = (
    "carts",
    "users",
    "addresses",
    "countries",
    "users/posts",
    "groups/posts",
    "accounts",
    "warehouses",
    "caches",
)

REFERRED = {
    "order_id": "carts",
    "user_id": "users",
    "userId": "users",
    "user_ids": "users",
    "user": "users",
    "shipping_address_id": "addresses",
    "delivery_country": "countries",
    "CountryCode": "countries",
    "AccountSid": "accounts",
    "warehouse": "warehouses",
    "CacheKey": "caches",
    "purchaser_id": None,
    "user_count": None,
    "id": None,
    "keyboard_layout": None,
}


@pytest.mark.parametrize(("name", "collection"), REFERRED.items(), ids=REFERRED)
def test_a_name_refers_to(name: str, collection: str | None):
    assert References(COLLECTIONS, path_names(PATHS)).collection(name) == collection


SEGMENTS = {
    ("carts",): "carts",
    ("v2", "carts"): "carts",
    ("2010-04-01", "Accounts.json"): "accounts",
    ("users", "posts"): "users/posts",
    ("groups", "posts"): "groups/posts",
    ("lamps",): None,
    (): None,
}


@pytest.mark.parametrize(("segments", "collection"), SEGMENTS.items(), ids=map("/".join, SEGMENTS))
def test_the_segments_of_a_path_name(segments: tuple[str, ...], collection: str | None):
    assert References(COLLECTIONS, {}).for_segments(segments) == collection


def test_a_parameter_may_share_its_segment_with_fixed_text_only():
    assert segments_before("/a/{one}/b/{two}.json/{three}-{four}") == {"one": ("a",), "two": ("a", "b")}

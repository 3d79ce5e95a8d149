"""Pages that end a list, for clients that follow a list to its end."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.sampling.last_page import last_page, only_page
from mockserver.data.json import Json


def anything(_: Json) -> bool:
    return True


@pytest.mark.parametrize(
    ("body", "page"),
    [
        ({"data": [1], "has_more": True}, {"data": [1], "has_more": False}),
        ({"data": [1], "isLast": False}, {"data": [1], "isLast": True}),
        ({"items": [1], "next_page_uri": "/items?page=2"}, {"items": [1], "next_page_uri": None}),
        ({"items": [1], "links": {"next": "/items?page=2"}}, {"items": [1], "links": {"next": None}}),
        (
            {"items": [1], "links": {"pages": {"next": "/items?page=2"}}},
            {"items": [1], "links": {"pages": {"next": None}}},
        ),
        ({"result": {"items": [1], "nextCursor": "abc"}}, {"result": {"items": [1], "nextCursor": None}}),
    ],
)
def test_an_only_page_keeps_its_items_and_leads_to_no_other(body: Any, page: Any) -> None:
    assert only_page(body, anything) == page


@pytest.mark.parametrize(
    "body",
    [
        [1, 2],
        "text",
        {"data": [1], "has_more": False, "next": None},
        {"state": "packed", "next": "sent"},  # no list
        {"items": [{"next": "/items/2"}]},  # an item's own member
    ],
)
def test_a_body_that_is_not_a_page_or_leads_nowhere_stays_itself(body: Any) -> None:
    assert only_page(body, anything) is body


def test_a_member_becomes_what_the_schema_allows() -> None:
    body: Json = {"items": [1], "next": "/items?page=2"}
    assert only_page(body, lambda value: value.get("next", "") is not None) == {"items": [1], "next": ""}
    assert only_page(body, lambda value: value.get("next", "/") not in (None, "")) == {"items": [1]}
    assert only_page(body, lambda value: value.get("next") == "/items?page=2") == body


def test_a_last_page_has_no_items() -> None:
    body: Json = {"items": [1], "has_more": True, "next": "/items?page=2"}
    assert last_page(body, anything) == {"items": [], "has_more": False, "next": None}
    assert last_page([1, 2], anything) == []


NAMES = st.sampled_from(["items", "data", "has_more", "next", "next_page", "isLast", "total", "result"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
)


@given(JSON)
def test_a_page_of_a_page_is_the_page(body: Json) -> None:
    page = only_page(body, anything)
    assert only_page(page, anything) == page
    ended = last_page(body, anything)
    assert last_page(ended, anything) == ended

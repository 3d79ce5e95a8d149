"""Every list of the control API has pages of `limit` rows; `next` is the `cursor` of the following page."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from mockserver.settings import Settings
from tests.support.console import Console, open_console

LISTS = {
    "sessions": "sessions",
    "requests": "requests",
    "violations": "violations",
    "session/changes": "changes",
    "scenarios": "scenarios",
    "mutations": "mutations",
    "coverage": "operations",
}


@pytest.fixture
def console() -> Iterator[Console]:
    with open_console(Settings()) as opened:
        for key in ("a", "b", "c"):
            opened.call("GET session", session=key)
        for _ in range(5):
            opened.patch(body={"purchaser_id": 0})
            opened.call("DELETE session/scenario")
        yield opened


def pages(console: Console, path: str, noun: str, limit: int) -> list[list[object]]:
    """The rows of all pages."""
    found, cursor = [], ""
    while cursor is not None:
        page = console.call(
            f"GET {path}?limit={limit}" + (f"&cursor={quote(cursor)}" if cursor else "")
        ).json()
        found.append(page[noun])
        cursor = page["next"]
    return found


@pytest.mark.parametrize(("path", "noun"), LISTS.items())
@pytest.mark.parametrize("limit", [1, 2, 1_000])
def test_the_pages_of_a_list_have_all_rows_once_and_in_order(console, path, noun, limit):
    whole = console.call(f"GET {path}?limit=1000").json()
    assert whole["next"] is None
    assert whole[noun]
    found = pages(console, path, noun, limit)
    assert [row for page in found for row in page] == whole[noun] or path == "sessions"
    assert all(len(page) == limit for page in found[:-1])
    assert 0 < len(found[-1]) <= limit
    if path == "sessions":
        keys = [row["key"] for page in found for row in page]
        assert keys == [row["key"] for row in whole[noun]] == ["default", "c", "b", "a"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "cursor=%20", "page=2"])
def test_an_invalid_page_is_refused(console, path, query):
    answer = console.call(f"GET {path}?{query}")
    assert (answer.status, answer.json()["type"]) == (422, "urn:mockserver:problem:bad-data")


def test_the_pages_of_sessions_go_on_where_they_were_though_sessions_are_used_and_deleted(console):
    first = console.call("GET sessions?limit=2").json()
    assert [row["key"] for row in first["sessions"]] == ["default", "c"]
    console.call("GET session", session="a")
    console.call("DELETE sessions/c")
    rest = console.call(f"GET sessions?cursor={first['next']}").json()
    assert [row["key"] for row in rest["sessions"]] == ["b"]


def test_the_totals_of_coverage_are_those_of_all_pages(console):
    whole, beyond = (console.call(f"GET coverage{query}").json() for query in ("", "?cursor=1"))
    assert (beyond["operations"], beyond["totals"]) == ([], whole["totals"])


def test_sessions_that_were_used_at_the_same_time_are_listed_once(console):
    console.server.sessions.timer = lambda: 5.0
    for key in ("a", "b", "c"):
        console.call("GET session", session=key)
    found = pages(console, "sessions", "sessions", 1)
    assert [row["key"] for page in found for row in page] == ["default", "c", "b", "a"]

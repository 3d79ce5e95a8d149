"""The pages of lists: each has at most `limit` rows, and `next` is the `cursor` of the page after it."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeVar

from mockserver.control.request import query_integer
from mockserver.data.reading import Cursor

PAGE = 50  # rows of a page of exchanges, changes or mutations, which may be many
MAXIMUM_PAGE = 1_000  # rows of any page, and of a page of another list by default
PAGING = ("limit", "cursor")  # the query parameters of a list
Row = TypeVar("Row")


def page_limit(query: Cursor, default: int = MAXIMUM_PAGE) -> int:
    """The number of rows of a page; errors go to the cursor."""
    return query_integer(query / "limit", 1, MAXIMUM_PAGE) or default


def first_rows(limit: int, found: Iterable[Row]) -> tuple[list[Row], bool]:
    """The first rows, and whether there are more."""
    rows = list(islice(found, limit + 1))
    return rows[:limit], len(rows) > limit


def page_window(query: Cursor) -> slice:
    """The positions of the rows that a query asks for, where their order does not change. Raises BadData."""
    limit, start = page_limit(query), query_integer(query / "cursor") or 0
    query.finish()
    return slice(start, start + limit)


def next_window(window: slice, rows: Sequence[Row]) -> str | None:
    """The cursor of the page after this one; None if it is the last one."""
    return str(window.stop) if window.stop < len(rows) else None

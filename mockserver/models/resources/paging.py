"""The page of a list that a query asks for, and the queries of the pages around it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from mockserver.data.json import Json
from mockserver.models.resources.query_parameters import QueryParameters, Use
from mockserver.models.resources.state import Row


class Page(Struct, frozen=True, dict=True):
    """One page of the filtered and sorted rows of a list.

    `start` is the index of its first row, `limit` the greatest number of rows, None for all. `way` is how the
    list is paged.
    """

    rows: list[Row]
    all_rows: list[Row]
    start: int
    limit: int | None
    way: Use | None
    parameters: QueryParameters
    query: Mapping[str, Json]

    @property
    def total(self) -> int:
        return len(self.all_rows)

    @property
    def end(self) -> int:
        """The index after the last row."""
        return self.start + len(self.rows)

    @property
    def has_next(self) -> bool:
        return self.end < self.total and bool(self.rows)

    @property
    def has_previous(self) -> bool:
        return self.start > 0

    @property
    def size(self) -> int:
        """The greatest number of rows, for a list that is not paged the number of all."""
        return self.limit if self.limit is not None else max(self.total, 1)

    @property
    def pages(self) -> int:
        """How many pages the list has, at least one."""
        return max(1, -(-self.total // self.size)) if self.size else 1

    @property
    def number(self) -> int:
        """The number of this page, by the base of the contract."""
        return self.start // max(self.size, 1) + self.first_number

    @cached_property
    def first_number(self) -> int:
        """The number of the first page: 0 where the contract documents it, else 1."""
        return first_page_number(self.parameters)

    def query_of(self, start: int) -> dict[str, Json]:
        """The query of the page that begins at an index."""
        ways = {each for use in ("page", "offset", "after", "before") for each in self.parameters.named(use)}
        query = {name: value for name, value in self.query.items() if name not in ways}
        if self.way is None or (start <= 0 and self.way not in ("page", "offset")):
            return query
        name = self.parameters.named(self.way)[0]
        match self.way:
            case "page":
                query[name] = max(start, 0) // max(self.size, 1) + self.first_number
            case "offset":
                query[name] = max(start, 0)
            case _:
                query[name] = self.cursor(start, name)
        return query

    def cursor(self, start: int, name: str | None = None) -> Json:
        """The cursor of the page that begins at an index: opaque where the contract allows it, else an id."""
        last_id = self.all_rows[start - 1][0] if 0 < start <= self.total else ""
        names = [name] if name is not None else self.parameters.named("after")
        schema = self.parameters.schemas[names[0]] if names else None
        if names and _is_id(names[0]):
            return last_id
        opaque = urlsafe_b64encode(json.dumps([start, last_id]).encode()).decode().rstrip("=")
        return next((each for each in (opaque, last_id) if schema is None or schema.accepts(each)), last_id)


def first_page_number(parameters: QueryParameters) -> int:
    """0 where the page's parameter may be 0, else 1."""
    for name in parameters.named("page"):
        view = parameters.schemas[name].view
        default = view.first("default")
        if isinstance(default, int) and not isinstance(default, bool):
            return 0 if default == 0 else 1
        return 0 if view.first("minimum") == 0 else 1
    return 1


def page_of(rows: list[Row], parameters: QueryParameters, query: Mapping[str, Json]) -> Page:
    """The page of the rows that a query asks for."""
    limit = _limit(parameters, query)
    given = {use: name for name, use in parameters.uses.items() if query.get(name) not in (None, "")}
    for use in ("after", "before"):
        if use in given:
            start, end = _around(rows, use == "before", query[given[use]], limit)
            return Page(rows[start:end], rows, start, limit, _cursor_way(parameters), parameters, query)
    start, way = 0, _default_way(parameters)
    if "offset" in given:
        name, way = given["offset"], "offset"
        base = 1 if parameters.schemas[name].view.first("minimum") == 1 else 0
        start = max(0, _integer(query[name]) - base)
    elif "page" in given:
        way = "page"
        number = max(0, _integer(query[given["page"]]) - first_page_number(parameters))
        start = number * (limit if limit is not None else len(rows))
    end = len(rows) if limit is None else start + limit
    return Page(rows[start:end], rows, min(start, len(rows)), limit, way, parameters, query)


def _cursor_way(parameters: QueryParameters) -> Use | None:
    return "after" if parameters.named("after") else None


def _default_way(parameters: QueryParameters) -> Use | None:
    """How further pages are asked for: by number, by offset, or by cursor."""
    ways: tuple[Use, ...] = ("page", "offset", "after")
    return next((each for each in ways if parameters.named(each)), None)


def _limit(parameters: QueryParameters, query: Mapping[str, Json]) -> int | None:
    """The greatest number of rows: what the query says, else the documented default."""
    for name in parameters.named("limit"):
        value = query.get(name)
        if value is None:
            value = parameters.default(name)
        if value is not None:
            return max(0, _integer(value))
    return None


def _integer(value: Json) -> int:
    text = str(value)
    if isinstance(value, float):
        return int(value)
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 19 else 0


def _around(rows: list[Row], is_before: bool, cursor: Json, limit: int | None) -> tuple[int, int]:
    """The start and end of the page after or before a cursor; an unknown cursor has an empty page."""
    index = _index(rows, str(cursor), is_before)
    if index is None:
        return len(rows), len(rows)
    if is_before:
        return (0 if limit is None else max(0, index - limit)), index
    return index, len(rows) if limit is None else index + limit


def _index(rows: list[Row], cursor: str, is_before: bool) -> int | None:
    """The index where the page after a cursor begins, or where the one before it ends."""
    ids = [item_id for item_id, _ in rows]
    if cursor in ids:
        return ids.index(cursor) + (0 if is_before else 1)
    try:
        start, last_id = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (Error, ValueError, TypeError):
        return None
    if last_id in ids:
        return ids.index(last_id) + 1
    return min(start, len(ids)) if isinstance(start, int) else None


def _is_id(name: str) -> bool:
    """Whether a cursor is the id of an item, by the name of its parameter."""
    key = name.lower().replace("_", "").replace("-", "")
    return key in ("after", "before", "startingafter", "endingbefore", "afterid", "lastid", "sinceid")

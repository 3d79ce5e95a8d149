"""Sorts the items of a list by the documented query parameters: `sort=-name`, `order_by=name&order=desc`."""

import re
from collections.abc import Callable, Iterator, Mapping

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.data.json import Json
from mockserver.models.resources.query_parameters import QueryParameters
from mockserver.models.resources.spelling import spelled_like
from mockserver.models.resources.state import Row

_ENDINGS = ("", "_at", "_on", "_date", "_time")
_MADE = ("created_at", "created", "date_created", "creation_date", "created_on", "creation_time", "timestamp")
_DESCENDING = re.compile(r"^-|[:,. _]?\b(?:desc|descending)$|(?<=_)desc$", re.IGNORECASE)
_DIRECTION = re.compile(r"^[-+]|[:,. _]+(?:asc|desc|ascending|descending)$", re.IGNORECASE)
_WORDS = {"desc": True, "descending": True, "newest": True, "latest": True, "recent": True, "-1": True,
          "asc": False, "ascending": False, "oldest": False, "1": False}  # fmt: skip


def sorted_rows(
    rows: list[Row], parameters: QueryParameters, query: Mapping[str, Json], item: SchemaView
) -> list[Row]:
    """The rows in the order that the query asks for, by default in the documented one; it is stable."""
    names, order = parameters.named("sort"), _descends(parameters, query)
    keys = [
        (path, down)
        for name in names
        for path, down in _keys(query.get(name, parameters.default(name)), item, order)
    ]
    if not keys and order is not None:
        path = next((found for name in _MADE if (found := _member(name, item)) is not None), None)
        keys = [(path, order)]
    for path, descending in reversed(keys):
        if path is not None:
            rows = sorted(rows, key=_plain_key(rows, path) or _key(path), reverse=descending)
        elif descending:
            rows = rows[::-1]
    return rows


def _descends(parameters: QueryParameters, query: Mapping[str, Json]) -> bool | None:
    """The direction that the query, or the contract by default, states for all keys; None without one."""
    for name in parameters.named("order"):
        value = query.get(name, parameters.default(name))
        if str(value).lower() in _WORDS:
            return _WORDS[str(value).lower()]
    return None


def _keys(value: Json, item: SchemaView, order: bool | None) -> Iterator[tuple[tuple[str, ...] | None, bool]]:
    """The members to sort by, with whether each descends; without one for a mere direction."""
    parts = value if isinstance(value, list) else [] if value is None else _split(str(value))
    for part in map(str, parts):
        if part.lower() in _WORDS and _member(part, item) is None:
            made = next((found for name in _MADE if (found := _member(name, item)) is not None), None)
            yield made, _WORDS[part.lower()]
            continue
        path = _member(_DIRECTION.sub("", part), item)
        own = _DIRECTION.search(part) is not None
        descends = _DESCENDING.search(part) is not None if own else bool(order)
        if path is not None:
            yield path, descends


def _split(text: str) -> list[str]:
    """The parts of `name,-age`; `name,desc` is one part."""
    return re.split(r",(?!\s*(?:asc|desc)\b)", text, flags=re.IGNORECASE)


def _member(name: str, item: SchemaView) -> tuple[str, ...] | None:
    """The path of the member that a sort key names; None if there is none."""
    path: tuple[str, ...] = ()
    for part in re.split(r"[./]", name.strip()):
        found = next((each for end in _ENDINGS if (each := spelled_like(part + end, item.members))), None)
        inner = item.members.get("attributes")
        if found is None and not path and inner is not None:
            found = spelled_like(part, inner.members)
            path, item = (("attributes",), inner) if found is not None else (path, item)
        if found is None:
            return None
        path, item = (*path, found), item.members[found]
    return path


def _plain_key(rows: list[Row], path: tuple[str, ...]) -> Callable[[Row], str | float] | None:
    """The member itself as sort key, which is faster, where all rows have strings or all have numbers."""
    name = path[0]
    try:
        kinds = {type(item.get(name)) for _, item in rows}  # type: ignore[union-attr]
    except AttributeError:  # an item is not an object
        return None
    if len(path) > 1 or (kinds != {str} and not kinds <= {int, float, bool}):
        return None
    return lambda row: row[1][name]  # type: ignore[index, call-overload, return-value]


def _key(path: tuple[str, ...]) -> Callable[[Row], tuple[int, float | str]]:
    """The sort key of a row: numbers before strings, and null or nothing last."""

    def key(row: Row) -> tuple[int, float | str]:
        value = row[1]
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, bool | int | float):
            return 0, float(value) if not isinstance(value, int) else value
        return (1, value) if isinstance(value, str) else (2, "")

    return key

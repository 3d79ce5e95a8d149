"""Filters the items of a list by the documented query parameters, and searches in them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.data.json import Json, array_or_empty
from mockserver.models.resources.new_ids import id_text
from mockserver.models.resources.query_parameters import Filter, Operator, QueryParameters
from mockserver.models.resources.state import Row

Condition: TypeAlias = Callable[[Json], bool]
_ALL = frozenset(("all", "any", "*"))


def matching(
    rows: list[Row], parameters: QueryParameters, query: Mapping[str, Json], item: SchemaView
) -> list[Row]:
    """The rows that match the filters of a query; `item` is the schema of an item."""
    for each in parameters.filters:
        wanted = _wanted(each, query)
        if wanted is not None:
            member = _at(item, each.path)
            if not _means_all(wanted, array_or_empty(member.first("enum"))):
                rows = _filtered(rows, each, wanted, member)
    for name in parameters.named("search"):
        if query.get(name) not in (None, ""):
            found = _search(str(query[name]).casefold())
            rows = [row for row in rows if found(row[1])]
    return rows


def _at(item: SchemaView, path: tuple[str, ...]) -> SchemaView:
    for name in path:
        item = item.member(name)
    return item


def _filtered(rows: list[Row], each: Filter, wanted: Json, member: SchemaView) -> list[Row]:
    """The rows that match one filter; a comparison of strings, which is most usual, is a single loop."""
    name = each.path[0]
    texts = {_text(value) for value in (wanted if isinstance(wanted, list) else [wanted])}
    try:
        if each.operator == "eq" and len(each.path) == 1 and member.types - {"null"} == {"string"}:
            return [row for row in rows if row[1].get(name) in texts]  # type: ignore[union-attr, operator]
        if each.operator == "eq" and len(each.path) == 1 and member.items.types - {"null"} == {"string"}:
            return [row for row in rows if not texts.isdisjoint(row[1].get(name) or ())]  # type: ignore[arg-type, union-attr]
    except (AttributeError, TypeError):
        pass  # an item, or its member, has another type than its schema
    test = condition(each.path, each.operator, wanted)
    return [row for row in rows if test(row[1])]


def _wanted(each: Filter, query: Mapping[str, Json]) -> Json:
    """The value of a filter in the query; None if it has none."""
    value = query.get(each.parameter)
    if each.key is not None:
        return value.get(each.key) if isinstance(value, dict) else None
    return None if isinstance(value, dict) else value


def _means_all(wanted: Json, allowed: list[Json]) -> bool:
    """Whether a value such as `all`, which no item can have, asks for every item."""
    return bool(allowed) and isinstance(wanted, str) and wanted not in allowed and wanted.lower() in _ALL


def condition(path: tuple[str, ...], operator: Operator, wanted: Json) -> Condition:
    """Whether the member at a path compares with a value, or with one of an array of values."""
    test = _test(operator, wanted)
    if len(path) == 1:
        name = path[0]
        return lambda item: isinstance(item, dict) and name in item and test(item[name])
    return lambda item: any(map(test, _values(item, path)))


def _values(item: Json, path: tuple[str, ...]) -> Iterable[Json]:
    for name in path:
        if not isinstance(item, dict) or name not in item:
            return ()
        item = item[name]
    return (item,)


def _test(operator: Operator, wanted: Json) -> Condition:
    if operator == "eq":
        return _equals(wanted if isinstance(wanted, list) else [wanted])
    if operator == "ne":
        equals = _equals(wanted if isinstance(wanted, list) else [wanted])
        return lambda value: not equals(value)
    if operator == "contains":
        part = str(wanted).casefold()
        return lambda value: isinstance(value, str) and part in value.casefold()
    return _compares(operator, wanted)


def _equals(wanted: list[Json]) -> Condition:
    texts = {_text(each) for each in wanted}

    def test(value: Json) -> bool:
        if isinstance(value, str):
            return value in texts
        if isinstance(value, list):
            return any((each if isinstance(each, str) else _text(each)) in texts for each in value)
        return value is not None and _text(value) in texts

    return test


def _text(value: Json) -> str:
    """A value as it is written in a query: `true`, `7`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else id_text(value)


def _compares(operator: Operator, wanted: Json) -> Condition:
    bound = _comparable(wanted)

    def test(value: Json) -> bool:
        own = _comparable(value)
        if own is None or bound is None or isinstance(own, str) is not isinstance(bound, str):
            return False
        match operator:
            case "gt":
                return own > bound  # type: ignore[operator]  # both are strings, or both are numbers
            case "gte":
                return own >= bound  # type: ignore[operator]
            case "lt":
                return own < bound  # type: ignore[operator]
        return own <= bound  # type: ignore[operator]

    return test


def _comparable(value: Json) -> float | str | None:
    """A number, or the seconds of an instant; other strings are compared as they are."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if not isinstance(value, str):
        return value
    try:
        if value.lstrip("-").replace(".", "", 1).isdecimal():
            return float(value)
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _search(wanted: str) -> Condition:
    """Whether a string of an item, or of an object in it, has this part; in any case of letters."""

    def test(item: Json) -> bool:
        if isinstance(item, str):
            return wanted in item.casefold()
        if isinstance(item, dict):
            return any(map(test, item.values()))
        return isinstance(item, list) and any(map(test, item))

    return test

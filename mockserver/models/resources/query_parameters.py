"""What the documented query parameters of a list do: filter, page, sort or search. The others do nothing."""

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.description import Parameter
from mockserver.contract.operation import Operation
from mockserver.contract.sampling.plausible_values import words
from mockserver.data.json import Json
from mockserver.models.resources.shape import Shape
from mockserver.models.resources.spelling import singular, spelled_like

Use: TypeAlias = Literal["limit", "page", "offset", "after", "before", "sort", "order", "search"]
Operator: TypeAlias = Literal["eq", "ne", "gt", "gte", "lt", "lte", "contains"]

# names of parameters by what they do, written as their words are joined; `page[size]` is `pagesize`
_USES: dict[str, Use] = {
    **dict.fromkeys(
        ("limit", "perpage", "pagesize", "pagelimit", "maxresults", "maxitems", "maxpagesize",
         "resultsperpage", "itemsperpage",
         "top", "take", "first", "size", "count", "num", "rows", "per"), "limit"
    ),
    **dict.fromkeys(("page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage", "p"), "page"),
    **dict.fromkeys(("offset", "skip", "start", "startat", "startindex", "pageoffset", "from"), "offset"),
    **dict.fromkeys(
        ("cursor", "after", "startingafter", "afterid", "pagetoken", "nexttoken", "nextpagetoken",
         "nextcursor", "pagecursor", "pageafter", "marker", "continue", "continuation",
         "continuationtoken", "lastid",
         "sinceid", "paginationtoken", "startingtoken", "scrollid", "startcursor", "pagemarker"), "after"
    ),
    **dict.fromkeys(
        ("before", "endingbefore", "beforeid", "pagebefore", "untilid", "prevcursor"), "before"
    ),
    **dict.fromkeys(("sort", "sortby", "orderby", "ordering", "sortfield", "sortkey", "sortcolumn"), "sort"),
    **dict.fromkeys(
        ("order", "sortorder", "direction", "dir", "sortdirection", "orderdirection", "sortdir"), "order"
    ),
    **dict.fromkeys(("q", "search", "query", "searchtext", "keyword", "keywords", "term", "text"), "search"),
}  # fmt: skip
_OPERATORS: dict[str, Operator] = {
    "eq": "eq", "is": "eq", "in": "eq", "ne": "ne", "neq": "ne", "not": "ne",
    "gt": "gt", "after": "gt", "gte": "gte", "ge": "gte", "min": "gte", "from": "gte", "since": "gte",
    "lt": "lt", "before": "lt", "lte": "lte", "le": "lte", "max": "lte", "to": "lte", "until": "lte",
    "contains": "contains", "like": "contains",
    ">": "gte", "<": "lte", ">=": "gte", "<=": "lte",
}  # fmt: skip
_SCALARS = frozenset(("string", "integer", "number", "boolean"))
_WRAPPERS = frozenset(("filter", "filters", "where", "q", "query"))
_PARTS = re.compile(r"([^\[\]]+)")
_MOMENT_ENDINGS = ("", "_at", "_on", "_date", "_time")


class Filter(Struct, frozen=True):
    """A condition on the items: the member at `path` compared with what `parameter` has, or has at `key`."""

    parameter: str
    path: tuple[str, ...]
    operator: Operator
    key: str | None = None


class QueryParameters(Struct, frozen=True):
    """What the query of one list can do; `unread` has the names of parameters that do nothing, and why."""

    uses: dict[str, Use]
    filters: tuple[Filter, ...]
    declared: dict[str, Parameter]
    schemas: dict[str, Shape]
    unread: dict[str, str]

    def named(self, use: Use) -> list[str]:
        """The parameters with this use."""
        return [name for name, each in self.uses.items() if each == use]

    def default(self, name: str) -> Json:
        """The documented default of a parameter; None if it has none."""
        return self.schemas[name].view.first("default")


def query_parameters(
    operation: Operation, item: SchemaView, id_path: tuple[str, ...] = ()
) -> QueryParameters:
    """What the query parameters of a list do to items with this schema, whose ids are at `id_path`."""
    declared = {each.name: each for each in operation.parameters if each.location == "query"}
    schemas = {name: Shape(operation.requests, each.schema) for name, each in declared.items()}
    uses: dict[str, Use] = {}
    filters: list[Filter] = []
    unread: dict[str, str] = {}
    for name, shape in schemas.items():
        use = _use(name, shape.view, item)
        found = [] if use is not None else list(_filters(name, shape.view, item))
        if use is None and not found and id_path and name.lower() in ("id", "ids"):
            found = [Filter(name, id_path, "eq")]
        if use is not None:
            uses[name] = use
        elif found:
            filters += found
        else:
            unread[name] = _reason(name, item)
    return QueryParameters(uses, tuple(filters), declared, schemas, unread)


def _use(name: str, schema: SchemaView, item: SchemaView) -> Use | None:
    """What a parameter does by its name, where that is not the name of a member; None if it filters."""
    joined = "".join(words(name)) or name.strip("$_")
    use = _USES.get(joined)
    if use is None or (use in ("limit", "page", "offset") and not _pages(use, schema, joined)):
        return "after" if joined in ("page", "offset", "pageoffset") and _is_token(schema) else None
    if spelled_like(name, item.members) is not None and joined not in _CERTAIN:
        return None
    if use in ("after", "before") and str(schema.first("format")).startswith("date"):
        return None
    return use


_CERTAIN = frozenset(
    ("limit", "page", "offset", "cursor", "sort", "sortby", "orderby", "perpage", "pagesize", "startingafter",
     "endingbefore", "pagetoken")
)  # fmt: skip


def _pages(use: Use, schema: SchemaView, joined: str) -> bool:
    """Whether a parameter is a number of items or pages: its type is a number, or a string of digits."""
    numeric = not schema.types or bool(schema.types & {"integer", "number"})
    return numeric or (joined in _CERTAIN and str(schema.first("pattern")) in (r"^\d+$", "^[0-9]+$"))


def _is_token(schema: SchemaView) -> bool:
    return schema.types == {"string"} and not str(schema.first("format")).startswith("date")


def _filters(name: str, schema: SchemaView, item: SchemaView) -> Iterator[Filter]:
    """The conditions of one parameter: `status`, `filter[status]`, `created[gte]`, `created_after`."""
    plural = "array" in schema.types and next(_targets(name, item), None) is None
    for path, operator in _targets(singular(name) if plural else name, item):
        if not schema.types or schema.types - {"object"}:
            yield Filter(name, path, operator)
        for key in schema.members:
            if key in _OPERATORS:
                yield Filter(name, path, _OPERATORS[key], key)
        return
    for key in schema.members:
        for path, operator in _targets(f"{name}[{key}]", item):
            yield Filter(name, path, operator, key)


def _targets(name: str, item: SchemaView) -> Iterator[tuple[tuple[str, ...], Operator]]:
    """The member that a parameter's name means, and the operator in the name; at most one."""
    plain = name.rstrip("<>=")
    symbol = name[len(plain) :]
    parts = _PARTS.findall(plain.replace("__", ".").replace(".", "[")) or [plain]
    if len(parts) > 1 and parts[0].lower() in _WRAPPERS:
        parts = parts[1:]
    operator: Operator = _OPERATORS.get(symbol, "eq")
    if len(parts) > 1 and parts[-1].lower() in _OPERATORS and _member(parts, item) is None:
        operator, parts = _OPERATORS[parts[-1].lower()], parts[:-1]
    found = _member(parts, item)
    if found is None and operator != "eq" and len(parts) == 1:
        moments = (_member([parts[0] + ending], item) for ending in _MOMENT_ENDINGS)
        found = next((each for each in moments if each is not None and _is_ordered(each, item)), None)
    if found is not None:
        yield found, operator
    elif len(parts) == 1:
        yield from _by_words(parts[0], item)


def _by_words(name: str, item: SchemaView) -> Iterator[tuple[tuple[str, ...], Operator]]:
    """The meaning of a name such as `created_after` or `min_price`."""
    parts = words(name)
    for operator, rest in ((parts[-1:], parts[:-1]), (parts[:1], parts[1:])):
        if rest and operator and operator[0] in _OPERATORS:
            for ending in _MOMENT_ENDINGS:
                path = _member(["_".join(rest) + ending], item)
                if path is not None and _is_ordered(path, item):
                    yield path, _OPERATORS[operator[0]]
                    return


def _is_ordered(path: tuple[str, ...], item: SchemaView) -> bool:
    """Whether a member is a number, or says when something was."""
    for name in path:
        item = item.member(name)
    return bool(item.types & {"integer", "number"}) or str(item.first("format")).startswith("date")


def _member(parts: list[str], item: SchemaView) -> tuple[str, ...] | None:
    """The path of a scalar, or of an array of them, by the names of a parameter; None if there is none."""
    path: tuple[str, ...] = ()
    view = item
    for part in parts:
        name = spelled_like(part, view.members)
        if name is None:
            inner = next(
                (each for each in ("attributes", "properties", "fields") if each in view.members), None
            )
            if inner is None or path:
                return None
            view, path = view.members[inner], (inner,)
            name = spelled_like(part, view.members)
            if name is None:
                return None
        view, path = view.members[name], (*path, name)
    compared = view.items if view.items.pointers and "array" in view.types else view
    return path if not compared.types or compared.types & _SCALARS else None


def _reason(name: str, item: SchemaView) -> str:
    known = spelled_like(name, item.members)
    if known is not None:
        return f"the member {known!r} is an object"
    return "no member has this name"

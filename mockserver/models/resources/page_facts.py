"""What an envelope says about its page: totals, numbers, cursors and links, as far as the schema has them."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.sampling.coherence import Meaning, meaning
from mockserver.contract.sampling.plausible_values import words
from mockserver.data.json import array_or_empty
from mockserver.data.reading import MISSING
from mockserver.models.resources.paging import Page

Fact: TypeAlias = Literal[
    "total", "count", "size", "number", "pages", "offset", "end", "remaining", "more", "ended", "is-first",
    "is-last",
    "first-id", "last-id", "next", "previous", "first", "last", "self",
]  # fmt: skip
_DEPTH = 4
_NUMBERS: dict[str, Fact] = {
    **dict.fromkeys(
        ("total", "totalcount", "totalitems", "totalresults", "totalelements", "totalrecords", "totalsize",
         "numresults", "totalentries", "itemcount", "recordcount", "totalhits", "resultcount", "totalrows"),
        "total",
    ),
    **dict.fromkeys(("count", "numberofelements", "returned", "currentcount", "pagecountitems"), "count"),
    **dict.fromkeys(("perpage", "pagesize", "limit", "size", "maxresults", "itemsperpage"), "size"),
    **dict.fromkeys(("page", "currentpage", "pagenumber", "number", "pageindex"), "number"),
    **dict.fromkeys(("totalpages", "pagecount", "numpages", "pages", "lastpage", "pagestotal"), "pages"),
    **dict.fromkeys(("offset", "skip", "start", "startindex", "startat", "from"), "offset"),
    **dict.fromkeys(("end", "to"), "end"),
    **dict.fromkeys(("remainingitemcount", "remaining"), "remaining"),
}  # fmt: skip
_LINKS: dict[str, Fact] = {
    "first": "first", "last": "last", "self": "self", "url": "self", "uri": "self", "prev": "previous",
    "previous": "previous", "href": "self", "next": "next",
}  # fmt: skip
_URL_WORDS = frozenset(("url", "uri", "link", "href", "path"))
_LINK_OBJECTS = frozenset(("links", "_links", "link"))
_NEXT = frozenset(("endcursor", "after", "continue", "cursor", "marker", "pagetoken"))
_LEADING = frozenset(("next", "previous", "first", "last", "self"))  # to another page
_PARTS = frozenset(("page", "cursor", "token", "id", "key", "marker", "url", "uri", "link", "href", "path"))


class Slot(Struct, frozen=True):
    """A member of an envelope that says something about the page; `is_link` is whether it is a URL."""

    path: tuple[str, ...]
    fact: Fact
    view: SchemaView
    is_link: bool


def slots(view: SchemaView, items: tuple[str, ...]) -> list[Slot]:
    """The members of an envelope that say something about its page; `items` is the path of its array."""
    found: list[Slot] = []
    waiting: list[tuple[tuple[str, ...], SchemaView, Fact | None]] = [((), view, None)]
    while waiting:
        path, each, inherited = waiting.pop(0)
        for name, member in each.members.items():
            inner = (*path, name)
            if inner == items:
                continue
            fact = inherited or fact_of(name, member, is_outer=not path)
            is_object = bool(member.members) and "object" in (member.types or {"object"})
            if fact is not None and not is_object:
                found.append(Slot(inner, fact, member, _is_link(inner, member)))
            if is_object and len(inner) < _DEPTH:
                waiting.append((inner, member, fact if fact in _LEADING else None))
    return _told_apart(found)


def _told_apart(found: list[Slot]) -> list[Slot]:
    """`count` is the total where no other member is."""
    if any(each.fact == "total" for each in found):
        return found
    return [Slot(s.path, "total", s.view, s.is_link) if s.fact == "count" else s for s in found]


def fact_of(name: str, view: SchemaView, *, is_outer: bool = True) -> Fact | None:
    """What a member or a header of this name and schema says about the page."""
    parts = words(name)
    joined = "".join(parts)
    types = view.types - {"null"}
    if types == {"boolean"}:
        told = meaning(name)
        by_name: dict[str, Fact] = {"first": "is-first", "last": "is-last"}
        return {Meaning.MORE: "more", Meaning.END: "ended"}.get(told) or by_name.get(joined)  # type: ignore[return-value]
    if joined in _NUMBERS and (types & {"integer", "number"} or not types):
        return _NUMBERS[joined]
    if joined in ("firstid", "lastid"):
        return "first-id" if joined == "firstid" else "last-id"
    if meaning(name) is Meaning.NEXT or joined in _NEXT:
        return "next"
    if (
        parts and parts[0] in ("prev", "previous") and _PARTS.issuperset(parts[1:])
    ) or joined == "startcursor":
        return "previous"
    if parts and parts[0] in ("first", "last") and len(parts) > 1 and _URL_WORDS & set(parts):
        return "first" if parts[0] == "first" else "last"
    if joined in _LINKS and (types & {"string", "object"} or not types):
        is_self = _LINKS[joined] == "self"
        return _LINKS[joined] if not is_self or is_outer or joined in ("self", "href") else None
    return None


def _is_link(path: tuple[str, ...], view: SchemaView) -> bool:
    """Whether a member is a URL: by its name, its format, its example, or because it is among links."""
    if view.types and "string" not in view.types:
        return False
    if _URL_WORDS & set(words(path[-1])) or str(view.first("format")).startswith(("uri", "url", "iri")):
        return True
    if {"cursor", "token", "after", "marker"} & set(words(path[-1])):
        return False
    examples = [*array_or_empty(view.first("examples")), view.first("default")]
    if any(isinstance(each, str) and each.startswith(("http", "/")) for each in examples):
        return True
    return len(path) > 1 and not _LINK_OBJECTS.isdisjoint(path[:-1])


def values(fact: Fact, page: Page) -> Iterator[object]:
    """What a member that is no link may be, the best first; MISSING leaves it out."""
    match fact:
        case "total" | "size" | "number" | "pages":
            yield {"total": page.total, "size": page.size, "number": page.number, "pages": page.pages}[fact]
        case "count":
            yield len(page.rows)
        case "offset":
            yield page.start
        case "end":
            yield max(page.end - 1, 0)
        case "remaining" if page.has_next:
            yield page.total - page.end
        case "more":
            yield page.has_next
        case "ended" | "is-last":
            yield not page.has_next
        case "is-first":
            yield not page.has_previous
        case "first-id" | "last-id":
            if page.rows:
                yield page.rows[0 if fact == "first-id" else -1][0]
        case "next" if page.has_next:
            yield page.number + 1
            yield page.cursor(page.end)
        case "previous" if page.has_previous:
            yield page.number - 1
            yield page.cursor(max(page.start - page.size, 0))
    yield from (None, MISSING, "")


def start_of(fact: Fact, page: Page) -> int | None:
    """The index where the page begins that a link leads to; None if there is no such page."""
    match fact:
        case "next":
            return page.end if page.has_next else None
        case "previous":
            return max(page.start - page.size, 0) if page.has_previous else None
        case "first":
            return 0
        case "last":
            return (page.pages - 1) * page.size
    return page.start


def candidate(value: object, view: SchemaView) -> bool:
    """Whether the type of a value is one that a member has; values of other types are never sent."""
    types = view.types
    if value is None:
        return "null" in types or not types
    if isinstance(value, str):
        return "string" in types or not types
    return (
        not types or bool(types & {"integer", "number"})
        if not isinstance(value, bool)
        else "boolean" in types
    )

"""The answer of a list: filtered, sorted and paged, in its envelope, with totals, cursors and links."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import cast
from urllib.parse import quote

from msgspec import Struct

from mockserver.data.json import Json
from mockserver.data.reading import MISSING
from mockserver.model import Call
from mockserver.models.resources.collections import Role
from mockserver.models.resources.filtering import condition, matching
from mockserver.models.resources.own_urls import item_path, origin_of
from mockserver.models.resources.page_facts import Fact, Slot, candidate, fact_of, slots, start_of, values
from mockserver.models.resources.paging import Page, page_of
from mockserver.models.resources.query_parameters import QueryParameters, query_parameters
from mockserver.models.resources.shape import Shape
from mockserver.models.resources.sorting import sorted_rows
from mockserver.models.resources.state import Items, Row


class Listing(Struct, frozen=True, eq=False, dict=True):
    """How one operation lists the items of a collection."""

    role: Role

    @cached_property
    def parameters(self) -> QueryParameters:
        """What the query parameters do."""
        collection = self.role.collection
        return query_parameters(self.role.operation, collection.item.view, collection.identity.path)

    @cached_property
    def slots(self) -> list[Slot]:
        """The members of the envelope that say something about the page."""
        return slots(self.role.answer.view, self.role.envelope.path)

    @cached_property
    def headers(self) -> dict[str, Fact | None]:
        """The documented headers that say something about the page; None for Link."""
        response = self.role.operation.response(self.role.status)
        found: dict[str, Fact | None] = {}
        for header in response.headers if response is not None else ():
            name = header.name.lower()
            view = Shape(self.role.operation.answers, header.schema).view
            fact = fact_of(name.removeprefix("x-").removeprefix("pagination-"), view)
            if name == "link":
                found[name] = None
            elif fact is not None:
                found[name] = "total" if fact == "count" else fact
        return found

    def matching(self, items: Items, call: Call) -> list[Row]:
        """The rows that match the filters of the query."""
        rows = list(items.items())
        for parent in self.role.scope:
            path = self.role.collection.path_of_reference(parent.member or "")
            if path is not None:
                test = condition(path, "eq", call.parameters.get(parent.parameter))
                rows = [row for row in rows if test(row[1])]
        return matching(rows, self.parameters, call.query, self.role.collection.item.view)

    def answer(self, items: Items, call: Call) -> tuple[Json, dict[str, str]]:
        """The body and the headers of the list that a call asks for."""
        rows = self.matching(items, call)
        rows = sorted_rows(rows, self.parameters, call.query, self.role.collection.item.view)
        page = page_of(rows, self.parameters, call.query)
        links = PageLinks(self.role, call, page)
        return self._body(page, links), dict(self._headers(page, links))

    def _body(self, page: Page, links: "PageLinks") -> Json:
        """The body of a page; its items are only fitted one by one if it is not valid as it is."""
        answer = self.role.answer
        rows = [self.role.collection.with_missing_id(item, item_id) for item_id, item in page.rows]
        body = self._enveloped(rows, page, links)
        if answer.accepts(body):
            return _noted(answer, body)
        shown = [self.role.element.fitted(each) for each in rows]
        body = self._enveloped(shown, page, links)
        if answer.accepts(body):
            return _noted(answer, body)
        plain = self.role.envelope.around(shown, self.role.frame)
        return answer.fitted(body, plain if answer.accepts(plain) else None)

    def _enveloped(self, shown: list[Json], page: Page, links: "PageLinks") -> Json:
        """The items in their envelope, with what it says about the page."""
        if not self.role.envelope.path:
            return shown
        body = self.role.envelope.around(shown, self.role.frame)
        for slot in self.slots:
            body = _with_slot(body, slot.path, self._value(slot, page, links), self.role.answer)
        return body

    def _value(self, slot: Slot, page: Page, links: "PageLinks") -> object:
        """What a member of the envelope is on this page; MISSING leaves it out."""
        shape = Shape(self.role.answer.directed, slot.view.pointers[0] if slot.view.pointers else None)
        is_link = slot.is_link or (slot.fact in ("next", "previous") and not self._has_cursor(slot))
        for each in links.urls(slot.fact) if is_link else values(slot.fact, page):
            if each is MISSING or (candidate(each, slot.view) and shape.accepts(cast("Json", each))):
                return each
        return MISSING

    def _has_cursor(self, slot: Slot) -> bool:
        return bool(self.parameters.named("after")) or not slot.view.types & {"string"}

    def _headers(self, page: Page, links: "PageLinks") -> Iterator[tuple[str, str]]:
        for name, fact in self.headers.items():
            if fact is None:
                yield name, links.header()
            else:
                value = next(iter(values(fact, page)), None)
                is_plain = isinstance(value, int | str)
                yield (
                    name,
                    (str(value).lower() if isinstance(value, bool) else str(value)) if is_plain else "",
                )


def _noted(shape: Shape, body: Json) -> Json:
    """The body, which was judged and is not judged again when it is sent."""
    if shape.schema is not None:
        shape.directed.note_valid(shape.schema, body)
    return body


def _with_slot(body: Json, path: tuple[str, ...], value: object, shape: Shape) -> Json:
    """The body with a member at a path; with MISSING, without it if it is not required."""
    members = dict(body) if isinstance(body, dict) else {}
    name, *rest = path
    if rest:
        inner = members.get(name)
        if inner is None and value is MISSING:
            return body
        members[name] = _with_slot(inner, tuple(rest), value, shape.at((name,)))
        if members[name] in ({}, None) and name not in shape.view.required:
            del members[name]
        return members
    if value is MISSING:
        if name not in shape.view.required:
            members.pop(name, None)
    else:
        members[name] = value  # type: ignore[assignment]  # it is a JSON value, since it is not MISSING
    return members


class PageLinks(Struct, frozen=True):
    """The URLs of the pages around a page."""

    role: Role
    call: Call
    page: Page

    def urls(self, fact: Fact) -> Iterator[object]:
        """The URL of the page that a link leads to, and its path; then what says that there is none."""
        start = start_of(fact, self.page)
        if start is not None:
            path = self._path(start)
            yield self._origin() + path
            yield path
        yield from (None, MISSING, "")

    def header(self) -> str:
        """The value of `Link` (RFC 8288), without `next` on the last page."""
        relations: tuple[tuple[Fact, str], ...] = (
            ("previous", "prev"), ("next", "next"), ("last", "last"), ("first", "first"),
        )  # fmt: skip
        starts = [(start_of(fact, self.page), name) for fact, name in relations]
        return ", ".join(
            f'<{self._origin()}{self._path(start)}>; rel="{name}"'
            for start, name in starts
            if start is not None
        )

    def _path(self, start: int) -> str:
        operation = self.role.operation
        query = encoded_query(self.page.query_of(start) if start != self.page.start else self.call.query)
        path = item_path(operation, operation.path, self.call.parameters)
        return path + (f"?{query}" if query else "")

    def _origin(self) -> str:
        return origin_of(self.role.operation, self.call)


def encoded_query(query: Mapping[str, Json]) -> str:
    """A query as it is in a URL: arrays are repeated, members of objects are in brackets."""
    pairs: list[tuple[str, Json]] = []
    for name, value in query.items():
        if isinstance(value, dict):
            pairs += [(f"{name}[{key}]", member) for key, member in value.items()]
        else:
            pairs += [(name, each) for each in (value if isinstance(value, list) else [value])]
    return "&".join(f"{quote(name, safe='[]$')}={quote(_text(value), safe='')}" for name, value in pairs)


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)

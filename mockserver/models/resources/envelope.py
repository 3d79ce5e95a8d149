"""Where the items are in a body: an envelope such as `{"data": [...]}` or `{"ssh_key": {...}}`.

Envelopes are found in the schemas of requests and answers.
"""

from collections.abc import Iterator

from msgspec import Struct

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.data.json import Json
from mockserver.models.resources.spelling import is_about

_DEPTH = 3  # most names of a path
LIST_NAMES = frozenset(
    (
        "data",
        "items",
        "results",
        "records",
        "values",
        "entries",
        "list",
        "content",
        "objects",
        "rows",
        "value",
    )
)
_SINGLES = frozenset(
    ("data", "result", "item", "object", "record", "resource", "entry", "response", "payload")
)
_WRAPPERS = frozenset(
    ("data", "_embedded", "result", "results", "response", "payload", "body", "content", "list")
)
ASIDE_NAMES = frozenset(
    ("links", "_links", "meta", "metadata", "error", "errors", "included", "pagination", "paging")
)


class Envelope(Struct, frozen=True):
    """The path to the items in a body; `holds_array` is whether they are in an array."""

    path: tuple[str, ...] = ()
    holds_array: bool = False

    def items(self, body: Json) -> list[Json]:
        """The items in a body, one if the envelope has no array; empty if the body has another form."""
        for name in self.path:
            if not isinstance(body, dict) or name not in body:
                return []
            body = body[name]
        if self.holds_array:
            return body if isinstance(body, list) else []
        return [body]

    def around(self, value: Json, template: Json) -> Json:
        """The template with the item, or the array of items, in its place."""
        return _put(template, self.path, value)

    def __str__(self) -> str:
        inner = "[...]" if self.holds_array else "{...}"
        for name in reversed(self.path):
            inner = f'{{"{name}": {inner}}}'
        return inner


def _put(template: Json, path: tuple[str, ...], value: Json) -> Json:
    if not path:
        return value
    members = template if isinstance(template, dict) else {}
    return {**members, path[0]: _put(members.get(path[0]), path[1:], value)}


def members_below(view: SchemaView, depth: int = _DEPTH) -> Iterator[tuple[tuple[str, ...], SchemaView]]:
    """The members of an object and of those in it that wrap others, outer ones first, with their paths."""
    level: list[tuple[tuple[str, ...], SchemaView]] = [((), view)]
    for _ in range(depth):
        inner = [((*path, name), member) for path, each in level for name, member in each.members.items()]
        yield from inner
        level = [(path, each) for path, each in inner if each.members and path[-1].lower() in _WRAPPERS]


def list_envelope(view: SchemaView, collection: str, known: set[str]) -> Envelope | None:
    """The envelope of a list; None if the schema has no array of objects.

    `collection` is the last fixed segment of the collection's path, and `known` has the pointers of the
    schemas that describe an item elsewhere.
    """
    if view.items.pointers and "array" in view.types:
        return Envelope((), holds_array=True)
    best: tuple[tuple[bool, ...], int] | None = None
    found: Envelope | None = None
    for index, (path, member) in enumerate(members_below(view)):
        if not member.items.pointers or not _may_be_item(member.items):
            continue
        overlaps = not known.isdisjoint(member.items.schemas)
        named = is_about(path[-1], collection)
        conventional = path[-1].lower().lstrip("_") in LIST_NAMES
        rank = (overlaps and path[0] not in ASIDE_NAMES, named, conventional, "object" in member.items.types)
        if best is None or (rank, -index) > best:
            best, found = (rank, -index), Envelope(path, holds_array=True)
    return found


def _may_be_item(view: SchemaView) -> bool:
    return not view.types or "object" in view.types or bool(view.members)


def single_envelope(view: SchemaView, collection: str, known: set[str], *, has_id: bool) -> Envelope:
    """The envelope of one item; empty if the item is the body itself.

    `known` has the pointers of the schemas that describe an item in a list, and `has_id` is whether the body
    itself has the member with the item's id.
    """
    if has_id or not known.isdisjoint(view.schemas) or "array" in view.types:
        return Envelope()
    candidates: list[tuple[tuple[bool, ...], int, Envelope]] = []
    for index, (name, member) in enumerate(view.members.items()):
        in_array = bool(member.items.pointers) and "object" not in member.types
        inner = member.items if in_array else member
        if not _may_be_item(inner) or not (inner.members or inner.schemas.keys() & known):
            continue
        overlaps, named = not known.isdisjoint(inner.schemas), is_about(name, collection)
        conventional = name.lower() in _SINGLES and not in_array
        rank = (overlaps and name not in ASIDE_NAMES, named, conventional)
        if any(rank):
            candidates.append((rank, -index, Envelope((name,), holds_array=in_array)))
    return max(candidates, key=lambda each: each[:2])[2] if candidates else Envelope()


def request_envelope(view: SchemaView, answer: Envelope, collection: str, members: set[str]) -> Envelope:
    """The envelope of an item in a request.

    `members` are those of an item, and `answer` is its envelope in the answer.
    """
    if "array" in view.types and "object" not in view.types and view.items.pointers:
        return Envelope((), holds_array=True)
    if not view.members or members & view.members.keys():
        inner = view.members.get(answer.path[0]) if len(answer.path) == 1 else None
        if inner is None or not inner.members:
            return Envelope()
    for name, member in view.members.items():
        in_array = bool(member.items.pointers) and "object" not in member.types
        inner = member.items if in_array else member
        same = answer.path == (name,)
        if inner.members and (
            same or (is_about(name, collection) and (not members or members & inner.members.keys()))
        ):
            return Envelope((name,), holds_array=in_array)
    return Envelope()

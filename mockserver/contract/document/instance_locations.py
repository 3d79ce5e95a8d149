"""The locations of an instance that a schema describes, such as `/data/devices/*/name`.

Schemas form a graph: they are shared, and refer to each other and to themselves. A graph has more paths than
memory can hold, so each schema is described at one location only.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct, field

from mockserver.contract.document.references import applied_schemas
from mockserver.data.json import Json, object_or_empty
from mockserver.data.pointer import pointer_token

ITEMS = "*"  # the token of each item of an array
Schemas: TypeAlias = Mapping[str, dict[str, Json]]  # by pointer


class _Location(Struct):
    """A location, the schemas that are described there, and the locations below it."""

    pointer: str
    schemas: dict[str, dict[str, Json]]
    below: "list[_Location]" = field(default_factory=list)


def instance_locations(
    document: Json, schema: str, location: str = "", seen: set[str] | None = None
) -> Iterator[tuple[str, Schemas]]:
    """The instance locations below the schema at a pointer, each with the schemas described there.

    Locations are JSON Pointers in which `*` means each item of an array; the first one is `location` itself.
    A schema is described once, at the location nearest to the top, even if it applies to others, so the size
    of the result is linear in that of the document. `seen` has the pointers of schemas that are described
    elsewhere; those that are found are added.
    """
    seen = set() if seen is None else seen
    top = _Location(location, applied_schemas(document, [schema], seen))
    waiting = deque([top])
    while waiting:
        here = waiting.popleft()
        for token, pointers in below(here.schemas).items():
            found = applied_schemas(document, pointers, seen)
            here.below.append(_Location(f"{here.pointer}/{token}", found))
        waiting.extend(here.below)
    yield from _in_depth(top)


def below(schemas: Schemas) -> dict[str, list[str]]:
    """The reference tokens of the locations below, each with the pointers of the schemas there."""
    found: dict[str, list[str]] = {}
    for pointer, schema in schemas.items():
        for name in object_or_empty(schema.get("properties")):
            token = pointer_token(name)
            found.setdefault(token, []).append(f"{pointer}/properties/{token}")
        if isinstance(schema.get("items"), dict):
            found.setdefault(ITEMS, []).append(f"{pointer}/items")
    return found


def member_pointers(schemas: Schemas, name: str) -> list[str]:
    """The pointers of the schemas that describe a property of an object."""
    token = pointer_token(name)
    return [
        f"{pointer}/properties/{token}"
        for pointer, schema in schemas.items()
        if name in object_or_empty(schema.get("properties"))
    ]


def item_pointers(schemas: Schemas) -> list[str]:
    """The pointers of the schemas that describe each item of an array."""
    return [
        f"{pointer}/items" for pointer, schema in schemas.items() if isinstance(schema.get("items"), dict)
    ]


def _in_depth(top: _Location) -> Iterator[tuple[str, Schemas]]:
    """A location and those below it, each before its members."""
    waiting = [top]
    while waiting:
        here = waiting.pop()
        yield here.pointer, here.schemas
        waiting.extend(reversed(here.below))

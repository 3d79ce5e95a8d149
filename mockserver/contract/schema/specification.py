"""Tells `referencing` where an OpenAPI document holds schemas, and how they are identified.

JSON Schema 2020-12 core, section 8.2; OpenAPI 3.1, section 4.6.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urljoin

from referencing import Anchor, Resource, Specification
from referencing.jsonschema import DynamicAnchor
from referencing.typing import Anchor as AnyAnchor

from mockserver.contract.document.structure import KINDS, member_kind
from mockserver.data.json import Json

# One table for documents and schemas, because they have no key in common.
_ROOT = {**KINDS["OpenAPI"], **KINDS["Schema"]}


def identity(schema: Json) -> str | None:
    """The `$id` that makes a schema a resource, usually a relative URI; None for a mere fragment."""
    name = schema.get("$id") if isinstance(schema, dict) else None
    if not isinstance(name, str) or name.startswith("#"):
        return None
    try:
        urljoin("x:", name)
    except ValueError:  # not a URI
        return None
    return name


def anchors(schema: Json) -> Iterator[tuple[str, str]]:
    """The anchors of a schema, each with its keyword."""
    for keyword in ("$anchor", "$dynamicAnchor"):
        name = schema.get(keyword) if isinstance(schema, dict) else None
        if isinstance(name, str):
            yield keyword, name


def _subresources(contents: Json) -> Iterator[Json]:
    """The outermost schemas in a document or a schema."""
    for key, value in contents.items() if isinstance(contents, dict) else ():
        yield from _outermost(value, _ROOT.get(key))


def _outermost(node: Json, kind: str | None) -> Iterator[Json]:
    if kind == "Schema":
        yield node
    elif kind is not None and isinstance(node, dict):
        for key, value in node.items():
            yield from _outermost(value, member_kind(kind, key))
    elif kind is not None and isinstance(node, list):
        for value in node:
            yield from _outermost(value, member_kind(kind, ""))


def _anchors(specification: Specification[Json], schema: Json) -> Iterable[AnyAnchor[Json]]:
    for keyword, name in anchors(schema):
        kind: Any = Anchor if keyword == "$anchor" else DynamicAnchor
        yield kind(name, specification.create_resource(schema))


def _maybe_in_subresource(segments: Sequence[int | str], resolver: Any, subresource: Resource[Json]) -> Any:
    """The resolver of what a pointer refers to; it changes where that is a schema with an `$id`."""
    first, *others = map(str, segments)
    kind = _ROOT.get(first)
    for segment in others:
        kind = None if kind is None else member_kind(kind, segment)
    return resolver.in_subresource(subresource) if kind == "Schema" else resolver


OPENAPI: Specification[Json] = Specification(  # type: ignore[call-arg]  # attrs makes it
    name="OpenAPI 3.1",
    id_of=identity,
    subresources_of=_subresources,
    anchors_in=_anchors,
    maybe_in_subresource=_maybe_in_subresource,
)

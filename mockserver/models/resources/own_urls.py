"""URLs of the API's own resources: with the origin of its server, which the answer replaces by the mock's."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.operation import Operation
from mockserver.contract.routing.router import PLACEHOLDER
from mockserver.data.json import Json
from mockserver.model import Call
from mockserver.models.resources.paths import filled_path

_OWN = frozenset(("self", "uri", "href", "self_link", "selfLink", "self_url"))  # names of an item's own URL
_DEPTH = 3


def origin_of(operation: Operation, call: Call) -> str:
    """The origin of the server of an operation, else that of the request, without encryption."""
    for url in operation.server_urls:
        parts = urlsplit(url)
        if parts.path.rstrip("/") == operation.bases[0]:
            return f"{parts.scheme}://{parts.netloc}"
    return f"http://{call.headers.get('host', 'localhost')}"


def item_path(operation: Operation, template: str, parameters: Mapping[str, Json]) -> str:
    """The path of an item, below the base path of the server."""
    return operation.bases[0] + filled_path(template, parameters)


def own_links(
    sample: Json, view: SchemaView, template: str, origin: str, path: str
) -> Iterator[tuple[tuple[str, ...], str]]:
    """The members of an item that have its own URL, with that URL.

    They are called so, or the sample has a URL there that the template of the item's path matches.
    """
    for member, value, inner in _strings(sample, view, (), _DEPTH):
        named = member[-1] in _OWN and (len(member) == 1 or "self" in member)
        if named or _pattern(template).search(value):
            is_absolute = value.startswith("http") or str(inner.first("format")) in ("uri", "url", "iri")
            yield member, origin + path if is_absolute else path


def _strings(
    sample: Json, view: SchemaView, path: tuple[str, ...], depth: int
) -> Iterator[tuple[tuple[str, ...], str, SchemaView]]:
    """The strings in a sample, with their paths and schemas."""
    for name, value in sample.items() if isinstance(sample, dict) else ():
        if isinstance(value, str):
            yield (*path, name), value, view.member(name)
        elif depth > 1 and isinstance(value, dict):
            yield from _strings(value, view.member(name), (*path, name), depth - 1)


@lru_cache(maxsize=1_024)
def _pattern(template: str) -> re.Pattern[str]:
    """Matches a URL or a path that ends with the path of an item."""
    parts = re.split(PLACEHOLDER.pattern, template)
    escaped = (re.escape(part) if index % 2 == 0 else "[^/?#]+" for index, part in enumerate(parts))
    return re.compile(rf"^(?:https?://[^/]+)?(?:/[^?#]*)?{''.join(escaped)}$")

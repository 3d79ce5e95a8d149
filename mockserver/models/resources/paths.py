"""Path templates: which path has the items of which collection, and which items are the parents of others."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias
from urllib.parse import quote

from msgspec import Struct

from mockserver.contract.operation import Operation
from mockserver.contract.routing.router import PLACEHOLDER
from mockserver.data.json import Json
from mockserver.models.resources.new_ids import id_text

_ITEM = re.compile(r"(?P<collection>.*)/\{(?P<parameter>[^{}/]+)\}(?P<ending>[^{}/]*/?)")
Location: TypeAlias = tuple[str, str]  # the prefix of a document, and a path template in it
Operations: TypeAlias = Mapping[Location, Mapping[str, Operation]]  # by method


class ItemPath(Struct, frozen=True):
    """The path of the items of a collection: `/Messages/{Sid}.json`.

    `collection` is the path of the collection itself. `ending` follows the parameter with the id.
    """

    path: str
    collection: str
    parameter: str
    ending: str


def operations_by_path(operations: Iterable[Operation]) -> dict[Location, dict[str, Operation]]:
    """The operations by the prefix of their document and their path, and by method."""
    found: dict[Location, dict[str, Operation]] = {}
    for operation in operations:
        found.setdefault((operation.prefix, operation.path), {}).setdefault(operation.method, operation)
    return found


def item_paths(operations: Operations) -> dict[Location, list[ItemPath]]:
    """The paths of items by the location of their collection, those with most operations first.

    A collection has the same ending as its items (`/Messages.json`), with or without a slash, or none.
    """
    found: dict[Location, list[ItemPath]] = {}
    for prefix, path in operations:
        match = _ITEM.fullmatch(path)
        if match is not None:
            base, ending = match["collection"], match["ending"]
            candidates = [base + ending, base, f"{base}/"] if base else []
            collection = next((each for each in candidates if (prefix, each) in operations), base + ending)
            item = ItemPath(path, collection, match["parameter"], ending)
            found.setdefault((prefix, collection), []).append(item)
    for (prefix, _), items in found.items():
        items.sort(key=lambda each: len(operations[prefix, each.path]), reverse=True)
    return found


def parents(path: str) -> Iterator[tuple[str, str]]:
    """The path parameters before the last segment, each with the path template up to it."""
    for match in PLACEHOLDER.finditer(path):
        yield match[1], path[: match.end()]


def anonymous(path: str) -> str:
    """A path template without the names of its parameters and the ending of its last segment."""
    return PLACEHOLDER.sub("{}", re.sub(r"\}[^{}/]*/?$", "}", path))


def last_fixed_segment(path: str) -> str:
    """The last segment without a parameter, without its ending: `Messages` for `/{sid}/Messages.json`."""
    fixed = [each for each in path.split("/") if each and "{" not in each]
    return fixed[-1].partition(".")[0] if fixed else ""


def filled_path(path: str, parameters: Mapping[str, Json]) -> str:
    """A path with the values of its parameters, percent-encoded."""
    return PLACEHOLDER.sub(
        lambda match: quote(id_text(parameters.get(match[1])), safe="", errors="surrogatepass"), path
    )

"""Reads `servers`: the base paths under which an API's operations are served (OpenAPI 3.1, section 4.8.5)."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice, product
from urllib.parse import urljoin, urlsplit

from mockserver.contract.document.structure import METHODS
from mockserver.data.json import Json, array_or_empty, object_or_empty
from mockserver.data.pointer import pointer_token
from mockserver.data.suggest import did_you_mean

LIMIT = 100  # base paths of one server; every combination of its variables' values counts

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_ABSOLUTE = re.compile(r"https?://[^/{}?#\s]+(?:/[^{}?#\s]*)?$")
_BASE = "http://host/"  # relative URLs are resolved against it; hosts are ignored


def base_paths(servers: Json, pointer: str, add_finding: Callable[[str, str], None]) -> tuple[str, ...]:
    """The paths of the servers' URLs, without a trailing slash and without duplicates; the root is "".

    `pointer` is that of the `servers` array. `add_finding` is called with a pointer and a message for each
    defect.
    """
    found: dict[str, None] = {}
    for url_pointer, url in _urls(servers, pointer, add_finding):
        try:
            path = urlsplit(urljoin(_BASE, url)).path
        except ValueError:
            add_finding(url_pointer, f"{url!r} is not a valid URL")
            continue
        if not _VARIABLE.search(path):
            found[path.rstrip("/")] = None
    return tuple(found) or ("",)


def absolute_urls(document: Mapping[str, Json]) -> tuple[str, ...]:
    """The absolute URLs of all servers of a document, without a trailing slash and without duplicates.

    The servers of path items and operations count, too.
    """
    items = list(map(object_or_empty, object_or_empty(document.get("paths")).values()))
    operations = [object_or_empty(item.get(method)) for item in items for method in METHODS if method in item]
    holders = [document, *(each for each in (*items, *operations) if "servers" in each)]
    urls = (url for each in holders for _, url in _urls(each.get("servers"), "", _ignore))
    return tuple(dict.fromkeys(url.rstrip("/") for url in urls if _ABSOLUTE.match(url)))


def _ignore(_: str, __: str) -> None:
    """Ignore a defect: `base_paths` reports it."""


def _urls(servers: Json, pointer: str, add_finding: Callable[[str, str], None]) -> Iterator[tuple[str, str]]:
    """The servers' URLs with all values of their variables, each with its pointer."""
    for index, server in enumerate(array_or_empty(servers)):
        server_pointer = f"{pointer}/{index}"
        url = object_or_empty(server).get("url")
        if not isinstance(server, dict) or not isinstance(url, str):
            add_finding(server_pointer, "a server must have a 'url'")
            continue
        values = dict(_variables(url, server.get("variables"), server_pointer, add_finding))
        for expanded in islice(_expanded_urls(url, values), LIMIT):
            yield f"{server_pointer}/url", expanded


def _variables(
    url: str, variables: Json, server_pointer: str, add_finding: Callable[[str, str], None]
) -> Iterator[tuple[str, list[str]]]:
    """The URL's variables with their possible values: the default first, then those of the enum."""
    described = object_or_empty(variables)
    for name in dict.fromkeys(_VARIABLE.findall(url)):
        variable = described.get(name)
        if not isinstance(variable, dict):
            hint = did_you_mean(name, described)
            add_finding(f"{server_pointer}/url", f"the server variable {name!r} is not described{hint}")
            continue
        pointer = f"{server_pointer}/variables/{pointer_token(name)}"
        default = variable.get("default")
        enum = [each for each in array_or_empty(variable.get("enum")) if isinstance(each, str)]
        if not isinstance(default, str):
            add_finding(pointer, "a server variable must have a string as its 'default'")
        elif enum and default not in enum:
            hint = did_you_mean(default, enum)
            add_finding(f"{pointer}/default", f"the default {default!r} is not in the enum{hint}")
        defaults = [default] if isinstance(default, str) else []
        if values := list(dict.fromkeys([*defaults, *enum])):
            yield name, values


def _expanded_urls(url: str, values: Mapping[str, list[str]]) -> Iterator[str]:
    """The URL with every combination of its variables' values; a variable without values stays."""
    pieces: list[list[str]] = []
    end = 0
    for variable in _VARIABLE.finditer(url):
        pieces += [[url[end : variable.start()]], values.get(variable[1], [variable[0]])]
        end = variable.end()
    return ("".join(choice) for choice in product(*pieces, [url[end:]]))

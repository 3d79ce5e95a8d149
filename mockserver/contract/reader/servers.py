"""`servers`: the base paths below which an API's operations are reached (OpenAPI 3.1, section 4.8.5)."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle, islice, product
from urllib.parse import urljoin, urlsplit

from mockserver.data.json import Json
from mockserver.data.reading import pointer_token
from mockserver.data.suggest import did_you_mean

LIMIT = 100  # base paths of one server: every combination of its variables' values is one

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_HOST = "http://host"  # what a relative URL is relative to: no host is looked at


def base_paths(servers: Json, pointer: str, fault: Callable[[str, str], None]) -> tuple[str, ...]:
    """The servers' paths without the slash at the end, each once; `/` is the empty text.

    `pointer` is where the servers stand; `fault` is told of places and of what is wrong there.
    """
    found: dict[str, None] = {}
    for index, server in enumerate(servers if isinstance(servers, list) else []):
        at = f"{pointer}/{index}"
        url = server.get("url") if isinstance(server, dict) else None
        if not isinstance(server, dict) or not isinstance(url, str):
            fault(at, "a server has a url")
            continue
        values = dict(_values(url, server.get("variables"), at, fault))
        for written in islice(_written(url, values), LIMIT):
            try:
                path = urlsplit(urljoin(f"{_HOST}/", written)).path
            except ValueError:
                fault(f"{at}/url", f"{written!r} is no URL")
                continue
            if not _VARIABLE.search(path):
                found[path.rstrip("/")] = None
    return tuple(found) or ("",)


def _values(
    url: str, variables: Json, at: str, fault: Callable[[str, str], None]
) -> Iterator[tuple[str, list[str]]]:
    """What each variable of the URL may be: its default, and the values of its enum."""
    known = variables if isinstance(variables, dict) else {}
    for name in dict.fromkeys(_VARIABLE.findall(url)):
        variable = known.get(name)
        if not isinstance(variable, dict):
            fault(f"{at}/url", f"the variable {name!r} is not described{did_you_mean(name, known)}")
            continue
        place = f"{at}/variables/{pointer_token(name)}"
        default, enum = variable.get("default"), variable.get("enum")
        listed = [each for each in enum if isinstance(each, str)] if isinstance(enum, list) else []
        if not isinstance(default, str):
            fault(place, "a server variable has a default, as text")
        elif listed and default not in listed:
            fault(f"{place}/default", f"{default!r} is none of the enum{did_you_mean(default, listed)}")
        defaults = [default] if isinstance(default, str) else []
        if choices := list(dict.fromkeys([*defaults, *listed])):
            yield name, choices


def _written(url: str, values: Mapping[str, list[str]]) -> Iterator[str]:
    """The URL with every combination of its variables' values."""
    parts = _VARIABLE.split(url)  # the names are the odd ones
    texts = [
        values.get(part, ["{" + part + "}"]) if odd else [part] for part, odd in zip(parts, cycle((0, 1)))
    ]
    return ("".join(choice) for choice in product(*texts))

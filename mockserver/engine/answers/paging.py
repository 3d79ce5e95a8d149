"""Whether a request continues a list, by the names of its parameters.

A mock that answers every page alike would be read for ever by clients that follow a list to its end.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from mockserver.data.json import Json
from mockserver.engine.exchange import Exchange

_CURSORS = frozenset(
    (
        *("after", "afterid", "before", "beforeid", "continuation", "continuationtoken", "cursor"),
        *("endingbefore", "lastevaluatedkey", "lastid", "marker", "next", "nextcursor", "nexttoken"),
        *("pagecursor", "pagemarker", "pagetoken", "paginationtoken", "scrollid", "startcursor"),
        *("startingafter", "startingtoken", "nextpagetoken", "endcursor", "pageafter", "pagebefore"),
    )
)
_OFFSETS = {  # the greatest value that asks for the first page
    **dict.fromkeys(("offset", "skip", "start", "startat", "pageoffset", "from"), 0),
    **dict.fromkeys(("page", "pagenumber", "pageno", "pageindex", "currentpage", "startindex"), 1),
}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}")
_SEPARATORS = re.compile(r"[^a-z0-9]")
_LONGEST = 60  # characters of a name, with its separators


def continues_list(exchange: Exchange) -> bool:
    """Whether the request asks for what follows the first page of a list."""
    head = exchange.request.head
    if head.query_string and _any_continues(head.query):
        return True
    body = exchange.call.body if exchange.call is not None else None
    return isinstance(body, dict) and _any_continues(body.items())


def _any_continues(members: Iterable[tuple[str, Json]]) -> bool:
    return any(_continues(name, value) for name, value in members if len(name) <= _LONGEST)


@lru_cache(maxsize=1_024)
def _plain(name: str) -> str:
    """A name in lower case without separators."""
    return _SEPARATORS.sub("", name.lower())


def _continues(member: str, value: Json) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        return False
    name, text = _plain(member), str(value)
    if name in _CURSORS:
        return not _DATE.match(text)  # `after=2025-01-15` filters
    if name not in _OFFSETS:
        return False
    if text.isascii() and text.lstrip("-").isdecimal():
        return len(text) > 18 or int(text) > _OFFSETS[name]
    return name == "offset"  # some APIs call their cursor so

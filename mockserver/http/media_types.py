"""Media types as RFC 9110 writes them: what a Content-Type says, which entry of `content` speaks of it,
and which of several types a client accepts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TypeVar

from msgspec import Struct

Entry = TypeVar("Entry")

JSON = "application/json"
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*+"'
_PARAMETER = re.compile(
    rf'[ \t]*;[ \t]*(?:({_TOKEN})=({_QUOTED}|[^\s;,"]+))?'
)  # wider than a token: boundary=a/b
_TYPE = re.compile(rf"[ \t]*({_TOKEN})/({_TOKEN})")
_ELEMENT = re.compile(r'(?:"(?:[^"\\]|\\.)*+"?|[^,"])++')  # a quote without an end takes the rest
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_USUAL = 100  # characters of a type that is remembered once it was parsed
_CONCRETE = {
    "*": JSON,
    "application": JSON,
    "text": "text/plain",
    "multipart": "multipart/form-data",
    "image": "image/png",
    "audio": "audio/mpeg",
    "video": "video/mp4",
}


class ContentType(Struct, frozen=True, dict=True):
    """A media type or range in lower case, its parameters by name in lower case."""

    type: str
    subtype: str
    parameters: Mapping[str, str]

    @property
    def essence(self) -> str:
        return f"{self.type}/{self.subtype}"

    @cached_property
    def is_json(self) -> bool:
        """`application/json`, or one with the suffix `+json` (RFC 6839)."""
        return self.essence == JSON or self.subtype.endswith("+json")

    @property
    def is_xml(self) -> bool:
        """`application/xml`, `text/xml`, or one with the suffix `+xml` (RFC 7303)."""
        return self.essence in ("application/xml", "text/xml") or self.subtype.endswith("+xml")


def parse_content_type(text: str) -> ContentType | None:
    """A media type or range with its parameters (RFC 9110, section 8.3.1); None where it is malformed."""
    return _remembered(text) if len(text) <= _USUAL else _parsed(text)


def _parsed(text: str) -> ContentType | None:
    start = _TYPE.match(text)
    if start is None:
        return None
    parameters = parse_parameters(text[start.end() :])
    if parameters is None:
        return None
    return ContentType(start[1].lower(), start[2].lower(), parameters)


_remembered = lru_cache(maxsize=256)(_parsed)


def parse_parameters(text: str) -> dict[str, str] | None:
    """`; a=b; c="d"` by name; None where it is malformed or a name is given twice."""
    found: dict[str, str] = {}
    text = text.rstrip(" \t")
    position = 0
    while position < len(text):
        match = _PARAMETER.match(text, position)
        if match is None:
            return None
        position = match.end()
        if match[1] is not None:
            name, value = match[1].lower(), match[2]
            if name in found:
                return None
            found[name] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
    return found


def concrete(name: str) -> str:
    """The type that something is sent as, where the contract may name a range: `text/*` is `text/plain`."""
    kind = parse_content_type(name)
    if kind is not None and kind.subtype != "*":
        return name
    return _CONCRETE.get(kind.type if kind is not None else "*", "application/octet-stream")


def entry(content: Mapping[str, Entry], content_type: str) -> Entry | None:
    """What `content` holds for a type: by its parameters, then its name, then `type/*`, then `*/*`."""
    if content_type in content:
        return content[content_type]
    given = parse_content_type(content_type)
    best: tuple[tuple[int, int], Entry] | None = None
    for name, value in content.items():
        written = parse_content_type(name)
        rank = _rank(written, given) if written is not None and given is not None else None
        if rank is not None and (best is None or rank > best[0]):
            best = rank, value
    return best[1] if best is not None else None


def accepted(accept: str | None, offered: Sequence[str]) -> str | None:
    """The offered type that an Accept header likes best, None where it takes none (RFC 9110, 12.5.1).

    The most specific range decides a type's weight; of equal weights the more specific wins, then the
    earlier offer. A malformed member is left out; where nothing is left, every type will do.
    """
    liked = _remembered_liking if len(accept or "") <= _USUAL else _most_liked
    return liked(accept or "", tuple(offered))


def _most_liked(accept: str, offered: tuple[str, ...]) -> str | None:
    ranges = list(_ranges(accept))
    if not ranges:
        return offered[0] if offered else None
    best: tuple[tuple[float, tuple[int, int]], str] | None = None
    for name in offered:
        liking = _liking(ranges, name)
        if liking is not None and liking[0] > 0 and (best is None or liking > best[0]):
            best = liking, name
    return best[1] if best is not None else None


_remembered_liking = lru_cache(maxsize=256)(_most_liked)


def _liking(ranges: Sequence[tuple[ContentType, float]], name: str) -> tuple[float, tuple[int, int]] | None:
    """The weight of an offered type, with how closely the range that gives it fits."""
    offer = parse_content_type(name)
    if offer is None:
        return None
    ranked = [
        (rank, weight)
        for range_, weight in ranges
        if (rank := _rank(range_, offer) or _rank(offer, range_)) is not None
    ]
    if not ranked:
        return None
    rank, weight = max(ranked)
    return weight, rank


def _ranges(accept: str) -> Iterator[tuple[ContentType, float]]:
    for element in _ELEMENT.findall(accept):
        range_ = parse_content_type(element)
        if range_ is None:
            continue
        weight = range_.parameters.get("q", "1")
        if _WEIGHT.fullmatch(weight):
            parameters = {name: value for name, value in range_.parameters.items() if name != "q"}
            yield ContentType(range_.type, range_.subtype, parameters), float(weight)


def _rank(range_: ContentType, given: ContentType) -> tuple[int, int] | None:
    """How closely a range fits a type: by its name, then by its parameters; None where it does not.

    A parameter that differs excludes, but for `charset`; one that is only written on one side does not.
    """
    if range_.type not in ("*", given.type) or range_.subtype not in ("*", given.subtype):
        return None
    score = 0
    for name, value in range_.parameters.items():
        if given.parameters.get(name, "").lower() == value.lower():
            score += 1
        elif name in given.parameters and name != "charset":
            return None
        else:
            score -= 1
    return (range_.type != "*") + (range_.subtype != "*"), score

"""Media types (RFC 9110, sections 8.3.1 and 12.5.1): parsing, matching with `content`, and Accept."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TypeVar

from msgspec import Struct

Entry = TypeVar("Entry")

JSON = "application/json"
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*+"'
# A value may have more characters than a token: boundary=a/b
_PARAMETER = re.compile(rf'[ \t]*;[ \t]*(?:({_TOKEN})=({_QUOTED}|[^\s;,"]+))?')
_TYPE = re.compile(rf"[ \t]*({_TOKEN})/({_TOKEN})")
_ELEMENT = re.compile(r'(?:"(?:[^"\\]|\\.)*+"?|[^,"])++')  # an unterminated quote takes the rest
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_MAX_CACHED = 100  # characters of a header value whose result is cached
_CONCRETE = {  # by the type of a range
    "*": JSON,
    "application": JSON,
    "text": "text/plain",
    "multipart": "multipart/form-data",
    "image": "image/png",
    "audio": "audio/mpeg",
    "video": "video/mp4",
}


class ContentType(Struct, frozen=True, dict=True):
    """A media type or range, and its parameters by name; all names are in lower case."""

    type: str
    subtype: str
    parameters: Mapping[str, str]

    @property
    def essence(self) -> str:
        """The type without its parameters, such as `text/html`."""
        return f"{self.type}/{self.subtype}"

    @cached_property
    def is_json(self) -> bool:
        """`application/json`, or one with the suffix `+json` (RFC 6839)."""
        return self.essence == JSON or self.subtype.endswith("+json")

    @property
    def is_binary(self) -> bool:
        """Whether a body of this type is bytes, not text, JSON, XML or a form."""
        is_text = self.type in ("text", "multipart") or self.subtype == "x-www-form-urlencoded"
        return not (is_text or self.is_json or self.is_xml)

    @property
    def is_xml(self) -> bool:
        """`application/xml`, `text/xml`, or one with the suffix `+xml` (RFC 7303)."""
        return self.essence in ("application/xml", "text/xml") or self.subtype.endswith("+xml")

    @property
    def is_yaml(self) -> bool:
        """`application/yaml`, one of its older names, or one with the suffix `+yaml` (RFC 9512)."""
        return self.subtype in ("yaml", "x-yaml", "vnd.yaml") or self.subtype.endswith("+yaml")


def parse_content_type(text: str) -> ContentType | None:
    """Parse a media type or range with its parameters (RFC 9110, section 8.3.1); None if it is malformed."""
    return _parse_cached(text) if len(text) <= _MAX_CACHED else _parse(text)


def _parse(text: str) -> ContentType | None:
    start = _TYPE.match(text)
    if start is None:
        return None
    parameters = parse_parameters(text[start.end() :])
    if parameters is None:
        return None
    return ContentType(start[1].lower(), start[2].lower(), parameters)


_parse_cached = lru_cache(maxsize=256)(_parse)


def parse_parameters(text: str) -> dict[str, str] | None:
    """Parse parameters such as `; a=b; c="d"`; None if they are malformed or a name occurs twice."""
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


def concrete_type(name: str) -> str:
    """The type to send for a type or range of the contract: `text/plain` for `text/*`."""
    kind = parse_content_type(name)
    if kind is not None and kind.subtype != "*":
        return name
    return _CONCRETE.get(kind.type if kind is not None else "*", "application/octet-stream")


def matching_entry(content: Mapping[str, Entry], content_type: str) -> Entry | None:
    """The most specific entry of `content` for a type; None if no entry matches.

    An entry with the same parameters comes before one with the same name, then `type/*`, then `*/*`.
    """
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


def preferred_type(accept: str | None, offered: Sequence[str]) -> str | None:
    """The offered type that an Accept header prefers; None if it accepts none (RFC 9110, section 12.5.1).

    The most specific matching range decides a type's weight. Among equal weights the more specific match
    wins, then the earlier offer. Malformed members are ignored; without a valid member, any type is accepted.
    """
    choose = _preferred_cached if len(accept or "") <= _MAX_CACHED else _preferred
    return choose(accept or "", tuple(offered))


def names_type(accept: str, name: str) -> bool:
    """Whether an Accept header names this type itself, not a range, as one that the client takes."""
    return any(range_.essence == name and weight > 0 for range_, weight in _ranges(accept))


def _preferred(accept: str, offered: tuple[str, ...]) -> str | None:
    ranges = list(_ranges(accept))
    if not ranges:
        return offered[0] if offered else None
    best: tuple[tuple[float, tuple[int, int]], str] | None = None
    for name in offered:
        weighed = _weigh(ranges, name)
        if weighed is not None and weighed[0] > 0 and (best is None or weighed > best[0]):
            best = weighed, name
    return best[1] if best is not None else None


_preferred_cached = lru_cache(maxsize=256)(_preferred)


def _weigh(ranges: Sequence[tuple[ContentType, float]], name: str) -> tuple[float, tuple[int, int]] | None:
    """The weight of an offered type, and the rank of the range that decides it; None if none matches."""
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
    """How specifically a range matches a type, by its name, then by its parameters; None for no match.

    A parameter with another value prevents a match, except `charset`; one that only one side has does not.
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

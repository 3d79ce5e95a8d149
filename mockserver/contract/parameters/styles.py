"""Split serialized parameters into strings: OpenAPI's styles, each with and without `explode`.

The rules are those of OpenAPI 3.1.1, section 4.8.12 ("Style Values"), and RFC 6570. A string is split before
it is percent-decoded, so `a%2Cb` is one item. The results are still strings.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias
from urllib.parse import unquote

from mockserver.contract.parameters.percent import Decode, Malformed, as_sent
from mockserver.data.limits import MAX_BODY_DEPTH
from mockserver.data.quoting import quoted

RawValues: TypeAlias = Mapping[str, Sequence[str]]  # the values of one location as sent, by name
StringTree: TypeAlias = "list[str] | dict[str, StringTree]"  # the strings of one member, or its own members

_DELIMITERS = {
    "spaceDelimited": re.compile(r"%20|[+ ]"),  # a URL cannot contain a space, so it is always encoded
    "pipeDelimited": re.compile(r"\||%7[Cc]"),  # browsers send it unencoded, most clients encode it
}
_EXPLODED_DELIMITERS = {"label": re.compile(r"\."), "matrix": re.compile(";")}
_COMMA = re.compile(",")
_ENCODED_COMMA = re.compile("%2C", re.IGNORECASE)
_ENCODED_EXPLODED = re.compile("%2C|%3B|%3D", re.IGNORECASE)  # the delimiters of an exploded object, too
PREFIXES = {"label": ".", "matrix": ";"}  # before the value; they also separate exploded parts
_BRACKETS = re.compile(r"(?:\[[^\[\]]*\])+")


class Style(Protocol):
    """How one parameter is serialized.

    Each method parses it as one type. It returns None where the request lacks the parameter and raises
    Malformed where the raw value does not follow the style.
    """

    def scalar(self, raw: RawValues) -> str | None: ...
    def items(self, raw: RawValues) -> list[str] | None: ...
    def members(self, raw: RawValues) -> dict[str, StringTree] | None: ...


class DelimitedStyle:
    """One string with delimiters: simple, label and matrix, and the other styles without `explode`."""

    def __init__(self, name: str, style: str, explode: bool, decode: Decode) -> None:
        self._name, self._style, self._explode, self._decode = name, style, explode, decode
        delimiters = _EXPLODED_DELIMITERS if explode else _DELIMITERS
        self._delimiter = delimiters.get(style, _COMMA)
        self._prefix = PREFIXES.get(style, "")

    def scalar(self, raw: RawValues) -> str | None:
        string = single(self._name, raw)
        return None if string is None else self._decode(self._without_name(string))

    def items(self, raw: RawValues) -> list[str] | None:
        """The items; an empty string is one empty item, because RFC 6570 cannot express an empty array."""
        string = single(self._name, raw)
        if string is None:
            return None
        if self._style == "matrix" and self._explode:
            parts = self._split(self._without_prefix(string))
            return [self._decode(self._without_name(f";{part}")) for part in parts]
        return [self._decode(part) for part in self._split(self._without_name(string))]

    def members(self, raw: RawValues) -> dict[str, StringTree] | None:
        string = single(self._name, raw)
        if string is None:
            return None
        inner = self._without_prefix(string) if self._explode else self._without_name(string)
        parts = self._split(inner) if inner else []
        pairs = self._exploded_pairs(parts) if self._explode else _alternating_pairs(parts)
        return _members((self._decode(name), self._decode(value)) for name, value in pairs)

    def with_plain_delimiters(self, raw: RawValues) -> RawValues | None:
        """The value with its percent-encoded delimiters decoded; None if it has none."""
        strings = raw.get(self._name)
        if strings is None or self._decode is as_sent or not any("%" in string for string in strings):
            return None
        encoded = _ENCODED_EXPLODED if self._explode else _ENCODED_COMMA
        plain = [encoded.sub(lambda found: unquote(found[0]), string) for string in strings]
        return {self._name: plain} if plain != list(strings) else None

    def _exploded_pairs(self, parts: list[str]) -> Iterable[tuple[str, str]]:
        for part in parts:
            name, equals, value = part.partition("=")
            if not equals and self._style != "matrix":  # in matrix style `;name` is an empty value
                raise Malformed("style", f"expected 'name=value', found {quoted(part)}")
            yield name, value

    def _split(self, inner: str) -> list[str]:
        if self._style == "label" and "," not in inner:
            return inner.split(".")  # also without `explode`, as in the tables of OpenAPI up to 3.1.0
        return self._delimiter.split(inner)

    def _without_name(self, string: str) -> str:
        """The string without what the style puts before a value: `.` (label) or `;name=` (matrix)."""
        rest = self._without_prefix(string)
        if self._style != "matrix":
            return rest
        name, _, value = rest.partition("=")
        if self._decode(name) != self._name:
            raise _unexpected_start(f";{self._name}=", string)
        return value

    def _without_prefix(self, string: str) -> str:
        if not string.startswith(self._prefix):
            raise _unexpected_start(self._prefix, string)
        return string[len(self._prefix) :]


class HeaderStyle(DelimitedStyle):
    """The simple style in a header: repeated headers are joined, and spaces around commas are ignored.

    Source: RFC 9110, sections 5.3 and 5.6.1.
    """

    def items(self, raw: RawValues) -> list[str] | None:
        return super().items(self._joined(raw))

    def members(self, raw: RawValues) -> dict[str, StringTree] | None:
        return super().members(self._joined(raw))

    def _joined(self, raw: RawValues) -> RawValues:
        strings = raw.get(self._name)
        return {} if strings is None else {self._name: (",".join(strings),)}

    def _split(self, inner: str) -> list[str]:
        return [part.strip(" \t") for part in inner.split(",")]


class ExplodedStyle:
    """The form style with `explode`: each item or property is a separate query parameter or cookie."""

    def __init__(self, name: str, has_property: Callable[[str], bool], decode: Decode) -> None:
        """`has_property` says whether a query parameter or cookie is a property of the object."""
        self._name, self._has_property, self._decode = name, has_property, decode

    def scalar(self, raw: RawValues) -> str | None:
        string = single(self._name, raw)
        return None if string is None else self._decode(string)

    def items(self, raw: RawValues) -> list[str] | None:
        strings = raw.get(self._name)
        return None if strings is None else [self._decode(string) for string in strings]

    def members(self, raw: RawValues) -> dict[str, StringTree] | None:
        found: dict[str, StringTree] = {
            as_sent(name): [self._decode(string) for string in strings]
            for name, strings in raw.items()
            if self._has_property(name)
        }
        return found or None


class DeepObjectStyle:
    """The style deepObject: `name[a]=1&name[b][c]=2`, for objects only; array items repeat it."""

    def __init__(self, name: str, decode: Decode) -> None:
        self._name, self._decode = name, decode

    def scalar(self, raw: RawValues) -> str | None:
        return None

    def items(self, raw: RawValues) -> list[str] | None:
        return None

    def members(self, raw: RawValues) -> dict[str, StringTree] | None:
        if self._name in raw:
            raise Malformed("style", f"expected '{self._name}[member]=…', found a value without a member")
        return bracketed_members(self._name, raw, self._decode)


def bracketed_members(name: str, raw: RawValues, decode: Decode) -> dict[str, StringTree] | None:
    """The strings of the keys `name[a]`, `name[b][c]`, … as a tree; None if there are none.

    Raises Malformed.
    """
    root: dict[str, StringTree] = {}
    for key, strings in raw.items():
        if is_deep_object_member(name, key):
            path = as_sent(key)[len(name) + 1 : -1].split("][")
            if len(path) > MAX_BODY_DEPTH:
                raise Malformed("depth", f"the value is nested deeper than {MAX_BODY_DEPTH} levels")
            _insert(root, path, [decode(string) for string in strings], key)
    return root or None


def is_deep_object_member(name: str, key: str) -> bool:
    """Whether a key of the query has the form `name[member]`, perhaps with further brackets."""
    return key.startswith(f"{name}[") and _BRACKETS.fullmatch(key, len(name)) is not None


def single(name: str, raw: RawValues) -> str | None:
    """The one string of this name, None if there is none; raises Malformed if there are several."""
    strings = raw.get(name)
    if strings is None:
        return None
    if len(strings) > 1:
        raise Malformed("style", f"expected one value, found {len(strings)}")
    return strings[0]


def _unexpected_start(expected: str, string: str) -> Malformed:
    return Malformed("style", f"expected {quoted(expected)} before the value, found {quoted(string)}")


def _alternating_pairs(parts: list[str]) -> Iterable[tuple[str, str]]:
    if len(parts) % 2:
        raise Malformed("style", f"expected alternating names and values, found an odd number ({len(parts)})")
    return zip(parts[::2], parts[1::2], strict=True)


def _members(pairs: Iterable[tuple[str, str]]) -> dict[str, StringTree]:
    found: dict[str, StringTree] = {}
    for name, value in pairs:
        if name in found:
            raise Malformed("style", f"the member {quoted(name)} appears twice")
        found[name] = [value]
    return found


def _insert(root: dict[str, StringTree], path: list[str], strings: list[str], key: str) -> None:
    node: StringTree = root
    for step in path[:-1]:
        node = node.setdefault(step, {}) if isinstance(node, dict) else node
    if not isinstance(node, dict) or path[-1] in node:
        raise Malformed("style", f"{quoted(key)} conflicts with another value of the same member")
    node[path[-1]] = strings

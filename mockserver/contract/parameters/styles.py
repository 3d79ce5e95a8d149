"""How OpenAPI writes values as text: its styles, each with and without `explode`.

The rules are those of OpenAPI 3.1.1, section 4.8.12 ("Style Values"), and of RFC 6570 behind it. Delimiters
are looked for before anything is percent-decoded: `a%2Cb` is one item. What comes out is still text.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

from mockserver.contract.parameters.percent import Decode, Malformed, plain
from mockserver.data.decoding import DEPTH, quoted

Given: TypeAlias = Mapping[str, Sequence[str]]  # the texts of one location as they were sent, by name
Tree: TypeAlias = "list[str] | dict[str, Tree]"  # the texts given for one place, or what lies below it

_DELIMITERS = {
    "spaceDelimited": re.compile(r"%20|[+ ]"),  # a space cannot stand in a URL, so it comes encoded
    "pipeDelimited": re.compile(r"\||%7[Cc]"),  # browsers send it as it is, most clients encode it
}
_EXPLODED = {"label": re.compile(r"\."), "matrix": re.compile(";")}
_COMMA = re.compile(",")
_OPENINGS = {"label": ".", "matrix": ";"}
_BRACKETS = re.compile(r"(?:\[[^\[\]]*\])+")


class Form(Protocol):
    """One parameter's way of being written; each method returns None where the request does not give it.

    They raise Malformed where it is given in another way.
    """

    def scalar(self, given: Given) -> str | None: ...
    def items(self, given: Given) -> list[str] | None: ...
    def members(self, given: Given) -> dict[str, Tree] | None: ...


class OneText:
    """The whole value in one text: simple, label and matrix, and the other styles without `explode`."""

    def __init__(self, name: str, style: str, explode: bool, decode: Decode) -> None:
        self._name, self._style, self._explode, self._decode = name, style, explode, decode
        delimiters = _EXPLODED if explode else _DELIMITERS
        self._delimiter = delimiters.get(style, _COMMA)
        self._opening = _OPENINGS.get(style, "")

    def scalar(self, given: Given) -> str | None:
        text = once(self._name, given)
        return None if text is None else self._decode(self._inner(text))

    def items(self, given: Given) -> list[str] | None:
        """An empty text is one empty item, for RFC 6570 writes no empty list."""
        text = once(self._name, given)
        if text is None:
            return None
        if self._style == "matrix" and self._explode:
            return [self._decode(self._inner(f";{part}")) for part in self._parts(self._opened(text))]
        return [self._decode(part) for part in self._parts(self._inner(text))]

    def members(self, given: Given) -> dict[str, Tree] | None:
        text = once(self._name, given)
        if text is None:
            return None
        inner = self._opened(text) if self._explode else self._inner(text)
        parts = self._parts(inner) if inner else []
        pairs = self._named(parts) if self._explode else _in_turn(parts)
        return _tree((self._decode(name), self._decode(value)) for name, value in pairs)

    def _named(self, parts: list[str]) -> Iterable[tuple[str, str]]:
        for part in parts:
            name, equals, value = part.partition("=")
            if not equals and self._style != "matrix":  # where `;name` is an empty value
                raise Malformed("style", f"is written as 'name=value', and holds {quoted(part)}")
            yield name, value

    def _parts(self, inner: str) -> list[str]:
        if self._style == "label" and "," not in inner:
            return inner.split(".")  # also without `explode`, as OpenAPI's tables up to 3.1.0 have it
        return self._delimiter.split(inner)

    def _inner(self, text: str) -> str:
        """The text without what the style puts before a value."""
        opened = self._opened(text)
        if self._style != "matrix":
            return opened
        name, _, value = opened.partition("=")
        if self._decode(name) != self._name:
            raise Malformed("style", f"is written as ';{self._name}=…', not as {quoted(text)}")
        return value

    def _opened(self, text: str) -> str:
        if not text.startswith(self._opening):
            raise Malformed("style", f"is written with {self._opening!r} before it, not as {quoted(text)}")
        return text[len(self._opening) :]


class HeaderText(OneText):
    """The simple style in a header: several lines are one list, and spaces may stand around commas.

    RFC 9110, sections 5.3 and 5.6.1.
    """

    def items(self, given: Given) -> list[str] | None:
        return super().items(self._joined(given))

    def members(self, given: Given) -> dict[str, Tree] | None:
        return super().members(self._joined(given))

    def _joined(self, given: Given) -> Given:
        texts = given.get(self._name)
        return {} if texts is None else {self._name: (",".join(texts),)}

    def _parts(self, inner: str) -> list[str]:
        return [part.strip(" \t") for part in inner.split(",")]


class Spread:
    """The exploded form: each item, or each property, is a member of the query of its own, or a cookie."""

    def __init__(self, name: str, takes: Callable[[str], bool], decode: Decode) -> None:
        """`takes` says whether a member of this name is a property of the object."""
        self._name, self._takes, self._decode = name, takes, decode

    def scalar(self, given: Given) -> str | None:
        text = once(self._name, given)
        return None if text is None else self._decode(text)

    def items(self, given: Given) -> list[str] | None:
        texts = given.get(self._name)
        return None if texts is None else [self._decode(text) for text in texts]

    def members(self, given: Given) -> dict[str, Tree] | None:
        taken: dict[str, Tree] = {
            plain(name): [self._decode(text) for text in texts]
            for name, texts in given.items()
            if self._takes(name)
        }
        return taken or None


class Deep:
    """deepObject: `name[a]=1&name[b][c]=2`. It writes objects alone; lists in them repeat their member."""

    def __init__(self, name: str, decode: Decode) -> None:
        self._name, self._decode = name, decode

    def scalar(self, given: Given) -> str | None:
        return None

    def items(self, given: Given) -> list[str] | None:
        return None

    def members(self, given: Given) -> dict[str, Tree] | None:
        if self._name in given:
            raise Malformed("style", f"is written as '{self._name}[member]=…', not as one value")
        root: dict[str, Tree] = {}
        for key, texts in given.items():
            if is_deep(self._name, key):
                path = plain(key)[len(self._name) + 1 : -1].split("][")
                if len(path) > DEPTH:
                    raise Malformed("depth", f"is nested deeper than {DEPTH} levels")
                _plant(root, path, [self._decode(text) for text in texts], key)
        return root or None


def is_deep(name: str, key: str) -> bool:
    """Whether a member of the query belongs to the deepObject `name`."""
    return key.startswith(f"{name}[") and _BRACKETS.fullmatch(key, len(name)) is not None


def once(name: str, given: Given) -> str | None:
    """The one text of this name; raises Malformed where there are several."""
    texts = given.get(name)
    if texts is None:
        return None
    if len(texts) > 1:
        raise Malformed("style", f"is given {len(texts)} times")
    return texts[0]


def _in_turn(parts: list[str]) -> Iterable[tuple[str, str]]:
    if len(parts) % 2:
        raise Malformed("style", f"is written as names and values in turn, and has {len(parts)} in all")
    return zip(parts[::2], parts[1::2], strict=True)


def _tree(pairs: Iterable[tuple[str, str]]) -> dict[str, Tree]:
    found: dict[str, Tree] = {}
    for name, value in pairs:
        if name in found:
            raise Malformed("style", f"holds the member {quoted(name)} twice")
        found[name] = [value]
    return found


def _plant(root: dict[str, Tree], path: list[str], texts: list[str], key: str) -> None:
    node: Tree = root
    for step in path[:-1]:
        node = node.setdefault(step, {}) if isinstance(node, dict) else node
    if not isinstance(node, dict) or path[-1] in node:
        raise Malformed("style", f"gives {quoted(key)} a value and members")
    node[path[-1]] = texts

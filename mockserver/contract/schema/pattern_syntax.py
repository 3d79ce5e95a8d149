r"""Parses ECMA 262 patterns to trees, from which their cost is estimated and other forms are written.

The patterns have been compiled before, so they are valid. Atoms keep their source: a character, an escape
or a character class. Without the u flag, `{` and `]` may be plain characters (annex B of ECMA 262).
"""

import re
from typing import Literal, TypeAlias

from msgspec import Struct

INFINITE = 1 << 32  # the upper bound of `*` and `+`

_TOKEN = re.compile(
    r"""(?P<look>\(\?(?P<behind><)?(?P<sign>[=!]))
      | (?P<open>\((?:\?(?P<flags>[ims]*(?:-[ims]*)?):|\?<(?P<name>[^>]+)>|(?!\?)))
      | (?P<close>\))
      | (?P<bar>\|)
      | (?P<anchor>[\^$]|\\[bB])
      | (?P<repeat>(?:[*+?]|\{(?P<low>[0-9]+)(?P<comma>,)?(?P<high>[0-9]+)?\})\??)
      | (?P<atom>\[(?:\\.|[^\]\\])*\]
            | \\(?:u\{[0-9a-fA-F]+\}|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}
                |u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[a-zA-Z]|[pP]\{[^}]*\}|k<[^>]+>|[1-9][0-9]*|.)
            | [^()])""",
    re.VERBOSE | re.DOTALL,
)
_REFERENCE = re.compile(r"\\(?:([1-9][0-9]*)|k<([^>]+)>)")


class Unparsed(ValueError):
    """A pattern with a construct that the parser does not know."""


class Atom(Struct, frozen=True):
    """One character, by its source; the flags are those of the groups around it: any of `i`, `m` and `s`."""

    source: str
    flags: str


class Anchor(Struct, frozen=True):
    r"""One of `^`, `$`, `\b` and `\B`."""

    kind: str
    flags: str


class Backreference(Struct, frozen=True):
    """A reference to a group, by number or name."""

    group: str
    flags: str


class Group(Struct, frozen=True):
    """Alternatives; `names` are the number and the name of a capturing group."""

    options: "tuple[tuple[Node, ...], ...]"
    names: tuple[str, ...] = ()


class Look(Struct, frozen=True):
    """A lookahead or lookbehind."""

    group: Group
    is_behind: bool
    is_negative: bool


class Repeat(Struct, frozen=True):
    """A quantified node."""

    node: "Node"
    low: int
    high: int


Node: TypeAlias = Atom | Anchor | Backreference | Group | Look | Repeat
Kind: TypeAlias = Literal["look", "open", "close", "bar", "anchor", "repeat", "atom"]


def parse(pattern: str) -> Group:
    """The tree of a valid pattern; raises Unparsed."""
    try:
        return _Parser(pattern).group("")
    except RecursionError:
        raise Unparsed("it is nested too deeply") from None


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._offset = 0
        self._groups = 0

    def group(self, flags: str, names: tuple[str, ...] = ()) -> Group:
        """Parse up to the closing parenthesis, or to the end of the pattern."""
        options: list[tuple[Node, ...]] = []
        nodes: list[Node] = []
        while self._offset < len(self._pattern):
            token = _TOKEN.match(self._pattern, self._offset)
            if token is None:
                raise Unparsed(self._pattern[self._offset :][:20])
            self._offset = token.end()
            if token["close"]:
                break
            if token["bar"]:
                options.append(tuple(nodes))
                nodes = []
            elif token["repeat"] and nodes:
                nodes.append(_repeated(nodes.pop(), token))
            else:
                nodes.append(self._node(token, flags))
        return Group((*options, tuple(nodes)), names)

    def _node(self, token: re.Match[str], flags: str) -> Node:
        if token["look"]:
            return Look(self.group(flags), token["behind"] is not None, token["sign"] == "!")
        if token["open"]:
            return self._opened(token, flags)
        if token["anchor"]:
            return Anchor(token[0], flags)
        if reference := _REFERENCE.fullmatch(token[0]):
            return Backreference(reference[1] or reference[2], flags)
        return Atom(token[0], flags)

    def _opened(self, token: re.Match[str], flags: str) -> Group:
        if token["flags"] is not None:
            added, _, removed = token["flags"].partition("-")
            return self.group("".join(sorted((set(flags) | set(added)) - set(removed))))
        self._groups += 1
        number = str(self._groups)
        return self.group(flags, (number, token["name"]) if token["name"] else (number,))


def _repeated(node: Node, token: re.Match[str]) -> Repeat:
    if token["low"] is None:
        low, high = {"*": (0, INFINITE), "+": (1, INFINITE), "?": (0, 1)}[token[0][0]]
    else:
        low = int(token["low"])
        high = int(token["high"]) if token["high"] else INFINITE if token["comma"] else low
    return Repeat(node, min(low, INFINITE), min(high, INFINITE))

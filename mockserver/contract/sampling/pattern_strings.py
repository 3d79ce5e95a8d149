"""Generate a string that matches a regular expression (ECMA 262).

The pattern is parsed to a tree, from which a string is written. Lookarounds and word boundaries are ignored
in this; the package `regress` then decides whether the string matches, and if not another one is tried.
"""

import re
from functools import lru_cache
from itertools import islice
from random import Random
from string import ascii_lowercase, ascii_uppercase, punctuation
from typing import TypeAlias

from msgspec import Struct, field

from mockserver.contract.schema.ecma import compile_pattern, ecma_source

TRIES = 60
LIMIT = 20_000  # characters of one string
ROOM = 8  # most characters of a varied string beyond its minimum length
_BLOCKS = ((0x0, 0x800), (0x800, 0xD800), (0xE000, 0x110000))  # ranges of Unicode, without surrogates
READABLE = ascii_lowercase + ascii_uppercase + "1234567890" + punctuation + " "

_TOKEN = re.compile(
    r"""(?P<look>\(\?<?[=!])
      | (?P<open>\((?:\?[ims]*:|\?<(?P<name>\w+)>|(?!\?)))
      | (?P<close>\))
      | (?P<bar>\|)
      | (?P<anchor>[\^$]|\\[bB])
      | (?P<back>\\(?:(?P<index>[1-9][0-9]*)|k<(?P<named>\w+)>))
      | (?P<repeat>(?:[*+?]|\{(?P<low>[0-9]+)(?P<comma>,)?(?P<high>[0-9]+)?\})\??)
      | (?P<atom>\[(?:\\.|[^\]\\])*\]
            | \\(?:u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[a-zA-Z]|[pP]\{[^}]*\}|.)
            | [^(])""",
    re.VERBOSE | re.DOTALL,
)


class NoMatchingString(Exception):
    """No string was found that matches the pattern; `reason` says why."""

    def __init__(self, pattern: str, reason: str) -> None:
        super().__init__(f"{reason}: {pattern}")
        self.pattern = pattern
        self.reason = reason


def pattern_string(
    pattern: str, rng: Random | None = None, *, minimum: int = 0, maximum: int | None = None
) -> str:
    """Generate a string of `minimum` to `maximum` characters that matches the pattern.

    Without `rng` it is always the same string, which is short, but not empty if the pattern allows that.
    Raises NoMatchingString, or BadPattern if the pattern is not valid.
    """
    regex, tree = compile_pattern(pattern), _tree(ecma_source(pattern))
    wanted = max(minimum, 1)
    for attempt in range(TRIES):
        writer = rng or (Random(attempt) if attempt else None)
        length = wanted if writer is None else minimum + writer.randint(0, ROOM)
        least = len(_written(tree, writer, 0, pattern))
        text = _written(tree, writer, max(0, length - least), pattern)
        padding = READABLE[:26] * ((minimum - len(text)) // 26 + 1)
        short = minimum - len(text)
        for candidate in (text, text + padding[:short], padding[:short] + text) if short > 0 else (text,):
            long_enough = minimum <= len(candidate) and (maximum is None or len(candidate) <= maximum)
            if long_enough and regex.find(candidate) is not None:
                return candidate
    lengths = f"{minimum} or more" if maximum is None else f"{minimum} to {maximum}"
    raise NoMatchingString(pattern, f"no string of {lengths} characters was found for the pattern")


class _Atom(Struct, frozen=True):
    """A character, an escape or a character class."""

    source: str


class _Backreference(Struct, frozen=True):
    group: str


class _Group(Struct, frozen=True):
    names: tuple[str, ...]  # its number and, if it has one, its name
    options: "tuple[tuple[_Node, ...], ...]"


class _Repeat(Struct, frozen=True):
    node: "_Node"
    low: int
    high: int | None


_Node: TypeAlias = _Atom | _Backreference | _Group | _Repeat


@lru_cache(maxsize=512)
def _tree(pattern: str) -> _Group:
    return _PatternParser(pattern).group(())


class _PatternParser:
    """Parses tokens to nodes. The pattern has been compiled before, so its brackets are balanced."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._offset = 0
        self._groups = 0

    def group(self, names: tuple[str, ...]) -> _Group:
        """Parse up to the closing bracket, or to the end of the pattern."""
        options: list[tuple[_Node, ...]] = []
        nodes: list[_Node] = []
        while self._offset < len(self._pattern):
            token = _TOKEN.match(self._pattern, self._offset)
            if token is None:
                raise NoMatchingString(self._pattern, "no string can be generated for this kind of group")
            self._offset = token.end()
            if token["close"]:
                break
            if token["bar"]:
                options.append(tuple(nodes))
                nodes = []
            else:
                self._add(token, nodes)
        return _Group(names, (*options, tuple(nodes)))

    def _add(self, token: re.Match[str], nodes: list[_Node]) -> None:
        if token["look"]:
            self.group(())  # only regress evaluates lookarounds
        elif token["open"]:
            names: tuple[str, ...] = ()
            if not token["open"].endswith(":"):
                self._groups += 1
                names = (str(self._groups), *([token["name"]] if token["name"] else []))
            nodes.append(self.group(names))
        elif token["back"]:
            nodes.append(_Backreference(token["index"] or token["named"]))
        elif token["repeat"] and nodes:
            nodes[-1] = _Repeat(nodes[-1], *_counts(token))
        elif not token["anchor"]:
            nodes.append(_Atom(token[0]))


def _counts(token: re.Match[str]) -> tuple[int, int | None]:
    if token["low"] is None:
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[token["repeat"][0]]
    low = int(token["low"])
    if token["comma"]:
        return low, int(token["high"]) if token["high"] else None
    return low, low


@lru_cache(maxsize=1024)
def _characters(source: str, pattern: str) -> str:
    """Characters that match the atom: readable ones, otherwise the first ones of Unicode."""
    if len(source) == 1 and source != ".":
        return source
    regex = compile_pattern(source)
    for characters in (READABLE, *(map(chr, range(*block)) for block in _BLOCKS)):
        text = "".join(characters)
        encoded = text.encode()  # the engine counts in bytes of UTF-8
        hits = islice(regex.find_iter(text) or (), 100)
        found = b"".join(encoded[hit.range()] for hit in hits).decode()
        if found:
            return found
    raise NoMatchingString(pattern, f"no character matches {source}")


class _StringWriter(Struct):
    """Writes one string from the nodes of a pattern."""

    rng: Random | None
    extra: int  # characters still wanted beyond the minimum
    pattern: str
    size: int = 0
    groups: dict[str, str] = field(default_factory=dict)

    def write(self, node: _Node, repetition: int) -> str:
        """Write the node; `repetition` is its index in a repeated node, so that [a-z]{3} yields abc."""
        match node:
            case _Atom(source):
                self.size += 1
                if self.size > LIMIT:
                    raise NoMatchingString(
                        self.pattern, f"a matching string would exceed {LIMIT:,} characters"
                    )
                characters = _characters(source, self.pattern)
                return self.rng.choice(characters) if self.rng else characters[repetition % len(characters)]
            case _Backreference(group):
                return self.groups.get(group, "")
            case _Repeat():
                return self._repeated(node)
            case _Group(names, options):
                option = self.rng.choice(options) if self.rng else options[0]
                text = "".join(self.write(part, repetition) for part in option)
                self.groups.update(dict.fromkeys(names, text))
                return text

    def _repeated(self, node: _Repeat) -> str:
        pieces = [self.write(node.node, index) for index in range(min(node.low, LIMIT))]
        most = LIMIT if node.high is None else node.high
        while self.extra > 0 and len(pieces) < most:
            pieces.append(self.write(node.node, len(pieces)))
            self.extra -= max(1, len(pieces[-1]))
        return "".join(pieces)


def _written(tree: _Group, rng: Random | None, extra: int, pattern: str) -> str:
    return _StringWriter(rng, extra, pattern).write(tree, 0)

r"""Rewrites constructs of other regular expression dialects (Ruby, Python, PCRE, POSIX) for ECMA 262.

Documents have them by mistake, and ECMA 262 without the u flag reads some as plain characters: `\A` as `A`.
The rewritten pattern accepts what the author means.
"""

import re
from collections.abc import Callable, Mapping

from msgspec import Struct

_POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"!-\/:-@\[-`\{-~",
    "space": r"\s",
    "upper": "A-Z",
    "word": r"\w",
    "xdigit": "0-9A-Fa-f",
}
_TOKEN = re.compile(
    r"""(?P<start>\\A) | (?P<end>\\[zZ])
      | (?P<named>\(\?P<) | \(\?P=(?P<reference>\w+)\)
      | (?P<atomic>\(\?>) | (?P<comment>\(\?\#[^)]*\))
      | (?P<possessive>(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\+)
      | (?P<class>\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\])
      | \\. | .""",
    re.VERBOSE | re.DOTALL,
)
_POSIX_CLASS = re.compile(r"\[:([a-z]+):\]")
_INLINE_FLAGS = re.compile(r"(\^|\\A)?\(\?([ims]+)\)")
_DELIMITED = re.compile(r"/(\^.*\$)/([a-z]*)", re.DOTALL)  # `/^` matches nothing in ECMA 262

_REWRITTEN: Mapping[str, Callable[[str], str]] = {
    "start": lambda _: "^",
    "end": lambda _: "$",
    "named": lambda _: "(?<",
    "reference": lambda name: rf"\k<{name}>",
    "atomic": lambda _: "(?:",
    "comment": lambda _: "",
    "possessive": lambda quantifier: quantifier[:-1],
}


class Rewritten(Struct, frozen=True):
    """A pattern in ECMA 262, and the constructs of other dialects that were replaced, each once."""

    pattern: str
    constructs: tuple[str, ...]


def rewritten(pattern: str) -> Rewritten:
    """The pattern with the constructs of other dialects replaced, if it has any."""
    constructs: list[str] = []
    flags = ""
    if delimited := _DELIMITED.fullmatch(pattern):
        constructs.append("/…/")
        pattern, flags = delimited[1], "".join(sorted(set(delimited[2]) & set("ims")))
    elif inline := _INLINE_FLAGS.match(pattern):
        constructs.append(f"(?{inline[2]})")
        pattern, flags = (inline[1] or "") + pattern[inline.end() :], inline[2]
    text = "".join(_rewritten_token(token, constructs) for token in _TOKEN.finditer(pattern))
    return Rewritten(f"(?{flags}:{text})" if flags else text, tuple(dict.fromkeys(constructs)))


def _rewritten_token(token: re.Match[str], constructs: list[str]) -> str:
    kind = token.lastgroup
    if kind == "class":
        return _POSIX_CLASS.sub(lambda named: _posix_class(named, constructs), token[0])
    if kind is None:
        return token[0]
    constructs.append(token[0])
    return _REWRITTEN[kind](token[kind])


def _posix_class(named: re.Match[str], constructs: list[str]) -> str:
    if named[1] not in _POSIX:
        return named[0]
    constructs.append(named[0])
    return _POSIX[named[1]]

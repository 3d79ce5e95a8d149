r"""Matches ECMA 262 patterns in time that is linear in the length of the text, where that is possible.

The engine of `ecma` backtracks: `^(a+)+$` takes exponential time on `aaa…!`. A pattern without lookarounds,
backreferences and other features that Rust's engine lacks or reads in another way is translated for it; that
engine is part of jsonschema-rs.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

Search = Callable[[str], bool]  # raises ValueError for a text with an unpaired surrogate

_MOST_BYTES = 1 << 20  # of a compiled pattern, and of what the engine remembers for it
_SPACE = r"\t\n\x0b\x0c\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_ESCAPES: Mapping[str, str] = {
    r"\d": "[0-9]",
    r"\D": "[^0-9]",
    r"\w": "[0-9A-Za-z_]",
    r"\W": "[^0-9A-Za-z_]",
    r"\s": f"[{_SPACE}]",
    r"\S": f"[^{_SPACE}]",
    ".": r"[^\n\r\u2028\u2029]",
}
_CLASS_ESCAPES: Mapping[str, str] = {r"\d": "0-9", r"\w": "0-9A-Za-z_", r"\s": _SPACE}
_CLASS_ITEM = r"""[A-Za-z0-9_ @./:,;!\#%=<>"'*+?(){}|$-] | [^\x00-\x7f] | \\[dwsnrt.\\/\[\]^$*+?(){}|-]"""
_TOKEN = re.compile(
    rf"""(?P<escape>\\[dDwWsS] | \.)
      | (?P<class>\[\^?(?:{_CLASS_ITEM})+\])
      | (?P<same>\((?:\?:|(?!\?)) | [)|^$] | (?:[*+?]|\{{[0-9]+(?:,[0-9]*)?\}})\??
            | \\[nrt.\\/\[\]^$*+?(){{}}|-] | [A-Za-z0-9_ @/:,;!\#%=<>"'&~`-] | [^\x00-\x7f])""",
    re.VERBOSE,
)
_CLASS_TOKEN = re.compile(r"\\.|.", re.DOTALL)


@lru_cache(maxsize=256)
def linear_search(pattern: str) -> Search | None:
    """Whether a text has a match of the pattern, as a function; None if the pattern cannot be translated."""
    translated = _translated(pattern)
    if translated is None:
        return None
    from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError  # noqa: PLC0415  # 30 ms

    options = RegexOptions(size_limit=_MOST_BYTES, dfa_size_limit=_MOST_BYTES)
    try:
        return Draft202012Validator({"pattern": translated}, pattern_options=options).is_valid
    except (ValueError, ValidationError):  # too large, or not valid for that engine
        return None


def _translated(pattern: str) -> str | None:
    """The pattern in the syntax of Rust; None if it has features that cannot be translated."""
    parts: list[str] = []
    end = 0
    for token in _TOKEN.finditer(pattern):
        if token.start() != end:
            return None
        end = token.end()
        if token["escape"]:
            parts.append(_ESCAPES[token[0]])
        else:
            parts.append(_translated_class(token[0]) if token["class"] else token[0])
    return "".join(parts) if end == len(pattern) else None


def _translated_class(text: str) -> str:
    """A character class with its escapes expanded, and with what only Rust reads specially escaped."""
    start = "[^" if text.startswith("[^") else "["
    items = (_CLASS_ESCAPES.get(item, item) for item in _CLASS_TOKEN.findall(text[len(start) : -1]))
    return f"{start}{''.join(items)}]"

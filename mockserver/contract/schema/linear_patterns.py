r"""Matches ECMA 262 patterns in time that is linear in the length of the text, where that is possible.

The engine of `ecma` backtracks: `^(a+)+$` takes exponential time on `aaa…!`. A pattern without lookarounds
and backreferences is translated for Rust's engine, which is part of jsonschema-rs. Lookaheads right behind
a `^`, as in rules for passwords, become searches of their own: `^(?=.*\d)(?!.*\s).{8,}$` matches the texts
that `^(?:.*\d)` and `^.{8,}$` match and `^(?:.*\s)` does not.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial

from mockserver.contract.schema.pattern_syntax import (
    INFINITE,
    Anchor,
    Atom,
    Backreference,
    Group,
    Look,
    Node,
    Repeat,
)

Search = Callable[[str], bool]  # raises ValueError for a text with an unpaired surrogate

_MOST_BYTES = 1 << 20  # of a compiled pattern, and of what the engine remembers for it
_SPACE = r"\t\n\x0b\x0c\r \u{a0}\u{1680}\u{2000}-\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}"
_NO_SPACE = (
    r"\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}"
    r"\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}"
)
_SETS: Mapping[str, str] = {  # by ranges alone: jsonschema-rs reads a class within a class in another way
    r"\d": "0-9",
    r"\D": r"\x{0}-\x{2f}\x{3a}-\x{10ffff}",
    r"\w": "0-9A-Za-z_",
    r"\W": r"\x{0}-\x{2f}\x{3a}-\x{40}\x{5b}-\x{5e}\x{60}\x{7b}-\x{10ffff}",
    r"\s": _SPACE,
    r"\S": _NO_SPACE,
}
_LINE = r"[^\n\r\u{2028}\u{2029}]"
# not (?s:.), whose dot jsonschema-rs 0.61 takes for that of ECMA 262, which matches no line ends
_ANY, _NONE = r"[\x{0}-\x{10ffff}]", r"[^\x{0}-\x{10ffff}]"
_CONTROLS: Mapping[str, int] = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}
_ITEM = re.compile(
    r"""\\(?:u\{[0-9a-fA-F]+\}|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}
      |u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[a-zA-Z]|[pP]\{[^}]*\}|.)|.""",
    re.VERBOSE | re.DOTALL,
)


class Untranslatable(Exception):
    """A pattern that Rust's engine lacks a construct for, or reads in another way."""


def linear_search(tree: Group) -> Search | None:
    """Whether a text has a match of the pattern, as a function; None if it cannot be translated."""
    try:
        searches = [(_compiled(source), wanted) for source, wanted in _conjunction(tree)]
    except Untranslatable:
        return None
    if len(searches) == 1:
        return searches[0][0]
    return partial(_hold, searches)


def _hold(searches: list[tuple[Search, bool]], text: str) -> bool:
    return all(search(text) is wanted for search, wanted in searches)


def _conjunction(tree: Group) -> list[tuple[str, bool]]:
    """The patterns in Rust's syntax, and whether each must match; raises Untranslatable."""
    (option, *others) = tree.options
    looks: list[Look] = []
    if not others and option[:1] == (Anchor("^", ""),):
        for node in option[1:]:
            if not isinstance(node, Look) or node.is_behind:
                break
            looks.append(node)
    if not looks:
        return [(_group(tree), True)]
    rest = (option[0], *option[1 + len(looks) :])
    found = [(f"^{_group(each.group)}", not each.is_negative) for each in looks]
    return [*found, ("".join(map(_translated, rest)), True)]


def _compiled(source: str) -> Search:
    from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError  # noqa: PLC0415  # 30 ms

    options = RegexOptions(size_limit=_MOST_BYTES, dfa_size_limit=_MOST_BYTES)
    try:
        return Draft202012Validator({"pattern": source}, pattern_options=options).is_valid
    except (ValueError, ValidationError):  # too large, or not valid for that engine
        raise Untranslatable from None


def _translated(node: Node) -> str:
    match node:
        case Atom(source, flags):
            return _atom(source, flags)
        case Anchor(kind, flags):
            return _anchor(kind, flags)
        case Group():
            return _group(node)
        case Repeat(inner, low, high) if not isinstance(inner, Look | Anchor):
            upper = "" if high == INFINITE else str(high)
            return f"(?:{_translated(inner)}){{{low},{upper}}}"
        case Repeat() | Look() | Backreference():
            raise Untranslatable


def _group(group: Group) -> str:
    options = ("".join(map(_translated, option)) for option in group.options)
    return f"(?:{'|'.join(options)})"


def _anchor(kind: str, flags: str) -> str:
    if "m" in flags or (
        "i" in flags and kind in (r"\b", r"\B")
    ):  # ECMA has more line ends and word characters
        raise Untranslatable
    return kind if kind in "^$" else f"(?-u:{kind})"


def _atom(source: str, flags: str) -> str:
    if "m" in flags:
        raise Untranslatable
    if source == ".":
        return _ANY if "s" in flags else _LINE
    if source.startswith("["):
        text = _class(source, ignores_case="i" in flags)
    elif source in _SETS:
        text = f"[{_SETS[source]}]"
    else:
        text = source if _is_property(source) else _escaped(_code_point(source))
    if "i" not in flags:
        return text
    if source[1:2] in ("W", "P", "p"):  # how these fold depends on the engine
        raise Untranslatable
    return f"(?i:{text})"


def _class(source: str, *, ignores_case: bool) -> str:
    """A character class in Rust's syntax, with each character as its code point."""
    start = "[^" if source.startswith("[^") else "["
    items = _ITEM.findall(source[len(start) : -1])
    if not items:
        return _ANY if start == "[^" else _NONE
    if ignores_case and (
        start == "[^" or any(item[:2] in (r"\W", r"\D", r"\S", r"\p", r"\P") for item in items)
    ):
        raise Untranslatable
    parts: list[str] = []
    index = 0
    while index < len(items):
        item = items[index]
        is_range = items[index + 1 : index + 2] == ["-"] and index + 2 < len(items)
        if is_range and not _is_set(item) and not _is_set(items[index + 2]):
            last = _code_point(items[index + 2], in_class=True)
            parts.append(f"{_escaped(_code_point(item, in_class=True))}-{_escaped(last)}")
            index += 3
            continue
        parts.append(_class_item(item))
        index += 1
    return f"{start}{''.join(parts)}]"


def _class_item(item: str) -> str:
    if item in _SETS:
        return _SETS[item]
    return item if _is_property(item) else _escaped(_code_point(item, in_class=True))


def _is_set(item: str) -> bool:
    return item in _SETS or _is_property(item)


def _is_property(source: str) -> bool:
    return source[:3] in (r"\p{", r"\P{")


def _code_point(source: str, *, in_class: bool = False) -> int:
    """The code point of a character or escape; raises Untranslatable."""
    if not source.startswith("\\"):
        return ord(source)
    kind, digits = source[1], source[2:].strip("{}")
    if kind == "u" and "\\" in digits:
        high, low = (int(each, 16) for each in digits.split(r"\u"))
        return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
    if kind in "ux" and digits:
        return int(digits, 16)
    if kind == "c" and digits:
        return ord(digits) % 32
    if kind in _CONTROLS and not digits:
        return _CONTROLS[kind]
    if in_class and kind == "b":
        return 8
    if kind.isalnum():  # an escape that has no meaning, or another one without the u flag
        raise Untranslatable
    return ord(kind)


def _escaped(code_point: int) -> str:
    if 0xD800 <= code_point <= 0xDFFF:
        raise Untranslatable
    return f"\\x{{{code_point:x}}}"

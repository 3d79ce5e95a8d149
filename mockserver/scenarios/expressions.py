"""Runtime expressions (OpenAPI 3.1, section 4.8.20.3) in braces within a string: `{$request.path.id}`.

`{$uuid}` and `{$now}` are our own. `\\{$` means `{$`. Any other text in braces is text.
"""

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias, get_args

from msgspec import Struct

NamedSource = Literal["path", "query", "header"]
PlainSource = Literal["method", "url", "uuid", "now"]
Source = Literal[NamedSource, PlainSource, "body"]
NAMED: tuple[NamedSource, ...] = get_args(NamedSource)
PLAIN: tuple[PlainSource, ...] = get_args(PlainSource)
ESCAPED = "\\{$"
OPENING = "{$"
# What is between the braces is read afterwards: any text takes linear time.
_CANDIDATE = re.compile(r"\\\{\$|\{\$([^{}]*+)\}")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]++")  # RFC 9110, section 5.6.2
BAD_ESCAPE = re.compile(r"~(?![01])")  # in a JSON Pointer


class Expression(Struct, frozen=True):
    """One expression: `text` as it is written, and `name` of the parameter or header that it is about.

    For a body, `name` is a JSON Pointer into it.
    """

    text: str
    source: Source
    name: str = ""


Part: TypeAlias = str | Expression


def parse(text: str) -> tuple[Part, ...]:
    """The text and the expressions that a string consists of; no two texts follow each other."""
    if OPENING not in text:
        return (text,) if text else ()
    parts: list[Part] = []
    literal: list[str] = []
    for part in _parts(text):
        if isinstance(part, str):
            literal.append(part)
            continue
        parts += filter(None, ["".join(literal)])
        parts.append(part)
        literal = []
    parts += filter(None, ["".join(literal)])
    return tuple(parts)


def has_expression(parts: tuple[Part, ...]) -> bool:
    """Whether a string has an expression."""
    return any(isinstance(part, Expression) for part in parts)


def literal_text(parts: tuple[Part, ...]) -> str:
    """A string without its expressions."""
    return "".join(part for part in parts if isinstance(part, str))


def read_expression(content: str) -> Expression | None:
    """The expression that is between `{$` and `}`; None if that is not a valid expression."""
    text = f"{OPENING}{content}}}"
    for plain in PLAIN:
        if content == plain:
            return Expression(text, plain)
    root, _, rest = content.partition(".")
    if root != "request":
        return None
    if rest.startswith("body"):
        return _body_expression(text, rest.removeprefix("body"))
    source, _, name = rest.partition(".")
    for named in NAMED:
        if source == named and name and (named != "header" or _TOKEN.fullmatch(name)):
            return Expression(text, named, name)
    return None


def _body_expression(text: str, rest: str) -> Expression | None:
    """The expression for the body, or for the value that `#` and a JSON Pointer (RFC 6901) lead to."""
    marker, pointer = rest[:1], rest[1:]
    is_pointer = not pointer or (pointer.startswith("/") and BAD_ESCAPE.search(pointer) is None)
    return Expression(text, "body", pointer) if marker in ("", "#") and is_pointer else None


def _parts(text: str) -> Iterator[Part]:
    """The parts of a string, in which several texts may follow each other."""
    position = 0
    for found in _CANDIDATE.finditer(text):
        yield text[position : found.start()]
        position = found.end()
        content: str | None = found[1]
        yield OPENING if content is None else read_expression(content) or found[0]
    yield text[position:]

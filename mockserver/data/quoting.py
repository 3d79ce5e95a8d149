"""Quotes strings in messages, and makes text safe to print."""

import re

LONGEST_QUOTE = 60  # characters of a string in a message; the rest is cut off
_VALUE = re.compile(
    r"; did you mean .*|(?<=found )-?[0-9].*|^-?[0-9][0-9.e+-]*(?= is )"
    r"|(?<= is not a valid )(?P<noun>[^:]*):.*"
    r"|(?<![A-Za-z0-9])(?<!the property )(?P<quote>['\"])(?:(?!(?P=quote))[^\\]|\\.)*(?P=quote)"
)


def quoted(string: str) -> str:
    """The string as a Python literal, shortened.

    It is on one line, and always valid Unicode: `repr` escapes control characters and lone surrogates.
    """
    return repr(string if len(string) <= LONGEST_QUOTE else string[:LONGEST_QUOTE] + "…")


def printable(text: str) -> str:
    """The text on one line, with escapes for control and format characters.

    A document or a client could else send commands to a terminal, or reverse the order of what it shows.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(ord(char)) for char in text)


def _escape(code: int) -> str:
    """The escape of a character as in Python."""
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def printable_lines(text: str) -> str:
    """The text with its lines, each of them printable."""
    return "\n".join(map(printable, text.split("\n")))


def without_values(message: str) -> str:
    """A message with `…` for each value that it quotes, and without a suggestion of another value."""
    return _VALUE.sub(_hidden, message)


def _hidden(value: re.Match[str]) -> str:
    if value[0].startswith("; did you mean"):
        return ""
    quote = value["quote"] or ""
    return value["noun"] or f"{quote}…{quote}"

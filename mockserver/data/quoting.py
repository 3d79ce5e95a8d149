"""Quotes strings in messages, and makes text safe to print."""

LONGEST_QUOTE = 60  # characters of a string in a message; the rest is cut off


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
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def printable_lines(text: str) -> str:
    """The text with its lines, each of them printable."""
    return "\n".join(map(printable, text.split("\n")))

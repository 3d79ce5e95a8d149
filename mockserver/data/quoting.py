"""Quotes strings in messages."""

LONGEST_QUOTE = 60  # characters of a string in a message; the rest is cut off


def quoted(string: str) -> str:
    """The string as a Python literal, shortened.

    It is on one line, and always valid Unicode: `repr` escapes control characters and lone surrogates.
    """
    return repr(string if len(string) <= LONGEST_QUOTE else string[:LONGEST_QUOTE] + "…")

"""Quotes a word for a shell."""

import re
import shlex

# Control characters, and bytes that are not UTF-8
_UNQUOTABLE = re.compile("[\x00-\x1f\x7f-\x9f\udc80-\udcff]")


def shell_word(word: str) -> str:
    """A word of a command line, quoted for a shell, on one line."""
    if not _UNQUOTABLE.search(word):
        return shlex.quote(word)
    return "$'" + re.sub(rf"{_UNQUOTABLE.pattern}|['\\\\]", _octal, word) + "'"


def _octal(character: re.Match[str]) -> str:
    return "".join(f"\\{byte:03o}" for byte in character[0].encode("utf-8", "surrogateescape"))

"""The rules for headers that a scenario or a model adds to an answer, and for X-Mock-Note."""

import re
from collections.abc import Iterable

LONGEST_NOTE = 1_000  # characters of X-Mock-Note
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile("[\t -~\xa0-\xff]*")
_RESERVED = ("connection", "content-length", "date", "trailer", "transfer-encoding", "upgrade")
_RESERVED_PREFIXES = ("x-mock-", "access-control-")


def is_token(text: str) -> bool:
    """Whether a text is a token, as names of headers and methods are (RFC 9110, section 5.6.2)."""
    return _TOKEN.fullmatch(text) is not None


def violation(name: str, value: str) -> str | None:
    """The rule that a header breaks, as a sentence; None if it may be sent (RFC 9110, section 5)."""
    if not is_token(name):
        return f"{name!r} is not a valid header name (RFC 9110, section 5.1)"
    if name.lower() in _RESERVED or name.lower().startswith(_RESERVED_PREFIXES):
        return "the server sets this header itself"
    if not _VALUE.fullmatch(value):
        return "a header value consists of Latin-1 characters, without control characters"
    return None


def note_value(sentences: Iterable[str]) -> str:
    """Sentences as the value of X-Mock-Note: printable ASCII, shortened if it is long."""
    text = "; ".join(sentences)
    shortened = text if len(text) <= LONGEST_NOTE else f"{text[: LONGEST_NOTE - 3]}..."
    escaped = shortened.encode("ascii", "backslashreplace").decode()
    return "".join(each if each.isprintable() else " " for each in escaped)

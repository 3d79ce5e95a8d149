"""Percent-decoding (RFC 3986, section 2.1), as each location of a parameter requires it."""

import re
from collections.abc import Callable
from typing import TypeAlias

from mockserver.data.quoting import quoted

Decode: TypeAlias = Callable[[str], str]

_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")


class Malformed(ValueError):
    """A raw value breaks the rules of its style or encoding; `keyword` names the rule.

    The message does not name the parameter: "expected one value, found 2".
    """

    def __init__(self, keyword: str, message: str) -> None:
        super().__init__(message)
        self.keyword = keyword


def percent_decoded(raw: str) -> str:
    """Decode a string of a path or a cookie; a percent sign without two hexadecimal digits stays.

    Raises Malformed where the bytes are not UTF-8.
    """
    if "%" not in raw and raw.isascii():
        return raw
    try:
        return _ESCAPES.sub(_unescaped, raw.encode()).decode()
    except UnicodeError:
        raise _not_utf_8(raw) from None


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[0].replace(b"%", b"").decode())


def form_decoded(raw: str) -> str:
    """Decode a string of a query or a form, where `+` means a space (WHATWG URL, section 5.1)."""
    return percent_decoded(raw.replace("+", " ")) if "+" in raw else percent_decoded(raw)


def as_sent(raw: str) -> str:
    """Return the string unchanged, for headers; raises Malformed where its bytes were not UTF-8."""
    if not raw.isascii():
        try:
            raw.encode()
        except UnicodeEncodeError:
            raise _not_utf_8(raw) from None
    return raw


def _not_utf_8(raw: str) -> Malformed:
    return Malformed("encoding", f"{quoted(raw)} is not valid UTF-8")

"""Percent-encoding (RFC 3986, section 2.1) as each location of a parameter has it."""

from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import unquote_to_bytes

from mockserver.data.decoding import quoted

Decode: TypeAlias = Callable[[str], str]


class Malformed(ValueError):
    """A parameter is not written as it should be; `keyword` names the rule.

    The text goes on after the parameter's name: "is given 2 times".
    """

    def __init__(self, keyword: str, message: str) -> None:
        super().__init__(message)
        self.keyword = keyword


def decoded(raw: str) -> str:
    """Text of a path or a cookie; a percent sign that starts no escape stays one. Raises Malformed."""
    if "%" not in raw and raw.isascii():
        return raw
    try:
        return unquote_to_bytes(raw).decode()
    except UnicodeError:
        raise Malformed("encoding", f"is not UTF-8: {quoted(raw)}") from None


def query_decoded(raw: str) -> str:
    """Text of a query, where a plus is a space as forms write it (WHATWG URL, section 5.1)."""
    return decoded(raw.replace("+", " ")) if "+" in raw else decoded(raw)


def plain(raw: str) -> str:
    """Text as it was sent, such as a header's; raises Malformed where it is no Unicode text."""
    if not raw.isascii():
        try:
            raw.encode()
        except UnicodeEncodeError:
            raise Malformed("encoding", f"is not UTF-8: {quoted(raw)}") from None
    return raw

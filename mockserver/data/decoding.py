"""A JSON body from its bytes, strictly: what two parsers could read differently is refused.

The text is UTF-8 (RFC 8259 section 8.1) without a byte order mark; a key stands once in an object;
numbers fit a double (section 6); nothing is nested deeper than DEPTH.
"""

import json
import math
import re
from typing import Any

from mockserver.data.json import Json

DEPTH = 128
_DOUBLE_DIGITS = 308  # as many fit a double for certain
_QUOTED = 60  # characters of the input that a message may show
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


class Undecodable(ValueError):
    """The bytes are no JSON that this server takes; `keyword` names the rule, the text says it."""

    def __init__(self, keyword: str, message: str) -> None:
        super().__init__(message)
        self.keyword = keyword


def decode(body: bytes) -> Json:
    """The JSON value of a body's bytes; raises Undecodable."""
    text = _text(body)
    _refuse_depth(text)
    decoder = _DECODER if len(text) > _DOUBLE_DIGITS else _SHORT_DECODER
    value: Json = None
    try:
        value, end = decoder.raw_decode(text)
    except json.JSONDecodeError:
        end = -1
    if end != len(text):  # it is no JSON, or there is space around it
        value = _decoded(text, decoder)
    if "\\u" in text:
        _refuse_surrogates(value)
    return value


def _decoded(text: str, decoder: json.JSONDecoder) -> Json:
    try:
        value: Json = decoder.decode(text)
    except json.JSONDecodeError as error:
        raise Undecodable("json", _syntax(error)) from None
    return value


def _text(body: bytes) -> str:
    start = body[:2]
    if not start.isascii() or 0 in start:
        _refuse_encoding(body)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = body[error.start]
        message = f"the body is not UTF-8: byte 0x{byte:02x} at offset {error.start} ({error.reason})"
        raise Undecodable("encoding", message) from None


def _refuse_encoding(body: bytes) -> None:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")) or (len(body) > 1 and 0 in body[:2]):
        raise Undecodable("encoding", "the body is UTF-16 or UTF-32; JSON is sent as UTF-8")
    if body.startswith(b"\xef\xbb\xbf"):
        raise Undecodable("encoding", "the body starts with a byte order mark; send plain UTF-8 without it")


def _refuse_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= DEPTH:
        return
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(text):
        character = text[token.start()]
        if character in "[{":
            depth += 1
            if depth > DEPTH:
                raise Undecodable("depth", f"the body is nested deeper than {DEPTH} levels")
        elif character in "]}":
            depth -= 1


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise Undecodable("duplicateKey", f"the key {quoted(name)} occurs twice in one object")
            seen.add(name)
    return members


def _no_constant(name: str) -> Json:
    raise Undecodable("json", f"{name} is not a valid JSON value; numbers must be finite")


def _integer(digits: str) -> int:
    if len(digits) > _DOUBLE_DIGITS:
        _float(digits)
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        shown = f"a number of {len(digits)} characters" if len(digits) > _QUOTED else f"the number {digits}"
        raise Undecodable("number", f"{shown} is out of the range of a double (about 1.8e308)")
    return number


_HOOKS: Any = {"object_pairs_hook": _unique, "parse_constant": _no_constant, "parse_float": _float}
_DECODER = json.JSONDecoder(**_HOOKS, parse_int=_integer)
_SHORT_DECODER = json.JSONDecoder(**_HOOKS)  # of texts too short for an integer beyond a double


def _refuse_surrogates(value: Json) -> None:
    """Half a surrogate pair is no Unicode text and cannot be sent back as UTF-8."""
    match value:
        case str():
            if _SURROGATE.search(value):
                raise Undecodable("encoding", f"the string {quoted(value)} contains an unpaired surrogate")
        case list():
            for item in value:
                _refuse_surrogates(item)
        case dict():
            for name, item in value.items():
                _refuse_surrogates(name)
                _refuse_surrogates(item)


def _syntax(error: json.JSONDecodeError) -> str:
    found = error.doc[error.pos : error.pos + 10]
    shown = f"found {quoted(found)}" if found else "found the end of the body"
    where = f"line {error.lineno}, column {error.colno}"
    return f"the body is not valid JSON: {error.msg.lower()} at {where}; {shown}"


def quoted(text: str) -> str:
    """A text as a message may show it: short, and encodable whatever it holds."""
    short = text if len(text) <= _QUOTED else text[:_QUOTED] + "…"
    return json.dumps(short, ensure_ascii=bool(_SURROGATE.search(short)))

"""Decodes the JSON of a body strictly: what two parsers could read differently is an error.

The body is UTF-8 without a byte order mark (RFC 8259, section 8.1), no object has a key twice (section 4),
every number fits a double (section 6), and nothing is nested deeper than MAX_BODY_DEPTH levels.

Two decoders do this. msgspec is quick, but keeps the last one of equal keys; it decodes most bodies, where
`_decode_quickly` proves that no key is lost. The others are left to `json`, which also finds the error.
"""

import json
import math
import re
from itertools import accumulate
from typing import Any

import msgspec

from mockserver.data.json import Json
from mockserver.data.limits import DOUBLE_DIGITS, MAX_BODY_DEPTH
from mockserver.data.nesting import is_deeper
from mockserver.data.quoting import LONGEST_QUOTE, quoted

_NO_BRACKETS = re.compile(r'(?:"(?:[^"\\]++|\\.)*+"?|[^"\[\]{}]++)++', re.DOTALL)
_LEVELS = {"[": 1, "{": 1, "]": -1, "}": -1}
_LONG_INTEGER = b"0" * DOUBLE_DIGITS
_DIGITS_AS_ZERO = bytes.maketrans(b"123456789", b"000000000")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNDECIDED = object()
_QUICK_DECODER = msgspec.json.Decoder()
_QUICK_ENCODER = msgspec.json.Encoder()


class Undecodable(ValueError):
    """A body that cannot be decoded; `keyword` names the rule that it breaks, such as `duplicateKey`."""

    def __init__(self, keyword: str, message: str) -> None:
        super().__init__(message)
        self.keyword = keyword


def decode(body: bytes) -> Json:
    """The JSON value that the bytes encode; raises Undecodable."""
    value: Any = _decode_quickly(body)
    return _decode_strictly(body) if value is _UNDECIDED else value


def _decode_quickly(body: bytes) -> object:
    """The value of a body that is certainly valid; _UNDECIDED if this decoder cannot tell.

    Without escapes, each string has two quotation marks, and these are the only ones. If a key occurs twice,
    one of both is missing from the value, and two marks from the value as JSON.
    """
    if b"\\" in body or body.count(b"[") + body.count(b"{") > MAX_BODY_DEPTH or _has_long_integers(body):
        return _UNDECIDED
    try:
        value = _QUICK_DECODER.decode(body)
        marks = _QUICK_ENCODER.encode(value).count(b'"')
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _UNDECIDED
    return value if marks == body.count(b'"') else _UNDECIDED


def _decode_strictly(body: bytes) -> Json:
    text = _decode_utf8(body)
    may_be_deep = text.count("[") + text.count("{") > MAX_BODY_DEPTH
    try:
        value = _decode_text(text, _DECODER if _has_long_integers(body) else _SHORT_DECODER)
    except (Undecodable, RecursionError):
        if may_be_deep:
            _check_depth(text)
        raise
    if may_be_deep and is_deeper(value, MAX_BODY_DEPTH):
        raise _too_deep()
    if "\\u" in text:
        _check_surrogates(value)
    return value


def _has_long_integers(body: bytes) -> bool:
    """Whether a body may have an integer that does not fit a double."""
    return len(body) > DOUBLE_DIGITS and _LONG_INTEGER in body.translate(_DIGITS_AS_ZERO)


def _decode_text(text: str, decoder: json.JSONDecoder) -> Json:
    value: Json = None
    try:
        value, end = decoder.raw_decode(text)
    except json.JSONDecodeError:
        end = -1
    return value if end == len(text) else _decode_whole(text, decoder)  # invalid, or with white space around


def _decode_whole(text: str, decoder: json.JSONDecoder) -> Json:
    try:
        value: Json = decoder.decode(text)
    except json.JSONDecodeError as error:
        raise Undecodable("json", _syntax_error(error)) from None
    return value


def _decode_utf8(body: bytes) -> str:
    start = body[:2]
    if not start.isascii() or 0 in start:
        _check_encoding(body)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = body[error.start]
        message = f"the body is not valid UTF-8: byte 0x{byte:02x} at offset {error.start} ({error.reason})"
        raise Undecodable("encoding", message) from None


def _check_encoding(body: bytes) -> None:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")) or (len(body) > 1 and 0 in body[:2]):
        raise Undecodable("encoding", "the body is UTF-16 or UTF-32; expected UTF-8")
    if body.startswith(b"\xef\xbb\xbf"):
        raise Undecodable("encoding", "the body starts with a byte order mark; expected UTF-8 without it")


def _check_depth(text: str) -> None:
    """Raise Undecodable if brackets are nested too deeply, in text that need not be valid JSON."""
    brackets = _NO_BRACKETS.sub("", text)
    if max(accumulate(map(_LEVELS.__getitem__, brackets)), default=0) > MAX_BODY_DEPTH:
        raise _too_deep()


def _too_deep() -> Undecodable:
    return Undecodable("depth", f"the body is nested deeper than {MAX_BODY_DEPTH} levels")


def _unique_members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise Undecodable("duplicateKey", f"the key {quoted(name)} occurs twice in one object")
            seen.add(name)
    return members


def _refuse_constant(name: str) -> Json:
    raise Undecodable("json", f"{name} is not a valid JSON value; numbers must be finite")


def _integer(digits: str) -> int:
    if len(digits) > DOUBLE_DIGITS:
        _finite_float(digits)
    return int(digits)


def _finite_float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        is_short = len(digits) <= LONGEST_QUOTE
        shown = f"the number {digits}" if is_short else f"a number of {len(digits)} characters"
        raise Undecodable("number", f"{shown} is out of the range of a double (about 1.8e308)")
    return number


# What `json` calls for the parts of a document; each raises Undecodable.
STRICT_HOOKS: Any = {
    "object_pairs_hook": _unique_members,
    "parse_constant": _refuse_constant,
    "parse_float": _finite_float,
}
_DECODER = json.JSONDecoder(**STRICT_HOOKS, parse_int=_integer)
_SHORT_DECODER = json.JSONDecoder(**STRICT_HOOKS)  # for texts without an integer beyond a double


def _check_surrogates(value: Json) -> None:
    """Raise Undecodable for an unpaired surrogate (RFC 8259, section 8.2); UTF-8 cannot encode it."""
    match value:
        case str():
            if _SURROGATE.search(value):
                raise Undecodable("encoding", f"the string {quoted(value)} contains an unpaired surrogate")
        case list():
            for item in value:
                _check_surrogates(item)
        case dict():
            for name, item in value.items():
                _check_surrogates(name)
                _check_surrogates(item)


def _syntax_error(error: json.JSONDecodeError) -> str:
    found = error.doc[error.pos : error.pos + 10]
    shown = f"found {quoted(found)}" if found else "found the end of the body"
    where = f"line {error.lineno}, column {error.colno}"
    return f"the body is not valid JSON: {error.msg.lower()} at {where}; {shown}"

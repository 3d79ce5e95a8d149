"""The formats that are asserted: those of JSON Schema 2020-12 and of OpenAPI's registry in common use.

A format speaks of one type of value and lets all others pass.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from mockserver.contract.schema import ecma
from mockserver.contract.schema.formats import addresses, timestamps
from mockserver.data.json import Json

_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_LONGEST = 20  # characters of an integer of 64 bits


class Format(Struct, frozen=True):
    """What a value of the format is called, the types it speaks of, and why a value of them is none."""

    noun: str
    types: tuple[type, ...]
    fault: Callable[[Any], str | None]

    def holds(self, value: Json) -> bool:
        return type(value) not in self.types or self.fault(value) is None


def _text(noun: str, fault: Callable[[str], str | None]) -> Format:
    return Format(noun, (str,), fault)


def _shape(noun: str, holds: Callable[[str], Any], example: str) -> Format:
    """A format of which there is nothing to say but how it looks."""
    return _text(noun, lambda text: None if holds(text) else f"expected such as {example}")


def _integer(bits: int, *types: type) -> Format:
    limit = 1 << (bits - 1)

    def fault(value: float | str) -> str | None:
        if isinstance(value, str):
            if len(value) > _LONGEST or not _INTEGER.fullmatch(value):
                return "expected a whole number in digits"
            value = int(value)
        if isinstance(value, float) and not value.is_integer():
            return "it has a fraction"
        return None if -limit <= value < limit else f"it goes from {-limit} to {limit - 1}"

    return Format(f"integer of {bits} bits", types, fault)


def _pattern_fault(text: str) -> str | None:
    try:
        ecma.compile_strictly(text)
    except ecma.BadPattern as bad:
        return bad.reason
    return None


FORMATS: Mapping[str, Format] = {
    "date-time": _text("date and time (RFC 3339)", timestamps.date_time_fault),
    "date": _text("date (RFC 3339)", timestamps.date_fault),
    "time": _text("time (RFC 3339)", timestamps.time_fault),
    "duration": _text("duration (RFC 3339, appendix A)", timestamps.duration_fault),
    "uuid": _shape("UUID (RFC 9562)", _UUID.fullmatch, "6f1c2b9e-4d0a-4c57-9a3e-2f8b7d5e1c04"),
    "email": _shape("mail address (RFC 5321)", addresses.is_email, "ada@example.com"),
    "hostname": _shape("host name (RFC 1123)", addresses.is_hostname, "www.example.com"),
    "ipv4": _shape("IPv4 address", addresses.is_ipv4, "192.0.2.1"),
    "ipv6": _shape("IPv6 address (RFC 4291)", addresses.is_ipv6, "2001:db8::1"),
    "uri": _shape("URI (RFC 3986)", addresses.is_uri, "https://example.com/a?b=c"),
    "uri-reference": _shape("URI reference (RFC 3986)", addresses.is_uri_reference, "/a/b?c=d"),
    "json-pointer": _shape("JSON Pointer (RFC 6901)", _POINTER.fullmatch, "/items/0"),
    "regex": _text("pattern of ECMA 262", _pattern_fault),
    "byte": _shape("base64 (RFC 4648, section 4)", _BASE64.fullmatch, "aGVsbG8="),
    "int32": _integer(32, int, float),
    "int64": _integer(64, int, float, str),
}

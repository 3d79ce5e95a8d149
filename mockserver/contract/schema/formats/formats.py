"""The formats that are asserted: those of JSON Schema 2020-12 and the common ones of OpenAPI's registry.

A format applies to certain types; values of other types are valid (2020-12 validation, section 7).
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
_LONGEST = 20  # characters of a 64-bit integer


class Format(Struct, frozen=True):
    """One format: its name in messages, and the Python types that it applies to.

    `reason` says why a value of these types does not have the format; None where it has.
    """

    noun: str
    types: tuple[type, ...]
    reason: Callable[[Any], str | None]

    def holds(self, value: Json) -> bool:
        return type(value) not in self.types or self.reason(value) is None


def _string_format(noun: str, reason: Callable[[str], str | None]) -> Format:
    return Format(noun, (str,), reason)


def _by_example(noun: str, holds: Callable[[str], Any], example: str) -> Format:
    """A format of strings; the reason against one is always the same example."""
    return _string_format(noun, lambda text: None if holds(text) else f"expected a value such as {example}")


def _integer_format(bits: int, *types: type) -> Format:
    limit = 1 << (bits - 1)

    def reason(value: float | str) -> str | None:
        if isinstance(value, str):
            if len(value) > _LONGEST or not _INTEGER.fullmatch(value):
                return "expected an integer in decimal digits"
            value = int(value)
        if isinstance(value, float) and not value.is_integer():
            return "it has a fractional part"
        return None if -limit <= value < limit else f"the range is {-limit} to {limit - 1}"

    return Format(f"{bits}-bit integer", types, reason)


def _regex_reason(text: str) -> str | None:
    try:
        ecma.check_pattern(text)
    except ecma.BadPattern as bad:
        return bad.reason
    return None


FORMATS: Mapping[str, Format] = {
    "date-time": _string_format("date-time (RFC 3339)", timestamps.date_time_reason),
    "date": _string_format("date (RFC 3339)", timestamps.date_reason),
    "time": _string_format("time (RFC 3339)", timestamps.time_reason),
    "duration": _string_format("duration (RFC 3339, appendix A)", timestamps.duration_reason),
    "uuid": _by_example("UUID (RFC 9562)", _UUID.fullmatch, "6f1c2b9e-4d0a-4c57-9a3e-2f8b7d5e1c04"),
    "email": _by_example("email address (RFC 5321)", addresses.is_email, "ada@example.com"),
    "hostname": _by_example("hostname (RFC 1123)", addresses.is_hostname, "www.example.com"),
    "ipv4": _by_example("IPv4 address", addresses.is_ipv4, "192.0.2.1"),
    "ipv6": _by_example("IPv6 address (RFC 4291)", addresses.is_ipv6, "2001:db8::1"),
    "uri": _by_example("URI (RFC 3986)", addresses.is_uri, "https://example.com/a?b=c"),
    "uri-reference": _by_example("URI reference (RFC 3986)", addresses.is_uri_reference, "/a/b?c=d"),
    "json-pointer": _by_example("JSON Pointer (RFC 6901)", _POINTER.fullmatch, "/items/0"),
    "regex": _string_format("ECMA 262 pattern", _regex_reason),
    "byte": _by_example("base64 string (RFC 4648, section 4)", _BASE64.fullmatch, "aGVsbG8="),
    "int32": _integer_format(32, int, float),
    "int64": _integer_format(64, int, float, str),
}

"""Masks secrets in logs, the journal, errors and pages.

A platform key becomes `flt_sk_…1234`, with its last four characters; any other secret becomes `…1234`, or `…`
if it is short.
"""

import json
import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote, unquote

from mockserver.data.json import Json
from mockserver.http.message import Headers

PATH_CHARACTERS = "/%:@!$&'()*+,;=-._~"  # allowed unescaped (RFC 3986, section 3.3)
TAIL = 4  # characters at the end of a secret that are shown
TAIL_FROM = 12  # characters after the prefix, below which none are shown
_KEY = re.compile(r"(flt_sk_)([A-Za-z0-9_-]+)")
_SCHEME = re.compile(r"(?i)\b(bearer|basic|digest)( +)(?!flt_sk_)([^\s,;\"']+)")
_SECRET_NAME = re.compile(
    r"(?i)authorization|cookie|token|secret|passw|api[-_]?key|credential|private[-_]?key"
)
_SECRET_MEMBER = re.compile(
    rb'(?i)"[^"]*(?:authorization|cookie|token|secret|passw|api[-_]?key|credential|private[-_]?key)[^"]*"\s*:'
)
# Matches every lower-cased body with something to mask; a quick test before the exact searches.
_HINT = re.compile(rb"flt_sk_|authorization|cookie|token|secret|passw|api|credential|private")
_OWN_COOKIES = ("mock_scenario", "mock_session")


def mask(secret: str) -> str:
    """The masked secret: its known prefix, and its last characters if it is long enough."""
    prefix = "flt_sk_" if secret.startswith("flt_sk_") else ""
    rest = secret.removeprefix(prefix)
    return f"{prefix}…{rest[-TAIL:] if len(rest) >= TAIL_FROM else ''}"


def redact(text: str) -> str:
    """Mask each platform key, and each credential that follows the name of an authentication scheme."""
    if "flt_sk_" in text:
        text = _KEY.sub(lambda found: mask(found[0]), text)
    return _SCHEME.sub(lambda found: found[1] + found[2] + mask(found[3]), text) if " " in text else text


def redact_path(path: str) -> str:
    """Mask platform keys in a percent-encoded path, even if they are written with escapes."""
    decoded = unquote(path) if "%" in path else path
    return (
        quote(redact(decoded), safe=PATH_CHARACTERS)
        if decoded != path and "flt_sk_" in decoded
        else redact(path)
    )


@lru_cache(maxsize=1024)
def is_secret(name: str) -> bool:
    """Whether the name of a header, query parameter or property suggests a secret."""
    return _SECRET_NAME.search(name) is not None


def redact_headers(headers: Headers) -> list[tuple[str, str]]:
    """Mask secret header values; the names of cookies are kept."""
    return [(name, _mask_for(name)(value)) for name, value in headers]


def redact_query(query: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Mask platform keys, and the values of query parameters with secret names."""
    return [(redact(name), mask(value) if is_secret(name) else redact(value)) for name, value in query]


def redact_body(body: bytes) -> bytes:
    """Mask platform keys in a body, and the JSON members with secret names."""
    plain = _without_escapes(body) if b"\\u" in body else body
    if _HINT.search(plain.lower()) is None:
        return body
    if b"flt_sk_" not in plain and _SECRET_MEMBER.search(plain) is None:
        return body
    body = plain
    if b"flt_sk_" in body:
        body = redact(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    if _SECRET_MEMBER.search(body) is None:
        return body
    try:
        return json.dumps(_redact_value(json.loads(body)), ensure_ascii=False).encode(
            "utf-8", "surrogatepass"
        )
    except (ValueError, RecursionError):
        return b"(not valid JSON, and has a member with a secret name: not kept)"


def _without_escapes(body: bytes) -> bytes:
    """JSON without `\\u` escapes, which could hide a key or a secret name; unchanged if not valid JSON."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return body


def _redact_value(value: Json) -> Json:
    match value:
        case dict():
            return {name: _redact_member(name, member) for name, member in value.items()}
        case list():
            return [_redact_value(item) for item in value]
    return value


def _redact_member(name: str, value: Json) -> Json:
    if not is_secret(name) or isinstance(value, bool):
        return _redact_value(value)
    match value:
        case str() | int() | float():
            return mask(str(value))
        case list():
            return [_redact_member(name, item) for item in value]
    return _redact_value(value)


@lru_cache(maxsize=1024)
def _mask_for(name: str) -> Callable[[str], str]:
    """The function that masks the values of a header."""
    match name.lower():
        case "authorization" | "proxy-authorization":
            return _mask_authorization
        case "cookie" | "set-cookie":
            return _mask_cookies
    return mask if is_secret(name) else redact


def _mask_authorization(value: str) -> str:
    scheme, _, secret = value.partition(" ")
    return f"{scheme} {mask(secret.strip())}" if secret else mask(value)


def _mask_cookies(value: str) -> str:
    return "; ".join(_mask_cookie(pair) for pair in value.split(";"))


def _mask_cookie(pair: str) -> str:
    name, found, value = pair.strip().partition("=")
    if name in _OWN_COOKIES:
        return redact(pair.strip())
    return f"{name}={mask(value)}" if found else mask(name)

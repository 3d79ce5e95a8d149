"""Secrets as logs, journal, errors and pages may show them: never whole.

A platform key becomes `flt_sk_…last4`; any other secret keeps its last four characters, if it is long enough.
"""

import json
import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote, unquote

from mockserver.data.json import Json
from mockserver.http.message import Headers

_IN_A_PATH = "/%:@!$&'()*+,;=-._~…"
TAIL = 4  # characters that are shown
TAIL_FROM = 12  # characters a secret has at least, after its prefix, for a tail to be shown
_KEY = re.compile(r"(flt_sk_)([A-Za-z0-9_-]+)")
_SCHEME = re.compile(r"(?i)\b(bearer|basic|digest)( +)(?!flt_sk_)([^\s,;\"']+)")
_SECRET_NAME = re.compile(
    r"(?i)authorization|cookie|token|secret|passw|api[-_]?key|credential|private[-_]?key"
)
_SECRET_MEMBER = re.compile(
    rb'(?i)"[^"]*(?:authorization|cookie|token|secret|passw|api[-_]?key|credential|private[-_]?key)[^"]*"\s*:'
)
# What is in every body, in lower case, that has anything to mask: one cheap look before the searches.
_HINT = re.compile(rb"flt_sk_|authorization|cookie|token|secret|passw|api|credential|private")
_OWN_COOKIES = ("mock_scenario", "mock_session")


def mask(secret: str) -> str:
    """One secret: its known prefix, and its tail where that gives nothing away."""
    prefix = "flt_sk_" if secret.startswith("flt_sk_") else ""
    rest = secret.removeprefix(prefix)
    return f"{prefix}…{rest[-TAIL:] if len(rest) >= TAIL_FROM else ''}"


def redact(text: str) -> str:
    """A text with every platform key and every credential of an authentication scheme masked."""
    if "flt_sk_" in text:
        text = _KEY.sub(lambda found: mask(found[0]), text)
    return _SCHEME.sub(lambda found: found[1] + found[2] + mask(found[3]), text) if " " in text else text


def redact_path(path: str) -> str:
    """A percent-encoded path, masked also where the key was written with escapes."""
    decoded = unquote(path) if "%" in path else path
    return (
        quote(redact(decoded), safe=_IN_A_PATH) if decoded != path and "flt_sk_" in decoded else redact(path)
    )


@lru_cache(maxsize=1024)
def is_secret(name: str) -> bool:
    """Whether a header, query member or property is named like a secret."""
    return _SECRET_NAME.search(name) is not None


def redact_headers(headers: Headers) -> list[tuple[str, str]]:
    """Headers whose secret values are masked; of cookies, the names stay."""
    return [(name, _masking(name)(value)) for name, value in headers]


def redact_query(query: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(redact(name), mask(value) if is_secret(name) else redact(value)) for name, value in query]


def redact_body(body: bytes) -> bytes:
    """A body with the members masked that are named like secrets, and keys masked anywhere."""
    plain = _unescaped(body) if b"\\u" in body else body
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
        return json.dumps(_redacted(json.loads(body)), ensure_ascii=False).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return b"(no JSON that can be read, and with a member named like a secret: not kept)"


def _unescaped(body: bytes) -> bytes:
    """JSON without its escapes of letters, which could spell a key, or a secret's name."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return body


def _redacted(value: Json) -> Json:
    match value:
        case dict():
            return {name: _member(name, member) for name, member in value.items()}
        case list():
            return [_redacted(item) for item in value]
    return value


def _member(name: str, value: Json) -> Json:
    if not is_secret(name) or isinstance(value, bool):
        return _redacted(value)
    match value:
        case str() | int() | float():
            return mask(str(value))
        case list():
            return [_member(name, item) for item in value]
    return _redacted(value)


@lru_cache(maxsize=1024)
def _masking(name: str) -> Callable[[str], str]:
    """How the values of a header are masked."""
    match name.lower():
        case "authorization" | "proxy-authorization":
            return _authorization
        case "cookie" | "set-cookie":
            return _cookies
    return mask if is_secret(name) else redact


def _authorization(value: str) -> str:
    scheme, _, secret = value.partition(" ")
    return f"{scheme} {mask(secret.strip())}" if secret else mask(value)


def _cookies(value: str) -> str:
    return "; ".join(_cookie(pair) for pair in value.split(";"))


def _cookie(pair: str) -> str:
    name, found, value = pair.strip().partition("=")
    if name in _OWN_COOKIES:
        return redact(pair.strip())
    return f"{name}={mask(value)}" if found else mask(name)

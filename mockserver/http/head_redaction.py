"""Masks secrets in the head of a message: in its path, query and headers."""

import re
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote

from mockserver.http.body_redaction import redact_string
from mockserver.http.control_names import CONTROL_COOKIES
from mockserver.http.message import Headers
from mockserver.http.redaction import MASK, PATH_CHARACTERS, Redactor, quote_around_masks
from mockserver.http.secret_names import USUAL
from mockserver.http.secret_values import SHORTEST

_LONGEST_SPLIT = 1_000  # characters of a value whose parts are looked for elsewhere, too
_SCHEMES = frozenset(  # whose names are shown (IANA's registry, and what APIs use besides)
    ("aws4-hmac-sha256", "apikey", "basic", "bearer", "digest", "dpop", "gnap", "hawk", "hmac", "hoba", "jwt",
     "key", "mutual", "negotiate", "ntlm", "oauth", "privatetoken", "scram-sha-1", "scram-sha-256",
     "signature", "token", "vapid")
)  # fmt: skip


def redact_headers(headers: Headers, redactor: Redactor | None = None) -> list[tuple[str, str]]:
    """Mask secret header values; the names of cookies are kept."""
    redactor = redactor or Redactor()
    return [(name, _redact_header(name, value, redactor)) for name, value in headers]


def redact_query(query: list[tuple[str, str]], redactor: Redactor | None = None) -> list[tuple[str, str]]:
    """Mask the values of query parameters with secret names, and secrets within other values."""
    redactor = redactor or Redactor()
    return [(redactor.text(name), _redact_parameter(name, value, redactor)) for name, value in query]


def _redact_parameter(name: str, value: str, redactor: Redactor) -> str:
    if name not in redactor.names:
        return redact_string(value, redactor)
    redactor.found.update(_parts(value))
    return redactor.mask(value)


def _parts(value: str) -> list[str]:
    """The parts of a value that may be an array or object in one string (OpenAPI 3.1, section 4.8.12.3)."""
    return re.split("[,|=]", unquote(value)) if len(value) <= _LONGEST_SPLIT else []


def redact_path(path: str, redactor: Redactor | None = None, secret: tuple[str, ...] = ()) -> str:
    """Mask secrets in a percent-encoded path, even if they are written with escapes.

    `secret`: the percent-encoded values of path parameters that are masked as a whole.
    """
    redactor = redactor or Redactor()
    for value in secret:
        masked = redactor.mask(value)
        redactor.found.update(_parts(value))
        path = "/".join(_redact_segment(each, value, masked) for each in path.split("/"))
    before, redacted = redactor.changes, redactor.text(path)
    if redactor.changes == before:
        return path
    return quote_around_masks(redacted, PATH_CHARACTERS) if MASK in redacted and "%" in path else redacted


def _redact_segment(segment: str, value: str, masked: str) -> str:
    return segment.replace(value, masked) if len(value) >= SHORTEST or segment == value else segment


@lru_cache(maxsize=1024)
def _kind(name: str) -> Literal["authorization", "cookie", "secret", "other"]:
    """How the values of a header are masked."""
    match name.lower():
        case "authorization" | "proxy-authorization":
            return "authorization"
        case "cookie" | "set-cookie":
            return "cookie"
    return "secret" if name in USUAL else "other"


def _redact_header(name: str, value: str, redactor: Redactor) -> str:
    match _kind(name):
        case "authorization":
            return _redact_authorization(value, redactor)
        case "cookie":
            return "; ".join(_redact_cookie(pair, redactor) for pair in value.split(";"))
        case "other" if name not in redactor.names:
            return redact_string(value, redactor)
    return redactor.mask(value)


def _redact_authorization(value: str, redactor: Redactor) -> str:
    scheme, _, secret = value.partition(" ")
    if not secret or scheme.lower() not in _SCHEMES:
        return redactor.mask(value)
    return f"{scheme} {redactor.credential(secret.strip())}"


def _redact_cookie(pair: str, redactor: Redactor) -> str:
    name, found, value = pair.strip().partition("=")
    if name in CONTROL_COOKIES:
        return redactor.text(pair.strip())
    return f"{name}={redactor.mask(value)}" if found else redactor.mask(name)

"""Heads that pass: what is taken off and added on the way to the real backend and back.

Source: RFC 9110, sections 7.6 (hop-by-hop headers, Via), RFC 7239 (Forwarded).
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote_plus

from mockserver.http.control_names import (
    BAGGAGE_PREFIX,
    CONTROL_COOKIES,
    CONTROL_QUERY,
    HEADER_PREFIX,
    PREFERENCES,
)
from mockserver.http.header_rules import is_token
from mockserver.http.message import Head, Headers
from mockserver.scenarios.choice import split_preferences
from mockserver.upstream.origin import Origin

VIA = "1.1 mockserver"
_HOP_BY_HOP = frozenset(
    ("connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te",
     "trailer", "transfer-encoding", "upgrade")
)  # fmt: skip
_REMADE = frozenset(("host", "content-length", "expect", "forwarded", "via"))


def passed_headers(head: Head, origin: Origin, client: str | None, scheme: str) -> list[tuple[str, str]]:
    """The headers of a request for the real backend, without those of the mock server and of this hop.

    `client` is the client's address, `scheme` that by which it reached the mock server. The header
    Content-Length is left to what sends the body.
    """
    dropped = _hop_by_hop(head.headers) | _REMADE
    kept = [("host", origin.authority)]
    for name, value in head.headers:
        if name in dropped or name.startswith(HEADER_PREFIX):
            continue
        filtered = _without_control_members(name, value)
        if filtered:
            kept.append((name, filtered))
    forwarded = [*head.all("forwarded"), _forwarded(client, head.header("host"), scheme)]
    kept.append(("forwarded", ", ".join(forwarded)))
    kept.append(("via", ", ".join([*head.all("via"), VIA])))
    return kept


def passed_target(head: Head, origin: Origin) -> str:
    """The request target for the real backend: its path, and the query without the mock server's members."""
    members = head.query_string.split("&") if head.query_string else []
    kept = [each for each in members if unquote_plus(each.partition("=")[0]) not in CONTROL_QUERY]
    query = "&".join(kept)
    return f"{origin.path}{head.path}?{query}" if query else f"{origin.path}{head.path}"


def returned_headers(
    headers: Headers, origin: Origin, own: str, *, encrypted: bool, cors: bool
) -> list[tuple[str, str]]:
    """The headers of an answer for the client, without those of the hop to the real backend.

    `own` is the origin of the mock server for this client; `cors`: whether the mock server adds the headers
    of CORS itself. Content-Length is left to what sends the body, and Date to the server.
    """
    dropped = _hop_by_hop(headers) | {"content-length", "date"}
    kept = []
    for name, value in headers:
        if name in dropped or name.startswith(HEADER_PREFIX) or (cors and name.startswith("access-control-")):
            continue
        if name in ("location", "content-location"):
            value = origin.own_reference(value, own)
        elif name == "set-cookie":
            value = origin.own_cookie(value, encrypted=encrypted)
        kept.append((name, value))
    kept.append(("via", VIA))
    return kept


def _hop_by_hop(headers: Headers) -> frozenset[str]:
    """The names of the headers that are for one connection only; Connection lists further ones."""
    listed = [value for name, value in headers if name == "connection"]
    options = (option.strip().lower() for value in listed for option in value.split(","))
    return _HOP_BY_HOP.union(options)


def _without_control_members(name: str, value: str) -> str:
    """The value of a header without its members for the mock server; empty if nothing is left."""
    match name:
        case "cookie":
            pairs = [
                pair for pair in value.split(";") if pair.partition("=")[0].strip() not in CONTROL_COOKIES
            ]
            return ";".join(pairs).strip()
        case "baggage":
            return _joined(each for each in value.split(",") if not each.strip().startswith(BAGGAGE_PREFIX))
        case "prefer":
            return _joined(each for each in split_preferences(value) if not _is_ours(each))
    return value


def _is_ours(preference: str) -> bool:
    return re.split(r"[=;\s]", preference.strip(), maxsplit=1)[0].lower() in PREFERENCES


def _joined(members: Iterator[str]) -> str:
    return ", ".join(stripped for each in members if (stripped := each.strip()))


def _forwarded(client: str | None, host: str | None, scheme: str) -> str:
    """The element of Forwarded for this hop."""
    node = "unknown" if client is None else f"[{client}]" if ":" in client else client
    parts = [f"for={_value(node)}", *([f"host={_value(host)}"] if host else []), f"proto={scheme}"]
    return ";".join(parts)


def _value(text: str) -> str:
    """A value of Forwarded: a token, else a quoted string (RFC 7239, section 4)."""
    return text if is_token(text) else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

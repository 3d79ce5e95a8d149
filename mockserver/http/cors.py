"""CORS: pages of any origin may call the mocked API, with credentials (Fetch, section 3.2)."""

from mockserver.http.message import Answer, Head, Headers

_SAFELISTED = {"cache-control", "content-language", "content-length", "content-type", "expires", "pragma"}
_VARY = ("vary", "Origin")
METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"


def is_preflight(head: Head) -> bool:
    """Whether the request is a CORS preflight."""
    return (
        head.method == "OPTIONS"
        and head.header("origin") is not None
        and head.header("access-control-request-method") is not None
    )


def preflight(head: Head) -> Answer:
    """The answer to a preflight: every method and every requested header is allowed."""
    method = head.header("access-control-request-method") or ""
    methods = METHODS if method in METHODS.split(", ") else f"{METHODS}, {method}"
    headers = [("access-control-allow-methods", methods), ("access-control-max-age", "600")]
    requested = head.header("access-control-request-headers")
    if requested:
        headers.append(("access-control-allow-headers", requested))
    if head.header("access-control-request-private-network") == "true":
        headers.append(("access-control-allow-private-network", "true"))
    return Answer(204, headers)


def headers(head: Head, answer: Headers) -> Headers:
    """The CORS headers that let a page of the request's origin read an answer and all of its headers."""
    origin = head.header("origin")
    if origin is None:
        return [_VARY]
    exposed = sorted({name.lower() for name, _ in answer} - _SAFELISTED)
    allowed = [
        _VARY,
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "true"),
    ]
    return [*allowed, ("access-control-expose-headers", ", ".join(exposed))] if exposed else allowed

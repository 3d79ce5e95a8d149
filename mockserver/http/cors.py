"""Cross-origin requests: any origin may call the mocked API, with credentials (Fetch, section 3.2)."""

from mockserver.http.message import Answer, Head, Headers

_SAFELISTED = {"cache-control", "content-language", "content-length", "content-type", "expires", "pragma"}
_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"


def is_preflight(head: Head) -> bool:
    """Whether a browser asks before it sends the request itself."""
    return (
        head.method == "OPTIONS"
        and head.header("origin") is not None
        and head.header("access-control-request-method") is not None
    )


def preflight(head: Head) -> Answer:
    """Yes to any method, and to whatever headers the browser names."""
    method = head.header("access-control-request-method") or ""
    methods = _METHODS if method in _METHODS.split(", ") else f"{_METHODS}, {method}"
    headers = [("access-control-allow-methods", methods), ("access-control-max-age", "600")]
    asked = head.header("access-control-request-headers")
    if asked:
        headers.append(("access-control-allow-headers", asked))
    if head.header("access-control-request-private-network") == "true":
        headers.append(("access-control-allow-private-network", "true"))
    return Answer(204, headers)


def headers(head: Head, answer: Headers) -> Headers:
    """What lets a page of the request's origin read an answer, with all of that answer's headers."""
    origin = head.header("origin")
    if origin is None:
        return [("vary", "Origin")]
    exposed = sorted({name.lower() for name, _ in answer} - _SAFELISTED)
    allowed = [
        ("vary", "Origin"),
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "true"),
    ]
    return [*allowed, ("access-control-expose-headers", ", ".join(exposed))] if exposed else allowed

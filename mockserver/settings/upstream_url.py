"""The URL of the real backend."""

from urllib.parse import urlsplit

EXPECTED = "an http or https URL without credentials, query and fragment"


def is_upstream_url(url: str) -> bool:
    """Whether a URL can be that of an upstream; it may have a path, below which all requests are sent."""
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError:  # the port is not a number, or the address is not valid
        return False
    is_plain = not (parts.query or parts.fragment or parts.username or parts.password)
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and has_port
        and is_plain
        and "@" not in url
    )

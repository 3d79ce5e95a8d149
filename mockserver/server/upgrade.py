"""Ignores offers to upgrade a connection to another protocol (the header `Upgrade`)."""

import re

_UPGRADE = re.compile(rb"\r\nupgrade:[^\r\n]*", re.IGNORECASE)


def without_upgrade(data: bytes) -> bytes:
    """The bytes of a request without its `Upgrade` header, which a server may ignore (RFC 9110, section 7.8).

    Java's HttpClient offers h2c in every first request, and the parser would drop the body of such a request.
    """
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"", head) + end + rest

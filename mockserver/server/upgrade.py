"""Offers to upgrade a connection to another protocol, which this server declines."""

import re

_UPGRADE = re.compile(rb"\r\nupgrade:[^\r\n]*", re.IGNORECASE)


def without_upgrade(data: bytes) -> bytes:
    """Bytes of a head without an offer to upgrade, which a server may pass over (RFC 9110, section 7.8).

    Java's HttpClient offers h2c with every first request; the parser would end the message at its head.
    """
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"", head) + end + rest

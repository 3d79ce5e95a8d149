"""Which headers a file may put onto an answer."""

import re

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile("[\t -~\xa0-\xff]*")
_OWN = ("connection", "content-length", "date", "trailer", "transfer-encoding", "upgrade")
_OWN_PREFIXES = ("x-mock-", "access-control-")


def violation(name: str, value: str) -> str | None:
    """Why a header may not go onto the wire (RFC 9110, section 5) from a file; None where it may."""
    if not _TOKEN.fullmatch(name):
        return f"{name!r} is no name of a header (RFC 9110, section 5.1)"
    if name.lower() in _OWN or name.lower().startswith(_OWN_PREFIXES):
        return "the server sets this header itself"
    if not _VALUE.fullmatch(value):
        return "a header's value is text of Latin-1 without control characters"
    return None

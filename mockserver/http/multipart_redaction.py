"""Masks secrets in multipart bodies (RFC 7578)."""

import re
from base64 import b64decode
from collections.abc import Callable
from quopri import decodestring

from mockserver.http.line_redaction import redact_lines
from mockserver.http.redaction import Redactor
from mockserver.http.secret_names import percent_decoded

_DELIMITER = re.compile(r"(?m)^--(\S[^\r\n]*?)[ \t]*\r?$")
_FOLD = re.compile(r"\r?\n[ \t]+")
_DISPOSITION = re.compile(r"(?im)^content-disposition[ \t]*:(.*)$")
_NAME = re.compile(r"(?i);\s*name(\*?)\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;\s]+)")
_TRANSFER_ENCODING = re.compile(r"(?im)^content-transfer-encoding[ \t]*:[ \t]*(base64|quoted-printable)")
_END_OF_HEADERS = re.compile(r"\r?\n\r?\n|^\r?\n")


def redact_multipart(text: str, redactor: Redactor, redact: Callable[[str], str]) -> str:
    """The body with the parts masked that have a secret name; `redact` masks secrets in the others."""
    boundary = _boundary(text)
    if boundary is None:
        return _redact_part(text, redactor, redact)
    pieces = re.split(rf"(?m)(^--{re.escape(boundary)}(?:--)?[ \t]*(?:\r?\n|\r?$))", text)
    return "".join(
        piece if index % 2 else _redact_part(piece, redactor, redact) for index, piece in enumerate(pieces)
    )


def _boundary(text: str) -> str | None:
    """The boundary: that of the first line that begins a part with a Content-Disposition, else the first."""
    found = list(_DELIMITER.finditer(text))
    for each in found:
        headers = text[each.end() : each.end() + 2000].lstrip("\r\n").lower()
        if headers.startswith(("content-", "x-")):
            return each[1]
    return found[0][1].removesuffix("--") if found else None


def _redact_part(part: str, redactor: Redactor, redact: Callable[[str], str]) -> str:
    """One part, which is headers and content."""
    end = _END_OF_HEADERS.search(part)
    if end is None:
        is_secret = redactor.names.occur_in(percent_decoded(part))
        return redactor.hide(part) if is_secret else redactor.text(part)
    headers, content = part[: end.end()], part[end.end() :]
    secret = content.rstrip("\r\n")
    masked_headers = redact_lines(headers, redactor)
    if _part_name(headers) in redactor.names:
        return f"{masked_headers}{redactor.mask(secret)}{content[len(secret) :]}"
    before = redactor.changes
    decoded = _decoded(secret, headers)
    redacted = redact(decoded)
    if decoded == secret:
        return f"{masked_headers}{redacted}{content[len(secret) :]}"
    return f"{masked_headers}{content if redactor.changes == before else redactor.hide(secret)}"


def _decoded(content: str, headers: str) -> str:
    """The content without its Content-Transfer-Encoding (RFC 2045, section 6), if it can be decoded."""
    found = _TRANSFER_ENCODING.search(headers)
    encoded = content.encode("utf-8", "surrogateescape")
    if found is None:
        return content
    try:
        data = b64decode(encoded) if found[1].lower() == "base64" else decodestring(encoded)
    except ValueError:
        return content
    return data.decode("utf-8", "surrogateescape")


def _part_name(headers: str) -> str:
    """The name in the Content-Disposition of a part; empty if it has none."""
    disposition = _DISPOSITION.search(_FOLD.sub(" ", headers))
    found = _NAME.search(disposition[1]) if disposition is not None else None
    if found is None:
        return ""
    name = re.sub(r"\\(.)", r"\1", found[2].strip("\"'"))
    return name.rpartition("'")[2] if found[1] else name

"""Decodes request bodies with a Content-Encoding (RFC 9110, section 8.4): gzip and deflate.

A decoded body has the same limit as one that is sent plainly, so a small one cannot fill the memory.
"""

import zlib

SUPPORTED = ("gzip", "deflate")
_MOST = 3  # codings of one body
_GZIP, _ZLIB, _RAW = 31, 15, -15  # window sizes, by which zlib knows the format
_GZIP_MAGIC = b"\x1f\x8b"


class BrokenContent(Exception):
    """The bytes are not what their Content-Encoding says; the text is a sentence."""


class ContentTooLarge(Exception):
    """The decoded body exceeds the limit."""


def read_codings(content_encoding: str) -> tuple[str, ...] | None:
    """The codings of a Content-Encoding header in the order in which they were applied, without identity.

    None if one of them is not supported, or if there are too many.
    """
    names = (name.strip().lower().removeprefix("x-") for name in content_encoding.split(","))
    codings = tuple(name for name in names if name not in ("", "identity"))
    is_supported = len(codings) <= _MOST and all(name in SUPPORTED for name in codings)
    return codings if is_supported else None


def decode_content(body: bytes, codings: tuple[str, ...], limit: int) -> bytes:
    """The body without its codings; raises BrokenContent, and ContentTooLarge if it exceeds `limit` bytes."""
    for name in reversed(codings):
        try:
            body = _gunzipped(body, limit) if name == "gzip" else _inflated(body, limit)
        except zlib.error as error:
            reason = str(error).rpartition(": ")[2]
            raise BrokenContent(f"the body is not valid {name}: {reason}") from None
    return body


def _gunzipped(body: bytes, limit: int) -> bytes:
    """The content of all members of a gzip file (RFC 1952, section 2.2)."""
    content = b""
    while body:
        member = zlib.decompressobj(_GZIP)
        content += _content(member, body, limit - len(content), "gzip")
        body = member.unused_data
        if body and not body.startswith(_GZIP_MAGIC):
            raise BrokenContent(f"the gzip body has {len(body):,} bytes after its end")
    return content


def _inflated(body: bytes, limit: int) -> bytes:
    """The content of deflate: in the zlib format, or without its header, as some clients send it."""
    try:
        return _content(zlib.decompressobj(_ZLIB), body, limit, "deflate")
    except zlib.error as error:
        try:
            return _content(zlib.decompressobj(_RAW), body, limit, "deflate")
        except (zlib.error, BrokenContent):
            raise error from None


def _content(stream: "zlib._Decompress", body: bytes, limit: int, name: str) -> bytes:
    content = stream.decompress(body, limit + 1)
    if len(content) > limit:
        raise ContentTooLarge
    if not stream.eof:
        raise BrokenContent(f"the {name} body ends before it is complete")
    return content

"""Decode bytes to strings and encode strings, strictly, in the charsets that this server supports."""

from mockserver.data.decoding import Undecodable
from mockserver.data.quoting import quoted
from mockserver.data.suggest import did_you_mean
from mockserver.http.problem import ProblemError

BINARY = "latin-1"  # decodes binary data: one character for each byte
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "us-ascii": "ascii",
}
_NAMES = ("utf-8", "iso-8859-1", "us-ascii")


class Unencodable(ProblemError):
    """A value cannot be encoded in a media type; the message says why."""

    kind = "unencodable"


def decode_string(body: bytes, charset: str | None) -> str:
    """Decode a body, as UTF-8 where `charset` is None; raises Undecodable."""
    codec = _CODECS.get((charset or "utf-8").lower())
    if codec is None:
        hint = did_you_mean(str(charset)[:60].lower(), _NAMES)
        raise Undecodable("charset", f"the charset {quoted(str(charset))} is not supported{hint}")
    try:
        return body.decode(codec)
    except UnicodeDecodeError as error:
        byte = body[error.start]
        found = f"byte 0x{byte:02x} at offset {error.start} ({error.reason})"
        raise Undecodable("encoding", f"the body is not valid {charset or 'UTF-8'}: {found}") from None


def encode_string(string: str, charset: str | None) -> bytes:
    """Encode a string, as UTF-8 where `charset` is None; raises Unencodable."""
    codec = _CODECS.get((charset or "utf-8").lower())
    if codec is None:
        raise Unencodable(f"the charset {quoted(str(charset))} is not supported{did_you_mean('', _NAMES)}")
    try:
        return string.encode(codec)
    except UnicodeEncodeError:
        raise Unencodable(f"{quoted(string)} cannot be encoded as {charset or 'UTF-8'}") from None


def encode_binary(string: str) -> bytes:
    """Encode binary data, given as one character a byte; as UTF-8 if a character exceeds one byte."""
    return encode_string(string, "iso-8859-1" if all(character <= "\xff" for character in string) else None)

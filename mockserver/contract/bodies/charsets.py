"""Text from bytes and back, strictly, by the charsets that this server takes."""

from mockserver.data.decoding import Undecodable, quoted
from mockserver.data.suggest import did_you_mean
from mockserver.http.problem import ProblemError

OPAQUE = "latin-1"  # bytes that are nobody's text: one character for each
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "us-ascii": "ascii",
}
_NAMES = ("utf-8", "iso-8859-1", "us-ascii")


class Unencodable(ProblemError):
    """A value that a media type cannot express; the text says why."""

    kind = "unencodable"


def text_of(body: bytes, charset: str | None) -> str:
    """The text in a body, UTF-8 where no charset is named; raises Undecodable."""
    codec = _CODECS.get((charset or "utf-8").lower())
    if codec is None:
        hint = did_you_mean(str(charset)[:60].lower(), _NAMES)
        raise Undecodable("charset", f"the charset {quoted(str(charset))} is not supported{hint}")
    try:
        return body.decode(codec)
    except UnicodeDecodeError as error:
        byte = body[error.start]
        found = f"byte 0x{byte:02x} at offset {error.start} ({error.reason})"
        raise Undecodable("encoding", f"the body is not {charset or 'UTF-8'}: {found}") from None


def bytes_of(text: str, charset: str | None) -> bytes:
    """The text as bytes, UTF-8 where no charset is named; raises Unencodable."""
    codec = _CODECS.get((charset or "utf-8").lower())
    if codec is None:
        raise Unencodable(f"the charset {quoted(str(charset))} is not supported{did_you_mean('', _NAMES)}")
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        raise Unencodable(f"{quoted(text)} cannot be written as {charset or 'UTF-8'}") from None


def opaque_bytes(text: str) -> bytes:
    """The bytes that a text stands for, a byte for a character; UTF-8 where it holds more than bytes."""
    return bytes_of(text, "iso-8859-1" if all(character <= "\xff" for character in text) else None)

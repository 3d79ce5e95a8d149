"""Split a multipart/form-data body into parts, and join parts (RFC 7578; RFC 2046, section 5.1)."""

import logging
import re
from collections.abc import Iterable, Mapping

from msgspec import Struct, field
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from mockserver.contract.bodies.charsets import Unencodable, encode_string
from mockserver.data.decoding import Undecodable
from mockserver.data.quoting import quoted
from mockserver.http.media_types import parse_parameters

LIMIT = 1_000  # maximum number of parts in a body
_BOUNDARY = "mock-server-boundary"
_QUIET = logging.Logger("multipart", logging.CRITICAL)  # what the parser logs is reported as a violation
_PLAIN_ENCODINGS = ("7bit", "8bit", "binary")


class Part(Struct, frozen=True):
    """One part of a body; header names are in lower case."""

    name: str
    headers: Mapping[str, str]
    body: bytes
    is_file: bool = False


class _OpenPart(Struct):
    """A part that the parser has begun."""

    headers: dict[str, str] = field(default_factory=dict)
    header_name: bytes = b""  # of the current header
    header_value: bytes = b""
    body: bytearray = field(default_factory=bytearray)


class _PartCollector:
    """Collects parts from the events of the parser."""

    def __init__(self) -> None:
        self.parts: list[_OpenPart] = []
        self.is_complete = False

    def on_part_begin(self) -> None:
        if len(self.parts) >= LIMIT:
            raise Undecodable("multipart", f"the body has more than {LIMIT:,} parts")
        self.parts.append(_OpenPart())

    def on_header_begin(self) -> None:
        self.parts[-1].header_name = self.parts[-1].header_value = b""

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].header_name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].header_value += data[start:end]

    def on_header_end(self) -> None:
        part = self.parts[-1]
        name = part.header_name.decode("latin-1").lower()
        if name in part.headers:
            raise Undecodable("multipart", f"part {len(self.parts)} has the header {quoted(name)} twice")
        part.headers[name] = part.header_value.decode("latin-1")

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].body += data[start:end]

    def on_end(self) -> None:
        self.is_complete = True


def read_parts(body: bytes, boundary: str | None) -> list[Part]:
    """Split a body into its parts; raises Undecodable."""
    if not boundary or not boundary.isascii():
        raise Undecodable("multipart", "the Content-Type has no valid boundary parameter")
    collector = _PartCollector()
    try:
        parser = MultipartParser(
            boundary.encode(),
            {
                "on_part_begin": collector.on_part_begin,
                "on_header_begin": collector.on_header_begin,
                "on_header_field": collector.on_header_field,
                "on_header_value": collector.on_header_value,
                "on_header_end": collector.on_header_end,
                "on_part_data": collector.on_part_data,
                "on_end": collector.on_end,
            },
        )
        parser.logger = _QUIET
        parser.write(_without_preamble(body, boundary))
    except FormParserError as error:
        raise Undecodable("multipart", f"the body is not valid multipart/form-data: {error}") from None
    if not collector.is_complete:
        raise Undecodable("multipart", "the body ends before its closing boundary")
    return [_part(each, number) for number, each in enumerate(collector.parts, 1)]


def _without_preamble(body: bytes, boundary: str) -> bytes:
    """The body from its first boundary on, without padding after that one (RFC 2046, section 5.1.1).

    Unchanged if it has no boundary.
    """
    dashes = f"--{boundary}".encode()
    first = re.search(rb"(?:\A|\r\n)" + re.escape(dashes) + rb"[ \t]*(?=\r\n|--)", body)
    return dashes + body[first.end() :] if first is not None else body


def _part(found: _OpenPart, number: int) -> Part:
    kind, _, rest = found.headers.get("content-disposition", "").partition(";")
    parameters = parse_parameters(f";{rest}")
    name = (parameters or {}).get("name")
    if kind.strip().lower() != "form-data" or name is None:
        message = f"part {number} has no 'Content-Disposition: form-data; name=\"…\"'"
        raise Undecodable("multipart", message)
    encoding = found.headers.get("content-transfer-encoding", "binary").lower()
    if encoding not in _PLAIN_ENCODINGS:
        message = (
            f"part {number} has the Content-Transfer-Encoding {quoted(encoding)}, which RFC 7578 deprecates"
        )
        raise Undecodable("multipart", message)
    try:
        decoded = name.encode("latin-1").decode()
    except UnicodeDecodeError:
        raise Undecodable("encoding", f"the name of part {number} is not valid UTF-8") from None
    return Part(decoded, found.headers, bytes(found.body), "filename" in (parameters or {}))


def write_parts(parts: Iterable[Part]) -> tuple[str, bytes]:
    """Join parts to a body; returns a boundary that no part contains, and the body. Raises Unencodable."""
    encoded = [_encoded(part) for part in parts]
    boundary = _BOUNDARY
    while any(boundary.encode() in each for each in encoded):
        boundary += "-"
    dashes = f"--{boundary}".encode()
    return boundary, b"".join(dashes + b"\r\n" + each + b"\r\n" for each in encoded) + dashes + b"--\r\n"


def _encoded(part: Part) -> bytes:
    if any(character in part.name for character in "\r\n\0"):
        raise Unencodable(f"the name {quoted(part.name)} of a part contains a line break or a null character")
    name = part.name.replace("\\", "\\\\").replace('"', '\\"')
    file = '; filename="file"' if part.is_file else ""
    lines = [f'Content-Disposition: form-data; name="{name}"{file}']
    lines += [f"{header}: {value}" for header, value in part.headers.items()]
    return encode_string("\r\n".join(lines), None) + b"\r\n\r\n" + part.body

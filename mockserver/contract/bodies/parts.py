"""The parts of a multipart/form-data body, and the body that they make (RFC 7578, RFC 2046 section 5.1)."""

import logging
from collections.abc import Iterable, Mapping

from msgspec import Struct, field
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from mockserver.contract.bodies.charsets import Unencodable, bytes_of
from mockserver.data.decoding import Undecodable, quoted
from mockserver.http.media_types import parse_parameters

LIMIT = 1_000  # parts of one body
_BOUNDARY = "mock-server-boundary"
_QUIET = logging.Logger("multipart", logging.CRITICAL)  # what the parser would warn of becomes a violation
_PLAIN_ENCODINGS = ("7bit", "8bit", "binary")


class Part(Struct, frozen=True):
    """One part; the names of its headers are in lower case."""

    name: str
    headers: Mapping[str, str]
    body: bytes
    is_file: bool = False


class _Open(Struct):
    """A part that is being read."""

    headers: dict[str, str] = field(default_factory=dict)
    name: bytes = b""  # of the header that is being read
    value: bytes = b""
    body: bytearray = field(default_factory=bytearray)


class _Collector:
    """Collects what the parser finds."""

    def __init__(self) -> None:
        self.parts: list[_Open] = []
        self.is_complete = False

    def on_part_begin(self) -> None:
        if len(self.parts) >= LIMIT:
            raise Undecodable("multipart", f"the body has more than {LIMIT:,} parts")
        self.parts.append(_Open())

    def on_header_begin(self) -> None:
        self.parts[-1].name = self.parts[-1].value = b""

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].value += data[start:end]

    def on_header_end(self) -> None:
        part = self.parts[-1]
        name = part.name.decode("latin-1").lower()
        if name in part.headers:
            raise Undecodable("multipart", f"part {len(self.parts)} has the header {quoted(name)} twice")
        part.headers[name] = part.value.decode("latin-1")

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].body += data[start:end]

    def on_end(self) -> None:
        self.is_complete = True


def read_parts(body: bytes, boundary: str | None) -> list[Part]:
    """The parts of a body in their order; raises Undecodable."""
    if not boundary or not boundary.isascii():
        raise Undecodable("multipart", "the Content-Type names no boundary between the parts")
    collector = _Collector()
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
        parser.write(body)
    except FormParserError as error:
        raise Undecodable("multipart", f"the body is not multipart/form-data: {error}") from None
    if not collector.is_complete:
        raise Undecodable("multipart", "the body ends before its closing boundary")
    return [_part(each, number) for number, each in enumerate(collector.parts, 1)]


def _part(found: _Open, number: int) -> Part:
    kind, _, rest = found.headers.get("content-disposition", "").partition(";")
    parameters = parse_parameters(f";{rest}")
    name = (parameters or {}).get("name")
    if kind.strip().lower() != "form-data" or name is None:
        message = f"part {number} has no 'Content-Disposition: form-data; name=\"…\"'"
        raise Undecodable("multipart", message)
    encoding = found.headers.get("content-transfer-encoding", "binary").lower()
    if encoding not in _PLAIN_ENCODINGS:
        raise Undecodable("multipart", f"part {number} has a Content-Transfer-Encoding, which RFC 7578 ends")
    try:
        decoded = name.encode("latin-1").decode()
    except UnicodeDecodeError:
        raise Undecodable("encoding", f"the name of part {number} is not UTF-8") from None
    return Part(decoded, found.headers, bytes(found.body), "filename" in (parameters or {}))


def write_parts(parts: Iterable[Part]) -> tuple[str, bytes]:
    """The boundary, which stands in no part, and the body; raises Unencodable."""
    written = [_written(part) for part in parts]
    boundary = _BOUNDARY
    while any(boundary.encode() in each for each in written):
        boundary += "-"
    dashes = f"--{boundary}".encode()
    return boundary, b"".join(dashes + b"\r\n" + each + b"\r\n" for each in written) + dashes + b"--\r\n"


def _written(part: Part) -> bytes:
    if any(character in part.name for character in "\r\n\0"):
        raise Unencodable(f"the name {quoted(part.name)} cannot stand in a part's header")
    name = part.name.replace("\\", "\\\\").replace('"', '\\"')
    file = '; filename="file"' if part.is_file else ""
    lines = [f'Content-Disposition: form-data; name="{name}"{file}']
    lines += [f"{header}: {value}" for header, value in part.headers.items()]
    return bytes_of("\r\n".join(lines), None) + b"\r\n\r\n" + part.body

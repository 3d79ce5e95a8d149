"""HAR files (HTTP Archive 1.2), which browsers, Playwright and proxies write: their requests and answers."""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from msgspec import Struct

from mockserver.contract.description import BODILESS
from mockserver.data.json import Json, array_or_empty, object_or_empty
from mockserver.data.source import CannotRead, read_bytes
from mockserver.http.content_codings import BrokenContent, ContentTooLarge, decode_content, read_codings
from mockserver.http.header_rules import is_token
from mockserver.http.media_types import parse_content_type
from mockserver.http.message import Answer, Head, Headers, Request
from mockserver.upstream.headers import passed_headers, passed_target
from mockserver.upstream.origin import Origin

MOST_FILE_BYTES = 256 * 1024 * 1024
MOST_BODY_BYTES = 32 * 1024 * 1024
_UNSENT = frozenset(("forwarded", "via", "content-length", "content-encoding", "transfer-encoding"))
_DESCRIBED = frozenset(("content-encoding", "content-length", "transfer-encoding"))  # the body as it was sent
_NOT_QUOTED = "%/:@!$&'()*+,;=-._~?"


class LeftOut(Exception):
    """An entry is left out; the text says which ones are, after their number."""


class HarExchange(Struct, frozen=True):
    """A request and its answer, and the origin that they were exchanged with."""

    origin: str
    request: Request
    answer: Answer


class HarFile(Struct, frozen=True):
    """The exchanges of a file in their order, and how many entries are left out, by the reason."""

    exchanges: Sequence[HarExchange]
    left_out: Counter[str]


def read_har(path: Path) -> HarFile:
    """The exchanges of a HAR file; raises CannotRead if it is not one."""
    try:
        data: Json = json.loads(read_bytes(path, MOST_FILE_BYTES).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise CannotRead(path, None, f"not valid JSON: {error}") from None
    entries = object_or_empty(object_or_empty(data).get("log")).get("entries")
    if not isinstance(entries, list):
        raise CannotRead(path, None, "expected a HAR file: an object 'log' with the array 'entries'")
    exchanges, left_out = list[HarExchange](), Counter[str]()
    for entry in entries:
        try:
            exchanges.append(_exchange(object_or_empty(entry), path.parent))
        except LeftOut as reason:
            left_out[str(reason)] += 1
        except (ValueError, TypeError):  # of a URL, a number or a text that is not one
            left_out["that are malformed"] += 1
    return HarFile(exchanges, left_out)


def _exchange(entry: dict[str, Json], folder: Path) -> HarExchange:
    """The exchange of an entry; raises LeftOut, ValueError and TypeError."""
    request, response = (object_or_empty(entry.get(name)) for name in ("request", "response"))
    url, method, status = request.get("url"), request.get("method"), response.get("status")
    if not isinstance(url, str) or not isinstance(method, str) or not is_token(method):
        raise ValueError("an entry has no request")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise LeftOut("that are not HTTP")
    if not parts.hostname:
        raise ValueError("a URL has no host")
    if isinstance(status, bool) or not isinstance(status, int | float) or not 200 <= status <= 599:
        raise LeftOut("without an answer")
    origin = Origin.of_url(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")
    head = Head(method.upper(), _quoted(parts.path) or "/", _quoted(parts.query), _headers(request))
    headers = [each for each in passed_headers(head, origin, None, origin.scheme) if each[0] not in _UNSENT]
    path, _, query = passed_target(head, origin).partition("?")
    body, content_type = _sent_body(object_or_empty(request.get("postData")), folder)
    if content_type and all(name != "content-type" for name, _ in headers):
        headers.append(("content-type", content_type))
    answer = _answer(int(status), response, folder, is_head=head.method == "HEAD")
    return HarExchange(str(origin), Request(Head(head.method, path, query, headers), body), answer)


def _quoted(text: str) -> str:
    """A part of a URL, in which browsers may show characters that are percent-encoded when they are sent."""
    return quote(text, safe=_NOT_QUOTED, errors="replace")


def _headers(message: dict[str, Json]) -> list[tuple[str, str]]:
    """The headers of a message, without the pseudo-headers of HTTP/2."""
    found = []
    for item in array_or_empty(message.get("headers")):
        header = object_or_empty(item)
        name, value = header.get("name"), header.get("value")
        if isinstance(name, str) and isinstance(value, str) and is_token(name):
            found += [(name.lower(), line.strip()) for line in value.split("\n")]
    return found


def _sent_body(posted: dict[str, Json], folder: Path) -> tuple[bytes, str]:
    """The body of a request, and its media type."""
    kind = posted.get("mimeType")
    content_type = kind if isinstance(kind, str) else ""
    data = _data(posted, folder, content_type)
    if data is None and content_type.lower().startswith("application/x-www-form-urlencoded"):
        fields = [object_or_empty(each) for each in array_or_empty(posted.get("params"))]
        data = urlencode([(str(each.get("name")), str(each.get("value", ""))) for each in fields]).encode()
    return data or b"", content_type


def _answer(status: int, response: dict[str, Json], folder: Path, *, is_head: bool) -> Answer:
    """The answer of an entry, with its body decoded; raises LeftOut if it has none."""
    content, sent = object_or_empty(response.get("content")), _headers(response)
    codings = read_codings(", ".join(value for name, value in sent if name == "content-encoding"))
    headers = [each for each in sent if each[0] not in _DESCRIBED]
    kind = content.get("mimeType")
    if all(name != "content-type" for name, _ in headers) and isinstance(kind, str) and "/" in kind:
        headers.append(("content-type", kind))
    if is_head or status in BODILESS:
        return Answer(status, headers)
    content_type = next((value for name, value in headers if name == "content-type"), "")
    data, size = _data(content, folder, content_type), content.get("size")
    if data is None and _has_body(size, response, sent):
        raise LeftOut("whose body is missing")
    return Answer(status, headers, _decoded(data or b"", codings))


def _has_body(size: Json, response: dict[str, Json], headers: Headers) -> bool:
    """Whether an answer without a text had a body when it was sent."""
    sizes = (size, response.get("bodySize"))
    if any(isinstance(each, int | float) and each > 0 for each in sizes):
        return True
    return any(name == "content-length" and value != "0" for name, value in headers)


def _decoded(data: bytes, codings: tuple[str, ...] | None) -> bytes:
    """A body without its content coding, which only some programs leave in it."""
    if not codings or not data:
        return data
    try:
        return decode_content(data, codings, MOST_BODY_BYTES)
    except BrokenContent:
        return data  # it is decoded, as HAR wants
    except ContentTooLarge:
        raise LeftOut("whose body is too large") from None


def _data(content: dict[str, Json], folder: Path, content_type: str) -> bytes | None:
    """The bytes of a body, None if they are missing; Playwright may have put them into a file beside it."""
    text, file = content.get("text"), content.get("_file")
    if isinstance(file, str) and not isinstance(text, str):
        return _file(folder, file)
    if not isinstance(text, str):
        return None
    if content.get("encoding") == "base64":
        try:
            return base64.b64decode(text, validate=False)
        except binascii.Error:
            raise ValueError("a body is not base64") from None
    media_type = parse_content_type(content_type)
    charset = media_type.parameters.get("charset", "utf-8") if media_type is not None else "utf-8"
    try:
        return text.encode(charset)
    except (LookupError, UnicodeEncodeError):
        return text.encode("utf-8", "replace")


def _file(folder: Path, name: str) -> bytes:
    """The content of a body's file in the folder of the HAR file."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise LeftOut("whose body is missing")
    try:
        return read_bytes(path, MOST_BODY_BYTES)
    except CannotRead:
        raise LeftOut("whose body is missing") from None

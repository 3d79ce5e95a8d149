"""The `respond` of a recorded stub: an answer of the real backend, without secrets, and its body's file."""

import hashlib
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.description import BODILESS
from mockserver.contract.operation import Operation
from mockserver.data.decoding import Undecodable, decode
from mockserver.data.json import Json
from mockserver.data.source import CannotRead, parse
from mockserver.data.yaml_writer import to_yaml
from mockserver.engine.exchange import Exchange
from mockserver.engine.masked_request import MaskedRequest
from mockserver.http import header_rules
from mockserver.http.body_redaction import redact_body
from mockserver.http.head_redaction import redact_headers
from mockserver.http.media_types import parse_content_type
from mockserver.http.message import Answer, Headers, Request, encoded
from mockserver.http.redaction import MASK, Redactor
from mockserver.scenarios.answer_headers import header_violations
from mockserver.scenarios.answer_template import answer_violations
from mockserver.scenarios.expressions import ESCAPED, OPENING

LONGEST_INLINE = 4 * 1024  # bytes of a body that is not a file
FOLDER = "responses"
_KEPT = frozenset(
    ("allow", "content-disposition", "content-language", "etag", "link", "location", "retry-after",
     "www-authenticate")
)  # fmt: skip
_NEVER_KEPT = frozenset(("content-encoding", "content-length", "date", "set-cookie", "via"))
_SUFFIXES = {
    "application/pdf": ".pdf", "application/xml": ".xml", "image/gif": ".gif", "image/jpeg": ".jpg",
    "image/png": ".png", "image/svg+xml": ".svg", "image/webp": ".webp", "text/css": ".css",
    "text/csv": ".csv", "text/html": ".html", "text/javascript": ".js", "text/plain": ".txt",
    "text/xml": ".xml",
}  # fmt: skip
_NO_WORD = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 60
_PLAIN_WORDS = re.compile(r"[A-Za-z0-9_ .,:/@+-]*")
_PLAIN = "text/plain; charset=utf-8"


class RecordedAnswer(Struct, frozen=True):
    """An answer as a `respond`, and the file of its body: its name in the folder, and its content."""

    respond: dict[str, Json]
    file: tuple[str, bytes] | None = None

    @property
    def identity(self) -> str:
        """What two equal answers have in common: all but headers that may be others each time."""
        return identity_of(self.respond)


def identity_of(respond: dict[str, Json]) -> str:
    """The same of a `respond`."""
    headers = respond.get("headers")
    location = headers.get("location") if isinstance(headers, dict) else None
    compared = {name: each for name, each in respond.items() if name not in ("headers", "offContract")}
    return json.dumps([compared, location], sort_keys=True, ensure_ascii=False)


def recorded_answer(exchange: Exchange, masked: MaskedRequest, answer: Answer) -> RecordedAnswer:
    """The answer with the secrets masked that it has or repeats of the request.

    One that breaks the contract says so, also if it does since a secret is masked.
    """
    redactor, operation = Redactor(masked.names), exchange.operation
    body = masked.secrets.mask_in_bytes(redact_body(answer.body, redactor))
    headers = redact_headers(masked.secrets.mask_in_pairs(answer.headers), redactor)
    kept = dict(_kept_headers(headers, exchange, answer.status))
    content_type = answer.content_type
    sent = Answer(answer.status, [*kept.items()], body)
    typed = (
        sent
        if content_type is None
        else replace(sent, headers=[("content-type", content_type), *sent.headers])
    )
    recorded = _Body(exchange, typed).recorded(kept)
    is_off_contract = exchange.mutation is None and bool(exchange.own_violations)
    if is_off_contract or _breaks_contract(operation, typed):
        recorded.respond["offContract"] = True
    return recorded


def _kept_headers(headers: Headers, exchange: Exchange, status: int) -> Iterator[tuple[str, str]]:
    """The headers that mean something to clients; references to the mock server are relative."""
    operation = exchange.operation
    response = operation.response(status) if operation is not None else None
    described = {each.name.lower() for each in response.headers} if response is not None else set[str]()
    own = _own_reference(exchange.request)
    for name, value in headers:
        if name in _NEVER_KEPT or name == "content-type" or name not in _KEPT | described or MASK in value:
            continue
        if name in ("location", "link"):
            value = own.sub("", value) or "/"
        if header_rules.violation(name, value) is None:
            yield name, value.replace(OPENING, ESCAPED)


def _own_reference(request: Request) -> re.Pattern[str]:
    """What references to the mock server begin with, for this client: its origin, and the session's path."""
    host, base = re.escape(request.head.header("host") or "localhost"), re.escape(request.base_path)
    session = rf"|(?<![^<\s]){base}" if base else ""
    return re.compile(rf"(?:https?://{host}(?:{base})?{session})(?=[/?#]|$)")


def _breaks_contract(operation: Operation | None, answer: Answer) -> bool:
    """Whether a stub with this answer needs `offContract`."""
    if operation is None:
        return False
    if operation.response(answer.status) is None:
        return True
    return any(answer_violations(operation, answer, None)) or any(header_violations(operation, answer))


class _Body:
    """How the body of an answer is written."""

    def __init__(self, exchange: Exchange, answer: Answer) -> None:
        self._exchange = exchange
        self._answer = answer
        self._type = answer.content_type
        self._media = parse_content_type(self._type or "")

    def recorded(self, headers: dict[str, str]) -> RecordedAnswer:
        """The answer with these headers, to which that of the media type is added if necessary."""
        status, body = self._answer.status, self._answer.body
        respond: dict[str, Json] = {"status": status}
        if status in BODILESS or (not body and self._has_no_content()):
            return _with_headers(respond, headers)
        if self._media is not None and self._media.is_json and (value := self._inline_json()) is not None:
            return _with_headers(respond | {"body": value[0]}, headers, self._unless("application/json"))
        if (text := self._inline_text()) is not None:
            return _with_headers(respond | {"text": text}, headers, self._unless(_PLAIN) if body else None)
        name, content = self._file()
        kind = self._unless("application/json") if name.endswith(".json") else self._type
        kind = kind or (None if name.endswith(".json") else "application/octet-stream")
        return _with_headers(respond | {"body": f"{FOLDER}/{name}"}, headers, kind, (name, content))

    def _has_no_content(self) -> bool:
        """Whether the contract documents no body, so that an answer without one has none."""
        operation = self._exchange.operation
        response = operation.response(self._answer.status) if operation is not None else None
        is_head = self._exchange.request.head.method == "HEAD"
        return is_head or (response is not None and not response.content)

    def _unless(self, usual: str) -> str | None:
        return None if self._type == usual else self._type

    def _inline_json(self) -> tuple[Json] | None:
        """The value of short JSON, if YAML has it without a loss."""
        if len(self._answer.body) > LONGEST_INLINE:
            return None
        try:
            value = decode(self._answer.body)
        except Undecodable:
            return None
        if isinstance(value, str) or not _is_same(encoded(value), self._answer.body):
            return None
        value = _escaped(value)
        return (value,) if _survives_yaml(value) else None

    def _inline_text(self) -> str | None:
        body = self._answer.body
        if len(body) > LONGEST_INLINE or (body and (self._media is None or self._media.is_binary)):
            return None
        try:
            text = body.decode().replace(OPENING, ESCAPED)
        except UnicodeDecodeError:
            return None
        return text if _survives_yaml(text) else None

    def _file(self) -> tuple[str, bytes]:
        """The name and the content of a body's file."""
        media, body = self._media, self._answer.body
        is_json = media is not None and media.is_json
        if OPENING.encode() in body and not (media is not None and media.is_binary and not is_json):
            body = _escaped_body(body, is_json=is_json)
        suffix = ".json" if is_json else _SUFFIXES.get(media.essence if media is not None else "", ".bin")
        digest = hashlib.sha256(self._answer.body).hexdigest()[:10]
        return f"{_name(self._exchange)}-{self._answer.status}-{digest}{suffix}", body


def _with_headers(
    respond: dict[str, Json],
    headers: dict[str, str],
    content_type: str | None = None,
    file: tuple[str, bytes] | None = None,
) -> RecordedAnswer:
    all_headers: dict[str, Json] = {"content-type": content_type} if content_type else {}
    all_headers |= headers
    return RecordedAnswer(respond | ({"headers": all_headers} if all_headers else {}), file)


def _name(exchange: Exchange) -> str:
    """The name of the operation as a part of a file's name; the method and path where there is none."""
    operation, head = exchange.operation, exchange.request.head
    text = operation.id if operation is not None else f"{head.method} {exchange.masked.path}"
    return _NO_WORD.sub("-", text.lower()).strip("-")[:_LONGEST_NAME].strip("-") or "answer"


def _is_same(one: bytes, other: bytes) -> bool:
    """Whether two JSON texts have the same value, to the last digit of a number."""
    return bool(json.loads(one, parse_float=Decimal) == json.loads(other, parse_float=Decimal))


def _survives_yaml(value: Json) -> bool:
    """Whether a value stays the same when it is written and read; only unusual scalars are tried."""
    unusual: list[Json] = list(_unusual_scalars(value))
    if not unusual:
        return True
    try:
        return encoded(parse(to_yaml({"scalars": unusual}), Path("stubs.yaml")).data) == encoded(
            {"scalars": unusual}
        )
    except (CannotRead, ValueError, RecursionError):
        return False


def _unusual_scalars(value: Json) -> Iterator[Json]:
    """The numbers with fractions, and the strings and names that are not plain words."""
    match value:
        case dict():
            yield from (name for name in value if _PLAIN_WORDS.fullmatch(name) is None)
            for each in value.values():
                yield from _unusual_scalars(each)
        case list():
            for each in value:
                yield from _unusual_scalars(each)
        case str() if _PLAIN_WORDS.fullmatch(value) is None:
            yield value
        case float():
            yield value


def _escaped(value: Json) -> Json:
    """JSON in which nothing is a runtime expression."""
    match value:
        case str():
            return value.replace(OPENING, ESCAPED)
        case list():
            return [_escaped(each) for each in value]
        case dict():
            return {name: _escaped(each) for name, each in value.items()}
    return value


def _escaped_body(body: bytes, *, is_json: bool) -> bytes:
    try:
        return (
            encoded(_escaped(decode(body))) if is_json else body.replace(OPENING.encode(), ESCAPED.encode())
        )
    except Undecodable:
        return body.replace(OPENING.encode(), ESCAPED.encode())

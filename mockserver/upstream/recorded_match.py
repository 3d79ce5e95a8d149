"""The `match` of a recorded stub: what distinguishes its request, without secrets and volatile parts."""

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile

from mockserver.contract.bodies.json_or_text import json_or_text
from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.engine.exchange import Exchange
from mockserver.engine.masked_request import MaskedHead, MaskedRequest
from mockserver.http.control_names import CONTROL_QUERY
from mockserver.http.message import Headers, as_utf8, received_body, with_sent_headers
from mockserver.http.redaction import MASK

LONGEST_BODY = 4 * 1024  # bytes of a body that a stub has whole
_LONGEST_MEMBER = 200  # characters of a member of a longer body
_CONDITIONAL = frozenset((206, 304, 412, 416))  # statuses that conditions in headers decide
_CONDITIONS = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "range")
_VOLATILE = re.compile(
    r"idempotency-key|traceparent|tracestate|baggage|x-amzn-trace-id|b3|x-b3-.*|date|user-agent|cookie"
    r"|(x-)?(request|correlation|trace|transaction|message)-?id|.*(nonce|timestamp|signature).*"
)
_SYNTAX = re.compile(r"[\\^$.*+?()\[\]{}|]")


def masked_request(exchange: Exchange) -> MaskedRequest:
    """The request with its secrets masked, its whole body included."""
    request = exchange.request
    head = MaskedHead(with_sent_headers(request.head, request.sent), exchange.facts.secret)
    return MaskedRequest(head, received_body(request))


def recorded_match(exchange: Exchange, masked: MaskedRequest, status: int) -> dict[str, Json]:
    """The members of `match`; empty if the operation alone says which requests they are."""
    operation, head = exchange.operation, exchange.request.head
    match: dict[str, Json] = {}
    if operation is None or head.method != operation.method:
        match["method"] = head.method
    if operation is None or head.path != operation.path:
        match |= _path(head.path, masked.path)
    query = _query(head.pairs, masked.query)
    headers: dict[str, Json] = dict(_headers(masked.headers, operation, status))
    if query:
        match["query"] = query
    if headers:
        match["header"] = headers
    return {**match, **_body(exchange, masked)}


def weight(match: Json) -> int:
    """How narrow a match is: one that takes some requests of another one only is heavier."""
    total = 0
    for name, value in match.items() if isinstance(match, dict) else ():
        match name:
            case "query" | "header" if isinstance(value, dict):
                total += sum(len(each) if isinstance(each, list) else 1 for each in value.values())
            case "bodyPartial":
                total += 1 + _leaves(value)
            case "body":
                total += 1_000_000
            case "bodySchema":
                total += 500_000
            case "path":
                total += 2
            case _:
                total += 1
    return total


def _leaves(value: Json) -> int:
    match value:
        case dict():
            return 1 + sum(map(_leaves, value.values()))
        case list():
            return 1 + sum(map(_leaves, value))
    return 1


def _path(path: str, masked: str) -> dict[str, Json]:
    """The path, or a pattern that has any segment where a secret is."""
    if path == masked:
        return {"path": path}
    segments = ("[^/]+" if MASK in segment else _escaped(segment) for segment in masked.split("/"))
    return {"pathPattern": f"^{'/'.join(segments)}$"}


def _query(pairs: Headers, masked: Headers) -> dict[str, Json]:
    """The value of each parameter, or an array of all its values, unless one of them is secret."""
    dropped = {*CONTROL_QUERY, *(pair[0] for pair, shown in zip(pairs, masked, strict=True) if pair != shown)}
    found: dict[str, list[Json]] = {}
    for name, value in pairs:
        if name not in dropped:
            found.setdefault(as_utf8(name), []).append(as_utf8(value))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _headers(headers: Headers, operation: Operation | None, status: int) -> Iterator[tuple[str, Json]]:
    """The headers that the contract describes as parameters, and the conditions of a conditional answer."""
    described = {
        each.name.lower()
        for each in (operation.parameters if operation is not None else ())
        if each.location == "header"
    }
    if status in _CONDITIONAL:
        described |= {*_CONDITIONS}
    names = [name for name, _ in headers]
    for name, value in headers:
        is_kept = name in described and _VOLATILE.fullmatch(name) is None and MASK not in value
        if is_kept and names.count(name) == 1:
            yield name, value


def _body(exchange: Exchange, masked: MaskedRequest) -> Mapping[str, Json]:
    """The body, or those of its members that are short and not secret."""
    request = exchange.request
    data = received_body(request)
    is_multipart = (request.head.header("content-type") or "").lower().startswith("multipart/")
    if not data or is_multipart or request.over is not None:
        return {}  # the boundary of a multipart body is another one each time
    value = json_or_text(data, request.head.headers)
    is_masked = masked.body != data
    if not is_masked and len(data) <= LONGEST_BODY:
        return {"body": value}
    if isinstance(value, str) and len(data) <= LONGEST_BODY and _is_form(request.head.header("content-type")):
        return _form(masked.body.decode("utf-8", "replace"))
    if not isinstance(value, dict):
        return {}
    if is_masked:
        value = _without_secrets(value, json_or_text(masked.body, request.head.headers))
    kept = value if len(data) <= LONGEST_BODY or not isinstance(value, dict) else _short_members(value)
    return {"bodyPartial": kept} if kept else {}


def _is_form(content_type: str | None) -> bool:
    return (content_type or "").lower().startswith("application/x-www-form-urlencoded")


def _form(masked: str) -> dict[str, Json]:
    """A pattern of a form that has any value where a secret is."""
    fields = []
    for field in masked.split("&"):
        name, _, value = field.partition("=")
        is_secret = MASK in value and MASK not in name
        fields.append(f"{_escaped(name)}=[^&]*" if is_secret else _escaped(field))
    return {"bodySchema": {"type": "string", "pattern": f"^{'&'.join(fields)}$"}}


def _escaped(text: str) -> str:
    """A text as a regular expression for itself; a mask stands for anything."""
    return _SYNTAX.sub(r"\\\g<0>", text).replace(MASK, ".*")


def _short_members(value: dict[str, Json]) -> Json:
    return {
        name: each
        for name, each in value.items()
        if not isinstance(each, dict | list) and len(str(each)) <= _LONGEST_MEMBER
    }


def _without_secrets(value: Json, masked: Json) -> Json:
    """The members of a value that are not masked, and the items of an array before the first masked one."""
    match value, masked:
        case dict(), dict():
            return {
                name: _without_secrets(each, masked[name])
                for name, each in value.items()
                if name in masked and not _is_masked(each, masked[name])
            }
        case list(), list():
            shown = takewhile(lambda pair: not _is_masked(*pair), zip(value, masked, strict=False))
            return [_without_secrets(*pair) for pair in shown]
    return value


def _is_masked(value: Json, masked: Json) -> bool:
    """Whether a whole value is masked; objects and arrays are not if only a part of them is."""
    if isinstance(value, dict | list):
        return type(value) is not type(masked)
    return value != masked

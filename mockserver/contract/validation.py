"""A request against its operation, and an answer against its response: lists of violations, never raised."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from mockserver.contract.decoding import Undecodable, decode, quoted
from mockserver.contract.judge import SchemaViolation
from mockserver.contract.operation import Operation, Parameter, is_json
from mockserver.contract.references import types as types_at
from mockserver.model import Json
from mockserver.nearest import did_you_mean
from mockserver.reading import pointer_token

Place = Literal["path", "query", "header", "cookie", "body"]
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that the contract forbids: where in the request, the rule, and a sentence.

    `pointer` is a JSON Pointer into the body, or `/NAME` of a parameter; `rule` points into the contract.
    """

    place: Place
    pointer: str
    keyword: str
    message: str
    rule: str = ""
    name: str | None = None  # of a parameter

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}" if self.place == "body" and self.pointer else self.message

    def as_json(self) -> dict[str, Json]:
        named: dict[str, Json] = {} if self.name is None else {"name": self.name}
        return {
            "in": self.place,
            **named,
            "pointer": self.pointer,
            "keyword": self.keyword,
            "message": self.message,
        }


class Received(Protocol):
    """A request as the contract sees it: everything still text, names of headers in lower case."""

    @property
    def query(self) -> Sequence[tuple[str, str]]: ...
    @property
    def headers(self) -> Sequence[tuple[str, str]]: ...
    @property
    def cookies(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def over(self) -> int | None:
        """The limit, in bytes, that the body went over; such a body was dropped."""


@dataclass(slots=True)
class Checked:
    """What validation made of a request: its values, and what was wrong, in the contract's order."""

    parameters: dict[str, Json] = field(default_factory=dict)  # path parameters, by name
    body: Json = None
    violations: list[Violation] = field(default_factory=list)
    status: int = 400  # of the answer, where there are violations: 400, 413 or 415


def check_request(operation: Operation, path: Mapping[str, str], request: Received) -> Checked:
    """Everything that the contract forbids about a request; `path` holds the path's values by name."""
    checked = Checked()
    for parameter in operation.parameters:
        _check_parameter(operation, parameter, list(_texts(parameter, path, request)), checked)
    if request.over is not None:
        checked.status = 413
        message = f"the body is larger than {request.over:,} bytes"
        checked.violations.append(Violation("body", "", "maxBytes", message, operation.pointer))
    else:
        _check_body(operation, request, checked)
    return checked


def check_answer(operation: Operation, status: int, content_type: str | None, body: bytes) -> list[Violation]:
    """What the contract forbids about an answer of the mock itself."""
    response = operation.response(status)
    if response is None:
        message = f"the contract documents no {status}"
        return [Violation("body", "", "status", message, operation.pointer)]
    if not response.content or (not body and status in (204, 304)):
        return []
    media = response.content.get((content_type or "").partition(";")[0].strip().lower())
    if media is None:
        documented = ", ".join(response.content)
        message = f"the contract documents {documented}, not {content_type or 'an answer without a type'}"
        return [Violation("body", "", "contentType", message, response.pointer)]
    if media.schema is None or not is_json(media.name):
        return []
    try:
        value = decode(body)
    except Undecodable as error:
        return [Violation("body", "", error.keyword, str(error), media.pointer)]
    return [_in_body(each) for each in operation.judges.at(media.schema).violations(value)]


def _check_body(operation: Operation, request: Received, checked: Checked) -> None:
    body = operation.body
    if body is None:
        return
    if not request.body:
        if body.required:
            message = "the body is missing; the contract requires one"
            checked.violations.append(Violation("body", "", "required", message, body.pointer))
        return
    refusal = _unsupported(operation, request)
    if refusal is not None:
        checked.status = 415
        checked.violations.append(refusal)
        return
    media = body.content[_essence(_header(request, "content-type") or "")]
    if not is_json(media.name):
        return
    try:
        checked.body = decode(request.body)
    except Undecodable as error:
        checked.violations.append(Violation("body", "", error.keyword, str(error), media.pointer))
        return
    if media.schema is not None:
        found = operation.judges.at(media.schema).violations(checked.body)
        checked.violations.extend(map(_in_body, found))


def _unsupported(operation: Operation, request: Received) -> Violation | None:
    """The violation of a body whose type or encoding the contract does not take (RFC 9110, 15.5.16)."""
    if operation.body is None:
        return None
    encoding = _header(request, "content-encoding")
    if encoding is not None and encoding.lower() != "identity":
        message = f"the body is encoded with {quoted(encoding)}; send it without Content-Encoding"
        return Violation("header", "/content-encoding", "contentEncoding", message, operation.body.pointer)
    given = _header(request, "content-type")
    if given is not None and _essence(given) in operation.body.content:
        return None
    found = f"found {quoted(given)}" if given is not None else "found no Content-Type"
    near = did_you_mean(_essence(given or ""), operation.body.content)
    message = f"expected the body as {' or '.join(operation.body.content)}, {found}{near if given else ''}"
    return Violation("header", "/content-type", "contentType", message, operation.body.pointer)


def _check_parameter(operation: Operation, parameter: Parameter, texts: list[str], checked: Checked) -> None:
    place, name = parameter.location, parameter.name
    pointer = f"/{pointer_token(name)}"

    def violation(keyword: str, message: str, rule: str) -> None:
        checked.violations.append(Violation(place, pointer, keyword, message, rule, name))

    if not texts:
        if parameter.required:
            violation("required", f"the {place} parameter {name!r} is missing", parameter.pointer)
        return
    if parameter.schema is None:
        value: Json = texts[0]
    else:
        if any("\ud800" <= character <= "\udfff" for text in texts for character in text):
            violation("encoding", f"the {place} parameter {name!r} is not UTF-8", parameter.pointer)
            return
        types = types_at(operation.document.data, parameter.schema)
        value = _value(operation, parameter.schema, types, texts)
        for each in operation.judges.at(parameter.schema).violations(value):
            violation(each.keyword, f"{name}: {each.message}", each.schema_pointer)
    if place == "path":
        checked.parameters[name] = value


def _value(operation: Operation, schema: str, types: frozenset[str], texts: list[str]) -> Json:
    """The texts of one parameter as the value that its schema speaks of."""
    if "array" in types:
        items = types_at(operation.document.data, f"{schema}/items")
        parts = texts if len(texts) > 1 else texts[0].split(",")
        return [_scalar(text, items) for text in parts]
    return _scalar(texts[0], types)


def _scalar(text: str, types: frozenset[str]) -> Json:
    if "integer" in types and _INTEGER.fullmatch(text) and len(text) < 309:
        return int(text)
    if types & {"integer", "number"} and _NUMBER.fullmatch(text):
        return number if math.isfinite(number := float(text)) else text
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    return text


def _texts(parameter: Parameter, path: Mapping[str, str], request: Received) -> Iterator[str]:
    """Each value that the request gives a parameter, as text."""
    name = parameter.name
    match parameter.location:
        case "path":
            yield from (value for key, value in path.items() if key == name)
        case "query":
            yield from (value for key, value in request.query if key == name)
        case "header":
            yield from (value for key, value in request.headers if key == name.lower())
        case "cookie":
            yield from (value for key, value in request.cookies.items() if key == name)


def _in_body(found: SchemaViolation) -> Violation:
    return Violation("body", found.pointer, found.keyword, found.message, found.schema_pointer)


def _header(request: Received, name: str) -> str | None:
    return next((value for key, value in request.headers if key == name), None)


def _essence(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()

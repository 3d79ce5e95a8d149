"""A request against its operation, and an answer against its response: lists of violations, never raised."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Literal, Protocol, cast

from msgspec import Struct, field

from mockserver.contract.bodies import decode_body
from mockserver.contract.description import BODILESS, MediaType, RequestBody
from mockserver.contract.operation import DirectedDocument, Operation
from mockserver.contract.parameters import ParameterViolation, ParsedParameters
from mockserver.contract.schema.judge import SchemaViolation
from mockserver.data.decoding import Undecodable, quoted
from mockserver.data.json import Json
from mockserver.data.reading import MISSING
from mockserver.data.suggest import did_you_mean
from mockserver.http.media_types import accepted, entry
from mockserver.http.problem import Problem, ProblemError

RequestPart = Literal["path", "query", "header", "cookie", "body"]


class Violation(Struct, frozen=True):
    """One thing that the contract forbids: where in the request, the rule, and a sentence.

    `pointer` is a JSON Pointer into the body, or `/NAME` of a parameter; `rule` points into the contract.
    """

    location: RequestPart
    pointer: str
    keyword: str
    message: str
    rule: str = ""
    name: str | None = None  # of a parameter

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}" if self.location == "body" and self.pointer else self.message

    def as_json(self) -> dict[str, Json]:
        named: dict[str, Json] = {} if self.name is None else {"name": self.name}
        return {
            "in": self.location,
            **named,
            "pointer": self.pointer,
            "keyword": self.keyword,
            "message": self.message,
        }


class ReceivedHead(Protocol):
    """The head of a request as the contract sees it: all still text, names of headers in lower case."""

    @property
    def raw_query(self) -> Sequence[tuple[str, str]]:
        """The query's members, their values still percent-encoded."""

    @property
    def headers(self) -> Sequence[tuple[str, str]]: ...
    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in lower case."""

    @property
    def cookie_pairs(self) -> Sequence[tuple[str, str]]: ...


class Received(Protocol):
    """A request as the contract sees it."""

    @property
    def head(self) -> ReceivedHead: ...
    @property
    def body(self) -> bytes: ...
    @property
    def over(self) -> int | None:
        """The limit, in bytes, that the body went over; such a body was dropped."""


class NotAcceptable(ProblemError):
    """The client accepts none of the media types that the contract offers."""

    def __init__(self, accept: str, available: tuple[str, ...]) -> None:
        super().__init__(f"Accept takes none of {', '.join(available)}")
        self.accept = accept
        self.available = available

    def problem(self) -> Problem:
        return Problem("not-acceptable", str(self), {"available": list(self.available)})


class Checked(Struct):
    """What validation made of a request: its values, and what was wrong, in the contract's order."""

    parameters: dict[str, Json] = field(default_factory=dict)  # path parameters, by name
    body: Json = None
    notes: list[str] = field(default_factory=list)  # what is legal, and worth a remark
    violations: list[Violation] = field(default_factory=list)
    status: int = 400  # of the answer, where there are violations: 400, 413 or 415


def check_request(operation: Operation, path: Mapping[str, str], request: Received) -> Checked:
    """Everything that the contract forbids about a request; `path` has its values, percent-encoded."""
    found = read_parameters(operation, path, request.head)
    return check_body(operation, found, body_type(operation, request.head), request)


def read_parameters(operation: Operation, path: Mapping[str, str], head: ReceivedHead) -> ParsedParameters:
    """The parameters of a request, all of which are in its head."""
    cookies = head.cookie_pairs if operation.parameter_readers.takes("cookie") else ()
    return operation.parameter_readers.read(path, head.raw_query, head.headers, cookies)


def body_type(operation: Operation, head: ReceivedHead) -> MediaType | Violation | None:
    """What the contract says of a body as the head announces it, or that it takes no such body.

    None where the operation has no body.
    """
    body = operation.body
    if body is None:
        return None
    content_type, encoding = head.header("content-type"), head.header("content-encoding")
    media = None if content_type is None else entry(body.content, content_type)
    is_encoded = encoding is not None and encoding.lower() != "identity"
    if media is None or is_encoded:
        return _unsupported(body, content_type, encoding if is_encoded else None)
    return media


def check_body(
    operation: Operation, found: ParsedParameters, media: MediaType | Violation | None, request: Received
) -> Checked:
    """What the contract forbids about a request whose head was read (`read_parameters`, `body_type`)."""
    violations = [_violation(each) for each in found.violations] if found.violations else []
    own = found.values["path"].items()  # copied, for others have the same head
    parameters = {name: value if isinstance(value, str) else deepcopy(value) for name, value in own}
    checked = Checked(parameters, notes=found.notes, violations=violations)
    if request.over is not None:
        checked.status = 413
        message = f"the body is larger than {request.over:,} bytes"
        checked.violations.append(Violation("body", "", "maxBytes", message, operation.pointer))
    elif not request.body:
        if operation.body is not None and operation.body.required:
            message = "the body is missing; the contract requires one"
            checked.violations.append(Violation("body", "", "required", message, operation.body.pointer))
    elif isinstance(media, Violation):
        checked.status = 415
        checked.violations.append(media)
    elif media is not None:
        content_type = request.head.header("content-type") or ""
        checked.body, violations = _judged(operation.requests, media, content_type, request.body)
        checked.violations.extend(violations)
    return checked


def check_accept(operation: Operation, accept: str) -> None:
    """Raise NotAcceptable where the client takes no type of the successful answer (RFC 9110, 15.5.7)."""
    response = operation.response(operation.success)
    offered = tuple(response.content) if response is not None else ()
    if offered and accepted(accept, offered) is None:
        raise NotAcceptable(accept, offered)


def check_answer(
    operation: Operation, status: int, content_type: str | None, body: bytes, value: object = MISSING
) -> list[Violation]:
    """What the contract forbids about an answer of the mock itself; `value` is what JSON was made from."""
    response = operation.response(status)
    if response is None:
        message = f"the contract documents no {status}"
        return [Violation("body", "", "status", message, operation.pointer)]
    if not response.content or (not body and status in BODILESS):
        return []
    media = entry(response.content, content_type or "")
    if media is None:
        documented = ", ".join(response.content)
        message = f"the contract documents {documented}, not {content_type or 'an answer without a type'}"
        return [Violation("body", "", "contentType", message, response.pointer)]
    if value is not MISSING and media.is_json:
        return _breaks(operation.answers, media, cast("Json", value))
    return _judged(operation.answers, media, content_type or "", body)[1]


def _judged(
    side: DirectedDocument, media: MediaType, content_type: str, body: bytes
) -> tuple[Json, list[Violation]]:
    """A body's value, and what its schema forbids about it."""
    try:
        decoded = decode_body(media, content_type, body, side.types)
    except Undecodable as error:
        return None, [Violation("body", "", error.keyword, str(error), media.pointer)]
    return decoded.value, _breaks(side, media, decoded.value) if decoded.judged else []


def _breaks(side: DirectedDocument, media: MediaType, value: Json) -> list[Violation]:
    if media.schema is None:
        return []
    return list(map(_in_body, side.judges.judge(media.schema).violations(value)))


def _unsupported(body: RequestBody, given: str | None, encoding: str | None) -> Violation:
    """The violation of a body whose type or encoding the contract does not take (RFC 9110, 15.5.16)."""
    if encoding is not None:
        message = f"the body is encoded with {quoted(encoding)}; send it without Content-Encoding"
        return Violation("header", "/content-encoding", "contentEncoding", message, body.pointer)
    found = f"found {quoted(given)}" if given is not None else "found no Content-Type"
    near = did_you_mean((given or "").partition(";")[0].strip(), body.content)
    message = f"expected the body as {' or '.join(body.content)}, {found}{near if given else ''}"
    return Violation("header", "/content-type", "contentType", message, body.pointer)


def _violation(found: ParameterViolation) -> Violation:
    parameter = found.parameter
    return Violation(
        parameter.location, found.pointer, found.keyword, found.message, found.rule, parameter.name
    )


def _in_body(found: SchemaViolation) -> Violation:
    return Violation("body", found.pointer, found.keyword, found.message, found.schema_pointer)

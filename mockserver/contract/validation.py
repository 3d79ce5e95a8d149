"""Validates requests and answers against the contract. Violations are returned as lists, never raised."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import cast

from msgspec import Struct, field

from mockserver.contract.bodies import decode_body, decode_leniently
from mockserver.contract.description import BODILESS, MediaType, RequestBody
from mockserver.contract.operation import DirectedDocument, Operation
from mockserver.contract.parameters import (
    Deviation,
    Leniency,
    ParameterViolation,
    ParsedParameters,
    not_judged_leniency,
)
from mockserver.contract.schema.judge import SchemaViolation
from mockserver.contract.schema.read_only import ReadOnlyMembers, dropped_pointers
from mockserver.contract.schema.work import WorkBudget, WorkHolder, take_not_judged
from mockserver.data.decoding import Undecodable
from mockserver.data.json import Json
from mockserver.data.quoting import quoted
from mockserver.data.reading import MISSING
from mockserver.data.suggest import nearest
from mockserver.http.content_codings import SUPPORTED
from mockserver.http.media_types import matching_entry, parse_content_type, preferred_type
from mockserver.http.message import Answer, Head, Request
from mockserver.http.problem import Problem, ProblemError

BYTES = "application/binary"  # unregistered, but what some SDKs accept where they expect a file


class Violation(Deviation, frozen=True, kw_only=True):
    """One way in which a request or answer breaks the contract.

    `keyword` is the violated keyword, and `rule` its JSON Pointer in the contract, if it has one.
    """

    rule: str = ""


class NotAcceptable(ProblemError):
    """The `Accept` header allows none of the media types that the contract documents for the answer."""

    def __init__(self, accept: str, available: tuple[str, ...]) -> None:
        super().__init__(f"the Accept header allows none of {', '.join(available)}")
        self.accept = accept
        self.available = available

    def problem(self) -> Problem:
        return Problem("not-acceptable", str(self), {"available": list(self.available)})


class Checked(Struct):
    """The result of validating a request: its values, and the violations in document order."""

    parameters: dict[str, Json] = field(default_factory=dict)  # decoded path parameters by name
    body: Json = None
    notes: list[str] = field(default_factory=list)  # remarks about a request that is valid in this respect
    violations: list[Violation] = field(default_factory=list)
    leniencies: list[Leniency] = field(default_factory=list)  # what was read as clients spell it
    undescribed: Violation | None = None  # a body where the contract describes none, which may be an error
    status: int = 400  # of the answer to an invalid request: 400, 413 or 415
    work: WorkBudget | None = None  # of the body's validation, once that has begun
    size: int = 0  # of the body in bytes


def check_request(operation: Operation, path: Mapping[str, str], request: Request) -> Checked:
    """Validate a whole request strictly; `path` maps names of path parameters to percent-encoded values."""
    found = read_parameters(operation, path, request.head)
    return check_body(operation, found, body_type(operation, request.head), request)


def read_parameters(
    operation: Operation, path: Mapping[str, str], head: Head, *, lenient: bool = False
) -> ParsedParameters:
    """Read and validate the path, query, header and cookie parameters of a request.

    `lenient`: parameters that are not valid are read as clients spell them, too.
    """
    cookies = head.cookie_pairs if operation.parameter_readers.declares("cookie") else ()
    return operation.parameter_readers.read(path, head.raw_query, head.headers, cookies, lenient=lenient)


def body_type(operation: Operation, head: Head) -> MediaType | Violation | None:
    """The media type object that applies to the body by the request's `Content-Type`.

    A violation if the contract does not allow that type, or if the `Content-Encoding` is not supported; None
    if the operation has no request body.
    """
    body = operation.body
    if body is None:
        return None
    content_type = head.header("content-type")
    media = None if content_type is None else matching_entry(body.content, content_type)
    if "content-encoding" in head.named and head.codings is None:
        return _unsupported_coding(body, head)
    return _unsupported_type(body, content_type) if media is None else media


def check_body(
    operation: Operation,
    found: ParsedParameters,
    media: MediaType | Violation | None,
    request: Request,
    *,
    lenient: bool = False,
) -> Checked:
    """Validate the body and collect all violations.

    `found` is the result of `read_parameters` for the request's head, `media` that of `body_type`.
    `lenient`: a form that is not valid is read as clients spell it, too.
    """
    violations = [_parameter_violation(each) for each in found.violations] if found.violations else []
    shared = found.values["path"].items()  # cached with the head, so arrays and objects are copied
    parameters = {name: value if isinstance(value, str) else deepcopy(value) for name, value in shared}
    checked = Checked(parameters, notes=found.notes, violations=violations, leniencies=found.leniencies)
    if request.over is not None:
        checked.status = 413
        message = f"the body is larger than {request.over:,} bytes"
        checked.violations.append(Violation("body", "", "maxBytes", message, rule=operation.pointer))
    elif request.broken is not None:
        checked.violations.append(
            Violation("body", "", "contentEncoding", request.broken, rule=operation.pointer)
        )
    elif not request.body:
        if operation.body is not None and operation.body.required:
            message = "the body is missing; the contract requires one"
            checked.violations.append(Violation("body", "", "required", message, rule=operation.body.pointer))
    elif isinstance(media, Violation):
        checked.status = 415
        checked.violations.append(media)
    elif media is None:
        message = "the contract describes no body for this operation"
        checked.undescribed = Violation("body", "", "contentType", message, rule=operation.pointer)
    else:
        content_type = request.head.header("content-type") or ""
        if found.work is not None:
            checked.work = found.work.remaining()
        checked.size = len(request.body)
        checked.body, invalid = _validate_body(operation.requests, media, content_type, request.body, checked)
        if invalid:
            checked.violations.extend(invalid)
            if lenient and not media.is_json:
                _read_again(checked, operation.requests, media, content_type, request.body)
        if checked.work is not None and checked.work.not_judged:
            _note_not_judged(checked)
    return checked


def drop_read_only(operation: Operation, media: MediaType | Violation | None, checked: Checked) -> list[str]:
    """Drop the read-only members from an invalid body, and validate it without them.

    Changes `checked`, and returns the JSON Pointers of the dropped members. A body that could not be decoded,
    or is nested too deeply for Python's stack, stays as it is, and so does one that takes too much work.
    """
    if not isinstance(media, MediaType) or media.schema is None or checked.body is None:
        return []
    requests, body = operation.requests, checked.body
    try:
        changed = ReadOnlyMembers(requests.document, requests.judges).dropped_from(body, media.schema)
        dropped = list(dropped_pointers(body, changed))
    except RecursionError:
        return []
    if not dropped:
        return []
    found = _schema_violations(requests, media, changed, checked)
    if checked.work is not None and checked.work.is_exhausted:
        return []
    others = [each for each in checked.violations if each.location != "body"]
    checked.body, checked.violations = changed, others + found
    _note_not_judged(checked)
    return dropped


def _note_not_judged(checked: Checked) -> None:
    """Add the keywords that were not judged in the body to the leniencies, each once."""
    found = map(not_judged_leniency, take_not_judged(checked))
    checked.leniencies = list(dict.fromkeys((*checked.leniencies, *found)))


class AcceptedBytes(Struct, frozen=True):
    """The documented media type of bytes that an Accept header was read as, and the leniency in that."""

    media_type: str
    leniency: Leniency


def check_accept(operation: Operation, accept: str, *, lenient: bool = False) -> AcceptedBytes | None:
    """Raise NotAcceptable if `accept` allows no media type of the successful answer.

    `lenient`: `application/binary` allows any media type of bytes; which one is returned.
    Source: RFC 9110, section 15.5.7.
    """
    response = operation.response(operation.success)
    offered = response.content if response is not None else {}
    if not offered or preferred_type(accept, tuple(offered)) is not None:
        return None
    wants_bytes = lenient and BYTES in accept.lower() and preferred_type(accept, (BYTES,)) is not None
    name = _type_of_bytes(operation.answers, offered) if wants_bytes else None
    if name is None:
        raise NotAcceptable(accept, tuple(offered))
    message = f"{BYTES} in the Accept header was read as {name}"
    return AcceptedBytes(name, Leniency("header", "/accept", "accept", message))


def _type_of_bytes(directed: DirectedDocument, offered: Mapping[str, MediaType]) -> str | None:
    """The first media type that is neither text nor structured, else the first one whose body is a string."""
    kinds = {name: parse_content_type(name) for name in offered}
    strings = [
        name for name, media in offered.items()
        if media.schema is not None and directed.types.value_types(media.schema).types == {"string"}
    ]  # fmt: skip
    binary = [name for name, kind in kinds.items() if kind is not None and kind.is_binary]
    return next(iter(binary + strings), None)


def check_answer(
    operation: Operation,
    status: int,
    content_type: str | None,
    body: bytes,
    value: object = MISSING,
    holder: WorkHolder | None = None,
) -> list[Violation]:
    """Validate an answer against the contract.

    `value` is the JSON value that was encoded as `body`, if it is known; then the body is not decoded.
    `holder` has the budget for this, which gets the keywords that were not judged.
    """
    media = _answered_type(operation, status, content_type, body)
    if isinstance(media, list):
        return media
    if value is not MISSING and media.is_json:
        if media.schema is None:
            return []
        found = operation.answers.violations(media.schema, cast("Json", value), holder)
        return [_body_violation(each) for each in found] if found else []
    return _validate_body(operation.answers, media, content_type or "", body, holder)[1]


def check_partial_answer(
    operation: Operation, answer: Answer, with_unknowns: Callable[[Json], Json]
) -> list[Violation]:
    """The violations of an answer that do not depend on those of its values that are not known yet.

    `with_unknowns` puts an Unknown for each of them into the decoded body.
    """
    kind = answer.content_type or ""
    media = _answered_type(operation, answer.status, kind, answer.body)
    if isinstance(media, list):
        return media
    try:
        decoded = decode_body(media, kind, answer.body, operation.answers.types)
    except Undecodable as error:
        return [Violation("body", "", error.keyword, str(error), rule=media.pointer)]
    if media.schema is None or not decoded.can_validate:
        return []
    judge = operation.answers.judges.judge(media.schema)
    return list(map(_body_violation, judge.certain_violations(with_unknowns(decoded.value))))


def _answered_type(
    operation: Operation, status: int, content_type: str | None, body: bytes
) -> MediaType | list[Violation]:
    """The media type object of an answer; a list if there is none, with the violation if it needs one."""
    response = operation.response(status)
    if response is None:
        message = f"the contract documents no answer with status {status}"
        return [Violation("body", "", "status", message, rule=operation.pointer)]
    if not response.content or (not body and status in BODILESS):
        return []
    media = matching_entry(response.content, content_type or "")
    if media is None:
        found = content_type or "an answer without a Content-Type"
        message = f"the contract documents {', '.join(response.content)}, not {found}"
        return [Violation("body", "", "contentType", message, rule=response.pointer)]
    return media


def _validate_body(
    directed: DirectedDocument, media: MediaType, content_type: str, body: bytes, holder: WorkHolder | None
) -> tuple[Json, list[Violation]]:
    """Decode a body and validate its value; None as the value if the body cannot be decoded."""
    try:
        decoded = decode_body(media, content_type, body, directed.types)
    except Undecodable as error:
        return None, [Violation("body", "", error.keyword, str(error), rule=media.pointer)]
    if not decoded.can_validate:
        return decoded.value, []
    return decoded.value, _schema_violations(directed, media, decoded.value, holder)


def _read_again(
    checked: Checked, directed: DirectedDocument, media: MediaType, content_type: str, body: bytes
) -> None:
    """Read an invalid body as clients spell it, unless that finds more violations than the strict reading."""
    try:
        second = decode_leniently(media, content_type, body, directed.types)
    except Undecodable:
        return
    if second is None:
        return
    value, leniencies = second
    others = [each for each in checked.violations if each.location != "body"]
    found = _schema_violations(directed, media, value, checked)
    if checked.work is not None and checked.work.is_exhausted:
        return
    is_better = checked.body is None or len(others) + len(found) <= len(checked.violations)
    if is_better and (leniencies or found):
        checked.body, checked.violations = value, others + found
        checked.leniencies = checked.leniencies + leniencies


def _schema_violations(
    directed: DirectedDocument, media: MediaType, value: Json, holder: WorkHolder | None
) -> list[Violation]:
    if media.schema is None:
        return []
    found = directed.judges.judge(media.schema).violations(value, holder)
    return list(map(_body_violation, found)) if found else []


def _unsupported_coding(body: RequestBody, head: Head) -> Violation:
    """The violation for an unsupported content coding (RFC 9110, section 15.5.16)."""
    found = quoted(", ".join(head.all("content-encoding")))
    message = f"expected a body in the coding {' or '.join(SUPPORTED)}, or in none, found {found}"
    return Violation("header", "/content-encoding", "contentEncoding", message, rule=body.pointer)


def _unsupported_type(body: RequestBody, content_type: str | None) -> Violation:
    """The violation for an unsupported media type (RFC 9110, section 15.5.16)."""
    found = f"found {quoted(content_type)}" if content_type is not None else "found no Content-Type"
    near = nearest((content_type or "").partition(";")[0].strip(), body.content)
    hint = f"; did you mean {near!r}?" if near is not None else ""
    message = f"expected a body of type {' or '.join(body.content)}, {found}{hint}"
    return Violation("header", "/content-type", "contentType", message, rule=body.pointer)


def _parameter_violation(found: ParameterViolation) -> Violation:
    parameter = found.parameter
    return Violation(
        parameter.location, found.pointer, found.keyword, found.message, parameter.name, rule=found.rule
    )


def _body_violation(found: SchemaViolation) -> Violation:
    return Violation("body", found.pointer, found.keyword, found.message, rule=found.schema_pointer)

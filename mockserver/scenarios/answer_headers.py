"""Checks the headers of a fixed answer against those that the contract documents for its status."""

from collections.abc import Iterator, Sequence

from mockserver.contract.description import Header, Parameter
from mockserver.contract.operation import Operation
from mockserver.contract.parameters import ParameterReaders, ParameterViolation
from mockserver.http.media_types import matching_entry
from mockserver.http.message import Answer
from mockserver.scenarios.expressions import OPENING

_NOT_JUDGED = "set-cookie"  # is no list (RFC 9110, section 5.3)


def header_violations(operation: Operation, answer: Answer) -> Iterator[tuple[str, str, str]]:
    """The name of each header whose value breaks the contract, the message, and the violated rule.

    Headers with expressions are left out, and so are those that the contract does not document or the answer
    does not have.
    """
    response = operation.response(answer.status)
    if response is None:
        return
    fixed = [(name, value) for name, value in answer.headers if OPENING not in value]
    for violation in _violations(operation, response.headers, fixed):
        yield violation.parameter.name, violation.message, violation.rule


def media_type_violation(operation: Operation, answer: Answer) -> tuple[str, str] | None:
    """The message and the rule, if an answer with the contract's body has an undocumented Content-Type."""
    response, kind = operation.response(answer.status), answer.content_type
    if response is None or not response.content or kind is None or OPENING in kind:
        return None
    if matching_entry(response.content, kind) is not None:
        return None
    return f"the contract documents {', '.join(response.content)}, not {kind}", response.pointer


def _violations(
    operation: Operation, headers: Sequence[Header], found: Sequence[tuple[str, str]]
) -> Sequence[ParameterViolation]:
    names = {name for name, _ in found}
    described = [_parameter(each) for each in headers if each.name.lower() in names - {_NOT_JUDGED}]
    if not described:
        return ()
    return ParameterReaders(described, operation.answers.types).read({}, (), found, ()).violations


def _parameter(header: Header) -> Parameter:
    """A documented header as a parameter, which is written the same (OpenAPI 3.1, section 4.8.21)."""
    return Parameter(
        name=header.name,
        location="header",
        required=False,
        pointer=header.pointer,
        schema=header.schema,
        example=None,
        style="simple",
        explode=header.explode,
        allow_reserved=False,
        allow_empty=False,
        content=header.content,
    )

"""Checks the examples of bodies, parameters and headers against their schemas."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from mockserver.check.refused_value import refusals, unjudged
from mockserver.contract.description import Header, MediaType, Parameter
from mockserver.contract.document.references import referenced_value, value_at
from mockserver.contract.operation import Contract, DirectedDocument, Operation
from mockserver.contract.schema.work import WorkBudget, take_not_judged
from mockserver.data.json import Json, object_or_empty
from mockserver.data.source import Finding


class _Work(Struct):
    """The budget of one example, which is our own, so that its size does not matter."""

    work: WorkBudget | None = None
    size: int = 0


def example_findings(contract: Contract) -> Iterator[Finding]:
    """The examples that break their schemas, each once, even if operations share it."""
    seen: set[tuple[int, str]] = set()
    for operation in contract.operations:
        for pointer, findings in _parts(operation):
            key = id(operation.document), pointer
            if key not in seen:
                seen.add(key)
                yield from findings


def _parts(operation: Operation) -> Iterator[tuple[str, Iterable[Finding]]]:
    """What has examples in an operation: its pointer, and the findings about it."""
    for parameter in operation.parameters:
        yield parameter.pointer, _parameter_findings(operation, parameter)
    for media in operation.body.content.values() if operation.body is not None else ():
        yield f"request {media.pointer}", _body_findings(operation, operation.requests, media)
    for response in operation.responses.values():
        for header in response.headers:
            yield header.pointer, _header_findings(operation, header)
        for media in response.content.values():
            yield f"response {media.pointer}", _body_findings(operation, operation.answers, media)


def _body_findings(operation: Operation, side: DirectedDocument, media: MediaType) -> Iterator[Finding]:
    if media.schema is None:
        return
    for name, value in media.examples.items():
        if media.is_json or not isinstance(value, str):  # other strings are bodies that were written already
            yield from _findings(operation, side, media.pointer, media.schema, f"the example {name!r}", value)


def _parameter_findings(operation: Operation, parameter: Parameter) -> Iterator[Finding]:
    if parameter.schema is None:
        return
    for name, value in _examples(operation.document.data, parameter.pointer).items():
        subject = f"the example {name!r} of the {parameter.location} parameter {parameter.name!r}"
        yield from _findings(
            operation, operation.requests, parameter.pointer, parameter.schema, subject, value
        )


def _header_findings(operation: Operation, header: Header) -> Iterator[Finding]:
    if header.schema is None:
        return
    for name, value in header.examples.items():
        subject = f"the example {name!r} of the header {header.name!r}"
        yield from _findings(operation, operation.answers, header.pointer, header.schema, subject, value)


def _findings(
    operation: Operation, side: DirectedDocument, pointer: str, schema: str, subject: str, value: Json
) -> Iterator[Finding]:
    holder = _Work()
    violations = side.judges.judge(schema).violations(value, holder)
    yield from refusals(operation.document, pointer, subject, violations, "example")
    yield from unjudged(operation.document, pointer, subject, take_not_judged(holder), "example")


def _examples(document: Json, pointer: str) -> Mapping[str, Json]:
    """The examples of the parameter at a pointer, or of its media type, by name."""
    parameter = object_or_empty(value_at(document, pointer))
    media = object_or_empty(next(iter(object_or_empty(parameter.get("content")).values()), None))
    found: dict[str, Json] = {}
    for holder in (media, parameter):
        if "example" in holder:
            found["example"] = holder["example"]
        for name, each in object_or_empty(holder.get("examples")).items():
            example = object_or_empty(each)
            if isinstance(reference := example.get("$ref"), str):
                example = object_or_empty(referenced_value(document, reference))
            if "value" in example:
                found[name] = example["value"]
    return found

"""The operations of a contract, and the document as requests and as responses read it."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from mockserver.contract.description import Direction, Parameter, RequestBody, Response, Scheme
from mockserver.contract.document.references import pointer_of, value_at
from mockserver.contract.parameters import ParameterReaders, ParameterTypes
from mockserver.contract.sampling import Unsatisfiable
from mockserver.contract.schema.direction import document_for_direction
from mockserver.contract.schema.judge import Judges
from mockserver.data.json import Json
from mockserver.data.source import Document, Finding, SourceLocation
from mockserver.data.suggest import did_you_mean
from mockserver.http.problem import Problem, ProblemError, valid_names


class UnknownOperation(ProblemError):
    """No operation of the contract has this name."""

    def __init__(self, name: str, valid: tuple[str, ...]) -> None:
        super().__init__(f"the contract has no operation {name!r}{did_you_mean(name, valid)}")
        self.name = name
        self.valid = valid

    def problem(self) -> Problem:
        return Problem("unknown-operation", str(self), valid_names(self.valid))


class DirectedDocument(Struct, frozen=True):
    """A document as one direction reads it: readOnly has no place in requests, writeOnly none in answers."""

    document: dict[str, Json]
    judges: Judges
    types: ParameterTypes


def directed_documents(
    document: dict[str, Json], judges: Judges, *, formats: bool
) -> tuple[DirectedDocument, DirectedDocument]:
    """The side of requests and that of answers; where a document tells them not apart, both are as it is."""
    return _directed_document("request", document, judges, formats), _directed_document(
        "response", document, judges, formats
    )


def _directed_document(
    direction: Direction, document: dict[str, Json], judges: Judges, formats: bool
) -> DirectedDocument:
    turned = document_for_direction(document, direction)
    own = judges if turned is document else Judges(turned, formats=formats)
    return DirectedDocument(turned, own, ParameterTypes(turned, own))


class Operation(Struct, frozen=True, dict=True):
    id: str  # the operationId, else `PATCH /carts/{order_id}`
    method: str  # in capitals
    path: str
    summary: str
    parameters: tuple[Parameter, ...]  # in the order path, query, header, cookie
    body: RequestBody | None
    responses: Mapping[str, Response]
    security: tuple[tuple[Scheme, ...], ...]  # one of these lists must be met; none: open to all
    deprecated: bool
    pointer: str
    document: Document
    requests: DirectedDocument
    answers: DirectedDocument
    parameter_readers: ParameterReaders
    bases: tuple[str, ...] = ("",)  # the paths of its servers, without the slash at the end

    @cached_property
    def source_location(self) -> SourceLocation:
        """Where the contract describes it."""
        return SourceLocation(self.document, self.pointer)

    @cached_property
    def success(self) -> int:
        """The status of an answer that goes well."""
        return _success(self.responses)

    @property
    def name(self) -> str:
        """Method and path, the name that every operation has."""
        return f"{self.method} {self.path}"

    def response(self, status: int) -> Response | None:
        """What documents an answer of this status: the status itself, its range, or `default`."""
        exact = self.responses.get(str(status))
        return exact or self.responses.get(f"{status // 100}XX") or self.responses.get("default")

    def codes(self) -> Iterator[tuple[str, int]]:
        """Each documented error code with its status, in document order."""
        for response in self.responses.values():
            if response.status.isdecimal():
                for code in response.codes:
                    yield code, int(response.status)

    def status_of(self, code: str) -> int | None:
        """The status under which the contract lists an error code."""
        return next((status for listed, status in self.codes() if listed == code), None)

    def value(self, schema: str, seed: int | None = None, direction: Direction = "response") -> Json:
        """A value that the schema at this pointer allows: a plain one, or with a seed a varied one.

        Raises Unsatisfiable, which names the operation.
        """
        from mockserver.contract.sampling.sampler import generate

        side = self.answers if direction == "response" else self.requests
        try:
            return generate(
                value_at(side.document, schema),
                lambda reference: value_at(side.document, pointer_of(reference)),
                seed=seed,
                direction=direction,
                accepts=side.judges.judge(schema).accepts,
            )
        except Unsatisfiable as failure:
            raise Unsatisfiable(failure.pointer, failure.reason, self.id) from None


def _success(responses: Mapping[str, Response]) -> int:
    """The status of an answer that goes well: the lowest 2xx, else 200, if that is documented in any way.

    Where the contract documents nothing of the kind, it is the lowest status of all.
    """
    statuses = [int(written) for written in responses if written.isdecimal()]
    well = [status for status in statuses if 200 <= status < 300]
    is_documented = bool(responses.keys() & {"2XX", "default"})
    return min(well or ([] if is_documented else statuses), default=200)


class Contract(Struct, frozen=True, dict=True, weakref=True):
    """All the operations of one server, from one document or several."""

    title: str
    operations: tuple[Operation, ...]
    documents: tuple[Document, ...]
    findings: tuple[Finding, ...] = ()  # defects; the operations are served without the defective parts
    notices: tuple[Finding, ...] = ()  # what the documents say that has no effect

    @cached_property
    def by_name(self) -> Mapping[str, Operation]:
        """Operations by operationId, and by method and path."""
        names = {operation.name: operation for operation in self.operations}
        return names | {operation.id: operation for operation in self.operations}

    def operation(self, name: str) -> Operation:
        """The operation of that operationId, or `PATCH /carts/{order_id}`; raises UnknownOperation."""
        if name not in self.by_name:
            raise UnknownOperation(name, tuple(operation.id for operation in self.operations))
        return self.by_name[name]

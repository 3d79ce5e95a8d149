"""The contract and its operations, and the views of a document for requests and for responses."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

from msgspec import Struct, field

from mockserver.contract.description import Direction, Parameter, RequestBody, Response, Scheme
from mockserver.contract.operation_names import OperationNames, full_name
from mockserver.contract.parameters import ParameterReaders, ParameterTypes
from mockserver.contract.sampling import Unsatisfiable
from mockserver.contract.schema.direction import document_for_direction
from mockserver.contract.schema.judge import Judges, SchemaViolation
from mockserver.contract.schema.work import NotJudged, WorkBudget, WorkHolder, budget_of, take_not_judged
from mockserver.data.bounded_cache import BoundedCache
from mockserver.data.json import Json
from mockserver.data.source import Document, Finding, SourceLocation

if TYPE_CHECKING:
    from mockserver.contract.sampling.generated_values import GeneratedValues
    from mockserver.contract.sampling.generation import Generated


class JudgedValue(Struct):
    """A value, the pointer of its schema, its violations, and the keywords that were not judged."""

    value: Json
    schema: str
    violations: list[SchemaViolation] = field(default_factory=list)
    not_judged: tuple[NotJudged, ...] = ()
    work: WorkBudget | None = None
    size: int = 0


class DirectedDocument(Struct, frozen=True, dict=True):
    """A document as it applies to one direction.

    Requests must not contain `readOnly` properties, nor responses `writeOnly` ones (OpenAPI 3.0.3, section
    4.7.24), so each direction has its own schemas, judges and parameter types.
    """

    document: dict[str, Json]
    judges: Judges
    types: ParameterTypes
    direction: Direction

    @cached_property
    def chosen_examples(self) -> dict[str, str]:
        """The names of the examples that are sent, by the pointers of their media types."""
        return {}

    @cached_property
    def pages(self) -> BoundedCache[tuple[int, bool], tuple[Json, Json]]:
        """Bodies with their pages, by id() of the body and whether it is the last page or the only one."""
        return BoundedCache()

    @cached_property
    def localized(self) -> BoundedCache[tuple[int, str], tuple[Json, Json]]:
        """Remembered values with the URLs of a mock, by id() of the value and the mock's base URL."""
        return BoundedCache()

    @cached_property
    def _judged(self) -> BoundedCache[int, JudgedValue]:
        """Values that are sent repeatedly, by id() of the value."""
        return BoundedCache()

    @cached_property
    def _latest(self) -> dict[int, JudgedValue]:
        """The latest value that is sent once, by id() of the value."""
        return {}

    def violations(self, schema: str, value: Json, holder: WorkHolder | None = None) -> list[SchemaViolation]:
        """The violations of a value by the schema at a pointer, perhaps remembered.

        `holder` has the budget of the exchange, which gets the keywords that were not judged.
        """
        known = self._judged.get(id(value)) or self._latest.get(id(value))
        if known is not None and known.value is value and known.schema == schema:
            if holder is not None and known.not_judged:
                budget_of(holder).not_judged += known.not_judged
            return known.violations
        return self.judges.judge(schema).violations(value, holder)

    def note_valid(self, schema: str, value: Json) -> None:
        """Note that a value, which is sent next, was just judged and is valid."""
        latest = self._latest
        latest.clear()
        latest[id(value)] = JudgedValue(value, schema)

    def accepts_next(self, schema: str) -> Callable[[Json], bool]:
        """Whether a value that may be sent next is valid by the schema at a pointer.

        That it is valid is noted. One with a keyword that was not judged is accepted, and not noted.
        """
        judge = self.judges.judge(schema)

        def accepts(value: Json) -> bool:
            if not judge.verdict(value):
                return judge.accepts(value)
            self.note_valid(schema, value)
            return True

        return accepts

    def remembered_schema(self, value: Json) -> str | None:
        """The schema by which a value was judged, if its violations are remembered."""
        known = self._judged.get(id(value))
        return known.schema if known is not None and known.value is value else None

    def remember_violations(self, schema: str, value: Json) -> list[SchemaViolation]:
        """The same, and remember them; the value must not change."""
        judged = JudgedValue(value, schema)
        judged.violations = self.violations(schema, value, judged)
        judged.not_judged = take_not_judged(judged)
        self._judged.put(id(value), judged)
        return judged.violations

    @cached_property
    def generated_values(self) -> "GeneratedValues":
        """The generated values of this document; the generator is loaded when the first one is needed."""
        from mockserver.contract.sampling.generated_values import GeneratedValues

        return GeneratedValues(self.document, self.direction)

    def generate(self, schema: str, seed: int | None = None, status: int | None = None) -> "Generated":
        """A value for the schema at a pointer, the best invalid one if no valid one is found.

        The value is a simple one without a seed, and a pseudo-random one with it. It may be shared, so it
        must not be changed. `status` is that of the answer whose body it is.
        """
        return self.generated_values.value(schema, self.judges.judge(schema).accepts, seed, status)


def directed_documents(
    document: dict[str, Json], judges: Judges, *, formats: bool
) -> tuple[DirectedDocument, DirectedDocument]:
    """The document for requests and the document for responses.

    Both share `document` and `judges` if no schema distinguishes the directions. All schemas must be
    well-formed. `formats`: whether `format` is an assertion.
    """
    requests = _directed_document("request", document, judges, formats)
    return requests, _directed_document("response", document, judges, formats)


def _directed_document(
    direction: Direction, document: dict[str, Json], judges: Judges, formats: bool
) -> DirectedDocument:
    directed = document_for_direction(document, direction)
    own_judges = judges if directed is document else Judges(directed, formats=formats, is_sound=True)
    return DirectedDocument(directed, own_judges, ParameterTypes(directed, own_judges), direction)


class Operation(Struct, frozen=True, dict=True):
    """One operation of the contract: a method of a path (OpenAPI 3.1, section 4.8.10)."""

    id: str  # the full name, by which all else refers to the operation: `PREFIX/operationId`
    method: str  # in upper case
    path: str
    summary: str
    parameters: tuple[Parameter, ...]  # ordered by location: path, query, header, cookie
    body: RequestBody | None
    responses: Mapping[str, Response]
    # Alternatives, each of which is met by credentials for all its schemes; empty: no credentials needed.
    security: tuple[tuple[Scheme, ...], ...]
    deprecated: bool
    pointer: str
    document: Document
    requests: DirectedDocument
    answers: DirectedDocument
    parameter_readers: ParameterReaders
    bases: tuple[str, ...] = ("",)  # paths of its servers' URLs, without the trailing slash
    server_urls: tuple[str, ...] = ()  # absolute URLs of all servers of its document, likewise
    path_key: str = ""  # the key of `paths`, if a query or fragment follows the path there
    # The members of the query that select it among the operations of its path; None: any value.
    selectors: tuple[tuple[str, str | None], ...] = ()
    prefix: str = ""  # under which its document is served

    @cached_property
    def source_location(self) -> SourceLocation:
        """The file, line and pointer of the operation."""
        return SourceLocation(self.document, self.pointer)

    @cached_property
    def success(self) -> int:
        """The status of a successful answer."""
        return _success(self.responses)

    @cached_property
    def operation_id(self) -> str:
        """The name in its document: the operationId; without one, the method and path."""
        return self.id.removeprefix(full_name(self.prefix, ""))

    @property
    def name(self) -> str:
        """Method and path: a name that every operation has."""
        return f"{self.method} {self.path_key or self.path}"

    def response(self, status: int) -> Response | None:
        """The response object that documents a status: that of the status, its range (`4XX`) or `default`."""
        responses = self.responses
        return responses.get(str(status)) or responses.get(f"{status // 100}XX") or responses.get("default")

    def status_under(self, key: str) -> int | None:
        """The status of an answer by the response under a key of `responses`; None if there is no such key.

        It is 400 for `4XX`, and 500 for `5XX` and `default`, or else the first status that has no response
        of its own. A range may be written in lower case.
        """
        key = key if key == "default" else key.upper()
        if key not in self.responses or key == "1XX":
            return None
        if key.isdecimal():
            return int(key)
        statuses = _statuses_under(key)
        return next((each for each in statuses if self.response(each) is self.responses[key]), statuses[0])

    def codes(self) -> Iterator[tuple[str, int]]:
        """The documented error codes with their statuses, in document order."""
        for response in self.responses.values():
            if response.status.isdecimal():
                for code in response.codes:
                    yield code, int(response.status)

    def status_of(self, code: str) -> int | None:
        """The first status that documents an error code; None if none does."""
        return next((status for listed, status in self.codes() if listed == code), None)

    def value(self, schema: str, seed: int | None = None, direction: Direction = "response") -> Json:
        """Generate a value that is valid against the schema at a pointer.

        The value is a simple one without a seed, and a pseudo-random one with it. Raises Unsatisfiable, which
        names the operation.
        """
        directed = self.answers if direction == "response" else self.requests
        generated = directed.generate(schema, seed)
        if (failure := generated.failure) is not None:
            raise Unsatisfiable(failure.pointer, failure.reason, self.id)
        return deepcopy(generated.value)


def _success(responses: Mapping[str, Response]) -> int:
    """The lowest documented 2xx status; without one, 200 if `2XX` or `default` covers it.

    Otherwise the lowest documented status, 400 for `4XX`, or 200 if there is none.
    """
    statuses = [int(status) for status in responses if status.isdecimal()]
    successful = [status for status in statuses if 200 <= status < 300]
    if not successful and responses.keys() & {"2XX", "default"}:
        return 200
    ranges = [int(key[0]) * 100 for key in responses if key.endswith("XX") and key != "1XX"]
    return min(successful or statuses or ranges, default=200)


def _statuses_under(key: str) -> list[int]:
    """The final statuses of a range or of `default`, the typical ones first, without 401 and 407.

    An answer with one of these two would ask the client for credentials.
    """
    classes = "5432" if key == "default" else key[0]
    return [
        status.value
        for digit in classes
        for status in HTTPStatus
        if str(status.value)[0] == digit and status not in (HTTPStatus.UNAUTHORIZED, 407)
    ]


class Contract(Struct, frozen=True, dict=True, weakref=True):
    """The operations of one or several documents, served together."""

    title: str
    operations: tuple[Operation, ...]
    documents: tuple[Document, ...]
    findings: tuple[Finding, ...] = ()  # defects; operations are served without the defective parts
    notices: tuple[Finding, ...] = ()  # what the documents contain that has no effect

    @cached_property
    def names(self) -> OperationNames:
        """The names by which files, flags and control calls refer to the operations."""
        return OperationNames((each.id, each.operation_id, each.name) for each in self.operations)

    @cached_property
    def _by_id(self) -> Mapping[str, Operation]:
        return {operation.id: operation for operation in self.operations}

    def operation(self, name: str) -> Operation:
        """The operation with a full name, or with an operationId or a method and path that no other has.

        Raises UnknownOperation, AmbiguousOperation.
        """
        return self._by_id[self.names.resolve(name)]

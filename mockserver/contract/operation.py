"""The contract as values: operations, their parameters, request bodies and responses.

Schemas stay where they stand in the document; values here name them by JSON Pointer (RFC 6901).
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

from msgspec import Struct

from mockserver.contract.references import at, target
from mockserver.contract.sampling import Direction, Unsatisfiable
from mockserver.data.json import Json
from mockserver.data.source import Document, Finding, Place
from mockserver.data.suggest import did_you_mean

if TYPE_CHECKING:
    from mockserver.contract.parameters import Inputs
    from mockserver.contract.sides import Side

Location = Literal["path", "query", "header", "cookie"]
LOCATIONS: tuple[Location, ...] = get_args(Location)
BODILESS = (204, 205, 304)  # statuses of answers without a body (RFC 9110, section 15)
SchemeKind = Literal["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"]
SCHEME_KINDS: tuple[SchemeKind, ...] = get_args(SchemeKind)


class UnknownOperation(LookupError):
    """No operation of the contract has this name."""

    def __init__(self, name: str, valid: tuple[str, ...]) -> None:
        super().__init__(f"the contract has no operation {name!r}{did_you_mean(name, valid)}")
        self.name = name
        self.valid = valid


class Encoding(Struct, frozen=True):
    """How one property of a form is written (OpenAPI 3.1, section 4.8.15); None: as its schema suggests."""

    content_type: str | None
    style: str | None
    explode: bool | None
    allow_reserved: bool


class MediaType(Struct, frozen=True, dict=True):
    """One `content` entry: the pointer of its schema (None: anything goes) and its examples by name."""

    name: str
    pointer: str
    schema: str | None
    examples: Mapping[str, Json]
    encoding: Mapping[str, Encoding]  # by property, of forms

    @cached_property
    def is_json(self) -> bool:
        return is_json(self.name)


class Parameter(Struct, frozen=True):
    """One parameter; `content` is its media type where it is written as one, and then it has no style."""

    name: str
    location: Location
    required: bool
    pointer: str
    schema: str | None
    example: Json
    style: str
    explode: bool
    allow_reserved: bool
    allow_empty: bool
    content: str | None


class Header(Struct, frozen=True):
    """A documented header of a response; `content` is its media type where it is written as one."""

    name: str
    required: bool
    pointer: str
    schema: str | None
    example: Json
    explode: bool
    content: str | None


class Scheme(Struct, frozen=True):
    """A security scheme, by its name in the document; what its type does not have is empty."""

    key: str
    kind: SchemeKind
    scheme: str  # of http, in lower case: bearer, basic, digest
    location: str  # of apiKey: header, query or cookie
    name: str  # of apiKey
    pointer: str


class RequestBody(Struct, frozen=True):
    required: bool
    content: Mapping[str, MediaType]
    pointer: str


class Response(Struct, frozen=True, dict=True):
    """One documented answer; `status` is as written: `200`, `4XX` or `default`."""

    status: str
    content: Mapping[str, MediaType]
    headers: tuple[Header, ...]
    pointer: str
    codes: tuple[str, ...]  # the members of its schema's `error` enums, in document order

    @cached_property
    def media(self) -> MediaType | None:
        """What its body is sent as: JSON where it is documented, else the first type, None without a body."""
        return next(
            (media for media in self.content.values() if media.is_json),
            next(iter(self.content.values()), None),
        )


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
    requests: "Side"
    answers: "Side"
    inputs: "Inputs"
    bases: tuple[str, ...] = ("",)  # the paths of its servers, without the slash at the end

    @cached_property
    def place(self) -> Place:
        """Where the contract describes it."""
        return Place(self.document, self.pointer)

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
                at(side.document, schema),
                lambda reference: at(side.document, target(reference)),
                seed=seed,
                direction=direction,
                accepts=side.judges.at(schema).accepts,
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
    faults: tuple[Finding, ...] = ()  # of documents that are served as far as they go
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


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON: `application/json`, or one with the suffix `+json` (RFC 6839)."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")

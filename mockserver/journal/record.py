"""A record: an exchange as the journal keeps it.

The request is kept with its secrets masked; the answer, which the mock made, is masked when it is read.
"""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.parameters import Leniency
from mockserver.contract.validation import Violation
from mockserver.data.source import SourceLocation
from mockserver.engine.exchange import Exchange, Reason, Source
from mockserver.http.message import Headers, weight_of
from mockserver.http.redaction import redact_body, redact_headers

BODY_LIMIT = 64 * 1024  # bytes of a body that are kept
OVERHEAD = 2_500  # about how many bytes a record takes besides its bodies and headers


class Body(Struct, frozen=True, gc=False):
    """The beginning of a body, and the size of the whole body in bytes."""

    data: bytes
    size: int

    @property
    def cut(self) -> bool:
        """Whether only the beginning was kept."""
        return self.size > BODY_LIMIT


NO_BODY = Body(b"", 0)


class Record(Struct, gc=False):  # gc=False: nothing that a record holds refers back to it
    """A finished exchange; what came from the client has its secrets masked."""

    number: int  # which exchange of its session it is
    session: str
    at: float  # seconds since the epoch
    duration: float  # seconds
    operation: str | None  # its id
    scenario: str | None
    source: Source
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: list[tuple[str, str]]
    body: Body
    status: int
    outside: bool  # the answer is a problem of the mock, not of the contract
    unmasked_headers: Headers  # of the answer
    unmasked_body: Body  # of the answer
    violations: list[Violation]
    own_violations: list[Violation]
    leniencies: list[Leniency]
    trail: list[Reason]
    coverage: int = 0  # the facts of the contract that it covers, as bits
    weight: int = 0  # about how many bytes of memory it takes
    sequence: int = 0  # its position in the order of all records

    @property
    def id(self) -> str:
        return f"x{self.number}"

    @property
    def answer_headers(self) -> Headers:
        """The answer's headers, with their secrets masked."""
        return redact_headers(self.unmasked_headers)

    @property
    def answer_body(self) -> Body:
        """The answer's body, with its secrets masked."""
        return Body(redact_body(self.unmasked_body.data), self.unmasked_body.size)

    @property
    def valid(self) -> bool:
        """Whether the request is valid by the contract, its security included."""
        authenticated = self.source != "auth" or self.status != 401
        return not self.violations and self.operation is not None and authenticated


def record_of(exchange: Exchange) -> Record:
    """The record of a finished exchange."""
    request, answer = exchange.request, exchange.final_answer
    masked, session = exchange.facts.masked, exchange.session
    headers, body = masked.headers, request.body
    if request.coded is not None:  # the record has the decoded body, without its Content-Encoding
        is_decoded = request.broken is None
        headers = [each for each in headers if not (is_decoded and each[0] == "content-encoding")]
        body = request.body if is_decoded else request.coded
    record = Record(
        number=session.exchanges,
        session=session.key,
        at=exchange.at,
        duration=exchange.duration,
        operation=exchange.operation.id if exchange.operation is not None else None,
        scenario=exchange.scenario.name if exchange.scenario is not None else None,
        source=exchange.source,
        method=request.head.method,
        path=masked.path,
        query=masked.query,
        headers=headers,
        body=_body(redact_body(body[:BODY_LIMIT]), len(body)),
        status=answer.status,
        outside=answer.outside,
        unmasked_headers=answer.headers,
        unmasked_body=_body(answer.body[:BODY_LIMIT], len(answer.body)),
        violations=exchange.violations,
        own_violations=exchange.own_violations,
        leniencies=exchange.leniencies,
        trail=exchange.trail,
    )
    bodies = len(record.body.data) + len(record.unmasked_body.data)
    heads = request.head.weight + weight_of(answer.headers)
    record.weight = OVERHEAD + heads + bodies + 300 * len(record.violations)
    return record


def _body(data: bytes, size: int) -> Body:
    return Body(data, size) if size else NO_BODY


def detach_documents(records: Iterable[Record]) -> None:
    """Replace the source locations in the trails by ones that do not refer to their documents.

    This frees the documents of an old contract. It may run on any thread, because the locations stay the same
    otherwise; it may take a while, because the line of a location in JSON is searched for.
    """
    # By the id of the document, which stays the same while the old location is kept here.
    known: dict[tuple[int, str], tuple[SourceLocation, SourceLocation]] = {}
    for record in records:
        record.trail = [replace(each, where=_detached(each.where, known)) for each in record.trail]


def _detached(
    location: SourceLocation | None, known: dict[tuple[int, str], tuple[SourceLocation, SourceLocation]]
) -> SourceLocation | None:
    if location is None:
        return None
    key = (id(location.document), location.pointer)
    if key not in known:
        known[key] = (location, location.alone())
    return known[key][1]

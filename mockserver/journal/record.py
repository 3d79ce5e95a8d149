"""A record: an exchange as the journal keeps it.

Request and answer are kept as they were sent, and their secrets are masked when the record is read: most
records never are. Only long bodies are masked at once, so that reading many records at a time stays quick.
"""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.parameters import Leniency
from mockserver.contract.validation import Violation
from mockserver.data.source import SourceLocation
from mockserver.engine.exchange import Exchange, Reason, Source
from mockserver.http.message import Head, Headers, Request, weight_of
from mockserver.http.redaction import redact_body, redact_headers, redact_path, redact_query

BODY_LIMIT = 64 * 1024  # bytes of a body that are kept
MASKED_LATER = 4 * 1024  # bytes of the largest request body that is masked when its record is read
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
    """A finished exchange; what came from the client is read with its secrets masked."""

    number: int  # which exchange of its session it is
    session: str
    at: float  # seconds since the epoch
    duration: float  # seconds
    operation: str | None  # its id
    scenario: str | None
    source: Source
    unmasked_head: Head  # of the request
    kept_body: Body  # of the request: masked only if it is long
    is_decoded: bool  # the body was sent in a content coding, and is kept without
    status: int
    outside: bool  # the answer is a problem of the mock, not of the contract
    unmasked_headers: Headers  # of the answer
    unmasked_body: Body  # of the answer
    violations: list[Violation]
    own_violations: list[Violation]
    intended: bool  # the answer is meant to break the contract
    leniencies: list[Leniency]
    trail: list[Reason]
    coverage: int = 0  # the facts of the contract that it covers, as bits
    weight: int = 0  # about how many bytes of memory it takes
    sequence: int = 0  # its position in the order of all records

    def __repr__(self) -> str:
        """Nothing that was sent, because it may be secret."""
        return f"<Record {self.id} of the session {self.session}>"

    @property
    def id(self) -> str:
        return f"x{self.number}"

    @property
    def method(self) -> str:
        return self.unmasked_head.method

    @property
    def path(self) -> str:
        """The request's path, percent-encoded, with its secrets masked."""
        return redact_path(self.unmasked_head.path)

    @property
    def query(self) -> list[tuple[str, str]]:
        """The request's query parameters, percent-decoded, with their secrets masked."""
        return redact_query(self.unmasked_head.pairs)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The request's headers, with their secrets masked; without Content-Encoding if it was decoded."""
        masked = redact_headers(self.unmasked_head.headers)
        return [each for each in masked if each[0] != "content-encoding"] if self.is_decoded else masked

    @property
    def body(self) -> Body:
        """The request's body, with its secrets masked."""
        return self.kept_body if self.kept_body.size > MASKED_LATER else _masked(self.kept_body)

    @property
    def answer_headers(self) -> Headers:
        """The answer's headers, with their secrets masked."""
        return redact_headers(self.unmasked_headers)

    @property
    def answer_body(self) -> Body:
        """The answer's body, with its secrets masked."""
        return _masked(self.unmasked_body)

    @property
    def valid(self) -> bool:
        """Whether the request is valid by the contract, its security included."""
        authenticated = self.source != "auth" or self.status != 401
        return not self.violations and self.operation is not None and authenticated


def record_of(exchange: Exchange) -> Record:
    """The record of a finished exchange."""
    request, answer, session = exchange.request, exchange.final_answer, exchange.session
    operation, scenario, violations = exchange.operation, exchange.scenario, exchange.violations
    body, answer_body = _kept_body(request), _body(answer.body)
    record = Record(
        session.exchanges,
        session.key,
        exchange.at,
        exchange.duration,
        operation.id if operation is not None else None,
        scenario.name if scenario is not None else None,
        exchange.source,
        request.head,
        body,
        request.coded is not None and request.broken is None,
        answer.status,
        answer.outside,
        answer.headers,
        answer_body,
        violations,
        exchange.own_violations,
        bool(exchange.own_violations) and exchange.intended,
        exchange.leniencies,
        exchange.trail,
    )
    heads = request.head.weight + weight_of(answer.headers)
    record.weight = OVERHEAD + heads + len(body.data) + len(answer_body.data) + 300 * len(violations)
    return record


def _kept_body(request: Request) -> Body:
    """The body as it was decoded, or as it was sent where that failed; a long one is masked."""
    body = _body(request.body if request.broken is None else request.coded or b"")
    return _masked(body) if body.size > MASKED_LATER else body


def _body(data: bytes) -> Body:
    return Body(data[:BODY_LIMIT], len(data)) if data else NO_BODY


def _masked(body: Body) -> Body:
    return Body(redact_body(body.data), body.size)


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

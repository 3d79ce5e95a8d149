"""An exchange as it is kept and shown.

What a client sent is kept with its secrets masked; the answer, which is the mock's own, is masked when it is
read.
"""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.validation import Violation
from mockserver.data.source import SourceLocation
from mockserver.engine.exchange import Exchange, Reason, Source
from mockserver.http.message import Headers, weight_of
from mockserver.http.redaction import redact_body, redact_headers

KEPT = 64 * 1024  # bytes of a body
OVERHEAD = 2_500  # bytes that a record takes besides its bodies and headers, about


class Body(Struct, frozen=True):
    """The beginning of a body, and how long all of it was, in bytes."""

    data: bytes
    size: int

    @property
    def cut(self) -> bool:
        return self.size > KEPT


NO_BODY = Body(b"", 0)


class Record(Struct):
    """An exchange as it is kept."""

    number: int
    session: str
    at: float
    duration: float
    operation: str | None  # its id
    scenario: str | None
    source: Source
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: list[tuple[str, str]]
    body: Body
    status: int
    outside: bool  # the answer is a problem of the mock's own
    answered: Headers  # of the answer, as they are
    answered_body: Body
    violations: list[Violation]
    own_violations: list[Violation]
    trail: list[Reason]
    shown: int = 0  # what of the contract it shows, a bit for each fact
    weight: int = 0  # about how many bytes of memory it takes

    @property
    def id(self) -> str:
        return f"x{self.number}"

    @property
    def answer_headers(self) -> Headers:
        """The answer's headers, without secrets."""
        return redact_headers(self.answered)

    @property
    def answer_body(self) -> Body:
        """The answer's body, without secrets."""
        return Body(redact_body(self.answered_body.data), self.answered_body.size)

    @property
    def valid(self) -> bool:
        """Whether the request kept to the contract, its security included."""
        let_in = self.source != "auth" or self.status != 401
        return not self.violations and self.operation is not None and let_in


def record_of(exchange: Exchange) -> Record:
    """A finished exchange as it may be kept: the client's secrets masked, bodies cut."""
    request, answer = exchange.request, exchange.finished
    masked = exchange.facts.masked
    record = Record(
        number=exchange.number,
        session=exchange.session.key,
        at=exchange.at,
        duration=exchange.duration,
        operation=exchange.operation.id if exchange.operation is not None else None,
        scenario=exchange.scenario.name if exchange.scenario is not None else None,
        source=exchange.source,
        method=request.head.method,
        path=masked.path,
        query=masked.query,
        headers=masked.headers,
        body=_kept(redact_body(request.body[:KEPT]), len(request.body)),
        status=answer.status,
        outside=answer.outside,
        answered=answer.headers,
        answered_body=_kept(answer.body[:KEPT], len(answer.body)),
        violations=exchange.violations,
        own_violations=exchange.own_violations,
        trail=exchange.trail,
    )
    bodies = len(record.body.data) + len(record.answered_body.data)
    heads = request.head.weight + weight_of(answer.headers)
    record.weight = OVERHEAD + heads + bodies + 300 * len(record.violations)
    return record


def _kept(data: bytes, size: int) -> Body:
    return Body(data, size) if size else NO_BODY


def detach_documents(records: Iterable[Record]) -> None:
    """Have the trails name their places without their documents; on any thread, since they say the same.

    The line of a place in JSON may take a while to find.
    """
    known: dict[tuple[int, str], tuple[SourceLocation, SourceLocation]] = {}  # what is held here keeps its id
    for record in records:
        record.trail = [replace(each, where=_alone(each.where, known)) for each in record.trail]


def _alone(
    place: SourceLocation | None, known: dict[tuple[int, str], tuple[SourceLocation, SourceLocation]]
) -> SourceLocation | None:
    if place is None:
        return None
    key = (id(place.document), place.pointer)
    if key not in known:
        known[key] = (place, place.alone())
    return known[key][1]

"""A record: an exchange as the journal keeps it.

Request and answer are kept as they were sent, and their secrets are masked when the record is read: most
records never are. Only long bodies are masked at once, so that reading many records at a time stays quick.
"""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.parameters import Leniency, Side
from mockserver.contract.validation import Violation
from mockserver.data.source import SourceLocation
from mockserver.engine.exchange import Exchange, Source
from mockserver.engine.masked_request import BODY_LIMIT, MaskedHead, MaskedRequest, SecretParts
from mockserver.engine.reason import Reason
from mockserver.http.body_redaction import RedactedBody, redact_body
from mockserver.http.head_redaction import redact_headers
from mockserver.http.message import Head, Headers, weight_of, with_sent_headers
from mockserver.http.redaction import Redactor

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


class Record(Struct, gc=False):  # gc=False: nothing that a record holds refers back to it
    """A finished exchange; what came from the client is read with its secrets masked."""

    number: int  # which exchange of its session it is
    session: str
    at: float  # seconds since the epoch
    duration: float  # seconds
    operation: str | None  # its id
    scenario: str | None
    source: Source
    unmasked_head: Head  # of the request, perhaps without headers that decide nothing
    sent_head: bytes  # as it was sent, if `unmasked_head` lacks headers; else empty
    kept_body: bytes  # the beginning of the request's body, masked only if it is long
    body_size: int  # of the whole body, in bytes
    long_body: RedactedBody | None  # the same, with its secrets
    secret: SecretParts  # what is secret in the request and the answer
    is_decoded: bool  # the body was sent in a content coding, and is kept without
    status: int
    outside: bool  # the answer is a problem of the mock, not of the contract
    unmasked_headers: Headers  # of the answer
    unmasked_body: bytes  # the beginning of the answer's body
    answer_size: int  # of the whole body, in bytes
    violations: tuple[Violation, ...]  # tuples, not lists: the garbage collector stops walking them
    own_violations: tuple[Violation, ...]
    intended: bool  # the answer is meant to break the contract
    leniencies: tuple[Leniency, ...]
    trail: tuple[Reason, ...]
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
    def masked(self) -> MaskedRequest:
        """The request with its secrets masked; each call masks it again."""
        sent = with_sent_headers(self.unmasked_head, self.sent_head)
        head = MaskedHead(sent, self.secret)
        return MaskedRequest(head, self.kept_body, self.long_body)

    @property
    def path(self) -> str:
        """The request's path, percent-encoded, with its secrets masked."""
        return self.masked.path

    @property
    def query(self) -> list[tuple[str, str]]:
        """The request's query parameters, percent-decoded, with their secrets masked."""
        return self.masked.query

    @property
    def sent_query(self) -> list[tuple[str, str]]:
        """The same with its secrets."""
        return self.unmasked_head.pairs

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The request's headers, with their secrets masked; without Content-Encoding if it was decoded."""
        return self.headers_of(self.masked)

    @property
    def body(self) -> Body:
        """The request's body, with its secrets masked."""
        return self.body_of(self.masked)

    @property
    def sent_body(self) -> Body:
        """The same with its secrets, unless it is long."""
        return Body(self.kept_body, self.body_size)

    @property
    def answer_headers(self) -> Headers:
        """The answer's headers, with their secrets masked."""
        return self.masked_answer(self.masked)[0]

    @property
    def answer_body(self) -> Body:
        """The answer's body, with its secrets masked."""
        return self.masked_answer(self.masked)[1]

    def headers_of(self, masked: MaskedRequest) -> list[tuple[str, str]]:
        """The headers of the masked request, without Content-Encoding if its body was decoded."""
        headers = masked.headers
        return [each for each in headers if each[0] != "content-encoding"] if self.is_decoded else headers

    def body_of(self, masked: MaskedRequest) -> Body:
        """The body of the masked request, with its size as it was received."""
        return Body(masked.body if self.body_size else b"", self.body_size)

    def masked_answer(self, masked: MaskedRequest) -> tuple[Headers, Body]:
        """The answer's headers and body without secrets, those included that it repeats of the request."""
        redactor = Redactor(masked.names)
        repeated = masked.secrets.mask_in_pairs(self.unmasked_headers)
        data = masked.secrets.mask_in_bytes(redact_body(self.unmasked_body, redactor))
        return redact_headers(repeated, redactor), Body(data, self.answer_size)

    @property
    def side(self) -> Side:
        """Whose answer it is: the mock's, or that of the real backend."""
        return "provider" if self.source == "upstream" else "answer"

    @property
    def valid(self) -> bool:
        """Whether the request is valid by the contract, its security included.

        A path or method that the contract does not have is valid if a stub answers, because it is meant to,
        or the real backend.
        """
        authenticated = self.source != "auth" or self.status != 401
        is_known = self.operation is not None or self.source in ("stub", "upstream")
        return not self.violations and is_known and authenticated


def record_of(exchange: Exchange) -> Record:
    """The record of a finished exchange."""
    request, answer, session = exchange.request, exchange.final_answer, exchange.session
    operation, scenario, violations = exchange.operation, exchange.scenario, exchange.violations
    body = request.body if request.broken is None else request.coded or b""  # as it was sent
    kept_body, kept_answer, long_body = body[:BODY_LIMIT], answer.body[:BODY_LIMIT], None
    if len(body) > MASKED_LATER:
        long_body = exchange.masked.redacted_body
        kept_body = long_body.data
    record = Record(
        session.exchanges,
        session.key,
        exchange.at,
        exchange.duration,
        operation.id if operation is not None else None,
        scenario.name if scenario is not None else None,
        exchange.source,
        request.head,
        request.sent,
        kept_body,
        len(body),
        long_body,
        exchange.facts.secret,
        request.coded is not None and request.broken is None,
        answer.status,
        answer.outside,
        tuple(answer.headers),
        kept_answer,
        len(answer.body),
        tuple(violations),
        tuple(exchange.own_violations),
        bool(exchange.own_violations) and exchange.intended,
        tuple(exchange.leniencies),
        tuple(exchange.trail),
    )
    heads = request.head.weight + len(request.sent) + weight_of(answer.headers)
    record.weight = OVERHEAD + heads + len(kept_body) + len(kept_answer) + 300 * len(violations)
    return record


def detach_documents(records: Iterable[Record]) -> None:
    """Replace the source locations in the trails by ones that do not refer to their documents.

    This frees the documents of an old contract. It may run on any thread, because the locations stay the same
    otherwise; it may take a while, because the line of a location in JSON is searched for.
    """
    # By the id of the document, which stays the same while the old location is kept here.
    known: dict[tuple[int, str], tuple[SourceLocation, SourceLocation]] = {}
    for record in records:
        trail = [replace(each, where=_detached(each.where, known)) for each in record.trail]
        record.trail = tuple(trail)


def _detached(
    location: SourceLocation | None, known: dict[tuple[int, str], tuple[SourceLocation, SourceLocation]]
) -> SourceLocation | None:
    if location is None:
        return None
    key = (id(location.document), location.pointer)
    if key not in known:
        known[key] = (location, location.alone())
    return known[key][1]

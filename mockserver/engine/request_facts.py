"""What the head of a request settles before its body is looked at, worked out when it is first asked for.

Clients send the same heads again and again, and the same request lines under other headers, so that most of
this is there already.
"""

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.description import MediaType
from mockserver.contract.parameters import ParsedParameters
from mockserver.contract.routing.router import RouteMatch
from mockserver.contract.security import credential
from mockserver.contract.validation import Violation, body_type, check_accept, read_parameters
from mockserver.data.bounded_cache import BoundedCache
from mockserver.data.cached_attribute import cached_attribute
from mockserver.engine.backend import Backend
from mockserver.engine.sessions import session_key
from mockserver.http.message import HEAVIEST, Head
from mockserver.http.redaction import redact_headers, redact_path, redact_query
from mockserver.scenarios.choice import Choice, asked
from mockserver.scenarios.faults import NO_FAULTS, FaultPlan, read_headers


class RedactedHead(Struct, frozen=True):
    """A head as it may be kept and shown: its secrets are masked."""

    path: str
    query: list[tuple[str, str]]
    headers: list[tuple[str, str]]


class RequestLineFacts:
    """A request line before the contract, by the first head that had it."""

    def __init__(self, head: Head, backend: Backend) -> None:
        self._head = head
        self._backend = backend

    @cached_attribute
    def match(self) -> RouteMatch:
        return self._backend.router.match(self._head.method, self._head.path)

    @cached_attribute
    def parameters(self) -> ParsedParameters | None:
        """Those of any head with this line; None where headers have a say."""
        parameter_readers = self.match.operation.parameter_readers
        if parameter_readers.declares("header") or parameter_readers.declares("cookie"):
            return None
        return read_parameters(self.match.operation, self.match.raw, self._head)

    @cached_attribute
    def masked(self) -> RedactedHead:
        """The line for the journal, without headers."""
        query = redact_query(self._head.pairs) if self._head.query_string else []
        return RedactedHead(redact_path(self._head.path), query, [])


class RequestFacts:
    """A head before the contract; what fails is raised each time that it is asked for."""

    def __init__(self, head: Head, line: RequestLineFacts) -> None:
        self.head = head
        self._line = line
        self._is_acceptable = False

    @property
    def match(self) -> RouteMatch:
        """The operation; raises UnknownPath, WrongMethod."""
        return self._line.match

    @cached_attribute
    def session_key(self) -> str | None:
        """The key that the head names; raises BadKey."""
        return session_key(self.head)

    @cached_attribute
    def choice(self) -> Choice | None:
        """The answer that the head asks for."""
        return asked(self.head)

    @cached_attribute
    def fault_plan(self) -> FaultPlan:
        """What the head wants to go wrong with the answer; raises BadFault, UnknownChoice."""
        delay, fault = self.head.header("x-mock-delay"), self.head.header("x-mock-fault")
        return read_headers(delay, fault) if delay or fault else NO_FAULTS

    @cached_attribute
    def credential(self) -> str | None:
        """What the operation's security asks for; raises MissingCredential."""
        return credential(self.match.operation, self.head)

    @cached_attribute
    def parameters(self) -> ParsedParameters:
        """The parameters that the contract describes, and what it forbids about them."""
        return self._line.parameters or read_parameters(self.match.operation, self.match.raw, self.head)

    @cached_attribute
    def body_type(self) -> MediaType | Violation | None:
        """How the body is to be read, or that the contract takes none of its type."""
        return body_type(self.match.operation, self.head)

    def check_accept(self) -> None:
        """Raise NotAcceptable where the client takes no type of the successful answer."""
        if not self._is_acceptable:
            check_accept(self.match.operation, self.head.accept)
            self._is_acceptable = True

    @cached_attribute
    def masked(self) -> RedactedHead:
        """The head for the journal."""
        return replace(self._line.masked, headers=redact_headers(self.head.headers))


class RequestFactsCache:
    """The openings of the latest heads before one backend."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._known: BoundedCache[Head, RequestFacts] = BoundedCache()
        self._lines: BoundedCache[tuple[str, str, str], RequestLineFacts] = BoundedCache()

    def of(self, head: Head) -> RequestFacts:
        """The facts of this very head."""
        facts = self._known.get(head)
        if facts is not None:
            return facts
        if head.weight > HEAVIEST:
            return RequestFacts(head, RequestLineFacts(head, self._backend))
        return self._known.put(head, RequestFacts(head, self._line(head)))

    def _line(self, head: Head) -> RequestLineFacts:
        key = head.method, head.path, head.query_string
        return self._lines.get(key) or self._lines.put(key, RequestLineFacts(head, self._backend))

"""What follows from the head of a request alone, computed on first use and cached.

Clients repeat their requests: a head that is known, or a request line that is known under other headers,
needs no second match and no second reading of parameters.
"""

from mockserver.contract.description import MediaType
from mockserver.contract.parameters import ParsedParameters
from mockserver.contract.routing.router import RouteMatch
from mockserver.contract.security import credential
from mockserver.contract.validation import (
    AcceptedBytes,
    Violation,
    body_type,
    check_accept,
    read_parameters,
)
from mockserver.data.bounded_cache import BoundedCache
from mockserver.data.cached_attribute import cached_attribute
from mockserver.engine.backend import Backend
from mockserver.engine.masked_request import MaskedHead, SecretParts
from mockserver.engine.session_keys import session_key
from mockserver.http.message import HEAVIEST, Head
from mockserver.http.problem import ProblemError
from mockserver.scenarios.choice import Choice, requested_choice
from mockserver.scenarios.faults import NO_FAULTS, FaultPlan, read_headers


class RequestLineFacts:
    """What follows from a request line (method, path and query); `head` is the first one that had it."""

    def __init__(self, head: Head, backend: Backend, *, lenient: bool) -> None:
        self._head = head
        self._backend = backend
        self.lenient = lenient

    @cached_attribute
    def match(self) -> RouteMatch:
        """The operation and the path's values; raises UnknownPath, WrongMethod."""
        head = self._head
        return self._backend.router.match(head.method, head.path, head.query_string, any_slash=self.lenient)

    @cached_attribute
    def parameters(self) -> ParsedParameters | None:
        """The parameters, None where the operation has any in headers or cookies."""
        readers = self.match.operation.parameter_readers
        if readers.declares("header") or readers.declares("cookie"):
            return None
        return read_parameters(self.match.operation, self.match.raw, self._head, lenient=self.lenient)

    @cached_attribute
    def secret(self) -> SecretParts:
        """What is secret in the request, by the operation's contract."""
        marks = self._backend.secrets
        try:
            match = self.match
        except ProblemError:
            return SecretParts(marks.names, marks.values_in_path(self._head.path))
        names = marks.names_of(match.operation)
        return SecretParts(names, tuple(value for name, value in match.raw.items() if name in names))


class RequestFacts:
    """What follows from a head; an attribute that raises does so each time that it is read."""

    def __init__(self, head: Head, line: RequestLineFacts) -> None:
        self.head = head
        self._line = line
        self._is_acceptable = False

    @property
    def match(self) -> RouteMatch:
        """The operation and the path's values; raises UnknownPath, WrongMethod."""
        return self._line.match

    @property
    def secret(self) -> SecretParts:
        """What is secret in the request, by the operation's contract."""
        return self._line.secret

    @cached_attribute
    def masked_head(self) -> MaskedHead:
        """The head without its secrets, for texts that quote it."""
        return MaskedHead(self.head, self._line.secret)

    @cached_attribute
    def session_key(self) -> str | None:
        """The session key that the head names, None where it names none; raises BadSessionKey."""
        return session_key(self.head)

    @cached_attribute
    def choice(self) -> Choice | None:
        """The answer that the head asks for, None where it asks for none in particular."""
        return requested_choice(self.head)

    @cached_attribute
    def fault_plan(self) -> FaultPlan:
        """The delay and the fault that the head asks for; raises BadFault, UnknownChoice."""
        delay, fault = self.head.header("x-mock-delay"), self.head.header("x-mock-fault")
        return read_headers(delay, fault) if delay or fault else NO_FAULTS

    @cached_attribute
    def credential(self) -> str | None:
        """The credential that the operation's security requires; raises MissingCredential."""
        return credential(self.match.operation, self.head)

    @cached_attribute
    def parameters(self) -> ParsedParameters:
        """The values of the contract's parameters, and their violations."""
        line = self._line
        return line.parameters or read_parameters(
            self.match.operation, self.match.raw, self.head, lenient=line.lenient
        )

    @cached_attribute
    def body_type(self) -> MediaType | Violation | None:
        """The media type by which the body is read, or the violation of a type that is not documented."""
        return body_type(self.match.operation, self.head)

    @property
    def lenient(self) -> bool:
        """Whether a request that is not valid is read as clients spell it, too."""
        return self._line.lenient

    def check_accept(self) -> AcceptedBytes | None:
        """Raise NotAcceptable where the client accepts no media type of the successful answer.

        Returns how an Accept header for bytes was read leniently, if it was.
        """
        if self._is_acceptable:
            return None
        accepted = check_accept(self.match.operation, self.head.accept, lenient=self._line.lenient)
        self._is_acceptable = accepted is None
        return accepted


class RequestFactsCache:
    """The facts of the latest heads and request lines for one backend."""

    def __init__(self, backend: Backend, *, lenient: bool = False) -> None:
        """`lenient`: requests that are not valid are read as clients spell them, too."""
        self._backend = backend
        self._lenient = lenient
        self._known: BoundedCache[Head, RequestFacts] = BoundedCache()
        self._lines: BoundedCache[tuple[str, str, str], RequestLineFacts] = BoundedCache()

    def facts(self, head: Head) -> RequestFacts:
        """The facts of this head; heads are compared by identity."""
        facts = self._known.get(head)
        if facts is not None:
            return facts
        if head.weight > HEAVIEST:
            return RequestFacts(head, RequestLineFacts(head, self._backend, lenient=self._lenient))
        return self._known.put(head, RequestFacts(head, self._line(head)))

    def _line(self, head: Head) -> RequestLineFacts:
        key = head.method, head.path, head.query_string
        found = self._lines.get(key)
        return found or self._lines.put(key, RequestLineFacts(head, self._backend, lenient=self._lenient))

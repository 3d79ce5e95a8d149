"""What follows from the head of a request alone, computed on first use."""

from mockserver.contract.description import Location, MediaType
from mockserver.contract.parameters import ParsedParameters
from mockserver.contract.routing.router import RouteMatch
from mockserver.contract.security import credential
from mockserver.contract.validation import (
    AcceptedBytes,
    Checked,
    Violation,
    body_type,
    check_accept,
    check_body,
    read_parameters,
)
from mockserver.data.cached_attribute import cached_attribute
from mockserver.engine.backend import Backend
from mockserver.engine.masked_request import MaskedHead, SecretParts
from mockserver.engine.misspellings import misspellings
from mockserver.engine.parameter_values import CookieValues, QueryValues, ReadHead
from mockserver.engine.reason import Reason
from mockserver.engine.session_keys import checked_key, session_key
from mockserver.http.message import Head, Request
from mockserver.http.problem import ProblemError
from mockserver.scenarios.choice import Choice, requested_choices
from mockserver.scenarios.faults import NO_FAULTS, FaultPlan, read_headers

_FRAMED_OTHERWISE = ("transfer-encoding", "expect")


class RequestFacts:
    """What follows from a head; an attribute that raises does so each time that it is read."""

    def __init__(self, head: Head, backend: Backend, *, lenient: bool = False) -> None:
        """`lenient`: a request that is not valid is read as clients spell it, too."""
        self.head = head
        self.lenient = lenient
        self._backend = backend
        self._is_acceptable = False

    @cached_attribute
    def body_length(self) -> int | None:
        """How many bytes the body has; None if Content-Length does not tell this alone."""
        if not self.head.named.keys().isdisjoint(_FRAMED_OTHERWISE):
            return None
        length = self.head.header("content-length") or "0"
        return int(length) if length.isdecimal() else None

    @cached_attribute
    def match(self) -> RouteMatch:
        """The operation and the path's values; raises UnknownPath, WrongMethod."""
        head = self.head
        return self._backend.router.match(head.method, head.path, head.query_string, any_slash=self.lenient)

    @cached_attribute
    def matched(self) -> Reason:
        """The entry of the trail for the operation; raises UnknownPath, WrongMethod."""
        operation = self.match.operation
        return Reason("match", operation.id, operation.source_location)

    @cached_attribute
    def valid(self) -> Reason:
        """The entry of the trail for a valid request; raises UnknownPath, WrongMethod."""
        return Reason("validate", "the request is valid", self.match.operation.source_location)

    @cached_attribute
    def secret(self) -> SecretParts:
        """What is secret in the request, by the operation's contract."""
        marks = self._backend.secrets
        try:
            match = self.match
        except ProblemError:
            return SecretParts(marks.names, marks.values_in_path(self.head.path))
        names = marks.names_of(match.operation)
        return SecretParts(names, tuple(value for name, value in match.raw.items() if name in names))

    @cached_attribute
    def masked_head(self) -> MaskedHead:
        """The head without its secrets."""
        return MaskedHead(self.head, self.secret)

    @cached_attribute
    def session_key(self) -> str | None:
        """The session key that the head names, None where it names none; raises BadSessionKey."""
        return session_key(self.head)

    def session_key_of(self, request: Request) -> str | None:
        """The session key of a request with these facts, first that of its path; raises BadSessionKey."""
        if request.base_path:
            return checked_key(request.session_key or "", "path")
        return request.session_key or self.session_key

    @cached_attribute
    def choices(self) -> tuple[Choice, ...]:
        """What the head asks for, in order of precedence."""
        return requested_choices(self.head)

    @cached_attribute
    def has_fault(self) -> bool:
        """Whether the head asks for a fault, which may not be a valid one."""
        return bool(self.head.header("x-mock-fault"))

    @cached_attribute
    def is_plain(self) -> bool:
        """Whether the head neither chooses an answer nor disturbs it, and has no misspelt control names."""
        return not (self.choices or self.misspellings or self.has_fault)

    @cached_attribute
    def fault_plan(self) -> FaultPlan:
        """The delay and the fault that the head asks for; raises BadFault, UnknownChoice."""
        delay, fault = self.head.header("x-mock-delay"), self.head.header("x-mock-fault")
        return read_headers(delay, fault) if delay or fault else NO_FAULTS

    @cached_attribute
    def misspellings(self) -> tuple[str, ...]:
        """What the head says to the mock server without effect, with its secrets; usually nothing."""
        return misspellings(self.head, self._describes)

    def _describes(self, location: Location, name: str) -> bool:
        """Whether the operation has a parameter or credential of this name."""
        try:
            operation = self.match.operation
        except ProblemError:
            return False
        return operation.parameter_readers.describes(location, name) or any(
            scheme.location == location and scheme.name.lower() == name.lower()
            for requirement in operation.security
            for scheme in requirement
        )

    @cached_attribute
    def credential(self) -> str | None:
        """The credential that the operation's security requires; raises MissingCredential."""
        return credential(self.match.operation, self.head)

    @cached_attribute
    def parameters(self) -> ParsedParameters:
        """The values of the contract's parameters, and their violations."""
        match = self.match
        return read_parameters(match.operation, match.raw, self.head, lenient=self.lenient)

    @cached_attribute
    def read_head(self) -> ReadHead:
        """What the parameters are read from; it does not refer to these facts, which would be a cycle."""
        return ReadHead(self.head, self.match.operation, self.parameters)

    @cached_attribute
    def query_values(self) -> QueryValues:
        """The query as a model sees it."""
        return QueryValues(self.read_head)

    @cached_attribute
    def cookie_values(self) -> CookieValues:
        """The cookies as a model sees them."""
        return CookieValues(self.read_head)

    @cached_attribute
    def body_type(self) -> MediaType | Violation | None:
        """The media type by which the body is read, or the violation of a type that is not documented."""
        return body_type(self.match.operation, self.head)

    def checked(self, request: Request) -> Checked:
        """The parameters and the body of a request with these facts, checked against the contract."""
        return check_body(
            self.match.operation, self.parameters, self.body_type, request, lenient=self.lenient
        )

    def check_accept(self) -> AcceptedBytes | None:
        """Raise NotAcceptable where the client accepts no media type of the successful answer.

        Returns how an Accept header for bytes was read leniently, if it was.
        """
        if self._is_acceptable:
            return None
        accepted = check_accept(self.match.operation, self.head.accept, lenient=self.lenient)
        self._is_acceptable = accepted is None
        return accepted

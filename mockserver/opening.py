"""What the head of a request settles before its body is looked at, worked out when it is first asked for.

Clients send the same heads again and again, so that nearly all of this is there already.
"""

from functools import cached_property
from itertools import chain

from msgspec import Struct

from mockserver.backend import Backend
from mockserver.choice import Choice, asked
from mockserver.contract.operation import MediaType
from mockserver.contract.parameters import Findings
from mockserver.contract.router import Match
from mockserver.contract.validation import Violation, body_type, check_accept, read_parameters
from mockserver.faults import CALM, Disturbance, read_headers
from mockserver.message import Head, Headers
from mockserver.redaction import redact_headers, redact_path, redact_query
from mockserver.security import credential
from mockserver.sessions import session_key

PAIR = 150  # bytes that a header or a member of a query takes besides its texts, about
REMEMBERED = 1_000  # openings; the oldest are forgotten


class Masked(Struct, frozen=True):
    """A head as it may be kept and shown: its secrets are masked."""

    path: str
    query: list[tuple[str, str]]
    headers: list[tuple[str, str]]
    weight: int  # about how many bytes of memory it takes


class Opening:
    """A head before the contract; what fails is raised each time that it is asked for."""

    def __init__(self, head: Head, backend: Backend) -> None:
        self.head = head
        self.backend = backend
        self._is_acceptable = False

    @cached_property
    def match(self) -> Match:
        """The operation; raises UnknownPath, WrongMethod."""
        return self.backend.router.match(self.head.method, self.head.path)

    @cached_property
    def session_key(self) -> str | None:
        """The key that the head names; raises BadKey."""
        return session_key(self.head)

    @cached_property
    def choice(self) -> Choice | None:
        """The answer that the head asks for."""
        return asked(self.head)

    @cached_property
    def credential(self) -> str | None:
        """What the operation's security asks for; raises MissingCredential."""
        return credential(self.match.operation, self.head)

    @cached_property
    def parameters(self) -> Findings:
        """The parameters that the contract describes, and what it forbids about them."""
        return read_parameters(self.match.operation, self.match.raw, self.head)

    @cached_property
    def body_type(self) -> MediaType | Violation | None:
        """How the body is to be read, or that the contract takes none of its type."""
        return body_type(self.match.operation, self.head)

    @cached_property
    def disturbance(self) -> Disturbance:
        """What the head wants to go wrong with the answer; raises BadFault, UnknownChoice."""
        delay, fault = self.head.header("x-mock-delay"), self.head.header("x-mock-fault")
        return read_headers(delay, fault) if delay or fault else CALM

    def check_accept(self) -> None:
        """Raise NotAcceptable where the client takes no type of the successful answer."""
        if not self._is_acceptable:
            check_accept(self.match.operation, self.head.accept)
            self._is_acceptable = True

    @cached_property
    def masked(self) -> Masked:
        """The head for the journal."""
        head = self.head
        path, headers = redact_path(head.path), redact_headers(head.headers)
        query = redact_query(head.pairs) if head.query_string else []
        return Masked(path, query, headers, len(path) + weight(headers) + weight(query))


def weight(pairs: Headers) -> int:
    """About how many bytes of memory headers or members of a query take."""
    return PAIR * len(pairs) + sum(map(len, chain.from_iterable(pairs)))


class Openings:
    """The openings of the latest heads before one backend."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._known: dict[Head, Opening] = {}

    def of(self, head: Head) -> Opening:
        """The opening of this very head."""
        opening = self._known.get(head)
        if opening is None:
            if len(self._known) >= REMEMBERED:
                del self._known[next(iter(self._known))]
            opening = self._known[head] = Opening(head, self._backend)
        return opening

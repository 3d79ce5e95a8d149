"""Problem answers (RFC 9457), and the base class of the errors that become one."""

from collections.abc import Callable, Iterable

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.data.json import Json
from mockserver.http.message import PROBLEM, Answer, Headers, json_answer
from mockserver.http.problem_types import PROBLEM_TYPES, URN, ProblemType
from mockserver.http.redaction import redact


class Problem(Struct, frozen=True):
    """What one problem answer says.

    `kind` is a key of PROBLEM_TYPES, which has the title and the status. `members` are extension members of
    the body (RFC 9457, section 3.2). `own_status` is given where a type has several statuses.
    """

    kind: str
    detail: str
    members: dict[str, Json] = field(default_factory=dict)
    headers: Headers = ()
    own_status: int | None = None

    @property
    def type(self) -> ProblemType:
        return PROBLEM_TYPES[self.kind]

    @property
    def status(self) -> int:
        return self.own_status or self.type.status

    def masked(self, masked_text: Callable[[str], str]) -> "Problem":
        """The problem with the secrets masked that its detail may quote from a request."""
        return replace(self, detail=masked_text(self.detail))

    def answer(self) -> Answer:
        """The answer, with the secrets in `detail` masked; SDKs look for the same sentence in `message`."""
        detail = redact(self.detail)
        body: dict[str, Json] = {
            "type": URN + self.kind,
            "title": self.type.title,
            "status": self.status,
            "detail": detail,
            "message": detail,
            **self.members,
        }
        return replace(json_answer(self.status, body, self.headers, PROBLEM), outside=True)


class ProblemError(Exception):
    """An error that the client gets as a problem; its text is the problem's detail.

    A subclass names its type in `kind`, or overrides `problem` where it has members or headers.
    """

    kind: str

    def problem(self) -> Problem:
        return Problem(self.kind, str(self))


def unauthorized(detail: str, challenges: Iterable[str]) -> Problem:
    """The problem for a missing or wrong credential; `challenges` are for WWW-Authenticate.

    RFC 9110, section 11.6.1.
    """
    headers = [("www-authenticate", challenge) for challenge in challenges]
    return Problem("unauthorized", detail, {"error": "UNAUTHORIZED"}, headers)


def valid_names(names: Iterable[str]) -> dict[str, Json]:
    """The member `valid`, which lists the names that are known; secrets are masked."""
    return {"valid": [redact(name) for name in names]}

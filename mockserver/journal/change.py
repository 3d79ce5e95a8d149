"""A change: what a control call changed in a session, as the journal keeps it between the exchanges."""

from msgspec import Struct

from mockserver.http.body_redaction import redact_body
from mockserver.http.head_redaction import redact_path
from mockserver.http.redaction import Redactor
from mockserver.http.secret_names import SecretNames

OVERHEAD = 500  # about how many bytes a change takes besides its body


class Change(Struct):
    """A control call that changed a session; `after` is the number of the exchange before it, 0 for none."""

    session: str
    after: int
    at: float  # seconds since the epoch
    call: str  # method and path below the control prefix: `PUT /session/scenario`
    body: bytes  # JSON, with its secrets masked; empty where the call has no body
    sequence: int = 0  # its position in the order of all changes

    @classmethod
    def of_call(
        cls, session: str, after: int, at: float, call: str, body: bytes, names: SecretNames
    ) -> "Change":
        """The change of a control call with this body, whose secrets are masked here by their names."""
        redactor = Redactor(names)
        return cls(session, after, at, redact_path(call, redactor), redact_body(body, redactor))

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes."""
        return OVERHEAD + len(self.body)

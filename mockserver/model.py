"""The protocol of models: stateful backends with an immutable state and handlers that make the next state.

A model does not deal with HTTP. It returns a body, or raises `Rejected` with one of the contract's error
codes; the contract says which status a code has. `create_app` takes models of your own.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from msgspec import Struct

from mockserver.data.json import Json
from mockserver.http.problem import Problem, ProblemError, unauthorized, valid_names

State = TypeVar("State")


class Subject(Struct, frozen=True):
    """The resource that a call addresses: its collection and its id, such as `carts` and `42`."""

    collection: str
    id: str


EPOCH = datetime.fromtimestamp(0, UTC)
NOTHING: Mapping[str, Json] = MappingProxyType({})


class Call(Struct, frozen=True, gc=False):
    """A valid request: the operation, and the values that the contract decodes.

    Parameters that the contract does not describe are strings; a query member that is repeated is an array of
    strings. Names of headers are in lower case, and are found in any case. What is meant for the mock server,
    such as `X-Mock-Scenario`, is left out.
    """

    operation: str  # its name in the contract's document: the operationId, or `PATCH /carts/{order_id}`
    parameters: Mapping[str, Json]  # path parameters by name
    body: Json
    credential: str | None  # the bearer token; None if the server requires none
    full_name: str = ""  # the operation's name with its document's prefix: `shop/list-items`
    query: Mapping[str, Json] = NOTHING
    headers: Mapping[str, Json] = NOTHING
    cookies: Mapping[str, Json] = NOTHING
    now: datetime = EPOCH  # the session's clock, in UTC


class Outcome(Struct, Generic[State], frozen=True):
    """The result of a call: the next state, the body of the answer, and notes for the exchange's trail.

    `created` is the percent-encoded path of a new resource, relative to the path of the request (`7`).
    `status` is the answer's, where it is not the one that the contract documents for success; `headers` are
    added to the answer, a header with several values once for each.
    """

    state: State
    body: Json
    notes: tuple[str, ...] = ()
    created: str | None = None
    status: int | None = None
    headers: Mapping[str, str | Sequence[str]] = MappingProxyType({})


class Rejected(Exception):
    """A business rule refuses the call; `code` is one of the contract's error codes.

    `check` is the number of the rule in the model's documentation; `reason` is a sentence for the trail.
    """

    def __init__(self, code: str, *, check: int | None = None, reason: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.check = check
        self.reason = reason


class Unauthenticated(ProblemError):
    """The credential is not valid, so the client is not authenticated; `reason` must not quote it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def problem(self) -> Problem:
        return unauthorized(str(self), ["Bearer"])


class UnlistedCode(ProblemError):
    """A model rejects a call with an error code that the contract does not list for the operation."""

    kind = "unlisted-code"

    def __init__(self, code: str, operation: str) -> None:
        super().__init__(f"the model rejects with {code}, which the contract does not list for {operation}")
        self.code = code
        self.operation = operation


class UnknownSubject(ProblemError):
    """The state has no resource with this collection and id; `valid` are the existing ids."""

    def __init__(self, subject: "Subject", valid: tuple[str, ...]) -> None:
        super().__init__(f"there is no {subject.id!r} in {subject.collection}")
        self.subject = subject
        self.valid = valid

    def problem(self) -> Problem:
        return Problem("unknown-subject", str(self), valid_names(self.valid))


class Absent(ProblemError):
    """The resource does not exist, and the contract has no error code for that."""

    kind = "absent"

    def __init__(self, subject: "Subject") -> None:
        super().__init__(f"there is no {subject.id!r} in {subject.collection}")
        self.subject = subject


class Conflict(ProblemError):
    """The call contradicts the state, such as an id that is taken, or a patch that does not apply.

    `statuses` are those that suit it, the best first: the answer has the first that the contract documents.
    """

    kind = "conflict"

    def __init__(self, sentence: str, statuses: tuple[int, ...] = (409, 422, 400)) -> None:
        super().__init__(sentence)
        self.statuses = statuses

    def problem(self) -> Problem:
        return Problem(self.kind, str(self), own_status=self.statuses[0])


class Unanswered(Exception):
    """The model leaves a call to the contract, which answers by its examples."""


class StateFull(ProblemError):
    """The model does not keep what the call adds, because its state would be too large."""

    kind = "state-full"


class TransitionRefused(ProblemError):
    """The event is not possible in the resource's state; `allowed` are the events that are."""

    def __init__(self, event: str, state: str, allowed: tuple[str, ...]) -> None:
        choices = ", ".join(allowed) or "none"
        super().__init__(f"the event {event!r} is not possible in state {state!r}; possible: {choices}")
        self.event = event
        self.state = state
        self.allowed = allowed

    def problem(self) -> Problem:
        members: dict[str, Json] = {"state": self.state, "allowed": list(self.allowed)}
        return Problem("transition-refused", str(self), members)


class Model(Protocol[State]):
    """A stateful backend for some operations of a contract.

    `initial` is the state of a new session; `events` are the names of the events that `fire` accepts.
    """

    name: str
    initial: State
    events: tuple[str, ...]

    def codes(self, operation: str) -> tuple[str, ...]:
        """The error codes that can reject calls of `operation`, in the order of the checks."""

    def handles(self, operation: str, method: str, path: str) -> bool:
        """Whether the model answers an operation, given its operationId, method and path template."""

    def admit(self, state: State, credential: str | None) -> None:
        """Authorize a request, before it is validated; raises Unauthenticated or Rejected."""

    def subject(self, call: Call) -> Subject | None:
        """The resource that the call addresses, None if there is none; stories count calls by it."""

    def handle(self, state: State, call: Call) -> Outcome[State]:
        """Handle a call; raises Rejected, in which case the state does not change."""

    def lay(self, state: State, given: Json) -> State:
        """Overlay the state with a scenario's `given`; raises BadData."""

    def fire(self, state: State, subject: Subject, event: str) -> State:
        """Trigger an event on a resource, and return the next state.

        Raises TransitionRefused, UnknownSubject, or BadData for an unknown event.
        """

    def dump(self, state: State) -> Json:
        """The state as `{collection: {id: item}}`; `load(dump(state)) == state`.

        No other model may have one of its collections.
        """

    def load(self, data: Json) -> State:
        """Restore a state from its JSON; raises BadData.

        `data[name]` is empty for a collection that was left out.
        """


AnyModel: TypeAlias = Model[Any]  # the pipeline does not look into states

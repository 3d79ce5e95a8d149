"""What a model is to the pipeline: a frozen state and handlers that turn one state into the next.

A model knows nothing of HTTP. It answers with a body, or raises `Rejected` with a code of the contract,
which knows the status. `mockserver.models.carts.model` is the first model; `create_app` takes others.
"""

from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from msgspec import Struct

from mockserver.data.json import Json
from mockserver.http.problem import Problem, ProblemError, unauthorized, valid_names

State = TypeVar("State")


class Subject(Struct, frozen=True):
    """The one thing in a model's state that a call addresses: `carts`, `42`."""

    collection: str
    id: str


class Call(Struct, frozen=True):
    """One request that the contract allows, without its HTTP."""

    operation: str
    parameters: Mapping[str, Json]  # path parameters, by name
    body: Json
    credential: str | None  # the bearer token; None where the server asks for none


class Outcome(Struct, Generic[State], frozen=True):
    """What a handler made of a call: the next state, the body to answer, and remarks for the trail.

    `created` is the path of a new thing from the one that was called (`7`), percent-encoded.
    """

    state: State
    body: Json
    notes: tuple[str, ...] = ()
    created: str | None = None


class Rejected(Exception):
    """A business rule says no; `code` is one of the contract's error codes.

    `check` is the rule's row in the table of checks, `reason` a sentence for the trail.
    """

    def __init__(self, code: str, *, check: int | None = None, reason: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.check = check
        self.reason = reason


class Unauthenticated(ProblemError):
    """The credential cannot be one that the model's world issued; `reason` does not quote it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def problem(self) -> Problem:
        return unauthorized(str(self), ["Bearer"])


class UnlistedCode(ProblemError):
    """A model rejects with a code that the contract does not list for the operation."""

    kind = "unlisted-code"

    def __init__(self, code: str, operation: str) -> None:
        super().__init__(f"the model rejects with {code}, which the contract does not list for {operation}")
        self.code = code
        self.operation = operation


class UnknownSubject(ProblemError):
    """The state has no subject with this collection and id; `valid` are the ids that it has."""

    def __init__(self, subject: "Subject", valid: tuple[str, ...]) -> None:
        super().__init__(f"there is no {subject.id!r} in {subject.collection}")
        self.subject = subject
        self.valid = valid

    def problem(self) -> Problem:
        return Problem("unknown-subject", str(self), valid_names(self.valid))


class Absent(ProblemError):
    """The resource that a call addresses does not exist, and the contract has no error code for that."""

    kind = "absent"

    def __init__(self, subject: "Subject") -> None:
        super().__init__(f"there is no {subject.id!r} in {subject.collection}")
        self.subject = subject


class TransitionRefused(ProblemError):
    """The event is not possible in the subject's state; `allowed` are the events that are."""

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
    """State and handlers for some of a contract's operations."""

    name: str
    initial: State
    events: tuple[str, ...]  # those that `fire` knows

    def codes(self, operation: str) -> tuple[str, ...]:
        """The error codes that `operation` may be rejected with, in the order of the checks."""

    def handles(self, operation: str, method: str, path: str) -> bool:
        """Whether the model answers this operation, by its operationId or by method and path template."""

    def admit(self, state: State, credential: str | None) -> None:
        """The checks that come before the contract's; raises Unauthenticated or Rejected."""

    def subject(self, call: Call) -> Subject | None:
        """What the call addresses; stories count by it."""

    def handle(self, state: State, call: Call) -> Outcome[State]:
        """The model's answer; raises Rejected, and then the state is as it was."""

    def lay(self, state: State, given: Json) -> State:
        """The state with a scenario's `given` laid over it; raises BadData."""

    def fire(self, state: State, subject: Subject, event: str) -> State:
        """The state after an event on the subject.

        Raises TransitionRefused, UnknownSubject, or BadData (no such event).
        """

    def dump(self, state: State) -> Json:
        """The state as JSON; `load(dump(state)) == state`."""

    def load(self, data: Json) -> State:
        """A state from its JSON form; raises BadData."""


AnyModel: TypeAlias = Model[Any]  # the pipeline carries states about without looking into them

"""One request, its answer, and the trail of what decided it: the one record that all else is a view of."""

from typing import Literal
from urllib.parse import quote

from msgspec import Struct, field

from mockserver.contract.mutations import Mutation
from mockserver.contract.operation import Operation
from mockserver.contract.validation import Violation
from mockserver.data.source import SourceLocation
from mockserver.engine.request_facts import RequestFacts
from mockserver.engine.sessions import Session
from mockserver.http.message import Answer, Request
from mockserver.http.redaction import redact
from mockserver.model import Call
from mockserver.scenarios.choice import Choice
from mockserver.scenarios.faults import Fault, seconds
from mockserver.scenarios.scenario import Scenario

Source = Literal["model", "scenario", "example", "generated", "validation", "auth", "mock"]


class Reason(Struct, frozen=True):
    """One step of the trail: what it decided, and where that is written."""

    step: str
    decided: str
    where: SourceLocation | None = None


class Exchange(Struct):
    """Each step of the pipeline takes one and adds to it."""

    request: Request
    number: int
    session: Session
    facts: RequestFacts  # of the request's head
    at: float = 0.0  # seconds since the epoch
    duration: float = 0.0  # seconds
    operation: Operation | None = None
    choice: Choice | None = None
    unchecked: bool = False  # the chosen scenario skips checks 1 to 3
    credential: str | None = None
    call: Call | None = None
    violations: list[Violation] = field(default_factory=list)
    scenario: Scenario | None = None
    preferences: tuple[str, ...] = ()  # the members of Prefer that were honoured
    source: Source = "mock"
    answer: Answer | None = None
    delay: float = 0.0  # seconds that the answer waits at the edge, after the exchange was recorded
    fault: Fault | None = None  # what goes wrong there
    own_violations: list[Violation] = field(default_factory=list)  # of the mock's answer, not the client's
    trail: list[Reason] = field(default_factory=list)
    mutation: Mutation | None = None  # what changed the answer
    unrecorded: bool = False  # stays out of the journal

    @property
    def id(self) -> str:
        return f"x{self.number}"

    @property
    def finished(self) -> Answer:
        """The answer, once the line has ended."""
        if self.answer is None:
            raise LookupError(f"the exchange {self.id} has no answer yet")
        return self.answer

    @property
    def accept(self) -> str:
        """What types the client takes."""
        return self.request.head.accept

    @property
    def matched(self) -> Operation:
        """The operation, for the steps that come after a match."""
        if self.operation is None:
            raise LookupError(f"{self.request.head.method} {self.request.head.path} matched no operation")
        return self.operation

    def note(self, step: str, decided: str, where: SourceLocation | None = None) -> None:
        """Add to the trail what may quote the request, without its secrets."""
        self.trail.append(Reason(step, redact(decided), where))

    def decide(self, step: str, decided: str, where: SourceLocation | None = None) -> None:
        """Add to the trail what is all in our own words or the contract's."""
        self.trail.append(Reason(step, decided, where))

    def reply(self, source: Source, answer: Answer) -> None:
        self.source = source
        self.answer = answer

    def labels(self) -> list[tuple[str, str]]:
        """The headers that tell how the answer came about."""
        labels = [
            ("x-mock-source", self.source),
            ("x-mock-exchange", self.id),
            ("x-mock-session", self.session.key),
        ]
        if self.scenario is not None:
            labels.append(("x-mock-scenario", self.scenario.name))
        if self.mutation is not None:
            labels.append(("x-mock-mutation", quote(self.mutation.name, safe=" /*{}-._~")))
        if self.delay:
            labels.append(("x-mock-delay", seconds(self.delay)))
        if self.fault is not None:
            labels.append(("x-mock-fault", self.fault.name))
        if self.preferences:
            labels.append(("preference-applied", ", ".join(self.preferences)))
        if self.violations:
            labels.append(("x-mock-violations", str(len(self.violations))))
        if self.own_violations:
            labels.append(("x-mock-off-contract", str(len(self.own_violations))))
        return labels

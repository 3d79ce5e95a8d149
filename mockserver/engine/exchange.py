"""One request, its answer, and the trail of decisions; journal, coverage and explain are views of it."""

from typing import Literal, get_args
from urllib.parse import quote

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.contract.mutations import Mutation
from mockserver.contract.operation import Operation
from mockserver.contract.parameters import NOT_JUDGED, Leniency
from mockserver.contract.schema.work import WorkBudget
from mockserver.contract.validation import Violation
from mockserver.data.reading import MISSING
from mockserver.data.source import SourceLocation
from mockserver.engine.masked_request import MaskedHead, MaskedRequest, body_beginning
from mockserver.engine.reason import Reason
from mockserver.engine.request_facts import RequestFacts
from mockserver.engine.selection import NO_SELECTION, ChosenStub, Selection
from mockserver.engine.session import Session
from mockserver.http.header_rules import note_value
from mockserver.http.message import Answer, Request, with_sent_headers
from mockserver.http.problem import ProblemError
from mockserver.model import Call
from mockserver.scenarios.choice import Choice
from mockserver.scenarios.faults import NO_FAULTS, Fault, FaultPlan, format_duration
from mockserver.scenarios.scenario import Scenario
from mockserver.scenarios.stub import Respond

Source = Literal[
    "model", "scenario", "stub", "example", "generated", "upstream", "validation", "auth", "mock"
]

_SOURCES = {source: ("x-mock-source", source) for source in get_args(Source)}


class Exchange(Struct, gc=False):  # gc=False: nothing that an exchange holds refers back to it
    """An exchange on its way through the pipeline; each step adds to it."""

    request: Request
    session: Session  # each step that changes it assigns the next value
    facts: RequestFacts  # of the request's head
    at: float = 0.0  # when the request was received, in seconds since the epoch
    duration: float = 0.0  # seconds, the delay included
    operation: Operation | None = None
    unmatched: ProblemError | None = None  # why the contract does not know the request
    selection: Selection = NO_SELECTION
    choice: Choice | None = None  # what the contract is asked for
    skips_validation: str = ""  # why checks 1 to 3 are skipped, if they are
    credential: str | None = None
    call: Call | None = None
    violations: list[Violation] = field(default_factory=list)  # of the request
    scenario: Scenario | None = None  # that answers, else that disturbs
    respond: Respond | None = None  # the fixed answer of a scenario or stub
    step_faults: FaultPlan = NO_FAULTS  # of a story's step
    preferences: tuple[str, ...] = ()  # the members of Prefer that were honoured
    source: Source = "mock"
    answer: Answer | None = None
    is_by_gateway: bool = False  # the answer is a gateway's fault
    is_fault_drawn: bool = False  # whether a fault occurs was decided before authentication
    delay: float = 0.0  # seconds that the answer waits after the exchange was recorded
    fault: Fault | None = None  # what breaks the answer on its way to the client
    leniencies: list[Leniency] = field(default_factory=list)  # in how the request was read
    accepted_type: str = ""  # the media type that the Accept header was read as, if it was read leniently
    own_violations: list[Violation] = field(default_factory=list)  # of the mock's answer
    trail: list[Reason] = field(default_factory=list)
    remarks: tuple[str, ...] = ()  # sentences of the trail that the answer has, too
    mutation: Mutation | None = None  # what changed the answer
    unrecorded: bool = False  # stays out of the journal
    work: WorkBudget | None = None  # of the answer's check, once it needs one
    size: int = 0  # an answer is our own
    _masked: MaskedRequest | None = None

    @property
    def id(self) -> str:
        """The id in X-Mock-Exchange and in the session's journal: `x1`, `x2`, ..."""
        return f"x{self.session.exchanges}"

    @property
    def intended(self) -> bool:
        """Whether the answer is meant to break the contract: by a mutation, a fault or `offContract`."""
        return self.mutation is not None or self.breaks_on_purpose

    @property
    def breaks_on_purpose(self) -> bool:
        """Whether a gateway's fault answers, or a fixed answer that says `offContract: true`."""
        respond = self.respond if self.source in ("scenario", "stub") else None
        return self.is_by_gateway or (respond is not None and respond.off_contract)

    @property
    def scenario_name(self) -> str | None:
        """The name of the scenario that answers or disturbs."""
        return self.scenario.name if self.scenario is not None else None

    @property
    def final_answer(self) -> Answer:
        """The answer, for what comes after the steps that make it; raises LookupError before."""
        if self.answer is None:
            raise LookupError(f"the exchange {self.id} has no answer yet")
        return self.answer

    @property
    def accept(self) -> str:
        """The value of the request's Accept header, empty where there is none."""
        return self.accepted_type or self.request.head.accept

    @property
    def matched_operation(self) -> Operation:
        """The operation, for the steps after `match`; raises LookupError before."""
        if self.operation is None:
            raise LookupError(f"{self.request.head.method} {self.request.head.path} matched no operation")
        return self.operation

    @property
    def masked(self) -> MaskedRequest:
        """The request without its secrets."""
        masked = self._masked
        if masked is None:
            masked = MaskedRequest(self._masked_head(), body_beginning(self.request))
            self._masked = masked
        return masked

    def _masked_head(self) -> MaskedHead:
        """The head as it was sent, without its secrets; its facts may lack headers that decide nothing."""
        request, facts = self.request, self.facts
        if not request.sent and len(request.head.headers) == len(facts.head.headers):
            return facts.masked_head
        return MaskedHead(with_sent_headers(request.head, request.sent), facts.secret, facts.masked_head)

    def note(self, step: str, decided: str, where: SourceLocation | None = None) -> None:
        """Add a sentence to the trail; it may quote the request, whose secrets are masked."""
        self.trail.append(Reason(step, self.masked.text(decided), where))

    def remark(self, step: str, sentence: str, where: SourceLocation | None = None) -> None:
        """Add a sentence to the trail and to the header X-Mock-Note of the answer."""
        self.note(step, sentence, where)
        self.remarks += (self.trail[-1].decided,)

    def note_unmasked(self, step: str, decided: str, where: SourceLocation | None = None) -> None:
        """Add a sentence that quotes nothing from the request, or that is masked; this saves the search."""
        self.trail.append(Reason(step, decided, where))

    def add_leniency(self, step: str, found: Leniency) -> None:
        """Add what was read leniently or not judged, with the secrets that its text may quote masked."""
        (masked,) = self.masked.deviations([found])
        self.leniencies.append(masked)
        lead = "" if found.keyword == NOT_JUDGED else "read leniently: "
        self.remark(step, f"{lead}{masked}", self.matched_operation.source_location)

    def count(self, chosen: ChosenStub) -> None:
        """Count the request for a stub or a choice of the session, once; remember the chosen scenario."""
        if chosen.scenario is not None:
            self.scenario = chosen.scenario
        if chosen.entry is not None and chosen.entry.kind != "network":
            self.session = self.session.count_match(chosen.entry)

    def draw(self, seed: int) -> int:
        """The session's next seed of a generated body or random fault, from the server's seed."""
        drawn, self.session = self.session.draw(seed)
        return drawn

    def reply(self, source: Source, answer: Answer) -> None:
        """Set the answer, and where it comes from."""
        self.source = source
        self.answer = answer

    def drop_bodies(self) -> None:
        """Forget the bodies of the request and the answer, which cannot be recorded."""
        self.request = replace(self.request, body=b"", coded=None, broken=None)
        self.answer = replace(self.final_answer, body=b"", value=MISSING)
        self._masked = None

    def labels(self) -> list[tuple[str, str]]:
        """The headers that say how the answer came about."""
        labels = [
            _SOURCES[self.source],
            ("x-mock-exchange", self.id),
            ("x-mock-session", self.session.key),
        ]
        if self.scenario is not None:
            names = "" if self.is_by_gateway else self.selection.scenario_names
            labels.append(("x-mock-scenario", names or self.scenario.name))
        if self.mutation is not None:
            labels.append(("x-mock-mutation", quote(self.mutation.name, safe=" /*{}-._~")))
        if self.delay:
            labels.append(("x-mock-delay", format_duration(self.delay)))
        if self.fault is not None:
            labels.append(("x-mock-fault", self.fault.name))
        if self.preferences:
            labels.append(("preference-applied", ", ".join(self.preferences)))
        if self.violations:
            labels.append(("x-mock-violations", str(len(self.violations))))
        if self.own_violations:
            intended = "; intended" if self.intended else ""
            labels.append(("x-mock-off-contract", f"{len(self.own_violations)}{intended}"))
        if self.remarks:
            labels.append(("x-mock-note", note_value(self.remarks)))
        return labels

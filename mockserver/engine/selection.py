"""Which choice or stub answers a request, and which one disturbs the answer.

Each carrier of a choice is asked, in the order of CARRIERS, for the operation of the request. One that says
nothing about this operation is passed over. What no carrier chooses is answered by the model or the contract.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from mockserver.contract.operation import Operation
from mockserver.data.reading import BadData
from mockserver.engine.compiled_stubs import CompiledStubs
from mockserver.engine.reason import Reason
from mockserver.engine.request_facts import RequestFacts
from mockserver.engine.session import Session, StubEntry
from mockserver.http.message import Request
from mockserver.scenarios.choice import Choice, UnknownChoice, Via
from mockserver.scenarios.faults import NO_FAULTS
from mockserver.scenarios.live_request import LiveRequest
from mockserver.scenarios.request_comparison import matches
from mockserver.scenarios.scenario import Scenario
from mockserver.scenarios.stub import Stub

CARRIER_NAMES: dict[Via, str] = {
    "header": "the header X-Mock-Scenario",
    "prefer": "the header Prefer",
    "query": "the query",
    "cookie": "the cookie mock_scenario",
}
STEP = "pick_scenario"  # of the trail


class ChosenStub(Struct, frozen=True):
    """A stub or scenario that applies to a request, and who chose it.

    `entry` is the session's, if it is one of the session. `by_code`: a status was chosen, for which there is
    a scenario.
    """

    stub: Stub
    name: str  # `order-not-cart`, or `the stub s3`
    via: str
    scenario: Scenario | None = None
    entry: StubEntry | None = None
    by_code: bool = False

    @property
    def is_laid(self) -> bool:
        """Whether its `given` is in the session's state already."""
        return self.entry is not None and self.entry.kind == "scenario" and self.entry.times is None

    @property
    def is_for_refusals(self) -> bool:
        """Whether it disturbs answers to invalid requests, too: a network, or a stub without an answer."""
        return self.entry is not None and self.stub.action is None


class Selection(Struct, frozen=True):
    """What was chosen for one request.

    `choice` is what the contract is asked for, `error` the name that a choice has and nothing else, `notes`
    go to the trail, and `overridden` to X-Mock-Note, too.
    """

    answering: ChosenStub | None = None
    disturbing: Sequence[ChosenStub] = ()  # the nearest first
    choice: Choice | None = None
    preferences: tuple[str, ...] = ()
    error: UnknownChoice | None = None
    notes: Sequence[Reason] = ()
    overridden: Sequence[Reason] = ()

    @property
    def scenario_names(self) -> str:
        """The names of the scenarios that answer or disturb, divided by commas."""
        chosen = (*(() if self.answering is None else (self.answering,)), *self.disturbing)
        return ", ".join(dict.fromkeys(each.name for each in chosen if each.scenario is not None))


NO_SELECTION = Selection()


def select(
    request: Request, facts: RequestFacts, operation: Operation | None, session: Session, stubs: CompiledStubs
) -> Selection:
    """What is chosen for a request; `operation` None is one that the contract does not know."""
    if not facts.choices and not session.stubs:
        return NO_SELECTION
    selector = _Selector(facts, LiveRequest(request), operation, session, stubs)
    for ask in CARRIERS.values():
        ask(selector)
    selector.ask_network()
    return selector.selection()


class _Selector(Struct):
    """Asks the carriers one after the other; the first that chooses an answer decides."""

    facts: RequestFacts
    live: LiveRequest
    operation: Operation | None
    session: Session
    stubs: CompiledStubs
    decided_by: str = ""  # the carrier, as sentences name it
    # What follows becomes the Selection.
    answering: ChosenStub | None = None
    disturbing: list[ChosenStub] = field(default_factory=list)
    choice: Choice | None = None
    preferences: tuple[str, ...] = ()
    error: UnknownChoice | None = None
    notes: list[Reason] = field(default_factory=list)
    overridden: list[Reason] = field(default_factory=list)

    @property
    def scenarios(self) -> Mapping[str, Scenario]:
        """All scenarios, by name."""
        return self.stubs.backend.scenarios

    def selection(self) -> Selection:
        """What was chosen."""
        return Selection(
            self.answering,
            self.disturbing,
            self.choice,
            self.preferences,
            self.error,
            self.notes,
            self.overridden,
        )

    def ask_request(self, via: Via) -> None:
        """Ask one part of the request, unless a part before it decides."""
        choice = next((each for each in self.facts.choices if each.via == via), None)
        if choice is None or self.error is not None:
            return
        if self.decided_by:
            if self._is_for_operation(choice):
                sentence = f"{self.decided_by} overrides {CARRIER_NAMES[via]}"
                self.overridden.append(Reason(STEP, sentence))
            return
        scenarios = self.scenarios
        unknown = next((name for name in choice.scenarios if name not in scenarios), None)
        if unknown is not None:
            self.error = UnknownChoice("scenario", unknown, tuple(scenarios))
            self.decided_by = CARRIER_NAMES[via]
            return
        self._take_requested(choice)

    def _take_requested(self, choice: Choice) -> None:
        """Take a choice of the request: its scenarios for the operation, else its other members."""
        via = choice.via
        applying = list(self._applying([self.scenarios[name] for name in choice.scenarios], via))
        by_code = None if applying else self._scenario_for_code(choice)
        if by_code is not None:
            applying = [ChosenStub(by_code.stub, by_code.name, via, by_code, by_code=True)]
        self._take(applying)
        is_decided = self.answering is not None
        if not is_decided and choice.is_for_any:
            self.choice, is_decided = choice, True
        elif self.answering is not None and by_code is None and choice.is_for_any:
            ignored = " and ".join(choice.other_members)
            sentence = f"{self.answering.name} answers, so {ignored} of {CARRIER_NAMES[via]} is ignored"
            self.overridden.append(Reason(STEP, sentence, self.answering.stub.source_location))
        if is_decided:
            self.decided_by = CARRIER_NAMES[via]
        if is_decided or applying:
            names = () if by_code is not None else tuple(each.name for each in applying)
            self.preferences = choice.applied_preferences(names, by_code=by_code is not None)

    def _is_for_operation(self, choice: Choice) -> bool:
        """Whether a choice says something about the operation."""
        found = (self.scenarios.get(name) for name in choice.scenarios)
        return choice.is_for_any or any(each and each.operation is self.operation for each in found)

    def _applying(self, scenarios: Sequence[Scenario], via: str) -> Iterator[ChosenStub]:
        """Those of the scenarios that are for the operation."""
        for scenario in scenarios:
            if scenario.operation is self.operation:
                yield ChosenStub(scenario.stub, scenario.name, via, scenario)
            else:
                sentence = f"{scenario.name} does not apply: it is for {scenario.operation.id}"
                self.notes.append(Reason(STEP, sentence, scenario.source_location))

    def _scenario_for_code(self, choice: Choice) -> Scenario | None:
        """The scenario that forces the first error code which the contract lists under the chosen status."""
        if choice.code is None or choice.example is not None or self.operation is None:
            return None
        codes = (code for code, status in self.operation.codes() if str(status) == choice.code)
        return self.stubs.backend.scenario_for_error(self.operation.id, next(codes, ""))

    def _take(self, applying: Sequence[ChosenStub]) -> None:
        """Take an answer and a disturbance from scenarios that were chosen together.

        One with a delay or fault gives only these to another one that answers.
        """
        answering = [each for each in applying if each.stub.action is not None]
        plain = [each for each in answering if each.stub.fault_plan is NO_FAULTS]
        chosen = next(iter(plain or answering), None)
        self.disturbing += [each for each in applying if each.stub.fault_plan is not NO_FAULTS][:1]
        for other in answering:
            if other is not chosen and other not in self.disturbing and chosen is not None:
                sentence = f"{other.name} is ignored, because {chosen.name} answers"
                self.overridden.append(Reason(STEP, sentence, other.stub.source_location))
        self.answering = chosen

    def ask_stubs(self) -> None:
        """Ask the stubs of the session, the newest first: one may answer, and one may disturb."""
        is_answered = is_disturbed = False
        for entry in self.session.stubs:
            stub = self._compiled(entry) if entry.kind == "stub" and not entry.is_used_up else None
            if stub is None or not self._matches(stub):
                continue
            chosen = ChosenStub(stub, entry.name, "session", entry=entry)
            if stub.fault_plan is not NO_FAULTS and not is_disturbed:
                is_disturbed = True
                self.disturbing.append(chosen)
            if stub.action is not None and not is_answered:
                is_answered = True
                self._decide(chosen)
            if is_answered and is_disturbed:
                return

    def _matches(self, stub: Stub) -> bool:
        """Whether a stub is for the request."""
        if stub.operation is not None and stub.operation is not self.operation:
            return False
        return stub.match is None or matches(stub.match, self.live)

    def _compiled(self, entry: StubEntry) -> Stub | None:
        """The stub of an entry; None, with a note, if it does not fit the contract any more."""
        try:
            return self.stubs.stub(entry)
        except BadData as bad:
            sentence = f"{entry.name} does not fit the contract any more: {bad.errors[0]}"
            self.overridden.append(Reason(STEP, sentence))
            return None

    def _decide(self, chosen: ChosenStub) -> None:
        """Let an entry of the session answer, or note what overrides it."""
        if self.decided_by:
            sentence = f"{self.decided_by} overrides {chosen.name} of the session"
            self.overridden.append(Reason(STEP, sentence, chosen.stub.source_location))
        else:
            self.answering, self.decided_by = chosen, chosen.name

    def ask_session_choice(self) -> None:
        """Ask for the scenarios that the session chose for the operation."""
        scenarios, operation = self.scenarios, self.operation
        for entry in self.session.stubs:
            if operation is not None and entry.kind == "scenario" and entry.id == operation.id:
                found = [scenarios[name] for name in entry.data.split(",") if name in scenarios]
                self._take_choice(
                    [ChosenStub(each.stub, each.name, "session", each, entry) for each in found]
                )

    def _take_choice(self, applying: Sequence[ChosenStub]) -> None:
        """Take the session's scenarios; those that a request overrides do not disturb it either."""
        if not self.decided_by:
            self._take(applying)
            self.decided_by = self.answering.name if self.answering is not None else ""
            return
        is_by_stub = self.answering is not None and self.answering.entry is not None
        for each in applying:
            if each.stub.action is not None:
                self._decide(each)
            if is_by_stub and each.stub.fault_plan is not NO_FAULTS:
                self.disturbing.append(each)

    def ask_network(self) -> None:
        """Ask for the delay and fault that the session has for all answers, or for those of the operation."""
        for entry in self.session.stubs:
            if entry.kind == "network":
                stub = self._compiled(entry)
                if stub is not None and (stub.operation is None or stub.operation is self.operation):
                    self.disturbing.append(
                        ChosenStub(stub, "the network of the session", "session", entry=entry)
                    )


# Who may choose the answer, in order of precedence; docs/choosing-answers.md explains each.
CARRIERS: Mapping[str, Callable[[_Selector], None]] = {
    "header": lambda selector: selector.ask_request("header"),
    "Prefer": lambda selector: selector.ask_request("prefer"),
    "query": lambda selector: selector.ask_request("query"),
    "cookie": lambda selector: selector.ask_request("cookie"),
    "stubs": _Selector.ask_stubs,
    "scenario of the session": _Selector.ask_session_choice,
}

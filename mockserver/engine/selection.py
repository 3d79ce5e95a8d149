"""Which choice or stub answers a request, and which one disturbs the answer.

Each carrier of a choice is asked, in the order of CARRIERS, for the operation of the request. One that says
nothing about this operation is passed over. What no carrier chooses is answered by the model or the contract.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

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


class Chosen(Struct, frozen=True):
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

    answering: Chosen | None = None
    disturbing: Sequence[Chosen] = ()  # the nearest first
    choice: Choice | None = None
    preferences: tuple[str, ...] = ()
    error: UnknownChoice | None = None
    notes: tuple[Reason, ...] = ()
    overridden: tuple[Reason, ...] = ()

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
    selector = _Selector(request, facts, operation, session, stubs)
    for ask in CARRIERS.values():
        ask(selector)
    selector.ask_network()
    return selector.selection()


class _Selector:
    """Asks the carriers one after the other; the first that chooses an answer decides."""

    def __init__(
        self,
        request: Request,
        facts: RequestFacts,
        operation: Operation | None,
        session: Session,
        stubs: CompiledStubs,
    ) -> None:
        self._live = LiveRequest(request)
        self._facts = facts
        self._backend = stubs.backend
        self._operation = operation
        self._session = session
        self._stubs = stubs
        self._answering: Chosen | None = None
        self._disturbing: list[Chosen] = []
        self._choice: Choice | None = None
        self._preferences: tuple[str, ...] = ()
        self._error: UnknownChoice | None = None
        self._decisive = ""  # the carrier that decides
        self._notes: list[Reason] = []
        self._overridden: list[Reason] = []

    def selection(self) -> Selection:
        """What was chosen."""
        return Selection(
            self._answering,
            self._disturbing,
            self._choice,
            self._preferences,
            self._error,
            tuple(self._notes),
            tuple(self._overridden),
        )

    def ask_request(self, via: Via) -> None:
        """Ask one part of the request, unless a part before it decides."""
        choice = next((each for each in self._facts.choices if each.via == via), None)
        if choice is None or self._error is not None:
            return
        if self._decisive:
            if self._is_for_operation(choice):
                sentence = f"{self._decisive} overrides {CARRIER_NAMES[via]}"
                self._overridden.append(Reason(STEP, sentence))
            return
        scenarios = self._backend.scenarios
        unknown = next((name for name in choice.scenarios if name not in scenarios), None)
        if unknown is not None:
            self._error = UnknownChoice("scenario", unknown, tuple(scenarios))
            self._decisive = CARRIER_NAMES[via]
            return
        applying = list(self._applying([scenarios[name] for name in choice.scenarios], via))
        by_code = None if applying else self._scenario_for_code(choice)
        if by_code is not None:
            applying = [Chosen(by_code.stub, by_code.name, via, by_code, by_code=True)]
        self._take(applying)
        is_decided = self._answering is not None
        if not is_decided and choice.is_for_any:
            self._choice, is_decided = choice, True
        elif self._answering is not None and by_code is None and choice.is_for_any:
            ignored = " and ".join(choice.other_members)
            sentence = f"{self._answering.name} answers, so {ignored} of {CARRIER_NAMES[via]} is ignored"
            self._overridden.append(Reason(STEP, sentence, self._answering.stub.source_location))
        if is_decided:
            self._decisive = CARRIER_NAMES[via]
        if is_decided or applying:
            names = () if by_code is not None else tuple(each.name for each in applying)
            self._preferences = choice.applied_preferences(names, by_code=by_code is not None)

    def _is_for_operation(self, choice: Choice) -> bool:
        """Whether a choice says something about the operation."""
        found = (self._backend.scenarios.get(name) for name in choice.scenarios)
        return choice.is_for_any or any(each and each.operation is self._operation for each in found)

    def _applying(self, scenarios: Sequence[Scenario], via: str) -> Iterator[Chosen]:
        """Those of the scenarios that are for the operation."""
        for scenario in scenarios:
            if scenario.operation is self._operation:
                yield Chosen(scenario.stub, scenario.name, via, scenario)
            else:
                sentence = f"{scenario.name} does not apply: it is for {scenario.operation.id}"
                self._notes.append(Reason(STEP, sentence, scenario.source_location))

    def _scenario_for_code(self, choice: Choice) -> Scenario | None:
        """The scenario that forces the first error code which the contract lists under the chosen status."""
        if choice.code is None or choice.example is not None or self._operation is None:
            return None
        codes = (code for code, status in self._operation.codes() if str(status) == choice.code)
        return self._backend.scenario_for_error(self._operation.id, next(codes, ""))

    def _take(self, applying: Sequence[Chosen]) -> None:
        """Take an answer and a disturbance from scenarios that were chosen together.

        One with a delay or fault gives only these to another one that answers.
        """
        answering = [each for each in applying if each.stub.action is not None]
        plain = [each for each in answering if each.stub.fault_plan is NO_FAULTS]
        chosen = next(iter(plain or answering), None)
        self._disturbing += [each for each in applying if each.stub.fault_plan is not NO_FAULTS][:1]
        for other in answering:
            if other is not chosen and other not in self._disturbing and chosen is not None:
                sentence = f"{other.name} is ignored, because {chosen.name} answers"
                self._overridden.append(Reason(STEP, sentence, other.stub.source_location))
        self._answering = chosen

    def ask_stubs(self) -> None:
        """Ask the stubs of the session, the newest first: one may answer, and one may disturb."""
        is_answered = is_disturbed = False
        for entry in self._session.stubs:
            stub = self._compiled(entry) if entry.kind == "stub" and not entry.is_used_up else None
            if stub is None or not self._matches(stub):
                continue
            chosen = Chosen(stub, entry.name, "session", entry=entry)
            if stub.fault_plan is not NO_FAULTS and not is_disturbed:
                is_disturbed = True
                self._disturbing.append(chosen)
            if stub.action is not None and not is_answered:
                is_answered = True
                self._decide(chosen)
            if is_answered and is_disturbed:
                return

    def _matches(self, stub: Stub) -> bool:
        """Whether a stub is for the request."""
        if stub.operation is not None and stub.operation is not self._operation:
            return False
        return stub.match is None or matches(stub.match, self._live)

    def _compiled(self, entry: StubEntry) -> Stub | None:
        """The stub of an entry; None, with a note, if it does not fit the contract any more."""
        try:
            return self._stubs.stub(entry)
        except BadData as bad:
            sentence = f"{entry.name} does not fit the contract any more: {bad.errors[0]}"
            self._overridden.append(Reason(STEP, sentence))
            return None

    def _decide(self, chosen: Chosen) -> None:
        """Let an entry of the session answer, or note what overrides it."""
        if self._decisive:
            sentence = f"{self._decisive} overrides {chosen.name} of the session"
            self._overridden.append(Reason(STEP, sentence, chosen.stub.source_location))
        else:
            self._answering, self._decisive = chosen, chosen.name

    def ask_session_choice(self) -> None:
        """Ask for the scenarios that the session chose for the operation."""
        scenarios, operation = self._backend.scenarios, self._operation
        for entry in self._session.stubs:
            if operation is not None and entry.kind == "scenario" and entry.id == operation.id:
                found = [scenarios[name] for name in entry.data.split(",") if name in scenarios]
                self._take_choice([Chosen(each.stub, each.name, "session", each, entry) for each in found])

    def _take_choice(self, applying: Sequence[Chosen]) -> None:
        """Take the session's scenarios; those that a request overrides do not disturb it either."""
        if not self._decisive:
            self._take(applying)
            self._decisive = self._answering.name if self._answering is not None else ""
            return
        is_by_stub = self._answering is not None and self._answering.entry is not None
        for each in applying:
            if each.stub.action is not None:
                self._decide(each)
            if is_by_stub and each.stub.fault_plan is not NO_FAULTS:
                self._disturbing.append(each)

    def ask_network(self) -> None:
        """Ask for the delay and fault that the session has for all answers, or for those of the operation."""
        for entry in self._session.stubs:
            if entry.kind == "network":
                stub = self._compiled(entry)
                if stub is not None and (stub.operation is None or stub.operation is self._operation):
                    self._disturbing.append(
                        Chosen(stub, "the network of the session", "session", entry=entry)
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

"""How a request becomes an answer: one straight line, and each step adds to the exchange.

match -> open session -> authenticate -> validate -> pick scenario -> answer -> check answer -> record

Nothing here awaits, so an exchange is atomic; waiting happens at the edge, afterwards.
"""

import time
from collections.abc import Callable

from msgspec.structs import replace

from mockserver.contract.bodies import Unencodable
from mockserver.contract.operation import Operation
from mockserver.contract.sampling import Unsatisfiable
from mockserver.contract.validation import Violation, check_answer, check_body
from mockserver.data.source import SourceLocation
from mockserver.engine.answers import by_contract, mutated, precedence
from mockserver.engine.answers.by_model import rejection
from mockserver.engine.answers.fault_plan import apply_faults
from mockserver.engine.answers.refusals import refusal
from mockserver.engine.backend import Backend
from mockserver.engine.exchange import Exchange, Source
from mockserver.engine.request_facts import RequestFactsCache
from mockserver.engine.sessions import DEFAULT, NoKey, Sessions
from mockserver.http import cors
from mockserver.http.message import Answer, Request
from mockserver.http.problem import Problem, ProblemError
from mockserver.http.redaction import redact
from mockserver.model import Call, Rejected
from mockserver.scenarios.choice import Choice, UnknownChoice, choose
from mockserver.scenarios.scenario import Scenario
from mockserver.settings import Settings

LONG_AGO = "@0"  # RFC 9745 wants a date, and a contract only says that an operation is deprecated
Clock = Callable[[], float]  # seconds since the epoch
Step = Callable[[Exchange], None]


class Pipeline:
    """Answers requests from a backend, each in its session."""

    def __init__(
        self,
        backend: Backend,
        settings: Settings,
        sessions: Sessions,
        record: Step | None,
        clock: Clock = time.time,
    ) -> None:
        self.serve(backend)
        self._settings = settings
        self._sessions = sessions
        self._keep = record
        self._clock = clock
        self._exchanges = 0
        # Whether a step is taken when there is an answer: a refusal belongs to a session, too, can be
        # have faults and be mutated, and has the headers of its status.
        self._line: tuple[tuple[Step, bool], ...] = (
            (self.preflight, False),
            (self.match, False),
            (self.open_session, True),
            (self.authenticate, False),
            (self.validate, False),
            (self.pick_scenario, False),
            (self.plan_faults, True),
            (self.answer, False),
            (self.mutate, True),
            (self.fill, True),
        )

    def serve(self, backend: Backend) -> None:
        """Answer from this backend from now on; called between two exchanges."""
        self.backend = backend
        self._facts = RequestFactsCache(backend)

    def run(self, request: Request) -> Exchange:
        """The finished exchange for a request."""
        started = time.perf_counter()
        self._exchanges += 1
        facts = self._facts.of(request.head)
        exchange = Exchange(request, self._exchanges, self._sessions.peek(DEFAULT), facts, at=self._clock())
        for step, always in self._line:
            if always or exchange.answer is None:
                try:
                    step(exchange)
                except ProblemError as error:
                    self._report(error, step.__name__, exchange)
        self.check_answer(exchange)
        self.sign(exchange)
        exchange.duration = time.perf_counter() - started + exchange.delay
        self.record(exchange)
        return exchange

    def _report(self, error: ProblemError, step: str, exchange: Exchange) -> None:
        """Note a step's error in the trail, and answer with its problem.

        An answer that exists already stays, unless its own body or headers are what cannot be made.
        """
        problem = error.problem()
        unauthorized = problem.status == 401
        place = exchange.operation.source_location if exchange.operation is not None else None
        exchange.note(step, f"check 1: {problem.detail}" if unauthorized else problem.detail, place)
        exchange.preferences = ()
        if exchange.answer is None or isinstance(error, Unsatisfiable | Unencodable):
            source: Source = "auth" if unauthorized else "mock"
            exchange.reply(source, self._documented(problem, exchange) or problem.answer())

    def _documented(self, problem: Problem, exchange: Exchange) -> Answer | None:
        """The contract's own answer for want of a credential, where it documents the 401."""
        operation = exchange.operation
        if problem.status != 401 or operation is None or "401" not in operation.responses:
            return None
        try:
            answer = by_contract.documented(operation, 401, exchange.accept)[1]
        except (Unsatisfiable, Unencodable) as error:
            return error.problem().answer()
        return replace(answer, headers=[*answer.headers, *problem.headers])

    def preflight(self, exchange: Exchange) -> None:
        """A browser's question before it sends the request itself; it comes without token and key."""
        if self._settings.cors and cors.is_preflight(exchange.request.head):
            exchange.unrecorded = True  # the browser asks, not the test
            exchange.reply("mock", cors.preflight(exchange.request.head))

    def match(self, exchange: Exchange) -> None:
        operation = exchange.operation = exchange.facts.match.operation
        exchange.decide("match", operation.id, operation.source_location)

    def open_session(self, exchange: Exchange) -> None:
        key = exchange.facts.session_key
        if key is None and self._settings.strict_sessions and exchange.answer is None:
            raise NoKey
        session = exchange.session = self._sessions.open(key or DEFAULT)
        exchange.decide("open_session", session.key)
        exchange.choice = choose(exchange.facts.choice, session.scenario, self._settings.scenario)
        chosen = self.backend.scenarios.get(exchange.choice.scenario or "") if exchange.choice else None
        if chosen is not None and chosen.operation is exchange.operation and not chosen.validate:
            exchange.unchecked = True

    def authenticate(self, exchange: Exchange) -> None:
        """Checks 1 and 2: who calls, and what they may do."""
        operation = exchange.matched
        if exchange.unchecked:
            exchange.note("authenticate", "skipped: the scenario says 'validate: false'")
            return
        if self._settings.auth:
            exchange.credential = exchange.facts.credential
        model = self.backend.models.get(operation.id)
        if model is not None:
            try:
                model.admit(exchange.session.states[model.name], exchange.credential)
            except Rejected as rejected:
                exchange.reply("auth", rejection("authenticate", rejected, exchange))
                return
        exchange.decide("authenticate", "lets the token in" if exchange.credential else "asks for no token")

    def validate(self, exchange: Exchange) -> None:
        """Check 3: the request against the contract."""
        operation = exchange.matched
        if exchange.unchecked:
            exchange.note("validate", "skipped: the scenario says 'validate: false'")
            return
        facts = exchange.facts
        checked = check_body(operation, facts.parameters, facts.body_type, exchange.request)
        for remark in checked.notes:
            exchange.note("validate", remark, operation.source_location)
        exchange.call = Call(operation.id, checked.parameters, checked.body, exchange.credential)
        if checked.violations:
            exchange.violations = checked.violations = list(map(_discreet, checked.violations))
            for violation in checked.violations:
                exchange.note(
                    "validate", f"check 3: {violation}", SourceLocation(operation.document, violation.rule)
                )
            exchange.reply("validation", refusal(checked, operation, exchange.accept))
        else:
            exchange.decide("validate", "the request keeps to the contract", operation.source_location)
            facts.check_accept()

    def pick_scenario(self, exchange: Exchange) -> None:
        """What the client chose, as a scenario where there is one for it; raises UnknownChoice."""
        choice, operation = exchange.choice, exchange.matched
        if choice is None:
            return
        scenario = self._forcing(choice, operation)
        if choice.scenario is not None:
            scenario = self.backend.scenarios.get(choice.scenario)
            if scenario is None:
                raise UnknownChoice("scenario", choice.scenario, tuple(self.backend.scenarios))
            if scenario.operation is not operation:
                exchange.note(
                    "pick_scenario", f"{scenario.name} is about {scenario.operation.id}", scenario.place
                )
                exchange.choice = None
                return
        exchange.preferences = choice.applied(fixed=scenario is not None)
        if scenario is not None:
            exchange.scenario = scenario
            exchange.note("pick_scenario", f"{scenario.name}, chosen by {choice.via}", scenario.place)

    def _forcing(self, choice: Choice, operation: Operation) -> Scenario | None:
        """The scenario that forces the first code which the contract lists under the chosen status."""
        if choice.code is None or choice.example is not None:
            return None
        codes = (code for code, status in operation.codes() if str(status) == choice.code)
        return self.backend.scenario_for(operation.id, next(codes, ""))

    def plan_faults(self, exchange: Exchange) -> None:
        """What is to go wrong with the answer on its way; raises BadFault and UnknownChoice."""
        apply_faults(exchange, self._settings.seed)

    def answer(self, exchange: Exchange) -> None:
        """Forced by a scenario, or by a chosen code, example or seed; else the model; else the contract."""
        model = self.backend.models.get(exchange.matched.id)
        precedence.answer(exchange, model, self._settings)

    def mutate(self, exchange: Exchange) -> None:
        """The answer as the session's mutation would have it, for tests of the client's tests."""
        mutation = exchange.session.mutation
        if mutation is None:
            return
        answer = mutated.changed(mutation, exchange)
        if answer is not None:
            exchange.note("mutate", f"{mutation.kind} at {mutation.pointer or 'the whole body'}")
            exchange.mutation, exchange.answer = mutation, answer
        if exchange.mutation is not None:
            self._sessions.mutated[mutation.name] += 1

    def fill(self, exchange: Exchange) -> None:
        """The headers that the contract documents for the answer; raises Unsatisfiable."""
        operation, answer = exchange.operation, exchange.finished
        if operation is not None and not answer.outside:
            headers = by_contract.headers_of(operation, answer)
            if headers:
                exchange.answer = replace(answer, headers=[*answer.headers, *headers])

    def check_answer(self, exchange: Exchange) -> None:
        """The mock's own answer against the contract; where it strays, the answer says so."""
        operation, answer = exchange.operation, exchange.answer
        if operation is None or answer is None or answer.outside:
            return
        exchange.own_violations = check_answer(
            operation, answer.status, answer.content_type, answer.body, answer.value
        )
        for violation in exchange.own_violations:
            exchange.note(
                "check_answer",
                f"off contract: {violation}",
                SourceLocation(operation.document, violation.rule),
            )

    def sign(self, exchange: Exchange) -> None:
        """The headers that say where the answer comes from, and CORS."""
        answer, operation = exchange.finished, exchange.operation
        headers = [*answer.headers, *exchange.labels()]
        if exchange.violations:
            entry = f"/requests/{exchange.id}?__session={exchange.session.key}"
            headers.append(("link", f'<{self._settings.control_prefix}{entry}>; rel="describedby"'))
        if operation is not None and operation.deprecated:
            headers.append(("deprecation", LONG_AGO))
        if self._settings.cors:
            headers += cors.headers(exchange.request.head, headers)
        exchange.answer = replace(answer, headers=headers)

    def record(self, exchange: Exchange) -> None:
        if self._keep is not None and not exchange.unrecorded:
            self._keep(exchange)


def _discreet(violation: Violation) -> Violation:
    """The violation, should its sentence quote a secret, without it."""
    return replace(violation, message=redact(violation.message), pointer=redact(violation.pointer))

"""How a request becomes an answer: a straight line of steps, each of which adds to the exchange.

match -> open session -> authenticate -> validate -> pick scenario -> answer -> check answer -> record

Nothing here awaits, so an exchange is atomic: no other request of the process runs in between. Delays and
faults are only planned here; the ASGI layer carries them out afterwards.
"""

from collections.abc import Callable

from msgspec.structs import replace

from mockserver.contract.bodies import Unencodable
from mockserver.contract.routing.router import other_slash
from mockserver.contract.sampling import Unsatisfiable
from mockserver.contract.validation import check_body
from mockserver.engine.answers import mutated, off_contract, precedence
from mockserver.engine.answers.by_model import rejection
from mockserver.engine.answers.dashboard_redirect import redirect_to_dashboard
from mockserver.engine.answers.documented_headers import invalid_headers, missing_headers
from mockserver.engine.answers.fault_plan import apply_faults, intercept
from mockserver.engine.answers.labels import labelled
from mockserver.engine.answers.refusals import note_violations, refuse, unauthorized_answer
from mockserver.engine.answers.selection_effects import apply_selection
from mockserver.engine.answers.server_urls import with_own_urls
from mockserver.engine.answers.story import note_earlier_story
from mockserver.engine.backend import Backend
from mockserver.engine.call import call_of
from mockserver.engine.compiled_stubs import CompiledStubs
from mockserver.engine.exchange import Exchange
from mockserver.engine.head_cache import HeadCache
from mockserver.engine.internal_error import (
    InternalError,
    failed_exchange,
    internal_error,
    origin_of,
)
from mockserver.engine.misspellings import with_header_case
from mockserver.engine.reason import ACCEPTED, NOT_REQUIRED
from mockserver.engine.request_facts import RequestFacts
from mockserver.engine.selection import NO_SELECTION, select
from mockserver.engine.session import Session
from mockserver.engine.session_keys import ADOPTED, DEFAULT, NoSessionKey
from mockserver.engine.tolerated_bodies import drop_read_only_members, report_undescribed
from mockserver.http import cors
from mockserver.http.message import Answer, Request
from mockserver.http.problem import ProblemError
from mockserver.model import Rejected
from mockserver.scenarios.stub import Respond, Story
from mockserver.settings import Settings

Step = Callable[[Exchange], None]


class Pipeline:
    """Answers requests from a backend and keeps nothing: a session goes in, and the next one comes out."""

    def __init__(
        self,
        backend: Backend,
        settings: Settings,
        on_error: Callable[[InternalError], None] = lambda error: None,
    ) -> None:
        """`on_error` gets each exception that nothing expected."""
        self._settings = settings
        self._on_error = on_error
        self.control_port: int | None = None  # the control API's own, if it has one
        self.serve(backend)
        self._steps: tuple[Step, ...] = (
            self.preflight,
            self.match,
            self.open_session,
            self.authenticate,
            self.validate,
            self.pick_scenario,
            self.plan_faults,
            self.answer,
            self.mutate,
            self.fill,
        )
        # A refusal also belongs to a session, can be delayed, broken or mutated, and has documented headers.
        self._of_refusals = frozenset((self.open_session, self.plan_faults, self.mutate, self.fill))

    def serve(self, backend: Backend) -> None:
        """Answer from this backend from now on; called between two exchanges."""
        self.backend = backend
        self.heads = HeadCache(backend, self._settings)
        self.facts = self.heads.facts
        self.stubs = CompiledStubs(backend)

    def run(self, request: Request, facts: RequestFacts, session: Session, at: float) -> Exchange:
        """The finished exchange for a request in a session; its `session` is the session after it.

        `facts` are those of the request's head, `at` is the time in seconds since the epoch. The duration of
        the exchange is its delay alone.
        """
        if facts.head.codings:
            request = request.decoded(self._settings.body_limit)
        exchange = Exchange(request, session.for_exchange(at), facts, at=at)
        try:
            for step in self._steps:
                if exchange.answer is None or step in self._of_refusals:
                    try:
                        step(exchange)
                    except ProblemError as error:
                        self._report(error, step.__name__, exchange)
            self.check_answer(exchange)
            exchange.answer = labelled(exchange, self._settings, self.control_port)
        except BaseException as error:  # whatever a model raises, SystemExit included
            exchange = self.failed(error, exchange, session)
        exchange.duration = exchange.delay
        return exchange

    def refuse(
        self, request: Request, facts: RequestFacts, session: Session, at: float, error: ProblemError
    ) -> Exchange:
        """The exchange for a request whose session cannot be used; it is not recorded, and has no id."""
        exchange = Exchange(request, session.for_exchange(at), facts, at=at, unrecorded=True)
        self.preflight(exchange)
        if exchange.answer is None:
            exchange.remark("open_session", str(error))
            exchange.reply("mock", error.problem().answer())
        self.label(exchange)
        answer = exchange.final_answer
        headers = [each for each in answer.headers if each[0] != "x-mock-exchange"]
        exchange.answer = replace(answer, headers=headers)
        return exchange

    def _report(self, error: ProblemError, step: str, exchange: Exchange) -> None:
        """Note a step's error in the trail, and answer with its problem.

        An answer that exists already stays, unless its own body or headers are what cannot be made.
        """
        problem = error.problem().masked(exchange.masked.text)
        unauthorized = problem.status == 401
        sentence = f"check 1: {problem.detail}" if unauthorized else problem.detail
        operation = exchange.operation
        exchange.note(step, sentence, operation.source_location if operation is not None else None)
        exchange.preferences = ()
        if exchange.answer is None or isinstance(error, Unsatisfiable | Unencodable):
            documented = unauthorized_answer(exchange, problem) if unauthorized else None
            exchange.reply("auth" if unauthorized else "mock", documented or problem.answer())

    def failed(self, error: BaseException, exchange: Exchange, session: Session) -> Exchange:
        """The exchange instead of one that raised an unexpected exception; raises the user's Ctrl-C again."""
        models = self.backend.distinct_models.values()
        internal = internal_error(error, origin_of(exchange), models, _masked_text(exchange))
        failed = failed_exchange(internal, exchange, session)
        self._on_error(internal)
        self.label(failed)
        return failed

    def preflight(self, exchange: Exchange) -> None:
        """Answer OPTIONS * and a CORS preflight, which a browser sends without credential and session key."""
        head = exchange.request.head
        if head.method == "OPTIONS" and self._settings.cors and cors.is_preflight(head):
            exchange.unrecorded = True  # the browser sends it, not the test
            exchange.reply("mock", cors.preflight(head))
        elif head.method == "OPTIONS" and head.path == "*":  # asks about the server (RFC 9110, section 9.3.7)
            exchange.reply("mock", Answer(204, [("allow", cors.METHODS)]))

    def match(self, exchange: Exchange) -> None:
        """Find the operation; raises BadSessionKey if the key in the path is not valid.

        Raises UnknownPath, WrongMethod, unless a stub or a fault may answer.
        """
        facts = exchange.facts
        if exchange.request.base_path:
            facts.session_key_of(exchange.request)
        try:
            exchange.operation = facts.match.operation
        except ProblemError as error:
            if not exchange.session.stubs and not exchange.facts.has_fault:
                if self._leads_to_dashboard(exchange):
                    return
                raise
            exchange.unmatched = error
            return
        exchange.trail.append(facts.matched)
        if facts.match.other_slash:
            exchange.add_leniency("match", other_slash(exchange.request.head.path))

    def open_session(self, exchange: Exchange) -> None:
        """Check the key of the session, and select what answers or disturbs: a choice, a stub, a fault.

        Raises BadSessionKey, NoSessionKey.
        """
        facts, session = exchange.facts, exchange.session
        for sentence in () if facts.is_plain else facts.misspellings:
            exchange.remark("open_session", with_header_case(exchange.masked.text(sentence)))
        key = facts.session_key_of(exchange.request)
        if key is None and self._settings.strict_sessions and exchange.answer is None:
            raise NoSessionKey
        is_adopted = key is None and session.key != DEFAULT
        exchange.note_unmasked("open_session", session.key + ADOPTED if is_adopted else session.key)
        if session.stubs or not facts.is_plain:
            self._select(exchange)

    def _select(self, exchange: Exchange) -> None:
        """Find out what the request and the session choose; the fault of a gateway answers at once."""
        if exchange.answer is not None:
            return
        selection = select(exchange.request, exchange.facts, exchange.operation, exchange.session, self.stubs)
        exchange.selection, exchange.choice = selection, selection.choice
        answering = selection.answering
        if answering is not None and not answering.stub.validate and not answering.by_code:
            exchange.skips_validation = f"{answering.name} says 'validate: false'"
        elif answering is None and exchange.unmatched is not None and self._leads_to_dashboard(exchange):
            return
        intercept(exchange, self._settings.seed, self.backend.model_for(exchange.operation))
        if exchange.unmatched is not None and exchange.answer is None:
            self._refuse_unmatched(exchange, exchange.unmatched)

    def _leads_to_dashboard(self, exchange: Exchange) -> bool:
        """Redirect a browser that opens `/`, which the contract does not have; whether this is one."""
        if exchange.facts.has_fault:
            return False
        return redirect_to_dashboard(exchange, self._settings, self.control_port)

    def _refuse_unmatched(self, exchange: Exchange, error: ProblemError) -> None:
        """Refuse a request that the contract does not know, unless a stub will answer it."""
        answering = exchange.selection.answering
        if answering is None or not isinstance(answering.stub.action, Respond | Story):
            self._report(error, "match", exchange)
        exchange.skips_validation = "the contract does not know the request"

    def authenticate(self, exchange: Exchange) -> None:
        """Checks 1 and 2: who calls, and what they may do.

        Raises MissingCredential by the contract, Unauthenticated by the model.
        """
        if exchange.skips_validation:
            exchange.note_unmasked("authenticate", f"skipped: {exchange.skips_validation}")
            return
        facts = exchange.facts
        if self._settings.auth:
            exchange.credential = facts.credential
        model = self.backend.models.get(facts.match.operation.id)
        if model is not None:
            try:
                model.admit(exchange.session.states[model.name], exchange.credential)
            except Rejected as rejected:
                exchange.reply("auth", rejection("authenticate", rejected, exchange))
                return
        exchange.trail.append(ACCEPTED if exchange.credential else NOT_REQUIRED)

    def validate(self, exchange: Exchange) -> None:
        """Check 3: the request against the contract; raises NotAcceptable."""
        if exchange.skips_validation:
            exchange.note_unmasked("validate", f"skipped: {exchange.skips_validation}")
            return
        facts = exchange.facts
        operation = facts.match.operation
        checked = check_body(  # as `facts.checked` does; a call less for each request
            operation, facts.parameters, facts.body_type, exchange.request, lenient=facts.lenient
        )
        for remark in checked.notes:
            exchange.note("validate", remark, operation.source_location)
        if checked.undescribed is not None:
            errors = self._settings.errors
            report_undescribed(checked.undescribed, checked, exchange, errors=errors)
        if checked.violations and self._settings.drops_read_only:
            drop_read_only_members(checked, exchange)
        for leniency in checked.leniencies:
            exchange.add_leniency("validate", leniency)
        exchange.call = call_of(exchange, checked)
        if checked.violations:
            note_violations(exchange, checked)
            refuse(exchange, checked)
        else:
            exchange.trail.append(facts.valid)
            accepted = facts.check_accept()
            if accepted is not None:
                exchange.accepted_type = accepted.media_type
                exchange.add_leniency("validate", accepted.leniency)

    def pick_scenario(self, exchange: Exchange) -> None:
        """Apply what was selected: count its calls, and note it in the trail; raises UnknownChoice."""
        if exchange.selection is NO_SELECTION and not exchange.session.story_changes:
            return
        model = self.backend.model_for(exchange.operation)
        apply_selection(exchange, model)
        if model is not None:
            note_earlier_story(model, exchange)

    def plan_faults(self, exchange: Exchange) -> None:
        """Settle the delay and the fault of the answer that the API gives; raises BadFault, UnknownChoice."""
        apply_faults(exchange, self._settings.seed)

    def answer(self, exchange: Exchange) -> None:
        """Answer by the scenario or stub, the mutation, the model or the contract, in this precedence.

        Raises UnknownChoice, UnknownMutation, Unsatisfiable, Unencodable, Absent, UnlistedCode.
        """
        precedence.reply(exchange, self.backend, self._settings)

    def mutate(self, exchange: Exchange) -> None:
        """Change the answer by the session's mutation, to see whether the client's tests notice.

        Raises UnknownMutation.
        """
        if exchange.session.mutation is None:
            return
        mutation = self.backend.mutations.named(exchange.session.mutation)
        answer = mutated.mutated_answer(mutation, exchange)
        if answer is not None:
            exchange.note("mutate", f"{mutation.kind} at {mutation.pointer or 'the whole body'}")
            exchange.mutation, exchange.answer = mutation, answer

    def fill(self, exchange: Exchange) -> None:
        """Add the headers that the contract documents for the answer, and lead its URLs to the mock."""
        operation, answer = exchange.operation, exchange.answer
        if exchange.is_by_gateway and exchange.source == "mock":  # which does not know the contract
            return
        if operation is not None and answer is not None and not answer.outside:
            headers = missing_headers(operation, answer)
            if headers:
                exchange.own_violations = invalid_headers(operation, answer, dict(headers))
                exchange.answer = answer = replace(answer, headers=[*answer.headers, *headers])
            if operation.server_urls and exchange.source not in ("scenario", "stub"):
                host = exchange.request.head.header("host") or "localhost"
                exchange.answer = with_own_urls(answer, operation, f"{self._settings.scheme}://{host}")

    def check_answer(self, exchange: Exchange) -> None:
        """Check the answer against the contract, a refusal included; `label` flags what is found."""
        off_contract.check(exchange, errors=self._settings.errors)

    def label(self, exchange: Exchange) -> None:
        """Add the headers that say how the answer came about, and those of CORS."""
        exchange.answer = labelled(exchange, self._settings, self.control_port)


def _masked_text(exchange: Exchange) -> Callable[[str], str]:
    """What masks the secrets of an exchange's request in a text; if it cannot be made, nothing is shown."""
    try:
        return exchange.masked.text
    except Exception:  # the exchange may have failed because of it
        return lambda text: "the traceback is not shown because its secrets cannot be masked"

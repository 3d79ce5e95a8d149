"""Requests that are passed on to the real backend: which ones are, and how their exchanges begin and end.

Such an exchange has two halves, because its answer has to be waited for. The first half matches, selects and
validates, and changes nothing. The second half happens when the answer has arrived, in the session as it is
then. A passed request never changes the state of a model.
"""

from msgspec.structs import replace

from mockserver.contract.security import MissingCredential
from mockserver.contract.validation import Checked, Violation, check_request
from mockserver.engine.answers import off_contract
from mockserver.engine.answers.fault_plan import intercept
from mockserver.engine.answers.refusals import note_violations, refuse
from mockserver.engine.answers.selection_effects import apply_selection
from mockserver.engine.exchange import Exchange
from mockserver.engine.pipeline import Pipeline
from mockserver.engine.request_facts import RequestFacts
from mockserver.engine.selection import Selection, select
from mockserver.engine.session import Session
from mockserver.http.control_names import UPSTREAM_HEADER
from mockserver.http.message import Answer, Request
from mockserver.http.problem import ProblemError
from mockserver.settings import Settings

STEP = "upstream"  # of the trail


class Passing:
    """Begins and ends the exchanges of requests that are passed on; it keeps nothing."""

    def __init__(self, pipeline: Pipeline, settings: Settings) -> None:
        self._pipeline = pipeline
        self._settings = settings

    def begin(self, request: Request, facts: RequestFacts, session: Session, at: float) -> Exchange | None:
        """The first half of the exchange for a request that is passed on; None where the mock answers.

        It has an answer already where the request is refused: with `--errors`, if it breaks the contract.
        """
        decoded = request.decoded(self._settings.body_limit) if facts.head.codings else request
        exchange = Exchange(decoded, session.for_exchange(at), facts, at=at)
        try:
            exchange.operation = facts.match.operation
        except ProblemError as error:
            exchange.unmatched = error
        try:
            why = self._reason(exchange)
        except ProblemError:  # a choice, fault or key that is not valid, which the mock refuses
            return None
        if why is None:
            return None
        if exchange.operation is not None:
            exchange.trail.append(facts.matched)
        exchange.note_unmasked("open_session", exchange.session.key)
        exchange.note(STEP, why)
        self._judge(exchange)
        return exchange

    def _reason(self, exchange: Exchange) -> str | None:
        """Why a request is passed on, None if it is not."""
        request, facts, session = exchange.request, exchange.facts, exchange.session
        self._pipeline.preflight(exchange)
        wanted = request.head.header(UPSTREAM_HEADER)
        if exchange.answer is not None or wanted == "off":
            return None
        if facts.session_key_of(request) is None and self._settings.strict_sessions:
            return None
        selection = select(request, facts, exchange.operation, session, self._pipeline.stubs)
        if wanted == "on":
            selection = Selection(disturbing=selection.disturbing, notes=selection.notes)
        elif selection.answering or selection.choice or selection.error or _is_mocked(exchange):
            return None
        exchange.selection = selection
        _ = facts.fault_plan
        intercept(exchange, self._settings.seed, None)
        if exchange.is_by_gateway:
            return None
        if wanted == "on":
            return f"passed on, because the request has {UPSTREAM_HEADER}: on"
        if exchange.operation is None:
            return "passed on; the contract does not have the path or the method"
        return "passed on, because nothing says that the mock answers"

    def _judge(self, exchange: Exchange) -> None:
        """Flag what the request breaks; with `--errors` it is refused."""
        operation, facts = exchange.operation, exchange.facts
        if operation is None:
            return
        checked = check_request(operation, facts.match.raw, exchange.request)
        try:
            exchange.credential = facts.credential
        except MissingCredential as missing:
            checked.violations.insert(0, Violation("header", "/authorization", "security", str(missing)))
        if not checked.violations:
            exchange.trail.append(facts.valid)
            return
        note_violations(exchange, checked)
        if self._settings.errors:
            _refuse(exchange, checked)

    def end(self, begun: Exchange, session: Session, answer: Answer | None) -> Exchange:
        """The second half: the exchange with the answer of the real backend, in the session as it is now.

        `answer` is None for a request that was refused.
        """
        exchange = self._answered(begun, session, answer)
        self._pipeline.check_answer(exchange)
        self._pipeline.label(exchange)
        return exchange

    def start(self, begun: Exchange, session: Session, answer: Answer) -> Exchange:
        """The same with an answer whose body is still to come, and is checked later, by `judge`."""
        exchange = self._answered(begun, session, answer)
        self._pipeline.label(exchange)
        return exchange

    def judge(self, started: Exchange, answer: Answer | None) -> None:
        """Check the answer that `start` began, now that it was sent; None if it cannot be judged."""
        if answer is None:
            started.note_unmasked("check_answer", "not judged: the body of the answer is not known whole")
            return
        started.answer = answer
        off_contract.check(started, errors=False)  # it was sent

    def _answered(self, begun: Exchange, session: Session, answer: Answer | None) -> Exchange:
        draws = max(begun.session.draws, session.draws)
        exchange = replace(begun, session=replace(session.for_exchange(begun.at), draws=draws))
        if answer is not None:
            apply_selection(exchange, None)
            self._pipeline.plan_faults(exchange)
            exchange.reply("mock" if answer.outside else "upstream", answer)
        self._pipeline.mutate(exchange)
        return exchange


def _is_mocked(exchange: Exchange) -> bool:
    """Whether the session has the mock answer the operation."""
    return exchange.operation is not None and exchange.operation.id in exchange.session.mocked


def _refuse(exchange: Exchange, checked: Checked) -> None:
    refuse(exchange, checked)
    exchange.note_unmasked(STEP, "not passed on, because it breaks the contract and errors are refused")

"""Checks the mock's own answer against the contract."""

from mockserver.contract.operation import Operation
from mockserver.contract.parameters import not_judged_leniency
from mockserver.contract.schema.work import take_not_judged
from mockserver.contract.validation import check_answer
from mockserver.data.source import SourceLocation
from mockserver.engine.answers.refusals import off_contract_problem
from mockserver.engine.exchange import Exchange


def check(exchange: Exchange, *, errors: bool) -> None:
    """Add the violations of the answer, a refusal included, to the exchange and its trail.

    With `errors`, an answer that breaks the contract without being meant to becomes a problem.
    """
    operation, answer = exchange.operation, exchange.answer
    if operation is None or answer is None or answer.outside:
        return
    if answer.remark:
        exchange.note_unmasked("check_answer", answer.remark, operation.source_location)
    exchange.own_violations += check_answer(
        operation, answer.status, answer.content_type, answer.body, answer.value, exchange
    )
    if exchange.work is not None:
        for found in take_not_judged(exchange):
            exchange.add_leniency("check_answer", not_judged_leniency(found, "answer"))
    if exchange.own_violations:
        _report(exchange, operation, errors=errors)


def _report(exchange: Exchange, operation: Operation, *, errors: bool) -> None:
    """Note the violations of the answer, which becomes a problem if they are errors."""
    exchange.own_violations = exchange.masked.deviations(exchange.own_violations)
    for violation in exchange.own_violations:
        rule = SourceLocation(operation.document, violation.rule)
        exchange.note_unmasked("check_answer", f"off contract: {violation}", rule)
    if errors and not exchange.intended:
        exchange.preferences = ()
        exchange.reply("mock", off_contract_problem(exchange.own_violations).answer())

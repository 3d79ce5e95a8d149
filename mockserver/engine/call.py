"""The call that a model handles, made from a valid request."""

from mockserver.contract.validation import Checked
from mockserver.engine.exchange import Exchange
from mockserver.engine.parameter_values import HeaderValues
from mockserver.model import Call


def call_of(exchange: Exchange, checked: Checked) -> Call:
    """The exchange's request as a call; `checked` has its decoded path and body."""
    facts = exchange.facts
    operation = facts.match.operation
    return Call(
        operation.operation_id,
        checked.parameters,
        checked.body,
        exchange.credential,
        operation.id,
        facts.query_values,
        HeaderValues(facts, exchange.request),
        facts.cookie_values,
        exchange.at,
    )

"""The call that a model handles, made from a valid request."""

from datetime import UTC, datetime

from mockserver.contract.validation import Checked
from mockserver.engine.exchange import Exchange
from mockserver.engine.parameter_values import HeaderValues
from mockserver.model import Call


class RequestCall(Call, frozen=True, gc=False):
    """A call of an exchange; its instant is converted when a model reads it, because few do."""

    at: float = 0.0  # seconds since the epoch

    @property  # type: ignore[misc]  # instead of the field
    def now(self) -> datetime:
        """The session's clock, in UTC."""
        return datetime.fromtimestamp(self.at, UTC)


def call_of(exchange: Exchange, checked: Checked) -> Call:
    """The exchange's request as a call; `checked` has its decoded path and body."""
    facts = exchange.facts
    operation = facts.match.operation
    return RequestCall(
        operation.operation_id,
        checked.parameters,
        checked.body,
        exchange.credential,
        operation.id,
        facts.query_values,
        HeaderValues(facts.read_head, exchange.request),
        facts.cookie_values,
        at=exchange.at,
    )

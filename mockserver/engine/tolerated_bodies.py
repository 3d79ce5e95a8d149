"""Request bodies that break the contract, but that the settings may tolerate; each gets a remark."""

from mockserver.contract.validation import Checked, Violation, drop_read_only
from mockserver.engine.exchange import Exchange

MOST_NAMED = 5  # dropped members that a remark names


def drop_read_only_members(checked: Checked, exchange: Exchange) -> None:
    """Drop what only the server sets from an invalid body, and validate it again."""
    operation = exchange.matched_operation
    dropped = drop_read_only(operation, exchange.facts.body_type, checked)
    if dropped:
        more = f" and {len(dropped) - MOST_NAMED} more" if len(dropped) > MOST_NAMED else ""
        sentence = f"read-only members are dropped: {', '.join(dropped[:MOST_NAMED])}{more}"
        exchange.remark("validate", sentence, operation.source_location)


def report_undescribed(found: Violation, checked: Checked, exchange: Exchange, *, errors: bool) -> None:
    """Report a body where the contract describes none: a 415 with `errors`, otherwise a remark."""
    if errors:
        checked.violations.append(found)
        checked.status = 415
    else:
        sentence = f"{found.message}; the body is ignored"
        exchange.remark("validate", sentence, exchange.matched_operation.source_location)

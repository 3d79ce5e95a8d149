"""Applies what was selected for a request that passed its checks: notes it, and counts the calls."""

from mockserver.engine.answers.story import enter_step
from mockserver.engine.exchange import Exchange
from mockserver.engine.selection import STEP, ChosenStub
from mockserver.model import AnyModel
from mockserver.scenarios.stub import Respond, Story


def apply_selection(exchange: Exchange, model: AnyModel | None) -> None:
    """Apply the selection of an exchange; raises UnknownChoice.

    `model` is that of the operation. The fixed answer of a stub or of a story's step is the exchange's
    `respond`; without one, the model or the contract answers.
    """
    selection = exchange.selection
    exchange.trail += selection.notes
    if selection.error is not None:
        raise selection.error
    for reason in selection.overridden:
        exchange.remark(reason.step, reason.decided, reason.where)
    exchange.preferences = selection.preferences
    answering = selection.answering
    for chosen in selection.disturbing:
        if chosen is not answering:
            _apply(chosen, "disturbs", exchange)
    if answering is not None:
        _apply(answering, "answers", exchange)
        action = answering.stub.action
        if isinstance(action, Respond):
            exchange.respond = action
        elif isinstance(action, Story):
            step = enter_step(answering, action, model, exchange)
            exchange.respond, exchange.step_faults = step.respond, step.fault_plan


def _apply(chosen: ChosenStub, role: str, exchange: Exchange) -> None:
    """Note a scenario or stub that was chosen, and count the request for it."""
    where = chosen.stub.source_location
    if chosen.scenario is not None:
        exchange.note(STEP, f"{chosen.name}, chosen by {chosen.via}", where)
    else:
        exchange.note_unmasked(STEP, f"{chosen.name} {role}", where)
    exchange.count(chosen)

"""Settles the delay and the fault of an answer while it is made; trail and journal show them.

The nearest one wins: that of the request's headers, of a scenario or stub, of the session's network. A
gateway's fault comes before authentication, and answers instead of the API; any other comes after the answer.
"""

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from mockserver.data.source import SourceLocation
from mockserver.engine.answers.gateway_fault import gateway_answer
from mockserver.engine.exchange import Exchange
from mockserver.engine.selection import Chosen
from mockserver.http.problem import ProblemError
from mockserver.scenarios.faults import NO_FAULTS, Fault, FaultPlan, format_duration

STEP = "plan_faults"  # of the trail


def intercept(exchange: Exchange, seed: int) -> None:
    """Answer by the fault of a gateway, if the nearest fault is one and occurs this time.

    It counts as a match of the stub that has the fault, and nothing else does.
    """
    try:
        by_headers = exchange.facts.fault_plan
    except ProblemError:  # `apply_faults` raises it
        return
    plan, nearest = by_headers, None
    for chosen in exchange.selection.disturbing:
        if plan.fault is None and chosen.stub.fault_plan.fault is not None:
            nearest = chosen
        plan = plan.or_else(chosen.stub.fault_plan)
    if plan.fault is None or not plan.fault.is_gateway:
        return
    exchange.is_fault_drawn = True
    _draw(exchange, replace(plan, delay=None), seed, nearest)
    if exchange.fault is None:
        return
    if plan.delay is not None:
        _draw(exchange, FaultPlan(plan.delay), seed, nearest)
    if nearest is not None:
        exchange.scenario = nearest.scenario
        if nearest.entry is not None and nearest.entry.kind == "stub":
            exchange.session = exchange.session.count_match(nearest.entry)
    _answer_by_gateway(exchange, exchange.fault)


def apply_faults(exchange: Exchange, seed: int) -> None:
    """Settle the delay and the fault of an answer that no gateway gives; raises BadFault, UnknownChoice.

    A refusal is not disturbed by scenarios and stubs, whose requests pass the checks.
    """
    if exchange.is_by_gateway or exchange.unrecorded:
        return
    plan, nearest = exchange.facts.fault_plan, None
    for chosen, other in _plans(exchange):
        if nearest is None and plan is NO_FAULTS:
            nearest = chosen
        plan = plan.or_else(other)
    if exchange.is_fault_drawn:
        plan = FaultPlan(plan.delay)
    if plan.delay is not None or plan.fault is not None:
        _draw(exchange, plan, seed, nearest)
    if exchange.fault is not None and exchange.fault.is_gateway:  # of a step, whose story counts the call
        _answer_by_gateway(exchange, exchange.fault)


def _answer_by_gateway(exchange: Exchange, fault: Fault) -> None:
    exchange.is_by_gateway = True
    exchange.reply(*gateway_answer(fault, exchange.operation, exchange.accept))


def _plans(exchange: Exchange) -> Iterator[tuple[Chosen | None, FaultPlan]]:
    """The plans of those that disturb the answer, the nearest first."""
    if exchange.step_faults is not NO_FAULTS:
        yield exchange.selection.answering, exchange.step_faults
    for chosen in exchange.selection.disturbing:
        if exchange.answer is None or (chosen.entry is not None and chosen.entry.kind == "network"):
            yield chosen, chosen.stub.fault_plan


def _draw(exchange: Exchange, plan: FaultPlan, seed: int, nearest: Chosen | None) -> None:
    """Draw the delay and the fault of a plan, by one draw of the session if chance decides, and note them."""
    chance = Random(exchange.draw(seed) if plan.by_chance else 0)
    delay, fault = plan.draw(chance)
    where: SourceLocation | None = nearest.stub.source_location if nearest is not None else None
    by = f", by {nearest.name}" if nearest is not None else ""
    if delay:
        exchange.delay = delay
        exchange.note(STEP, f"the answer is delayed by {format_duration(delay)}{by}", where)
    if fault is not None:
        exchange.fault = fault
        exchange.note(STEP, f"the answer is broken on purpose: {fault}{by}", where)
    elif plan.fault is not None:
        sentence = f"{plan.fault} does not occur this time (probability {plan.probability:g}){by}"
        exchange.note(STEP, sentence, where)

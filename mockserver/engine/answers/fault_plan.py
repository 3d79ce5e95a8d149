"""Settles the delay and the fault of an answer while it is made; trail and journal show them.

The nearest one wins: that of the request's headers, of a scenario or stub, of the session's network. A
gateway's fault comes before authentication, and answers instead of the API; any other comes after the answer.
"""

from collections.abc import Iterator, Sequence
from random import Random

from msgspec import Struct

from mockserver.engine.answers.gateway_fault import gateway_answer
from mockserver.engine.answers.story import enter_next_step, faults_of_next_step
from mockserver.engine.exchange import Exchange
from mockserver.engine.selection import NO_SELECTION, ChosenStub
from mockserver.http.problem import ProblemError
from mockserver.model import AnyModel
from mockserver.scenarios.faults import NO_FAULTS, Fault, FaultPlan, format_duration

STEP = "plan_faults"  # of the trail
# Fault plans, each with the stub that has it; None stands for the headers of the request.
Plans = Sequence[tuple[ChosenStub | None, FaultPlan]]


class Disturbance(Struct, frozen=True):
    """The delay and the fault of an answer, each from the nearest that has one, and what has them."""

    plan: FaultPlan
    delay_by: ChosenStub | None
    fault_by: ChosenStub | None


def intercept(exchange: Exchange, seed: int, model: AnyModel | None) -> None:
    """Answer by the fault of a gateway, if the nearest fault is one and occurs this time.

    Only what has the fault counts the call: a stub, a chosen scenario, or the step of a story. `model` is
    that of the operation.
    """
    try:
        by_headers = exchange.facts.fault_plan
    except ProblemError:  # `apply_faults` raises it
        return
    step_faults = faults_of_next_step(exchange, model)
    disturbance = _nearest([(None, by_headers), *_plans(exchange, step_faults)])
    fault = disturbance.plan.fault
    if fault is None or not fault.is_gateway:
        return
    exchange.is_fault_drawn = True
    delay, occurring = _draw(exchange, disturbance.plan, seed)
    if occurring is None:
        _note_spared(exchange, disturbance)
        return
    if disturbance.fault_by is not None:
        exchange.count(disturbance.fault_by)
    if fault is step_faults.fault:
        enter_next_step(exchange, model)
    _disturb(exchange, disturbance, delay, occurring)


def apply_faults(exchange: Exchange, seed: int) -> None:
    """Settle the delay and the fault of an answer that no gateway gives; raises BadFault, UnknownChoice.

    A refusal is not disturbed by scenarios and stubs that answer, because they are for valid requests.
    """
    if exchange.is_by_gateway or exchange.unrecorded:
        return
    by_headers = exchange.facts.fault_plan
    if by_headers is NO_FAULTS and exchange.selection is NO_SELECTION:
        return
    disturbance = _nearest([(None, by_headers), *_plans(exchange, exchange.step_faults)])
    if exchange.is_fault_drawn:
        disturbance = Disturbance(FaultPlan(disturbance.plan.delay), disturbance.delay_by, None)
    if disturbance.plan.delay is None and disturbance.plan.fault is None:
        return
    if exchange.answer is not None:  # otherwise they are counted already
        for chosen in (disturbance.delay_by, disturbance.fault_by):
            if chosen is not None:
                exchange.count(chosen)
    delay, occurring = _draw(exchange, disturbance.plan, seed)
    _disturb(exchange, disturbance, delay, occurring)
    if occurring is None and disturbance.plan.fault is not None:
        _note_spared(exchange, disturbance)


def _plans(exchange: Exchange, step_faults: FaultPlan) -> Iterator[tuple[ChosenStub | None, FaultPlan]]:
    """What may disturb the answer besides the request's headers, the nearest first."""
    if step_faults is not NO_FAULTS:
        yield exchange.selection.answering, step_faults
    for chosen in exchange.selection.disturbing:
        if exchange.answer is None or chosen.is_for_refusals:
            yield chosen, chosen.stub.fault_plan


def _nearest(plans: Plans) -> Disturbance:
    delay_by, delaying = next((each for each in plans if each[1].delay is not None), (None, NO_FAULTS))
    fault_by, breaking = next((each for each in plans if each[1].fault is not None), (None, NO_FAULTS))
    return Disturbance(FaultPlan(delaying.delay, breaking.fault, breaking.probability), delay_by, fault_by)


def _draw(exchange: Exchange, plan: FaultPlan, seed: int) -> tuple[float, Fault | None]:
    """The delay in seconds, and the fault if it occurs; one draw of the session if chance decides."""
    return plan.draw(Random(exchange.draw(seed) if plan.by_chance else 0))


def _disturb(exchange: Exchange, disturbance: Disturbance, delay: float, fault: Fault | None) -> None:
    """Delay and break the answer, and note it; a gateway's fault answers."""
    exchange.delay, exchange.fault = delay, fault
    if delay:
        _note(exchange, f"the answer is delayed by {format_duration(delay)}", disturbance.delay_by)
    if fault is None:
        return
    if not fault.is_gateway:
        _note(exchange, f"the answer is broken on purpose: {fault}", disturbance.fault_by)
        return
    _note(exchange, f"a gateway answers on purpose: {fault}", disturbance.fault_by)
    exchange.is_by_gateway = True
    exchange.reply(*gateway_answer(fault, exchange.operation, exchange.accept))


def _note_spared(exchange: Exchange, disturbance: Disturbance) -> None:
    fault, probability = disturbance.plan.fault, disturbance.plan.probability
    sentence = f"{fault} does not occur this time (probability {probability:g})"
    _note(exchange, sentence, disturbance.fault_by)


def _note(exchange: Exchange, sentence: str, by: ChosenStub | None) -> None:
    """Note what happens to the answer, and what makes it happen; None for the request's headers."""
    if by is None:
        exchange.note(STEP, sentence)
    else:
        exchange.note(STEP, f"{sentence}, by {by.name}", by.stub.source_location)

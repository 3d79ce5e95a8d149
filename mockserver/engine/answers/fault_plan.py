"""Settles the delay and the fault of an answer while it is made; trail and journal show them."""

from random import Random

from mockserver.engine.answers.gateway_fault import gateway_answer
from mockserver.engine.exchange import Exchange
from mockserver.scenarios.faults import NO_FAULTS, format_duration
from mockserver.scenarios.scenario import Respond


def apply_faults(exchange: Exchange, seed: int) -> None:
    """Settle the exchange's delay and fault by its headers, else by its scenario.

    Chance takes one draw of the session, from the server's seed. An answer that exists already (a refusal)
    can have a fault by headers only. Raises BadFault, UnknownChoice.
    """
    by_headers, scenario = exchange.facts.fault_plan, exchange.scenario
    by_scenario = NO_FAULTS
    if scenario is not None and isinstance(scenario.action, Respond) and exchange.answer is None:
        by_scenario = scenario.action.fault_plan
    if by_scenario is NO_FAULTS and by_headers is NO_FAULTS:
        return
    plan = by_headers.or_else(by_scenario)
    chance = Random(exchange.draw(seed) if plan.by_chance else 0)
    exchange.delay, exchange.fault = plan.draw(chance)
    where = scenario.source_location if scenario is not None and by_headers is NO_FAULTS else None
    if exchange.delay:
        exchange.note("plan_faults", f"the answer is delayed by {format_duration(exchange.delay)}", where)
    if exchange.fault is not None:
        exchange.note("plan_faults", f"the answer is broken on purpose: {exchange.fault}", where)
    elif plan.fault is not None:
        sentence = f"{plan.fault} does not occur this time (probability {plan.probability:g})"
        exchange.note("plan_faults", sentence, where)
    if exchange.fault is not None and exchange.fault.is_gateway:
        exchange.reply(*gateway_answer(exchange.fault, exchange.operation, exchange.accept))

"""Settles the delay and the fault of an answer while it is made; trail and journal show them."""

from random import Random

from msgspec.structs import replace

from mockserver.engine.answers import by_contract
from mockserver.engine.exchange import Exchange
from mockserver.scenarios.faults import NO_FAULTS, FaultPlan, NoRateLimit, format_duration
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
    plan = _possible(by_headers.or_else(by_scenario), exchange)
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
    if exchange.fault is not None and exchange.fault.name == "rate-limited":
        exchange.reply(*by_contract.documented_answer(exchange.matched_operation, 429, exchange.accept))


def _possible(plan: FaultPlan, exchange: Exchange) -> FaultPlan:
    """The plan without `rate-limited` where an answer exists; raises NoRateLimit where there is no 429."""
    if plan.fault is None or plan.fault.name != "rate-limited":
        return plan
    if exchange.answer is not None:
        exchange.note("plan_faults", "rate-limited applies only to valid requests")
        return replace(plan, fault=None)
    if exchange.matched_operation.response(429) is None:
        raise NoRateLimit(exchange.matched_operation.id)
    return plan

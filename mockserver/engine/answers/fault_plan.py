"""What is to go wrong with an answer, decided while it is made, so that trail and journal can tell."""

from random import Random

from msgspec.structs import replace

from mockserver.engine.answers import by_contract
from mockserver.engine.exchange import Exchange
from mockserver.scenarios.faults import NO_FAULTS, FaultPlan, NoRateLimit, seconds
from mockserver.scenarios.scenario import Respond


def apply_faults(exchange: Exchange, seed: int) -> None:
    """Settle the exchange's delay and fault, as its headers say, else its scenario; one draw of the session.

    An answer that is there already (a refusal) can have a fault by headers. Raises BadFault, UnknownChoice.
    """
    said, scenario = exchange.facts.fault_plan, exchange.scenario
    fixed = NO_FAULTS
    if scenario is not None and isinstance(scenario.act, Respond) and exchange.answer is None:
        fixed = scenario.act.fault_plan
    if fixed is NO_FAULTS and said is NO_FAULTS:
        return
    asked = _possible(said.over(fixed), exchange)
    chance = Random(exchange.session.draw(seed) if asked.by_chance else 0)
    exchange.delay, exchange.fault = asked.draw(chance)
    place = scenario.place if scenario is not None and said is NO_FAULTS else None
    if exchange.delay:
        exchange.note("plan_faults", f"the answer waits {seconds(exchange.delay)}", place)
    if exchange.fault is not None:
        exchange.note("plan_faults", f"the answer is broken on purpose: {exchange.fault}", place)
    elif asked.fault is not None:
        exchange.note(
            "plan_faults", f"{asked.fault} spares this one (probability {asked.probability:g})", place
        )
    if exchange.fault is not None and exchange.fault.name == "rate-limited":
        exchange.reply(*by_contract.documented(exchange.matched, 429, exchange.accept))


def _possible(asked: FaultPlan, exchange: Exchange) -> FaultPlan:
    """Without a rate limit where another answer stands; raises NoRateLimit where there can be none."""
    if asked.fault is None or asked.fault.name != "rate-limited":
        return asked
    if exchange.answer is not None:
        exchange.note("plan_faults", "rate-limited is for requests that the contract allows")
        return replace(asked, fault=None)
    if exchange.matched.response(429) is None:
        raise NoRateLimit(exchange.matched.id)
    return asked

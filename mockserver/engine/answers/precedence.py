"""Who answers a request that the contract allows: scenario, mutation, the contract on demand, or model."""

from mockserver.contract.validation import Checked, Violation
from mockserver.data.reading import BadData
from mockserver.engine.answers import by_contract, mutated
from mockserver.engine.answers.by_model import from_model
from mockserver.engine.answers.refusals import refusal
from mockserver.engine.exchange import Exchange
from mockserver.model import AnyModel, Call
from mockserver.scenarios.scenario import Respond
from mockserver.settings import Settings


def answer(exchange: Exchange, model: AnyModel | None, settings: Settings) -> None:
    """Reply as the first of these says that has something to say.

    Raises UnknownChoice for a code or example that the contract lacks, and Unsatisfiable.
    """
    operation, choice, scenario = exchange.matched, exchange.choice, exchange.scenario
    mutation = exchange.session.mutation
    error = mutated.error_of(mutation, exchange) if mutation is not None else None
    if scenario is not None and isinstance(scenario.act, Respond):
        exchange.note("answer", "fixed by the scenario", scenario.place)
        exchange.reply("scenario", scenario.act.answer)
    elif error is not None:
        exchange.mutation = mutation
        exchange.note("answer", "an error by the session's mutation", operation.source_location)
        exchange.reply("example", error)
    elif model is not None and exchange.call is not None and not (choice and choice.of_contract):
        _reply_by(model, exchange, exchange.call)
    else:
        source, made = by_contract.chosen(operation, choice, _seed(exchange, settings), exchange.accept)
        exchange.note("answer", f"{made.status}, {source}", operation.source_location)
        exchange.reply(source, made)


def _reply_by(model: AnyModel, exchange: Exchange, call: Call) -> None:
    try:
        exchange.reply("model", from_model(model, exchange, call))
    except BadData as bad:  # a contract looser than the model's domain let it through
        exchange.violations = [
            Violation("body", fault.pointer, "model", fault.message) for fault in bad.errors
        ]
        checked = Checked(violations=exchange.violations)
        exchange.reply("validation", refusal(checked, exchange.matched, exchange.accept))


def _seed(exchange: Exchange, settings: Settings) -> int | None:
    """The seed of a generated body, where one is asked for; None is the plain, deterministic form."""
    choice = exchange.choice
    if choice is not None and choice.generated and choice.seed is not None:
        return choice.seed
    dynamic = choice.dynamic if choice is not None else None
    if dynamic if dynamic is not None else settings.dynamic:
        return exchange.session.draw(settings.seed)
    return None

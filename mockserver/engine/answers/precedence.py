"""Which source answers a valid request: scenario, mutation, model or contract."""

from mockserver.contract.validation import Checked, Violation
from mockserver.data.reading import BadData
from mockserver.engine.answers import by_contract, mutated
from mockserver.engine.answers.by_model import model_answer
from mockserver.engine.answers.paging import continues_list
from mockserver.engine.answers.refusals import refuse
from mockserver.engine.backend import Backend
from mockserver.engine.exchange import Exchange
from mockserver.model import AnyModel, Call, Unanswered
from mockserver.scenarios.scenario import Respond
from mockserver.settings import Settings


def reply(exchange: Exchange, backend: Backend, settings: Settings) -> None:
    """Reply by the scenario's fixed answer, else the mutation's error, else the model, else the contract.

    A choice of a status code, example or seed bypasses the model. Raises UnknownChoice for a code or example
    that the contract does not have, UnknownMutation, Unsatisfiable, Unencodable, Absent, UnlistedCode.
    """
    operation, choice, scenario = exchange.facts.match.operation, exchange.choice, exchange.scenario
    model, mutation, error = backend.models.get(operation.id), None, None
    if exchange.session.mutation is not None:
        mutation = backend.mutations.named(exchange.session.mutation)
        error = mutated.error_answer(mutation, exchange)
    if scenario is not None and isinstance(scenario.action, Respond):
        exchange.note_unmasked("answer", "the scenario's fixed answer", scenario.source_location)
        exchange.reply("scenario", scenario.action.answer)
    elif error is not None:
        exchange.mutation = mutation
        exchange.note_unmasked("answer", "the error of the session's mutation", operation.source_location)
        exchange.reply("example", error)
    elif model is not None and exchange.call is not None and not (choice and choice.bypasses_model):
        _reply_by_model(model, exchange, exchange.call, settings)
    else:
        _reply_by_contract(exchange, settings)


def _reply_by_contract(exchange: Exchange, settings: Settings) -> None:
    """Reply with what was chosen by code, example or seed, else with the successful answer."""
    operation = exchange.matched_operation
    seed = _body_seed(exchange, settings)
    source, answer = by_contract.chosen_answer(
        operation, exchange.choice, seed, exchange.accept, continues_list=continues_list(exchange)
    )
    exchange.note_unmasked("answer", f"{answer.status}, {source}", operation.source_location)
    exchange.reply(source, answer)


def _reply_by_model(model: AnyModel, exchange: Exchange, call: Call, settings: Settings) -> None:
    """Reply by the model, or refuse a request that the contract allows but the model cannot take.

    The contract answers what the model leaves to it.
    """
    try:
        exchange.reply("model", model_answer(model, exchange, call, settings.scheme))
    except Unanswered:
        _reply_by_contract(exchange, settings)
    except BadData as bad:
        exchange.violations = [
            Violation("body", error.pointer, "model", error.message) for error in bad.errors
        ]
        refuse(exchange, Checked(violations=exchange.violations))


def _body_seed(exchange: Exchange, settings: Settings) -> int | None:
    """The seed of a generated body; None for the plain body that is the same each time."""
    choice = exchange.choice
    if choice is not None and choice.generated and choice.seed is not None:
        return choice.seed
    dynamic = choice.dynamic if choice is not None else None
    if dynamic if dynamic is not None else settings.dynamic:
        return exchange.draw(settings.seed)
    return None

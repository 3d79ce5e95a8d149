"""Which source answers a valid request: scenario or stub, mutation, model or contract."""

from collections.abc import Callable, Mapping

from mockserver.contract.validation import Checked, Violation
from mockserver.data.reading import BadData
from mockserver.engine.answers import by_contract, mutated
from mockserver.engine.answers.by_model import model_answer
from mockserver.engine.answers.echo import with_echo
from mockserver.engine.answers.paging import continues_list
from mockserver.engine.answers.refusals import refuse
from mockserver.engine.answers.template_answer import filled_answer
from mockserver.engine.backend import Backend
from mockserver.engine.exchange import Exchange
from mockserver.model import Unanswered
from mockserver.settings import Settings


def reply(exchange: Exchange, backend: Backend, settings: Settings) -> None:
    """Reply by the first of ANSWERERS that has an answer.

    Raises UnknownChoice for a code or example that the contract does not have, UnknownMutation,
    Unsatisfiable, Unencodable, Absent, UnlistedCode.
    """
    for answerer in _ALL if exchange.respond is not None else _ALL_BUT_STUBS:
        answerer(exchange, backend, settings)
        if exchange.answer is not None:
            return


def _reply_by_stub(exchange: Exchange, backend: Backend, settings: Settings) -> None:
    """Reply with the fixed answer of a scenario or stub, or of the step that its story has reached."""
    chosen, respond = exchange.selection.answering, exchange.respond
    if chosen is None or respond is None:
        return
    is_scenario = chosen.scenario is not None
    sentence = "the scenario's fixed answer" if is_scenario else f"{chosen.name}: its fixed answer"
    exchange.note_unmasked("answer", sentence, chosen.stub.source_location)
    answer = respond.answer
    if respond.template is not None:
        where = chosen.stub.source_location
        answer = filled_answer(exchange, answer, respond.template, settings, where)
    if respond.documented and exchange.operation is not None:
        answer = by_contract.with_documented_body(exchange.operation, answer, exchange.accept)
    exchange.reply("scenario" if is_scenario else "stub", answer)


def _reply_by_mutation(exchange: Exchange, backend: Backend, settings: Settings) -> None:
    """Reply with the error of the session's mutation, if it is one."""
    if exchange.session.mutation is None:
        return
    mutation = backend.mutations.named(exchange.session.mutation)
    error = mutated.error_answer(mutation, exchange)
    if error is not None:
        exchange.mutation = mutation
        where = exchange.matched_operation.source_location
        exchange.note_unmasked("answer", "the error of the session's mutation", where)
        exchange.reply("example", error)


def _reply_by_model(exchange: Exchange, backend: Backend, settings: Settings) -> None:
    """Reply by the model, or refuse a request that the contract allows but the model cannot take.

    The contract answers what the model leaves to it, and a choice of a status code, example or seed.
    """
    model, call, choice = (
        backend.models.get(exchange.facts.match.operation.id),
        exchange.call,
        exchange.choice,
    )
    if model is None or call is None or (choice is not None and choice.bypasses_model):
        return
    try:
        exchange.reply("model", model_answer(model, exchange, call, settings.scheme))
    except Unanswered:
        return
    except BadData as bad:
        exchange.violations = [
            Violation("body", error.pointer, "model", error.message) for error in bad.errors
        ]
        refuse(exchange, Checked(violations=exchange.violations))


def _reply_by_contract(exchange: Exchange, backend: Backend, settings: Settings) -> None:
    """Reply with what was chosen by code, example or seed, else with the successful answer.

    The latter echoes the request if the settings say so.
    """
    operation = exchange.matched_operation
    seed = _body_seed(exchange, settings)
    source, answer = by_contract.chosen_answer(
        operation, exchange.choice, seed, exchange.accept, continues_list=continues_list(exchange)
    )
    exchange.note_unmasked("answer", f"{answer.status}, {source}", operation.source_location)
    if settings.echo and not (exchange.choice is not None and exchange.choice.bypasses_model):
        answer = with_echo(exchange, answer, backend.secrets)
    exchange.reply(source, answer)


def _body_seed(exchange: Exchange, settings: Settings) -> int | None:
    """The seed of a generated body; None for the plain body that is the same each time."""
    choice = exchange.choice
    if choice is not None and choice.generated and choice.seed is not None:
        return choice.seed
    dynamic = choice.dynamic if choice is not None else None
    if dynamic if dynamic is not None else settings.dynamic:
        return exchange.draw(settings.seed)
    return None


# What answers a valid request, in order of precedence. The first is what `selection.CARRIERS` chose.
ANSWERERS: Mapping[str, Callable[[Exchange, Backend, Settings], None]] = {
    "chosen stub": _reply_by_stub,
    "mutation": _reply_by_mutation,
    "model": _reply_by_model,
    "contract": _reply_by_contract,
}
_ALL = tuple(ANSWERERS.values())
_ALL_BUT_STUBS = _ALL[1:]  # for most requests, without a call in vain

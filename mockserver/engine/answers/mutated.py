"""Answers changed by the session's mutation, to see whether the client's tests notice."""

from msgspec.structs import replace

from mockserver.contract.description import is_json
from mockserver.contract.mutations import Mutation
from mockserver.data.decoding import Undecodable, decode
from mockserver.engine.exchange import Exchange
from mockserver.http.message import Answer, encoded, json_answer


def error_answer(mutation: Mutation, exchange: Exchange) -> Answer | None:
    """The answer of a mutation of the kind `error`; None for others, and where the client chose an answer."""
    operation = exchange.matched_operation
    is_chosen = exchange.choice is not None or exchange.selection.answering is not None
    if mutation.kind != "error" or mutation.operation != operation.id or is_chosen:
        return None
    status = int(mutation.response)
    return Answer(status) if mutation.body is None else json_answer(status, mutation.body)


def mutated_answer(mutation: Mutation, exchange: Exchange) -> Answer | None:
    """The answer with the mutation's change, None where the mutation does not apply to it.

    It does not apply to what is meant to break the contract."""
    if exchange.breaks_on_purpose:
        return None
    answer, operation = exchange.final_answer, exchange.operation
    response = operation.response(answer.status) if operation is not None else None
    if operation is None or response is None or answer.outside or not is_json(answer.content_type or ""):
        return None
    try:
        body = decode(answer.body)
    except Undecodable:  # the fixed answer of a scenario can have any body
        return None
    mutated = mutation.changed(operation, response, body)
    return None if mutated is body else replace(answer, body=encoded(mutated), value=mutated)

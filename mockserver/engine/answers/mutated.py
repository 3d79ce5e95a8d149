"""Answers that a mutation of the session changes, to see whether the client's tests notice."""

from msgspec.structs import replace

from mockserver.contract.description import is_json
from mockserver.contract.mutations import Mutation
from mockserver.data.decoding import Undecodable, decode
from mockserver.engine.exchange import Exchange
from mockserver.http.message import Answer, encoded, json_answer


def error_of(mutation: Mutation, exchange: Exchange) -> Answer | None:
    """The error that answers in place of the model, unless the client asks for an answer itself."""
    if mutation.kind != "error" or mutation.operation != exchange.matched.id or exchange.choice is not None:
        return None
    status = int(mutation.response)
    return Answer(status) if mutation.body is None else json_answer(status, mutation.body)


def changed(mutation: Mutation, exchange: Exchange) -> Answer | None:
    """The answer with the mutation's change; None where it has no part in it."""
    answer, operation = exchange.finished, exchange.operation
    response = operation.response(answer.status) if operation is not None else None
    if operation is None or response is None or answer.outside or not is_json(answer.content_type or ""):
        return None
    try:
        body = decode(answer.body)
    except Undecodable:  # a fixed answer of a scenario may be anything
        return None
    made = mutation.changed(operation, response, body)
    return None if made is body else replace(answer, body=encoded(made), value=made)

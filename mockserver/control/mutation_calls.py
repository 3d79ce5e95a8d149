"""Calls about mutations: answers changed on purpose, to see whether the client's tests notice."""

from mockserver.contract.mutations import Mutation
from mockserver.control.request import ControlRequest
from mockserver.data.json import Json
from mockserver.http.message import Answer, json_answer

NOTHING = Answer(204)


def list_all(ask: ControlRequest) -> Answer:
    """Every mutation, or those of one operation, each with the number of answers that it changed."""
    cursor = ask.query(("operation",))
    operation = cursor / "operation"
    wanted = operation.string() if operation.present else None
    cursor.finish()
    mutations = ask.runtime.backend.mutations
    found = mutations.for_operation(wanted) if wanted else mutations.all()
    rows: list[Json] = [_view(ask, each) for each in found]
    return json_answer(200, {"mutations": rows})


def choose(ask: ControlRequest) -> Answer:
    """One mutation for this session, until it is changed, cleared or reset."""
    mutation = _named(ask)
    ask.session.mutation = mutation
    return json_answer(200, _view(ask, mutation))


def clear(ask: ControlRequest) -> Answer:
    ask.session.mutation = None
    return NOTHING


def choose_for_all(ask: ControlRequest) -> Answer:
    """Forget every session; those to come begin with this mutation."""
    mutation = _named(ask)
    _begin_anew(ask, mutation)
    return json_answer(200, _view(ask, mutation))


def clear_for_all(ask: ControlRequest) -> Answer:
    """Forget every session; those to come begin without a mutation."""
    _begin_anew(ask, None)
    return NOTHING


def _named(ask: ControlRequest) -> Mutation:
    body = ask.body()
    body.keys(("name",), required=("name",))
    name = (body / "name").string()
    body.finish()
    return ask.runtime.backend.mutations.named(name)


def _begin_anew(ask: ControlRequest, mutation: Mutation | None) -> None:
    keys = [session.key for session in ask.runtime.sessions]
    ask.runtime.sessions.restart_all(mutation)
    for key in keys:
        ask.runtime.journal.clear(key)


def _view(ask: ControlRequest, mutation: Mutation) -> dict[str, Json]:
    return {
        "name": mutation.name,
        "operation": mutation.operation,
        "response": mutation.response,
        "kind": mutation.kind,
        "pointer": mutation.pointer,
        "within": mutation.within,
        "changed": ask.runtime.sessions.mutated_answers[mutation.name],
    }

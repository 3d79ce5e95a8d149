"""Control calls about mutations: answers changed on purpose, to see whether a test suite notices."""

from msgspec.structs import replace

from mockserver.contract.mutations import Mutation
from mockserver.control.request import ControlRequest
from mockserver.data.json import Json
from mockserver.http.message import Answer, json_answer

NO_CONTENT = Answer(204)


def list_all(call: ControlRequest) -> Answer:
    """All mutations, or those of one operation, each with the number of answers that it has changed."""
    cursor = call.query(("operation",))
    operation = cursor / "operation"
    wanted = operation.string() if operation.present else None
    cursor.finish()
    mutations = call.runtime.backend.mutations
    found = mutations.for_operation(wanted) if wanted else mutations.all()
    rows: list[Json] = [_view(call, each) for each in found]
    return json_answer(200, {"mutations": rows})


def choose(call: ControlRequest) -> Answer:
    """Choose a mutation for the session, until it is changed, cleared or reset."""
    mutation = _chosen_mutation(call)
    call.change(lambda session: replace(session, mutation=mutation.name))
    return json_answer(200, _view(call, mutation))


def clear(call: ControlRequest) -> Answer:
    call.change(lambda session: replace(session, mutation=None))
    return NO_CONTENT


def choose_for_all(call: ControlRequest) -> Answer:
    """Drop all sessions; new ones start with this mutation."""
    mutation = _chosen_mutation(call)
    _restart_all(call, mutation.name)
    return json_answer(200, _view(call, mutation))


def clear_for_all(call: ControlRequest) -> Answer:
    """Drop all sessions; new ones start without a mutation."""
    _restart_all(call, None)
    return NO_CONTENT


def _chosen_mutation(call: ControlRequest) -> Mutation:
    """The mutation that the body names; raises BadData and UnknownMutation."""
    body = call.body()
    body.keys(("name",), required=("name",))
    name = (body / "name").string()
    body.finish()
    return call.runtime.backend.mutations.named(name)


def _restart_all(call: ControlRequest, mutation: str | None) -> None:
    keys = [session.key for session in call.runtime.sessions]
    call.runtime.sessions.restart_all(mutation, call.runtime.clock())
    for key in keys:
        call.runtime.journal.clear(key)


def _view(call: ControlRequest, mutation: Mutation) -> dict[str, Json]:
    return {
        "name": mutation.name,
        "operation": mutation.operation,
        "response": mutation.response,
        "kind": mutation.kind,
        "pointer": mutation.pointer,
        "within": mutation.within,
        "changed": call.runtime.mutated_answers[mutation.name],
    }

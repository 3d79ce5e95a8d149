"""Control calls about the real backend: which operations the mock answers in a session."""

from msgspec.structs import replace

from mockserver.control.request import ControlRequest
from mockserver.data.json import Json
from mockserver.engine.session import Session
from mockserver.http.message import Answer, json_answer


def show_upstream(call: ControlRequest) -> Answer:
    return json_answer(200, upstream_view(call, call.session))


def put_upstream(call: ControlRequest) -> Answer:
    """Have the mock answer these operations of the session; the others pass on, if there is an upstream.

    Raises UnknownOperation and AmbiguousOperation.
    """
    body = call.body()
    body.keys(("mock",), required=("mock",))
    wanted = [cursor.string() for cursor in (body / "mock").items()]
    body.finish()
    chosen = tuple(dict.fromkeys(map(call.runtime.backend.contract.names.resolve, wanted)))
    return json_answer(200, upstream_view(call, call.change(lambda session: replace(session, mocked=chosen))))


def clear_upstream(call: ControlRequest) -> Answer:
    """Have the mock answer the operations that `--mock` names, as in a new session."""
    first = call.runtime.sessions.first.mocked
    call.change(lambda session: replace(session, mocked=first))
    return Answer(204)


def upstream_view(call: ControlRequest, session: Session) -> dict[str, Json]:
    """The URL of the real backend, None if there is none, and the operations that the mock answers."""
    return {"url": call.runtime.settings.upstream, "mock": list(session.mocked)}

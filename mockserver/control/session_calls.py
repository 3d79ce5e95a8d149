"""Control calls about sessions: scenario, state, events, reset and fork."""

from mockserver.control.request import ControlRequest
from mockserver.control.serializers import timestamp
from mockserver.data.json import Json
from mockserver.data.merge_patch import merge_patch
from mockserver.data.reading import BadData
from mockserver.engine.sessions import Session, checked_key
from mockserver.engine.states import dump_states, fire_event, load_states
from mockserver.http.message import Answer, json_answer
from mockserver.model import Subject
from mockserver.scenarios.choice import UnknownChoice

NO_CONTENT = Answer(204)


def show(call: ControlRequest) -> Answer:
    return json_answer(200, _view(call, call.session))


def delete(call: ControlRequest) -> Answer:
    """Delete the session if it is open; its next request opens a new one."""
    if call.key in call.runtime.sessions:
        _delete(call, call.key)
    return NO_CONTENT


def list_all(call: ControlRequest) -> Answer:
    return json_answer(200, {"sessions": [_view(call, session) for session in call.runtime.sessions]})


def delete_named(call: ControlRequest) -> Answer:
    _delete(call, checked_key(call.values["key"], "path"))
    return NO_CONTENT


def reset(call: ControlRequest) -> Answer:
    """Reset state, scenario, stories and journal of the session."""
    session = call.session
    call.runtime.sessions.reset(session)
    call.runtime.journal.clear(session.key)
    return json_answer(200, _view(call, session))


def fork(call: ControlRequest) -> Answer:
    """Copy another session into this one; raises UnknownSession."""
    body = call.body()
    body.keys(("from",), required=("from",))
    key = (body / "from").string()
    body.finish()
    source = call.runtime.sessions.peek(checked_key(key, "body"))
    session = call.session
    call.runtime.sessions.fork(session, source)
    return json_answer(200, _view(call, session))


def choose_scenario(call: ControlRequest) -> Answer:
    """Choose a scenario until it is changed, cleared or reset; its `given` changes the state now, once."""
    body = call.body()
    body.keys(("name",), required=("name",))
    name = (body / "name").string()
    body.finish()
    scenarios, session = call.runtime.backend.scenarios, call.session
    if name not in scenarios:
        raise UnknownChoice("scenario", name, tuple(scenarios))
    session.states = call.runtime.backend.apply_given(scenarios[name], session.states)
    session.scenario = name
    return json_answer(200, _view(call, session))


def clear_scenario(call: ControlRequest) -> Answer:
    """Clear the choice; changes of the state by a `given` remain."""
    call.session.scenario = None
    return NO_CONTENT


def show_state(call: ControlRequest) -> Answer:
    return json_answer(200, _dump(call, call.session))


def put_state(call: ControlRequest) -> Answer:
    return _replace_state(call, call.body().json)


def patch_state(call: ControlRequest) -> Answer:
    """Change the state by a JSON merge patch (RFC 7396)."""
    return _replace_state(call, merge_patch(_dump(call, call.session), call.body().json))


def fire(call: ControlRequest) -> Answer:
    """Trigger an event of one item of the state, and show the item after it."""
    body = call.body()
    body.keys(("event",), required=("event",))
    event = (body / "event").string()
    body.finish()
    subject = Subject(call.values["collection"], call.values["id"])
    session = call.session
    try:
        changed = fire_event(call.runtime.backend.distinct_models, session.states, subject, event)
    except BadData as bad:
        (body / "event").adopt(bad)
        raise BadData(body.errors) from None
    session.states, item = changed
    return json_answer(200, item)


def _replace_state(call: ControlRequest, data: Json) -> Answer:
    """Replace the session's state by the data; raises BadData before anything changes."""
    session = call.session
    session.states = load_states(call.runtime.backend.distinct_models, session.states, data)
    return json_answer(200, _dump(call, session))


def _dump(call: ControlRequest, session: Session) -> dict[str, Json]:
    return dump_states(call.runtime.backend.distinct_models, session.states)


def _delete(call: ControlRequest, key: str) -> None:
    call.runtime.sessions.delete(key)
    call.runtime.journal.clear(key)


def _view(call: ControlRequest, session: Session) -> Json:
    progress: list[Json] = [
        {"scenario": scenario, "subject": subject, "calls": calls}
        for (scenario, subject), calls in session.progress.items()
    ]
    return {
        "key": session.key,
        "scenario": session.scenario,
        "mutation": session.mutation.name if session.mutation is not None else None,
        "progress": progress,
        "exchanges": call.runtime.journal.count(session.key),
        "born": timestamp(session.created),
        "used": timestamp(session.last_used),
    }

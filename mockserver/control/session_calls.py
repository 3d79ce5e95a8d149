"""Calls about sessions: the chosen scenario, the state, events, reset and fork."""

from mockserver.control.request import ControlRequest
from mockserver.control.serializers import timestamp
from mockserver.data.json import Json
from mockserver.data.merge_patch import merge_patch
from mockserver.data.reading import BadData, Cursor
from mockserver.engine.sessions import Session, checked_key
from mockserver.http.message import Answer, json_answer
from mockserver.model import AnyModel, Subject, UnknownSubject
from mockserver.scenarios.choice import UnknownChoice

NOTHING = Answer(204)


def show(ask: ControlRequest) -> Answer:
    return json_answer(200, _view(ask, ask.session))


def delete(ask: ControlRequest) -> Answer:
    """Forget the session, if it is open; its next request begins a new one."""
    if ask.key in ask.runtime.sessions:
        _delete(ask, ask.key)
    return NOTHING


def list_all(ask: ControlRequest) -> Answer:
    return json_answer(200, {"sessions": [_view(ask, session) for session in ask.runtime.sessions]})


def delete_named(ask: ControlRequest) -> Answer:
    _delete(ask, checked_key(ask.values["key"], "path"))
    return NOTHING


def reset(ask: ControlRequest) -> Answer:
    """This session as a new one: state, scenario, stories and journal."""
    session = ask.session
    ask.runtime.sessions.reset(session)
    ask.runtime.journal.clear(session.key)
    return json_answer(200, _view(ask, session))


def fork(ask: ControlRequest) -> Answer:
    """The state of another session as the start of this one; raises UnknownSession."""
    body = ask.body()
    body.keys(("from",), required=("from",))
    key = (body / "from").string()
    body.finish()
    source = ask.runtime.sessions.peek(checked_key(key, "body"))
    session = ask.session
    ask.runtime.sessions.fork(session, source)
    return json_answer(200, _view(ask, session))


def choose_scenario(ask: ControlRequest) -> Answer:
    """Choose a scenario until it is changed, cleared or reset; a `given` is laid now, once."""
    body = ask.body()
    body.keys(("name",), required=("name",))
    name = (body / "name").string()
    body.finish()
    scenarios, session = ask.runtime.backend.scenarios, ask.session
    if name not in scenarios:
        raise UnknownChoice("scenario", name, tuple(scenarios))
    session.states = ask.runtime.backend.apply_given(scenarios[name], session.states)
    session.scenario = name
    return json_answer(200, _view(ask, session))


def clear_scenario(ask: ControlRequest) -> Answer:
    """Choose none; what a `given` laid stays."""
    ask.session.scenario = None
    return NOTHING


def show_state(ask: ControlRequest) -> Answer:
    return json_answer(200, _dump(ask, ask.session))


def put_state(ask: ControlRequest) -> Answer:
    return _take_state(ask, ask.body().json)


def patch_state(ask: ControlRequest) -> Answer:
    """Change the state by a JSON merge patch (RFC 7396)."""
    return _take_state(ask, merge_patch(_dump(ask, ask.session), ask.body().json))


def fire(ask: ControlRequest) -> Answer:
    """Let an event happen to one thing of the state, and show it afterwards."""
    body = ask.body()
    body.keys(("event",), required=("event",))
    event = (body / "event").string()
    body.finish()
    subject = Subject(ask.values["collection"], ask.values["id"])
    session, refusal = ask.session, UnknownSubject(subject, ())
    for name, model in ask.runtime.backend.distinct_models.items():
        try:
            changed = model.fire(session.states[name], subject, event)
        except UnknownSubject as unknown:
            refusal = unknown
            continue
        except BadData as bad:
            (body / "event").adopt(bad)
            raise BadData(body.errors) from None
        session.states[name] = changed
        return json_answer(200, _member(model.dump(changed), subject))
    raise refusal


def _take_state(ask: ControlRequest, data: Json) -> Answer:
    """The data as the session's state; raises BadData, and then nothing changes."""
    models, session = ask.runtime.backend.distinct_models, ask.session
    if len(models) == 1:
        session.states = {name: model.load(data) for name, model in models.items()}
    else:
        root = Cursor(data)
        root.keys(models, required=models)
        states = {name: _loaded(model, root / name) for name, model in models.items()}
        root.finish()
        session.states = states
    return json_answer(200, _dump(ask, session))


def _loaded(model: AnyModel, cursor: Cursor) -> object:
    """One of several models' states; faults go to the cursor."""
    try:
        return model.load(cursor.json)
    except BadData as bad:
        cursor.adopt(bad)
        return model.initial


def _dump(ask: ControlRequest, session: Session) -> Json:
    """The state as JSON: the one model's own, or those of several by their names."""
    models = ask.runtime.backend.distinct_models
    dumps: dict[str, Json] = {name: model.dump(session.states[name]) for name, model in models.items()}
    return next(iter(dumps.values())) if len(dumps) == 1 else dumps


def _member(dump: Json, subject: Subject) -> Json:
    """One thing of a dumped state, with its id."""
    entry: Json = None
    if isinstance(dump, dict) and isinstance(entries := dump.get(subject.collection), dict):
        entry = entries.get(subject.id)
    return {"id": subject.id, **(entry if isinstance(entry, dict) else {})}


def _delete(ask: ControlRequest, key: str) -> None:
    ask.runtime.sessions.delete(key)
    ask.runtime.journal.clear(key)


def _view(ask: ControlRequest, session: Session) -> Json:
    progress: list[Json] = [
        {"scenario": scenario, "subject": subject, "calls": calls}
        for (scenario, subject), calls in session.progress.items()
    ]
    return {
        "key": session.key,
        "scenario": session.scenario,
        "mutation": session.mutation.name if session.mutation is not None else None,
        "progress": progress,
        "exchanges": ask.runtime.journal.count(session.key),
        "born": timestamp(session.created),
        "used": timestamp(session.last_used),
    }

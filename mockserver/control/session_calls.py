"""Control calls about sessions: scenario, state, events, reset and fork.

A call that changes a session is a function from the session to the next one.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import dropwhile, takewhile

from msgspec.structs import replace

from mockserver.control.pages import PAGING, first_rows, page_limit
from mockserver.control.request import ControlRequest
from mockserver.control.session_view import session_view, whole_session_view
from mockserver.data.json import Json
from mockserver.data.merge_patch import merge_patch
from mockserver.data.reading import BadData, Cursor
from mockserver.engine.backend import Backend
from mockserver.engine.session import Session
from mockserver.engine.session_keys import DEFAULT, KEY_PATTERN, checked_key
from mockserver.engine.sessions import UnknownSession
from mockserver.engine.states import dump_states, fire_event, item_of, load_states
from mockserver.engine.story_undo import without_stories
from mockserver.http.message import Answer, json_answer
from mockserver.journal.publisher import ALL_PARTS
from mockserver.model import Subject

NO_CONTENT = Answer(204)
_POSITION = re.compile(rf"([0-9]{{1,20}})\.({KEY_PATTERN})")


def show(call: ControlRequest) -> Answer:
    return json_answer(200, whole_session_view(call.runtime, call.session))


def delete(call: ControlRequest) -> Answer:
    """Delete the session if it is open or was evicted; its next request opens a new one."""
    with suppress(UnknownSession):
        _delete(call, call.key)
    return NO_CONTENT


def list_all(call: ControlRequest) -> Answer:
    """A page of the sessions: `default` first, then the most recently used."""
    query = call.query(PAGING)
    limit, after = page_limit(query), _position(query / "cursor")
    query.finish()
    page, has_more = first_rows(limit, _sessions_after(call, after))
    rows: list[Json] = [session_view(call.runtime, session) for session in page]
    following = f"{_used_ns(call, page[-1].key)}.{page[-1].key}" if has_more else None
    return json_answer(200, {"sessions": rows, "next": following})


def _position(cursor: Cursor) -> tuple[int, str] | None:
    """When the last session of the previous page was used, and its key; errors go to the cursor."""
    if not cursor.present:
        return None
    position = _POSITION.fullmatch(cursor.string())
    if position is None:
        cursor.error("expected the value of 'next' in a page")
        return None
    return int(position[1]), position[2]


def _sessions_after(call: ControlRequest, position: tuple[int, str] | None) -> Iterator[Session]:
    """The sessions after a position, also if some of those before it were used or deleted since."""
    sessions = iter(call.runtime.sessions)
    if position is None:
        return sessions
    used, key = position
    others = (session for session in sessions if session.key != DEFAULT)
    if key == DEFAULT:
        return others
    rest = list(dropwhile(lambda session: _used_ns(call, session.key) > used, others))
    equal = [session.key for session in takewhile(lambda each: _used_ns(call, each.key) == used, rest)]
    return iter(rest[equal.index(key) + 1 if key in equal else 0 :])


def _used_ns(call: ControlRequest, key: str) -> int:
    """When a session was used last, in nanoseconds of the timer."""
    return int(call.runtime.sessions.last_used(key) * 1e9)


def delete_named(call: ControlRequest) -> Answer:
    _delete(call, checked_key(call.values["key"], "path"))
    return NO_CONTENT


def choose_keyless(call: ControlRequest) -> Answer:
    """Choose the session that requests without a key belong to, those of the control API included."""
    body = call.body()
    body.keys(("session",), required=("session",))
    key = (body / "session").string()
    body.finish()
    call.runtime.keyless_session = checked_key(key, "body")
    return NO_CONTENT


def clear_keyless(call: ControlRequest) -> Answer:
    """Let requests without a key belong to `default` again."""
    call.runtime.keyless_session = DEFAULT
    return NO_CONTENT


def reset(call: ControlRequest) -> Answer:
    """Reset state, scenario, stories and journal of the session; one that was evicted is opened again."""
    call.runtime.sessions.readmit(call.key, call.runtime.clock())
    session = call.change(lambda session: call.runtime.sessions.first)
    call.runtime.journal.clear(session.key)
    call.runtime.publisher.publish_change(session.key, ("requests",))
    return json_answer(200, session_view(call.runtime, session))


def fork(call: ControlRequest) -> Answer:
    """Copy another session into this one; raises UnknownSession."""
    body = call.body()
    body.keys(("from",), required=("from",))
    key = (body / "from").string()
    body.finish()
    source = call.runtime.sessions.peek(checked_key(key, "body"))
    return json_answer(200, session_view(call.runtime, call.change(lambda session: source)))


def choose_scenario(call: ControlRequest) -> Answer:
    """Choose scenarios for their operations, until they are changed, cleared or reset, or for a few calls.

    A `given` changes the state now, once, unless the choice is for a few calls.
    """
    body = call.body()
    body.keys(("name", "times"), required=("name",))
    name, times = (body / "name").string(), body / "times"
    number = times.whole_number(minimum=1, default=1) if times.present else None
    body.finish()
    chosen = call.change(lambda session: call.runtime.backend.choose_scenario(session, name, number))
    return json_answer(200, session_view(call.runtime, chosen))


def clear_scenario(call: ControlRequest) -> Answer:
    """Clear the choice for one operation, or for all; changes of the state by a `given` remain.

    With `undo`, clear only the choice of these scenarios, if it is still made, and take back what their
    stories counted and changed; of several scenarios, those of the operation.
    Raises UnknownOperation, AmbiguousOperation, UnknownChoice.
    """
    query = call.query(("operation", "undo"))
    name, undo = query / "operation", query / "undo"
    operation = call.runtime.backend.contract.names.resolve(name.string()) if name.present else None
    query.finish()
    if undo.present:
        names = undo.string()
        call.change(lambda session: _without_scenarios(call.runtime.backend, session, names, operation))
    else:
        call.change(lambda session: session.without_stubs("scenario", operation))
    return NO_CONTENT


def _without_scenarios(backend: Backend, session: Session, names: str, operation: str | None) -> Session:
    """The session without what these scenarios, divided by commas, do in it; raises UnknownChoice.

    With the full name of an operation, only its scenarios count.
    """
    choices = {key: each for key, each in backend.choices(names).items() if operation in (None, key)}
    for entry in session.stubs:
        if entry.kind == "scenario" and choices.get(entry.id) == entry.data:
            session = session.without_stubs("scenario", entry.id)
    stories = {each for name in choices.values() for each in name.split(",")}
    return without_stories(session, backend.distinct_models, stories)


def show_state(call: ControlRequest) -> Answer:
    return json_answer(200, _dump(call, call.session))


def put_state(call: ControlRequest) -> Answer:
    data = call.body().json
    return _replace_state(call, lambda session: data)


def patch_state(call: ControlRequest) -> Answer:
    """Change the state by a JSON merge patch (RFC 7396)."""
    patch = call.body().json
    return _replace_state(call, lambda session: merge_patch(_dump(call, session), patch))


def fire(call: ControlRequest) -> Answer:
    """Trigger an event of one item of the state, and show the item after it."""
    body = call.body()
    body.keys(("event",), required=("event",))
    event = (body / "event").string()
    body.finish()
    subject = Subject(call.values["collection"], call.values["id"])
    models = call.runtime.backend.distinct_models
    try:
        session = call.change(
            lambda session: replace(session, states=fire_event(models, session.states, subject, event))
        )
    except BadData as bad:
        (body / "event").adopt(bad)
        raise BadData(body.errors) from None
    return json_answer(200, item_of(models, session.states, subject))


def _replace_state(call: ControlRequest, data: Callable[[Session], Json]) -> Answer:
    """Replace the session's state by the data that are made from it; raises BadData, and nothing changes."""
    models = call.runtime.backend.distinct_models
    changed = call.change(
        lambda session: replace(session, states=load_states(models, session.states, data(session)))
    )
    return json_answer(200, _dump(call, changed))


def _dump(call: ControlRequest, session: Session) -> dict[str, Json]:
    return dump_states(call.runtime.backend.distinct_models, session.states)


def _delete(call: ControlRequest, key: str) -> None:
    call.runtime.sessions.delete(key, call.runtime.clock())
    call.runtime.journal.clear(key)
    call.runtime.journal.violations.clear(key)
    if key == DEFAULT:  # any other session is dropped, which is published
        call.runtime.publisher.publish_change(key, ALL_PARTS)

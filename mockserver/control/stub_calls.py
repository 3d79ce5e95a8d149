"""Control calls about the stubs and the network of a session."""

import json
from collections.abc import Sequence
from typing import cast

from msgspec import Struct

from mockserver.control.request import ControlRequest
from mockserver.data.json import Json
from mockserver.data.reading import Cursor
from mockserver.data.suggest import did_you_mean
from mockserver.data.yaml_writer import to_yaml
from mockserver.engine.session import Session, StubEntry
from mockserver.http.message import Answer, json_answer
from mockserver.http.problem import Problem, ProblemError, valid_names
from mockserver.scenarios.network import read_network
from mockserver.scenarios.stub_fields import read_stub
from mockserver.scenarios.stub_files import MOST_STUBS, stub_text

_NO_CONTENT = Answer(204)


class UnknownStub(ProblemError):
    """The session has no stub with this id; `valid` are the ids of those that it has."""

    def __init__(self, stub: str, valid: Sequence[str]) -> None:
        super().__init__(f"the session has no stub {stub!r}{did_you_mean(stub, valid)}")
        self.stub = stub
        self.valid = tuple(valid)

    def problem(self) -> Problem:
        return Problem("unknown-stub", str(self), valid_names(self.valid))


class _NewStub(Struct, frozen=True):
    """A stub that is to be laid: its JSON as a string, how many requests it is for, and its origin."""

    data: str
    times: int | None
    origin: str = ""


def list_stubs(call: ControlRequest) -> Answer:
    """The stubs of the session, newest first, as JSON or as a file for `--stubs`."""
    query = call.query(("format",))
    written = query / "format"
    is_yaml = written.present and written.choice(("json", "yaml"), "format") == "yaml"
    query.finish()
    entries = stubs_of(call.session)
    if not is_yaml:
        return json_answer(200, {"stubs": [stub_view(entry) for entry in entries]})
    text = to_yaml({"stubs": [_data(entry) for entry in entries]})
    return Answer(200, [("content-type", "application/yaml")], text.encode())


def put_stubs(call: ControlRequest) -> Answer:
    """Replace all stubs of the session, or none if one of them is not valid."""
    body = call.body()
    body.keys(("stubs",), required=("stubs",))
    items = list((body / "stubs").items())
    _check_number(body / "stubs", len(items))
    new = [_new_stub(item, call) for item in items[:MOST_STUBS]]
    body.finish()
    session = call.change(lambda session: _with_stubs(session.without_stubs("stub"), new))
    return json_answer(200, {"stubs": [stub_view(entry) for entry in stubs_of(session)]})


def add_stub(call: ControlRequest) -> Answer:
    """Lay one more stub, the newest."""
    body = call.body()
    new = _new_stub(body, call)
    body.finish()

    def add(session: Session) -> Session:
        _check_number(body, len(stubs_of(session)) + 1)
        body.finish()
        return _with_stubs(session, [new])

    entry = stubs_of(call.change(add))[0]
    path = f"{call.runtime.settings.control_prefix}/session/stubs/{entry.id}"
    return json_answer(201, stub_view(entry), [("location", path)])


def clear_stubs(call: ControlRequest) -> Answer:
    call.change(lambda session: session.without_stubs("stub"))
    return _NO_CONTENT


def show_stub(call: ControlRequest) -> Answer:
    return json_answer(200, stub_view(_stub(call.session, call.values["id"])))


def delete_stub(call: ControlRequest) -> Answer:
    key = call.values["id"]

    def delete(session: Session) -> Session:
        return session.without_stubs("stub", _stub(session, key).id)

    call.change(delete)
    return _NO_CONTENT


def show_network(call: ControlRequest) -> Answer:
    return json_answer(200, network_view(call.session) or {})


def put_network(call: ControlRequest) -> Answer:
    """Disturb each answer of the session, or those of one operation, until the network is cleared."""
    body = call.body()
    read_network(body, call.runtime.backend.context)
    body.finish()
    data = stub_text(body.json)
    return json_answer(200, network_view(call.change(lambda session: session.with_network(data))) or {})


def clear_network(call: ControlRequest) -> Answer:
    call.change(lambda session: session.without_stubs("network"))
    return _NO_CONTENT


def stubs_of(session: Session) -> list[StubEntry]:
    """The stubs of a session, newest first, without its choices of scenarios and its network."""
    return [entry for entry in session.stubs if entry.kind == "stub"]


def stub_view(entry: StubEntry) -> dict[str, Json]:
    """A stub as JSON, as it was laid, with its id and how often it matched."""
    return {"id": entry.id, "matched": entry.matched, **_data(entry)}


def network_view(session: Session) -> dict[str, Json] | None:
    """The network of a session as JSON; None if it has none."""
    return next((_data(entry) for entry in session.stubs if entry.kind == "network"), None)


def _data(entry: StubEntry) -> dict[str, Json]:
    return cast("dict[str, Json]", json.loads(entry.data))


def _new_stub(cursor: Cursor, call: ControlRequest) -> _NewStub:
    """The stub at a cursor; errors go to the cursor.

    One that a file of `--stubs` has stays that of the file, beside which its bodies are.
    """
    backend = call.runtime.backend
    data = stub_text(cursor.json)
    of_file = backend.stub_with_data(data)
    if of_file is not None:
        return _NewStub(data, of_file.stub.times, of_file.origin)
    return _NewStub(data, read_stub(cursor, backend.context).times)


def _with_stubs(session: Session, new: Sequence[_NewStub]) -> Session:
    """The session with more stubs, of which the first is to be the newest."""
    for stub in reversed(new):
        session = session.lay_stub(stub.data, stub.times, stub.origin)
    return session


def _check_number(cursor: Cursor, number: int) -> None:
    if number > MOST_STUBS:
        cursor.error(f"a session has at most {MOST_STUBS:,} stubs, and these are {number:,}")


def _stub(session: Session, key: str) -> StubEntry:
    """The stub with an id; raises UnknownStub."""
    stubs = stubs_of(session)
    for entry in stubs:
        if entry.id == key:
            return entry
    raise UnknownStub(key, [entry.id for entry in stubs])

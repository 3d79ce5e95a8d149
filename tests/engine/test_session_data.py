"""A session as JSON: what is written is read again as the same session, whatever was done in it."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, ValidationError
from msgspec.structs import replace

from mockserver.data.decoding import Undecodable
from mockserver.data.json import Json
from mockserver.data.reading import BadData, Cursor
from mockserver.engine.session import Session, StoryUndo, StubEntry
from mockserver.engine.session_data import dumps, loads
from mockserver.http.message import Request
from mockserver.loading import load_backend
from mockserver.model import Call, Outcome, Subject, TransitionRefused, UnknownSubject
from mockserver.runtime import wire
from mockserver.settings import Settings
from tests.support.documents import HEAD
from tests.support.patches import BUNDLED, choose, patch, runtime

LAMPS = """\
paths:
  /lamps/{lamp}:
    put:
      operationId: switch-lamp
      parameters: [{name: lamp, in: path, required: true, schema: {type: string}}]
      requestBody: {content: {application/json: {schema: {type: boolean}}}}
      responses: {"200": {description: The lamp., content: {application/json: {schema: {type: object}}}}}
"""
IDS = st.sampled_from(["hall", "attic", "größe", "a/b"])
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("switch"), IDS, st.booleans()),
        st.tuples(st.just("toggle"), IDS, st.none()),
        st.tuples(st.just("reset"), st.none(), st.none()),
    ),
    max_size=8,
)


class Lamp(Struct, frozen=True):
    lit: bool
    uses: int


class Lamps:
    """A model of the tests, whose state is a tuple of pairs and so nothing that JSON knows."""

    name = "lamps"
    initial: tuple[tuple[str, Lamp], ...] = (("hall", Lamp(False, 0)),)
    events = ("toggle",)

    def codes(self, operation: str) -> tuple[str, ...]:
        return ()

    def handles(self, operation: str, method: str, path: str) -> bool:
        return operation == "switch-lamp"

    def admit(self, state: Any, credential: str | None) -> None:
        """Everybody may switch lamps."""

    def subject(self, call: Call) -> Subject | None:
        return Subject("lamps", str(call.parameters["lamp"]))

    def handle(self, state: Any, call: Call) -> Outcome[Any]:
        lamps, name = dict(state), str(call.parameters["lamp"])
        uses = lamps[name].uses if name in lamps else 0
        lamps[name] = Lamp(call.body is True, uses + 1)
        return Outcome(tuple(lamps.items()), {"lit": lamps[name].lit})

    def lay(self, state: Any, given: Json) -> Any:
        return state

    def fire(self, state: Any, subject: Subject, event: str) -> Any:
        lamps = dict(state)
        if subject.id not in lamps:
            raise UnknownSubject(subject, tuple(lamps))
        if event not in self.events:
            raise TransitionRefused(event, "any", self.events)
        lamp = lamps[subject.id]
        return tuple({**lamps, subject.id: Lamp(not lamp.lit, lamp.uses)}.items())

    def dump(self, state: Any) -> Json:
        return {"lamps": {name: {"lit": lamp.lit, "uses": lamp.uses} for name, lamp in state}}

    def load(self, data: Json) -> Any:
        root = Cursor(data)
        lamps = tuple(
            (name, Lamp((each / "lit").boolean(), (each / "uses").integer()))
            for name, each in (root / "lamps").entries()
        )
        root.finish()
        return lamps


@pytest.fixture(scope="module")
def backend(tmp_path_factory):
    spec = tmp_path_factory.mktemp("lamps") / "api.yaml"
    spec.write_text(HEAD + LAMPS, encoding="utf-8")
    return load_backend(Settings(specs=(spec,)), [Lamps()])


@given(deeds=DEEDS)
def test_a_session_of_any_model_is_read_as_it_was_written(backend, deeds):
    mock = wire(backend, Settings())
    models = backend.distinct_models
    for deed, lamp, lit in deeds:
        if deed == "switch":
            body = b"true" if lit else b"false"
            mock.run(switch(lamp, body))
        elif deed == "toggle":
            mock.change("default", "POST /session/lamps/events", b"", toggling(lamp))
        else:
            mock.change("default", "POST /session/reset", b"", lambda session: mock.sessions.first)
    session = mock.sessions.peek("default")
    assert loads(dumps(session, models), models) == session
    assert session.version == len(deeds)


def switch(lamp: str, body: bytes) -> Request:
    headers = [("content-type", "application/json")]
    return Request.build("PUT", f"/lamps/{quote(lamp, safe='')}", "", headers, body)


def toggling(lamp: str) -> Callable[[Session], Session]:
    return partial(toggled, Subject("lamps", lamp))


def toggled(subject: Subject, session: Session) -> Session:
    try:
        return session.with_state("lamps", Lamps().fire(session.states["lamps"], subject, "toggle"))
    except UnknownSubject:
        return session


def test_stories_choices_draws_and_mutations_are_kept():
    mock = runtime()
    choose(mock, "submitted-elsewhere")
    mock.run(patch())
    mock.run(patch(headers={"Prefer": "dynamic=true"}))
    name = "update-a-cart 200 null /data/rent"
    mock.change("default", "PUT /session/mutation", b"", lambda each: with_mutation(each, name))
    session = mock.sessions.peek("default")
    assert (session.scenario, session.draws, session.mutation) == ("submitted-elsewhere", 1, name)
    assert session.progress == {("submitted-elsewhere", "carts/42"): 1}
    models = BUNDLED.distinct_models
    assert loads(dumps(session, models), models) == session


def test_stubs_the_network_and_what_stories_changed_are_kept():
    mock = runtime()
    stub = '{"operation": "update-a-cart", "respond": {"error": "ORDER_NOT_CART"}, "times": 2}'
    network = StubEntry("network", '{"delay": "1ms"}', "network")
    mock.change("default", "POST /session/stubs", b"", lambda each: each.lay_stub(stub, 2, "stubs.yaml#/0"))
    mock.change("default", "PUT /session/network", b"", lambda each: each.lay_named(network))
    mock.change(
        "default",
        "POST /",
        b"",
        lambda each: each.with_story_change("carts/42", StoryUndo("größe", "[{},{}]")),
    )
    assert mock.run(patch()).final_answer.status == 409
    session, models = mock.sessions.peek("default"), BUNDLED.distinct_models
    assert [(each.id, each.matched, each.origin) for each in session.stubs] == [
        ("s1", 1, "stubs.yaml#/0"),
        ("network", 0, ""),
    ]
    assert loads(dumps(session, models), models) == session


def with_mutation(session: Session, name: str) -> Session:
    return replace(session, mutation=name)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", Undecodable),
        (b"{}", ValidationError),
        (b"[]", ValidationError),
        (b'{"key": 1}', ValidationError),
    ],
)
def test_data_that_are_no_session_are_refused(data, error):
    with pytest.raises(error):
        loads(data, BUNDLED.distinct_models)


def test_a_state_that_does_not_fit_its_model_is_refused():
    models = BUNDLED.distinct_models
    written = dumps(runtime().sessions.peek("default"), models).replace(b'"cart"', b'"lost"')
    with pytest.raises(BadData):
        loads(written, models)

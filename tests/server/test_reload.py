"""Replacement of a running server's backend: sessions keep a state that fits, and nothing else is lost."""

import gc
import weakref
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.engine.backend import Backend
from mockserver.engine.states import dump_states, load_states
from mockserver.http.message import Request
from mockserver.loading import load_backend
from mockserver.runtime import Reload, Runtime, wire
from mockserver.server.reload import BackendReplacement
from mockserver.settings import Settings
from tests.support.documents import HEAD
from tests.support.patches import BUNDLED, choose, patch, shown, status
from tests.support.paths import FIXTURES

PATHS = """\
paths:
  /{0}:
    get: {{operationId: list, responses: {{"200": {{description: All, content: {{application/json: {{schema: {{type: array, items: &item {{type: object, properties: {{id: {{type: integer}}, name: {{type: string}}}}}}}}}}}}}}}}}}
    post:
      operationId: add
      requestBody: {{content: {{application/json: {{schema: *item}}}}}}
      responses: {{"201": {{description: Made, content: {{application/json: {{schema: *item}}}}}}}}
  /{0}/{{id}}:
    get:
      operationId: show
      parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
      responses: {{"200": {{description: One, content: {{application/json: {{schema: *item}}}}}}, "404": {{description: None}}}}
"""  # noqa: E501
WORLD = FIXTURES / "world.yaml"
NAMED = {"X-Mock-Scenario": "submitted-elsewhere"}


def reloaded(server: Runtime, backend: Backend) -> Reload:
    """The server goes on with another backend; what is carried over beforehand makes no difference."""
    replacement = BackendReplacement(server, backend)
    replacement.prepare([dict(session.states) for session in server.sessions])
    reload = replacement.replace()
    replacement.finish()
    return reload


def carts(folder: Path, *, world: str = "", **scenarios: str) -> Backend:
    """The bundled contract with a world and scenarios of a test's own."""
    (folder / "world.yaml").write_text(world or WORLD.read_text(encoding="utf-8"), encoding="utf-8")
    for old in folder.glob("scenarios/*"):
        old.unlink()
    (folder / "scenarios").mkdir(exist_ok=True)
    for name, act in scenarios.items():
        text = f"summary: .\noperation: update-a-cart\n{act}\n"
        (folder / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_backend(Settings(fixtures=folder, scenarios=folder / "scenarios"))


def things(folder: Path, name: str) -> Backend:
    """Plain resources under a path of this name."""
    (folder / "spec.yaml").write_text(HEAD + PATHS.format(name), encoding="utf-8")
    return load_backend(Settings(specs=(folder / "spec.yaml",), stateful=True))


def ask(server: Runtime, session: str, order: str = "42", body: object = None, **headers: str) -> Any:
    return shown(server.run(patch(order, body, {"X-Mock-Session": session, **headers})))


def post(server: Runtime, session: str, path: str, body: bytes = b'{"name": "x"}') -> int:
    headers = [("content-type", "application/json"), ("x-mock-session", session)]
    return status(server.run(Request.build("POST", path, "", headers, body)))


def other_world() -> str:
    text = WORLD.read_text(encoding="utf-8")
    assert text.count("state: ordered") >= 1
    return text.replace("state: ordered", "state: cart")


# State


def test_a_session_that_changed_nothing_begins_with_the_new_world(tmp_path):
    server = wire(carts(tmp_path), Settings())
    assert ask(server, "mine", "46") == {"error": "ORDER_NOT_CART"}
    reload = reloaded(server, carts(tmp_path, world=other_world()))
    assert ask(server, "mine", "46")["data"]["id"] == 46
    assert (reload.restarted, reload.outdated) == ({}, 0)


def test_a_session_that_changed_something_goes_on_and_a_reset_takes_up_the_new_world(tmp_path):
    server = wire(carts(tmp_path), Settings())
    ask(server, "mine", "42", {"acquisition_mode": "BUY"})
    reload = reloaded(server, carts(tmp_path, world=other_world()))
    assert ask(server, "mine", "42", {})["data"]["rent"] is None
    assert ask(server, "mine", "46") == {"error": "ORDER_NOT_CART"}
    assert ask(server, "new", "46")["data"]["id"] == 46
    assert (reload.restarted, reload.outdated) == ({}, 1)
    server.change("mine", "POST /session/reset", b"", lambda session: server.sessions.first)
    assert ask(server, "mine", "46")["data"]["id"] == 46


def test_a_session_whose_state_does_not_fit_begins_anew_and_its_key_and_reason_are_told(tmp_path):
    server = wire(things(tmp_path, "users"), Settings(stateful=True))
    assert post(server, "mine", "/users") == 201
    server.sessions.open("idle", 0)
    reload = reloaded(server, things(tmp_path, "people"))
    assert [*reload.restarted] == ["mine"]
    assert "unknown collection 'users'" in reload.restarted["mine"]
    assert post(server, "mine", "/people") == 201


def test_an_empty_collection_that_is_gone_is_no_reason_to_begin_anew(tmp_path):
    server = wire(things(tmp_path, "users"), Settings(stateful=True))
    session = server.sessions.open("mine", 0)
    states = load_states(server.backend.distinct_models, session.states, {"resources": {"ids": {"next": 7}}})
    server.sessions.commit(replace(session, states=states))
    assert reloaded(server, things(tmp_path, "people")).restarted == {}
    shown = dump_states(server.backend.distinct_models, server.sessions.peek("mine").states)
    assert shown == {"people": {}, "resources": {"ids": {"next": 7}}}


def test_a_session_begins_anew_where_the_contract_has_nothing_for_its_model_any_more(tmp_path):
    server = wire(BUNDLED, Settings())
    ask(server, "mine", "42", {"acquisition_mode": "BUY"})
    reload = reloaded(server, things(tmp_path, "users"))
    assert reload.restarted == {"mine": "(root): no operation of the new contract uses the model 'carts'"}
    assert post(server, "mine", "/users") == 201
    assert reloaded(server, BUNDLED).restarted.keys() == {"mine"}
    assert ask(server, "mine", "42")["data"]["id"] == 42


def test_a_secret_in_a_reason_is_masked(tmp_path):
    server = wire(things(tmp_path, "flt_sk_my-very-secret-key"), Settings(stateful=True))
    assert post(server, "mine", "/flt_sk_my-very-secret-key") == 201
    assert "very-secret" not in str(reloaded(server, things(tmp_path, "people")).restarted)


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["default", "a", "b"]),
        st.sampled_from(["42", "46", "61", "99"]),
        st.sampled_from([{}, {"purchaser_id": 12}, {"acquisition_mode": "BUY"}, {"order_items": []}]),
        st.sampled_from([{}, {"X-Mock-Scenario": "submitted-elsewhere"}, {"Prefer": "dynamic=true"}]),
    ),
    max_size=12,
)


@given(DEEDS, DEEDS, st.booleans())
def test_where_files_say_the_same_a_reload_is_not_noticed(before, after, prepared):
    one, other = wire(BUNDLED, Settings()), wire(BUNDLED, Settings())
    for session, order, body, headers in before:
        assert ask(one, session, order, body, **headers) == ask(other, session, order, body, **headers)
    replacement = BackendReplacement(one, AGAIN)
    if prepared:
        replacement.prepare([dict(session.states) for session in one.sessions])
    reload = replacement.replace()
    assert (reload.restarted, reload.lost_scenarios, reload.outdated) == ({}, {}, 0)
    assert len(one.journal) == len(before)
    for session, order, body, headers in after:
        assert ask(one, session, order, body, **headers) == ask(other, session, order, body, **headers)
    assert one.journal.covered_facts(None) == other.journal.covered_facts(None)


AGAIN = load_backend(Settings())


def test_a_state_that_changed_after_the_preparation_goes_on_as_it_is():
    server = wire(BUNDLED, Settings())
    replacement = BackendReplacement(server, AGAIN)
    replacement.prepare([dict(session.states) for session in server.sessions])
    ask(server, "late", "42", {"acquisition_mode": "BUY"})
    replacement.replace()
    assert ask(server, "late", "42", {})["data"]["rent"] is None


def test_states_are_carried_over_only_where_the_model_became_another(tmp_path):
    """Between equal models a state is the same object: thousands of sessions cost nothing then."""
    server = wire(carts(tmp_path), Settings())
    ask(server, "mine", "42", {"acquisition_mode": "BUY"})
    before = server.sessions.peek("mine").states["carts"]
    reloaded(server, carts(tmp_path, added="respond: {error: ORDER_NOT_CART}"))
    assert server.sessions.peek("mine").states["carts"] is before
    reloaded(server, carts(tmp_path, world=other_world()))
    after = server.sessions.peek("mine").states["carts"]
    assert after is not before
    assert after == before


# Scenarios


def test_a_chosen_scenario_stays_and_one_that_is_gone_is_cleared_and_told(tmp_path):
    forced = "respond: {error: ORDER_NOT_CART}"
    server = wire(carts(tmp_path, stays=forced, goes=forced), Settings())
    for key in ("stays", "goes"):
        choose(server, key, key)
    reload = reloaded(server, carts(tmp_path, stays="respond: {error: CART_NOT_FOUND}"))
    assert reload.lost_scenarios == {"goes": "goes"}
    assert ask(server, "stays") == {"error": "CART_NOT_FOUND"}
    assert ask(server, "goes")["data"]["id"] == 42


def test_a_story_goes_on_at_the_call_that_it_was_at(tmp_path):
    story = "steps: [{times: 2}, {event: submit}]"
    server = wire(carts(tmp_path, tale=story, other=story), Settings())
    for name in ("tale", "other"):
        ask(server, "mine", "42", {}, **{"X-Mock-Scenario": name})
    reloaded(server, carts(tmp_path, tale=story))
    assert server.sessions.peek("mine").progress == {("tale", "carts/42"): 1}
    said = [ask(server, "mine", "42", {}, **{"X-Mock-Scenario": "tale"}) for _ in range(2)]
    assert [each.get("error") for each in said] == [None, "ORDER_NOT_CART"]


def test_the_scenario_of_the_start_is_laid_anew_for_sessions_that_changed_nothing(tmp_path):
    settings = Settings(scenario="start")
    closed = "given: {carts: {'42': {state: ordered}}}"
    server = wire(carts(tmp_path, start="given: {carts: {'42': {state: cart}}}"), settings)
    assert ask(server, "mine")["data"]["id"] == 42
    ask(server, "busy", "43", {"acquisition_mode": "BUY"})
    reloaded(server, carts(tmp_path, start=closed))
    assert ask(server, "new") == {"error": "ORDER_NOT_CART"}
    assert ask(server, "busy")["data"]["id"] == 42


# What is left of the old backend


def test_the_old_contract_leaves_the_memory_whatever_was_exchanged_by_it(tmp_path):
    backend = things(tmp_path, "users")
    old = weakref.ref(backend.contract)
    server = wire(backend, Settings(stateful=True))
    del backend
    assert [post(server, "mine", "/users"), post(server, "mine", "/users", b"[")] == [201, 422]
    reloaded(server, things(tmp_path, "users"))
    gc.collect()
    assert old() is None
    assert server.journal.count("mine") == 2


@pytest.mark.parametrize("name", ["users", "people"])
def test_the_router_and_the_contract_are_the_new_ones(tmp_path, name):
    server = wire(BUNDLED, Settings())
    reloaded(server, things(tmp_path, name))
    assert server.backend.contract.operations[0].path == f"/{name}"
    assert status(server.run(Request.build("GET", f"/{name}"))) == 200
    assert status(server.run(patch())) == 404

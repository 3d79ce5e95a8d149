"""Control calls about sessions: scenario, state, events, reset and fork."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.data.merge_patch import merge_patch
from mockserver.settings import Settings
from tests.support.console import OWN, Console, open_console, problem
from tests.support.lamps import LampModel
from tests.support.patches import BUNDLED, TOKEN

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def carts(console, session=None):
    return {order: cart["state"] for order, cart in console.state(session)["carts"].items()}


# Keys


@pytest.mark.parametrize(("call", "body"), OWN, ids=[call for call, _ in OWN])
@pytest.mark.parametrize("key", ["a b", "a" * 129, "é"], ids=["a space", "too long", "beyond ASCII"])
def test_a_key_that_is_none_is_refused_by_every_call_of_a_session(console, call, body, key):
    assert problem(console.call(call, body, session=key)) == "400 bad-session-key"


@pytest.mark.parametrize("key", ["a", "a" * 128, "A-b_c.9", ".", "0", "default"])
def test_letters_digits_and_three_marks_make_a_key(console, key):
    assert console.call("GET session", session=key).json()["key"] == key


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("/__mock/session", {"baggage": "mock-session=here"}),
        ("/__mock/session?__session=here", {}),
        ("/__mock/session", {"cookie": "mock_session=here"}),
    ],
    ids=["baggage", "query", "cookie"],
)
def test_the_key_may_come_by_the_other_ways_too(console, target, headers):
    assert console.send("GET", target, headers=headers).json()["key"] == "here"


@pytest.mark.parametrize(("call", "body"), OWN, ids=[call for call, _ in OWN])
def test_strict_sessions_want_a_key_of_control_calls_too(call, body):
    with open_console(Settings(strict_sessions=True)) as console:
        method, _, path = call.partition(" ")
        content = b"" if body is None else json.dumps(body).encode()
        assert problem(console.send(method, f"/__mock/{path}", content)) == "400 no-session-key"
        assert console.call(call, body, session="mine").status < 300


@pytest.mark.parametrize("path", ["health", "sessions", "scenarios", "contract.json", "openapi.json"])
def test_what_is_no_session_s_wants_no_key(path):
    with open_console(Settings(strict_sessions=True)) as console:
        assert console.send("GET", f"/__mock/{path}").status == 200


# Looking, resetting, deleting


def test_a_session_at_a_glance(console):
    for _ in range(2):
        console.patch(session="mine", headers={"x-mock-scenario": "submitted-elsewhere"})
    console.call("PUT session/scenario", {"name": "order-not-cart"}, session="mine")
    session = console.call("GET session", session="mine").json()
    assert session.pop("born") <= session.pop("used")
    assert session == {
        "key": "mine",
        "scenario": "order-not-cart",
        "scenarios": [{"operation": "update-a-cart", "names": ["order-not-cart"], "times": None}],
        "network": None,
        "stubs": [],
        "mutation": None,
        "progress": [{"scenario": "submitted-elsewhere", "subject": "carts/42", "calls": 2}],
        "exchanges": 2,
    }


def test_reset_begins_this_session_anew_and_no_other(console):
    for key in ("mine", "yours"):
        console.patch(session=key, headers={"x-mock-scenario": "submitted-elsewhere"})
        console.call("POST session/carts/42/events", {"event": "submit"}, session=key)
        console.call("PUT session/scenario", {"name": "slow"}, session=key)
    born = console.state("new")
    reply = console.call("POST session/reset", session="mine").json()
    assert (reply["scenario"], reply["progress"], reply["exchanges"]) == (None, [], 0)
    assert console.state("mine") == born
    yours = console.call("GET session", session="yours").json()
    assert (yours["scenario"], len(yours["progress"]), yours["exchanges"]) == ("slow", 1, 1)
    assert carts(console, "yours")["42"] == "ordered"


def test_reset_lays_what_the_server_was_started_with():
    with open_console(Settings(scenario="already-ordered")) as console:
        assert carts(console)["42"] == "ordered"
        console.call("POST session/carts/42/events", {"event": "reopen"})
        console.call("POST session/reset")
        assert carts(console)["42"] == "ordered"


@pytest.mark.parametrize("call", ["DELETE session", "DELETE sessions/mine"])
def test_a_deleted_session_is_gone_with_its_journal(console, call):
    console.patch(session="mine")
    console.call("POST session/carts/42/events", {"event": "submit"}, session="mine")
    deleted = console.call(call, session="mine")
    assert (deleted.status, deleted.body) == (204, b"")
    assert [each["key"] for each in console.call("GET sessions").json()["sessions"]] == ["default"]
    assert console.exchanges(session="mine") == []
    assert carts(console, "mine")["42"] == "cart"


def test_deleting_the_own_session_twice_is_no_error_but_an_unknown_name_is(console):
    assert console.call("DELETE session", session="mine").status == 204
    assert console.call("DELETE session", session="mine").status == 204
    assert problem(console.call("DELETE sessions/mine")) == "404 unknown-session"
    assert problem(console.call("DELETE sessions/a%20b")) == "400 bad-session-key"


@pytest.mark.parametrize("call", ["DELETE session", "DELETE sessions/default"])
def test_deleted_the_default_session_begins_anew(console, call):
    console.patch()
    console.call("POST session/carts/42/events", {"event": "submit"})
    assert console.call(call).status == 204
    assert carts(console)["42"] == "cart"
    assert console.exchanges() == []


def test_sessions_are_listed_default_first_then_by_use(console):
    for key in ("a", "b", "c", "a"):
        console.patch(session=key)
    listed = console.call("GET sessions", session="unopened").json()["sessions"]
    assert [each["key"] for each in listed] == ["default", "a", "c", "b"]
    assert [each["exchanges"] for each in listed] == [0, 2, 1, 1]


# The chosen scenario


def test_a_chosen_scenario_stays_until_it_is_cleared(console):
    chosen = console.call("PUT session/scenario", {"name": "order-not-cart"}, session="mine")
    assert chosen.json()["scenario"] == "order-not-cart"
    assert [console.patch(session="mine").status for _ in range(2)] == [409, 409]
    assert console.patch(session="yours").status == 200
    assert console.call("DELETE session/scenario", session="mine").status == 204
    assert console.patch(session="mine").status == 200


def test_what_a_scenario_laid_stays_when_the_choice_is_cleared_and_goes_by_reset(console):
    console.call("PUT session/scenario", {"name": "already-ordered"})
    console.call("DELETE session/scenario")
    assert console.patch().status == 409
    console.call("POST session/reset")
    assert console.patch().status == 200


def test_an_undone_scenario_takes_its_story_along_and_nothing_else(console):
    console.call("PUT session/scenario", {"name": "submitted-elsewhere"})
    assert [console.patch().status for _ in range(3)] == [200, 200, 409]
    console.call("PATCH session/state", {"carts": {"42": {"purchaser": 13}, "44": {"purchaser": 13}}})
    assert console.call("DELETE session/scenario?undo=submitted-elsewhere").status == 204
    found = console.state()["carts"]
    assert (found["42"]["state"], found["42"]["purchaser"], found["44"]["purchaser"]) == ("cart", 13, 13)
    assert console.call("GET session").json()["progress"] == []
    console.call("PUT session/scenario", {"name": "submitted-elsewhere"})
    assert [console.patch().status for _ in range(3)] == [200, 200, 409]


def test_what_was_changed_after_a_story_remains_when_it_is_undone(console):
    console.call("PUT session/scenario", {"name": "submitted-elsewhere"})
    for _ in range(3):
        console.patch()
    console.call("POST session/carts/42/events", {"event": "cancel"})
    console.call("DELETE session/scenario?undo=submitted-elsewhere")
    assert carts(console)["42"] == "cancelled"


def test_another_choice_than_the_undone_one_is_kept(console):
    console.call("PUT session/scenario", {"name": "order-not-cart"})
    console.call("DELETE session/scenario?undo=slow")
    assert console.call("GET session").json()["scenario"] == "order-not-cart"
    console.call("DELETE session/scenario?undo=order-not-cart")
    assert console.call("GET session").json()["scenario"] is None


def test_a_scenario_cannot_be_undone_by_an_unknown_name(console):
    assert problem(console.call("DELETE session/scenario?undo=slo")) == "404 unknown-scenario"


def test_a_scenario_is_undone_for_an_operation_that_must_be_known(console):
    console.call("PUT session/scenario", {"name": "slow"})
    unknown = console.call("DELETE session/scenario?undo=slow&operation=update-a-cat")
    assert problem(unknown) == "404 unknown-operation"
    assert console.call("GET session").json()["scenario"] == "slow"
    console.call("DELETE session/scenario?undo=slow&operation=update-a-cart")
    assert console.call("GET session").json()["scenario"] is None


def test_an_unknown_scenario_is_told_the_valid_ones_and_changes_nothing(console):
    console.call("PUT session/scenario", {"name": "slow"})
    reply = console.call("PUT session/scenario", {"name": "order-not-car"})
    assert problem(reply) == "404 unknown-scenario"
    assert reply.json()["valid"] == list(BUNDLED.scenarios)
    assert "did you mean 'order-not-cart'?" in reply.json()["detail"]
    assert console.call("GET session").json()["scenario"] == "slow"


# Fork


def test_a_fork_goes_on_from_where_the_other_session_is_and_leaves_it_alone(console):
    console.call("POST session/carts/42/events", {"event": "submit"}, session="source")
    console.call("PUT session/scenario", {"name": "slow"}, session="source")
    console.patch(session="mine", headers={"x-mock-scenario": "emptied"})
    forked = console.call("POST session/fork", {"from": "source"}, session="mine").json()
    assert (forked["key"], forked["scenario"], forked["exchanges"]) == ("mine", "slow", 1)
    assert console.state("mine") == console.state("source")
    console.call("POST session/carts/42/events", {"event": "cancel"}, session="mine")
    assert (carts(console, "mine")["42"], carts(console, "source")["42"]) == ("cancelled", "ordered")


@pytest.mark.parametrize(
    ("key", "expected"),
    [("nobody", "404 unknown-session"), ("a b", "400 bad-session-key"), ("", "400 bad-session-key")],
)
def test_a_fork_wants_a_session_that_is_open(console, key, expected):
    assert problem(console.call("POST session/fork", {"from": key}, session="mine")) == expected


def test_a_fork_of_itself_changes_nothing(console):
    console.call("POST session/carts/42/events", {"event": "submit"})
    before = console.state()
    assert console.call("POST session/fork", {"from": "default"}).status == 200
    assert console.state() == before


# State


def test_a_state_that_was_shown_can_be_put_back(console):
    shown = console.state()
    console.patch("42", {"acquisition_mode": "BUY"})
    put = console.call("PUT session/state", shown)
    assert (put.status, put.json()) == (200, shown)
    assert console.state() == shown


def test_a_state_goes_from_one_session_to_another(console):
    console.patch("42", {"acquisition_mode": "BUY"}, session="mine")
    console.call("PUT session/state", console.state("mine"), session="yours")
    assert console.state("yours") == console.state("mine") != console.state()


def test_a_merge_patch_changes_what_it_names_and_null_takes_away(console):
    before = console.state()
    change = {"carts": {"42": {"state": "ordered"}, "43": None}}
    patched = console.call("PATCH session/state", change)
    assert patched.json() == merge_patch(before, change) == console.state()
    assert console.patch().status == 409
    assert console.patch("43").json() == {"error": "CART_NOT_FOUND"}


def test_a_state_that_is_not_an_object_has_this_error_only(console):
    [fault] = console.call("PUT session/state", []).json()["faults"]
    assert fault == {"pointer": "", "message": "expected an object, found an array"}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"carts": {"42": {"state": "orderd"}}}, "/carts/42/state"),
        ({"carts": {"42": {"company": 99}}}, "/carts/42/company"),
        ({"carts": {"x": {"company": 1, "state": "cart", "mode": "BUY"}}}, "/carts/x"),
        ({"cart": {}}, "/cart"),
        ({"default_company": "1"}, "/default_company"),
        ({"companies": None}, "/world/company/default"),
        ({"world": {"company": {"default": 99}}}, "/world/company/default"),
        ([], ""),
    ],
    ids=[
        "a state",
        "a company that is not",
        "an id",
        "a key",
        "a type",
        "a reference in the whole",
        "a default company that is not",
        "no object",
    ],
)
def test_a_state_that_does_not_hold_together_is_refused_by_pointer_and_nothing_changes(
    console, change, pointer
):
    before = console.state()
    refused = console.call("PATCH session/state", change)
    assert problem(refused) == "422 bad-data"
    assert pointer in [fault["pointer"] for fault in refused.json()["faults"]]
    assert problem(console.call("PUT session/state", merge_patch(before, change))) == "422 bad-data"
    assert console.state() == before


def test_all_faults_of_a_state_are_told_at_once(console):
    refused = console.call("PATCH session/state", {"carts": {"42": {"state": "x", "mode": "y"}}, "cart": 1})
    pointers = [fault["pointer"] for fault in refused.json()["faults"]]
    assert {"/carts/42/state", "/carts/42/mode", "/cart"} <= set(pointers)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON)
def test_whatever_is_put_either_is_the_state_or_leaves_it(console, data):
    before = console.state()
    put = console.call("PATCH session/state", data)
    assert put.status == 200 or problem(put) in ("422 bad-data", "400 bad-body")
    assert console.state() == (put.json() if put.status == 200 else before)


# Events


@pytest.mark.parametrize(
    ("before", "event", "after"),
    [
        ("cart", "submit", "ordered"),
        ("cart", "cancel", "cancelled"),
        ("ordered", "cancel", "cancelled"),
        ("ordered", "reopen", "cart"),
    ],
)
def test_an_event_moves_one_thing_along_the_table(console, before, event, after):
    console.call("PATCH session/state", {"carts": {"42": {"state": before}}})
    reply = console.call("POST session/carts/42/events", {"event": event})
    assert (reply.status, reply.json()["id"], reply.json()["state"]) == (200, "42", after)
    assert carts(console)["42"] == after
    assert carts(console)["43"] == "cart"


@pytest.mark.parametrize(
    ("order", "event", "allowed"),
    [("46", "submit", ["cancel", "reopen"]), ("47", "cancel", []), ("42", "reopen", ["submit", "cancel"])],
    ids=["ordered", "cancelled", "cart"],
)
def test_a_transition_that_the_table_lacks_names_the_allowed_ones(console, order, event, allowed):
    before = console.state()
    refused = console.call(f"POST session/carts/{order}/events", {"event": event})
    assert problem(refused) == "409 transition-refused"
    assert sorted(refused.json()["allowed"]) == sorted(allowed)
    assert refused.json()["state"] == before["carts"][order]["state"]
    assert console.state() == before


@pytest.mark.parametrize(
    ("path", "event", "expected"),
    [
        ("carts/99", "submit", "404 unknown-subject"),
        ("users/12", "submit", "404 unknown-subject"),
        ("carts/42", "submitt", "422 bad-data"),
        ("carts/42", "", "422 bad-data"),
    ],
    ids=["no such cart", "no such collection", "no such event", "no event"],
)
def test_an_event_wants_a_thing_and_a_name_that_are_there(console, path, event, expected):
    assert problem(console.call(f"POST session/{path}/events", {"event": event})) == expected


def test_an_unknown_collection_of_an_event_is_told_with_the_nearest_one(console):
    refused = console.call("POST session/crts/42/events", {"event": "submit"})
    assert problem(refused) == "404 unknown-subject"
    assert "no collection 'crts'; did you mean 'carts'?" in refused.json()["detail"]
    assert "carts" in refused.json()["valid"]


# Several models


@pytest.fixture
def two_models() -> Iterator[Console]:
    backend = replace(BUNDLED, models={**BUNDLED.models, "another": LampModel()})
    with open_console(backend=backend) as opened:
        yield opened


def test_the_collections_of_several_models_are_one_state(two_models, console):
    assert two_models.state() == {**console.state(), "lamps": {"hall": {"is": "off"}}}
    change = {"lamps": {"yard": {"is": "on"}}, "carts": {"42": {"state": "ordered"}}, "default_company": 2}
    changed = two_models.call("PATCH session/state", change)
    assert changed.json()["lamps"] == {"hall": {"is": "off"}, "yard": {"is": "on"}}
    assert changed.json()["carts"]["42"]["state"] == "ordered"
    assert changed.json()["world"]["company"]["default"] == 2
    assert two_models.call("PUT session/state", changed.json()).json() == changed.json()


def test_the_errors_of_several_models_are_told_at_once(two_models):
    before = two_models.state()
    refused = two_models.call(
        "PATCH session/state",
        {"carts": {"42": {"state": "?"}}, "lamps": {"hall": {"is": "out"}}, "lamsp": {}},
    )
    assert {each["pointer"]: each["message"].partition("; ")[2] for each in refused.json()["faults"]} == {
        "/carts/42/state": "valid: cancelled, cart, ordered",
        "/lamps/hall/is": "valid: off, on",
        "/lamsp": "did you mean 'lamps'?",
    }
    assert two_models.state() == before


def test_a_collection_that_a_put_leaves_out_is_empty_afterwards(two_models):
    state = two_models.state()
    del state["lamps"]
    assert two_models.call("PUT session/state", state).json() == {**state, "lamps": {}}


def test_an_event_is_for_the_model_that_has_the_collection(two_models):
    fired = two_models.call("POST session/lamps/hall/events", {"event": "toggle"})
    assert fired.json() == {"id": "hall", "is": "on"}
    refused = two_models.call("POST session/lamps/attic/events", {"event": "toggle"})
    assert (problem(refused), refused.json()["valid"]) == ("404 unknown-subject", ["hall"])


def test_requests_without_a_key_can_belong_to_another_session(console: Console):
    assert console.call("PUT keyless", {"session": "of-a-test"}).status == 204
    answer = console.send(
        "PATCH", "/carts/42", b"{}", {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
    )
    assert answer.header("x-mock-session") == "of-a-test"
    assert json.loads(console.send("GET", "/__mock/session").body)["key"] == "of-a-test"
    assert console.call("DELETE keyless").status == 204
    assert json.loads(console.send("GET", "/__mock/session").body)["key"] == "default"


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"session": "no key"}, 400, "bad-session-key"),
        ({"session": 1}, 422, "bad-data"),
        ({}, 422, "bad-data"),
    ],
)
def test_the_session_of_requests_without_a_key_is_named_by_a_valid_key(
    console: Console, body: object, status: int, kind: str
):
    refused = console.call("PUT keyless", body)
    assert (refused.status, refused.json()["type"]) == (status, f"urn:mockserver:problem:{kind}")

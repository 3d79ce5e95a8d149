"""The keys of evicted sessions are refused until the session is reset or deleted."""

from collections.abc import Iterator

import pytest

from mockserver.engine import evictions
from mockserver.engine.evictions import Eviction, Evictions, SessionBounds, SessionEvicted
from mockserver.settings import Settings
from tests.support.console import OWN, Console, open_console

EVICTED = "urn:mockserver:problem:session-evicted"
REOPENING = ("POST session/reset", "DELETE session")
MOVED = {"purchaser_id": 14}


@pytest.fixture
def console() -> Iterator[Console]:
    """A server that keeps one session besides `default`; the session `a` is evicted."""
    with open_console(Settings(max_sessions=2)) as opened:
        opened.patch(body=MOVED, session="a")
        opened.patch(session="b")
        yield opened


def test_a_request_with_an_evicted_key_is_refused_with_the_bound_that_was_exceeded(console):
    refused = console.patch(session="a")
    headers = dict(refused.headers)
    assert refused.status == 410
    problem = refused.json()
    assert {name: problem[name] for name in ("type", "session", "bound", "flag", "limit")} == {
        "type": EVICTED,
        "session": "a",
        "bound": "max-sessions",
        "flag": "--max-sessions",
        "limit": 2,
    }
    assert "--max-sessions 2" in problem["detail"]
    assert (headers[b"x-mock-source"], headers[b"x-mock-session"]) == (b"mock", b"a")
    assert headers[b"x-mock-note"].decode() == problem["detail"]
    assert b"x-mock-exchange" not in headers


def test_refused_requests_open_no_session_and_are_not_recorded(console):
    before = console.call("GET health").json()
    assert [console.patch(session="a").status for _ in range(3)] == [410] * 3
    after = console.call("GET health").json()
    assert after["sessions"]["open"] == before["sessions"]["open"] == 2
    assert after["journal"]["exchanges"] == before["journal"]["exchanges"]


def test_violations_before_the_eviction_still_count_after_a_reset():
    with open_console(Settings(max_sessions=2)) as console:
        console.patch(body={"purchaser_id": 0}, session="a")
        console.patch(session="b")
        console.call("POST session/reset", session="a")
        found = console.call("GET violations", session="a").json()
        assert (found["violations"], found["count"]) == ([], 1)
        console.call("DELETE session", session="a")
        assert console.call("GET violations", session="a").json()["count"] == 0


@pytest.mark.parametrize(("call", "body"), [each for each in OWN if each[0] not in REOPENING])
def test_control_calls_about_an_evicted_session_are_refused(console, call, body):
    answer = console.call(call, body, session="a")
    assert (answer.status, answer.json()["type"]) == (410, EVICTED)


@pytest.mark.parametrize("call", ["GET health", "GET sessions", "GET scenarios", "GET requests?scope=all"])
def test_control_calls_about_no_session_are_answered_with_an_evicted_key(console, call):
    assert console.call(call, session="a").status == 200


def test_an_evicted_session_cannot_be_forked(console):
    answer = console.call("POST session/fork", {"from": "a"}, session="b")
    assert (answer.status, answer.json()["session"]) == (410, "a")


def test_an_explained_request_with_an_evicted_key_would_be_refused(console):
    described = {"method": "PATCH", "path": "/carts/42", "headers": {"X-Mock-Session": "a"}, "body": {}}
    explained = console.call("POST explain", described, session="b").json()
    assert explained["response"]["status"] == 410


def test_a_preflight_request_is_answered_for_an_evicted_session(console):
    headers = {"origin": "http://localhost:3000", "access-control-request-method": "PATCH"}
    assert console.send("OPTIONS", "/carts/42?__session=a", headers=headers).status == 204


def test_a_reset_opens_the_session_again_and_the_ids_of_its_exchanges_continue(console):
    first = console.call("GET session/state", session="b").json()
    assert console.call("POST session/reset", session="a").status == 200
    assert console.call("GET session/state", session="a").json() == first
    assert dict(console.patch(session="a").headers)[b"x-mock-exchange"] == b"x2"


@pytest.mark.parametrize("call", ["DELETE session", "DELETE sessions/a"])
def test_a_deleted_session_is_forgotten_so_that_its_key_opens_a_new_one(console, call):
    assert console.call(call, session="a" if call == "DELETE session" else "b").status == 204
    assert dict(console.patch(session="a").headers)[b"x-mock-exchange"] == b"x1"


def test_a_mutation_for_all_sessions_forgets_the_evicted_ones(console):
    assert console.call("DELETE mutation").status == 204
    assert console.patch(session="a").status == 200


LOSSES = {
    "a changed state": lambda console: console.call(
        "POST session/carts/42/events", {"event": "submit"}, session="a"
    ),
    "a chosen scenario": lambda console: console.call(
        "PUT session/scenario", {"name": "order-not-cart"}, session="a"
    ),
    "a mutation": lambda console: console.call(
        "PUT session/mutation", {"name": "update-a-cart 200 null /data/rent"}, session="a"
    ),
    "a violation": lambda console: console.patch(body={"purchaser_id": 0}, session="a"),
    "an unknown path": lambda console: console.send("GET", "/nowhere?__session=a"),
    "a recorded exchange": lambda console: console.patch(
        session="a", headers={"x-mock-scenario": "order-not-cart"}
    ),
}
NO_LOSSES = {
    "a look at it": lambda console: console.call("GET session", session="a"),
    "a change that was reset": lambda console: (
        console.patch(body=MOVED, session="a"),
        console.call("POST session/reset", session="a"),
    ),
}


@pytest.mark.parametrize("act", LOSSES.values(), ids=LOSSES)
def test_a_session_with_something_to_lose_is_remembered(act):
    with open_console(Settings(max_sessions=2)) as console:
        act(console)
        console.call("DELETE violations", session="b")
        console.call("GET session", session="c")
        assert console.call("GET health").json()["sessions"]["evicted"] == 1
        assert console.patch(session="a").status == 410


@pytest.mark.parametrize("act", NO_LOSSES.values(), ids=NO_LOSSES)
def test_a_session_with_nothing_to_lose_is_opened_anew(act):
    with open_console(Settings(max_sessions=2)) as console:
        act(console)
        console.call("GET session", session="b")
        assert console.call("GET health").json()["sessions"]["evicted"] == 0
        assert console.patch(session="a").status == 200


def test_the_list_of_evicted_keys_is_bounded_and_forgets_the_oldest(monkeypatch):
    monkeypatch.setattr(evictions, "REMEMBERED", 2)
    known = Evictions(SessionBounds(10))
    for number, key in enumerate("abc"):
        known.add(key, Eviction("idle", number, {}))
    assert len(known) == 2
    assert known.find("a") is None
    assert isinstance(known.find("c"), SessionEvicted)
    assert known.forget("b").exchanges == 1
    assert known.forget("b") is None


@pytest.mark.parametrize(
    ("reason", "flag", "limit"),
    [("crowded out", "--max-sessions", 7), ("memory", "--memory-limit", 99), ("idle", "--session-ttl", 1.5)],
)
def test_the_problem_names_the_bound_and_its_flag(reason, flag, limit):
    error = SessionEvicted("a", reason, SessionBounds(7, 99, 1.5))
    assert (error.problem().status, error.flag, error.limit) == (410, flag, limit)
    assert f"({flag} {limit})" in str(error)

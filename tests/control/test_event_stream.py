"""`GET events`, in process: which events there are, what they hold, and where a stream resumes.

The client of these tests leaves at once, so that a stream ends after what it has to tell.
"""

import asyncio
from collections.abc import Callable

import pytest

from mockserver.app import MockServer
from mockserver.journal.publisher import ALL_PARTS
from mockserver.settings import Settings
from tests.support.console import open_console, problem
from tests.support.events import Event, parsed
from tests.support.live import PATIENCE


def events(console, last="x0", query="", session=None) -> list[Event]:
    """What a client that knows the exchange `last` is told."""
    headers = {"last-event-id": last} if last is not None else {}
    reply = console.call(f"GET events{query}", headers=headers, session=session)
    assert (reply.status, reply.header("content-type")) == (200, "text/event-stream")
    return parsed(reply.body.decode())


def ids(found: list[Event]):
    return [(event.data["session"], event.id) for event in found if event.name == "exchange"]


def followed(
    app: MockServer, act: Callable[[], object], query: str = "", session: str = "default", last: str = ""
) -> list[Event]:
    """The events of a stream that is open while `act` runs on another thread, until none comes any more."""
    return asyncio.run(_followed(app, act, query, session, last))


async def _followed(
    app: MockServer, act: Callable[[], object], query: str, session: str, last: str
) -> list[Event]:
    sent: list[bytes] = []
    left = asyncio.Event()
    headers = {"host": "127.0.0.1", "x-mock-session": session, "last-event-id": last}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/__mock/events",
        "raw_path": b"/__mock/events",
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    received = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        if received:
            return received.pop()
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message) -> None:
        sent.append(message.get("body", b""))

    stream = asyncio.create_task(app(scope, receive, send))
    await _until(lambda: len(sent) >= 2)  # the head and a comment
    await asyncio.to_thread(act)
    await _until(lambda: len(sent) >= 3)
    await asyncio.sleep(0.1)
    left.set()
    await stream
    assert not app.runtime.publisher.subscribers
    return parsed(b"".join(sent).decode())


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not is_so():
            await asyncio.sleep(0.001)


def test_an_exchange_is_told_as_the_journal_shows_it(console):
    console.patch()
    [event] = events(console)
    assert (event.name, event.id) == ("exchange", "x1")
    assert event.data == console.call("GET requests/x1").json()


def test_secrets_are_masked(console):
    console.patch(token="flt_sk_secret_of_somebody")
    assert "secret_of_somebody" not in str(events(console))


def test_without_an_id_only_what_happens_from_then_on_is_told(console):
    console.patch()
    assert events(console, last=None) == events(console, last="") == []


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("x1", ["x2", "x3"]),
        ("x2", ["x3"]),
        ("x3", []),
        ("default/x2", ["x3"]),
        ("other/x2", ["x1", "x2", "x3"]),
        ("x9", ["x1", "x2", "x3"]),
        ("3", ["x1", "x2", "x3"]),
        ("\xff; DROP", ["x1", "x2", "x3"]),
    ],
)
def test_a_stream_resumes_after_a_kept_exchange_or_with_the_oldest_one(console, last, told):
    for _ in range(3):
        console.patch()
    assert [event.id for event in events(console, last)] == told


def test_an_id_that_is_no_longer_kept_resumes_with_the_oldest_that_is():
    with open_console(Settings(journal_size=3)) as console:
        for _ in range(5):
            console.patch()
        assert [event.id for event in events(console, "x1")] == ["x3", "x4", "x5"]


def test_many_exchanges_are_told_in_order(console):
    for _ in range(70):
        console.patch()
    told = followed(console.app, console.patch, last="x5")
    assert [event.id for event in told if event.id] == [f"x{number}" for number in range(6, 72)]


def test_a_stream_is_about_its_session_or_about_all(console):
    for session in ("default", "a", "b", "a"):
        console.patch(session=session)
    assert ids(events(console, session="a")) == [("a", "x1"), ("a", "x2")]
    assert ids(events(console, query="?scope=session", session="b")) == [("b", "x1")]
    assert ids(events(console, query="?scope=all")) == [
        ("default", "x1"),
        ("a", "x1"),
        ("b", "x1"),
        ("a", "x2"),
    ]


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("a/x1", [("b", "x1"), ("a", "x2")]),
        ("b/x1", [("a", "x2")]),
        ("x1", [("a", "x1"), ("b", "x1"), ("a", "x2")]),
    ],
)
def test_over_all_sessions_an_ambiguous_id_leaves_nothing_out(console, last, told):
    for session in ("default", "a", "b", "a"):
        console.patch(session=session)
    assert ids(events(console, last, "?scope=all")) == told


def test_an_exchange_and_the_change_that_it_made_are_told_while_a_stream_is_open(console):
    exchange, session = followed(console.app, lambda: console.patch(body={"acquisition_mode": "BUY"}))
    assert (exchange.name, exchange.id) == ("exchange", "x1")
    assert (session.name, session.id) == ("session", None)
    assert session.data["changed"] == ["state"]
    shown = console.call("GET session").json()
    assert {**session.data, "used": None} == {**shown, "changed": ["state"], "used": None}


def test_an_exchange_of_another_session_is_not_told(console):
    def act():
        console.patch(session="other")
        console.call("PUT session/scenario", {"name": "order-not-cart"}, session="other")
        console.patch(session="mine")

    told = followed(console.app, act, session="mine")
    assert {event.data.get("session", event.data.get("key")) for event in told} == {"mine"}


def test_all_sessions_are_told_of(console):
    def act():
        console.patch(session="a")
        console.call("PUT session/scenario", {"name": "order-not-cart"}, session="b")

    told = followed(console.app, act, "scope=all")
    assert ("exchange", "a") in [(event.name, event.data.get("session")) for event in told]
    assert ("session", "b") in [(event.name, event.data.get("key")) for event in told]


@pytest.mark.parametrize(
    ("call", "body", "changed"),
    [
        ("PUT session/scenario", {"name": "order-not-cart"}, ["scenario"]),
        ("PUT session/network", {"delay": "1ms"}, ["network"]),
        ("POST session/stubs", {"respond": {"status": 204, "offContract": True}}, ["stubs"]),
        ("PATCH session/state", {"carts": {"42": {"mode": "BUY"}}}, ["state"]),
        ("POST session/carts/42/events", {"event": "submit"}, ["state"]),
        ("POST session/reset", None, ["requests"]),
        ("DELETE requests", None, ["requests"]),
        ("DELETE session/scenario", None, []),
        ("DELETE session", None, ALL_PARTS),
    ],
)
def test_a_control_call_that_changes_the_session_is_told(console, call, body, changed):
    told = followed(console.app, lambda: console.call(call, body))
    assert {(event.name, event.id, event.data["key"]) for event in told} == {("session", None, "default")}
    assert {part for event in told for part in event.data["changed"]} == {*changed}


def test_a_choice_for_one_call_is_told_when_it_is_used_up(console):
    console.call("PUT session/scenario", {"name": "order-not-cart", "times": 1})
    told = followed(console.app, console.patch)
    assert [(event.name, event.data.get("changed")) for event in told] == [
        ("exchange", None),
        ("session", ["scenario"]),
    ]


def test_a_call_that_is_refused_changes_nothing_and_is_not_told(console):
    def act():
        assert console.call("PUT session/scenario", {"name": "nope"}).status == 404
        console.patch(body={})

    assert "session" not in [
        event.name for event in followed(console.app, act) if event.data.get("changed") != ["state"]
    ]


def test_a_session_that_was_deleted_is_told_by_its_key(console):
    console.patch(session="a")
    told = followed(console.app, lambda: console.call("DELETE sessions/a"), "scope=all")
    assert [(event.name, event.data["key"], "born" in event.data) for event in told] == [
        ("session", "a", False)
    ]


def test_a_session_that_is_evicted_is_told_by_its_key():
    with open_console(Settings(max_sessions=2)) as console:
        console.patch(session="a")
        told = followed(console.app, lambda: console.patch(session="b"), "scope=all")
        assert {event.data["key"]: "born" in event.data for event in told if event.name == "session"}[
            "a"
        ] is False


def test_the_stream_is_no_exchange_and_has_no_length(console):
    reply = console.call("GET events")
    assert reply.header("content-length") is None
    assert reply.header("cache-control") == "no-store"
    assert console.exchanges() == []


def test_a_stopping_server_ends_a_stream_at_once(console):
    console.app.runtime.publisher.close()
    assert events(console) == []


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"origin": "https://evil.example"}])
def test_it_is_closed_to_foreign_pages(console, headers):
    assert problem(console.call("GET events", headers=headers)) == "403 forbidden"


def test_it_needs_the_token_where_calls_do():
    with open_console(Settings(host="0.0.0.0", control_token="secret")) as console:
        assert problem(console.call("GET events")) == "401 control-token"
        assert console.call("GET events", headers={"x-mock-token": "secret"}).status == 200


def test_a_page_of_a_loopback_origin_may_read_it(console):
    reply = console.call("GET events", headers={"origin": "http://localhost:3000"})
    assert reply.header("access-control-allow-origin") == "http://localhost:3000"


@pytest.mark.parametrize("query", ["?scope=some", "?since=x1"])
def test_an_unknown_query_is_refused(console, query):
    assert problem(console.call(f"GET events{query}")) == "422 bad-data"

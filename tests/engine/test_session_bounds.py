"""The limits on sessions: which ones are dropped, when, and how that is reported."""

import asyncio
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.app import MockServer
from mockserver.cli.log import TerminalLog
from mockserver.engine.evictions import SessionBounds
from mockserver.engine.session import Session
from mockserver.engine.sessions import Sessions
from mockserver.journal.coverage import documented_facts
from mockserver.loading import load_backend
from mockserver.runtime import wire
from mockserver.settings import Settings
from tests.support.asgi import InProcess, Reply, in_process
from tests.support.live import Live, serve
from tests.support.wire import Ask, connect, control, patch

BACKEND = load_backend(Settings())
MOVED = {"purchaser_id": 14}  # a change that shows in the state


class Clock:
    """A clock that the test sets, in seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True)
class Bounded:
    """A server in process, its clock, and its terminal output."""

    server: InProcess
    clock: Clock
    terminal: io.StringIO

    def send(self, ask: Ask) -> Reply:
        return self.server.send(ask.method, ask.target.encode(), ask.raw_headers(), ask.body)

    def use(self, *keys: str) -> None:
        """A change of a cart in each of these sessions, one after the other."""
        for key in keys:
            assert self.send(patch(key, MOVED)).status == 200

    def get(self, path: str, key: str = "default") -> Any:
        return self.send(control("GET", path, key)).json()

    def open(self) -> list[str]:
        """The keys of the open sessions: `default`, then from the last used to the first."""
        return [session["key"] for session in self.get("sessions")["sessions"]]

    def dropped(self) -> dict[str, int]:
        """How many sessions went, by why, as `health` counts them; those that did not are left out."""
        return {why: count for why, count in self.get("health")["sessions"]["dropped"].items() if count}

    def gone(self) -> list[str]:
        """What the terminal tells of sessions that went."""
        return [line for line in self.terminal.getvalue().splitlines() if line.startswith("the session ")]


@contextmanager
def bounded(most: int = 100, ttl: float | None = None, journal_size: int = 1_000) -> Iterator[Bounded]:
    settings = Settings(max_sessions=most, session_ttl=ttl, journal_size=journal_size)
    clock, terminal = Clock(), io.StringIO()
    log = TerminalLog("text", terminal)
    with in_process(MockServer(wire(BACKEND, settings, log, clock, clock), log)) as server:
        yield Bounded(server, clock, terminal)


def test_the_least_recently_used_sessions_are_dropped_first() -> None:
    with bounded(most=3) as server:
        server.use("a", "b", "a", "c", "d")
        assert server.open() == ["default", "d", "c"]
        assert server.dropped() == {"crowded out": 2}
        assert server.gone() == [f"the session {key} was dropped: crowded out" for key in ("b", "a")]


def test_an_idle_session_is_dropped_when_the_next_one_is_used() -> None:
    with bounded(ttl=60) as server:
        server.use("a", "b")
        server.clock.now = 50
        server.use("b")
        server.clock.now = 100
        server.use("c")
        assert server.open() == ["default", "c", "b"]
        assert server.dropped() == {"idle": 1}
        assert server.gone() == ["the session a was dropped: idle"]


def test_without_a_ttl_no_session_expires() -> None:
    with bounded() as server:
        server.use("a")
        server.clock.now = 10 * 365 * 86_400
        server.use("b")
        assert server.open() == ["default", "b", "a"]


def test_an_expired_session_does_not_answer_another_request() -> None:
    with bounded(ttl=60) as server:
        new = server.get("session/state", "a")
        server.use("a")
        assert server.get("session/state", "a") != new
        server.clock.now = 61
        assert server.send(control("GET", "session/state", "a")).status == 410
        assert server.send(control("POST", "session/reset", "a")).status == 200
        assert server.get("session/state", "a") == new


def test_the_default_session_is_never_dropped() -> None:
    with bounded(most=2, ttl=60) as server:
        server.use("default")
        state = server.get("session/state")
        server.clock.now = 1_000
        server.use("a", "b", "c")
        assert server.open() == ["default", "c"]
        assert server.get("session/state") == state
        assert server.get("session")["exchanges"] == 1


@pytest.mark.parametrize("why", ["crowded out", "idle", "deleted"])
def test_the_key_of_a_dropped_session_opens_a_new_one_once_an_eviction_was_deleted(why: str) -> None:
    with bounded(most=2, ttl=60) as server:
        new = [server.get(path, "a") for path in ("session/state", "requests", "coverage")]
        server.send(control("PUT", "session/scenario", "a", {"name": "order-not-cart"}))
        server.send(patch("a", {}))
        server.send(control("DELETE", "session/scenario", "a"))
        server.use("a")
        assert [server.get(path, "a") for path in ("session/state", "requests", "coverage")] != new
        server.clock.now = 61 if why == "idle" else 1
        server.send(control("DELETE", "session", "a") if why == "deleted" else control("GET", "session", "b"))
        assert server.dropped() == {why: 1}
        assert server.gone() == [f"the session a was dropped: {why}"]
        server.send(control("DELETE", "session", "a"))
        assert [server.get(path, "a") for path in ("session/state", "requests", "coverage")] == new
        assert server.get("session", "a")["progress"] == []
        everywhere = server.get("coverage?scope=all")["operations"][0]
        assert [code["name"] for code in everywhere["codes"] if code["seen"]] == ["ORDER_NOT_CART"]


def test_each_control_call_about_a_session_counts_as_a_use() -> None:
    with bounded(most=3) as server:
        server.use("a", "b")
        server.get("session", "a")
        server.use("c")
        assert server.open() == ["default", "c", "a"]


@pytest.mark.parametrize(
    "ask",
    [
        control("GET", "health", "unseen"),
        control("GET", "sessions", "unseen"),
        control("GET", "scenarios", "unseen"),
        control("POST", "explain", "unseen", {"method": "PATCH", "path": "/carts/42"}),
        control("DELETE", "session", "unseen"),
    ],
    ids=lambda ask: f"{ask.method} {ask.target}",
)
def test_a_control_call_without_a_session_opens_none(ask: Ask) -> None:
    with bounded() as server:
        assert server.send(ask).status < 300
        assert server.open() == ["default"]


@given(st.integers(2, 5), st.lists(st.sampled_from(["default", *"abcdefgh"]), max_size=40))
def test_the_last_used_sessions_are_open_and_all_others_were_dropped_and_reported(
    most: int, used: list[str]
) -> None:
    expected: list[str] = []  # the open ones besides `default`, the last used first
    told: list[str] = []
    sessions = Sessions(Session("", {}), 0.0, SessionBounds(most), lambda key, why: told.append(key))
    for key in used:
        sessions.open(key, 0)
        if key != "default":
            expected = [key, *(each for each in expected if each != key)]
        left = expected[most - 1 :]
        expected = expected[: most - 1]
        assert told[len(told) - len(left) :] == left
        assert [session.key for session in sessions] == ["default", *expected]
        assert len(sessions) == len(expected) + 1 <= most


def test_new_sessions_share_the_initial_state() -> None:
    server = wire(BACKEND, Settings())
    one, other = server.sessions.open("a", 0), server.sessions.open("b", 0)
    assert one.states is other.states


def test_dropped_records_still_count_as_covered() -> None:
    with bounded(journal_size=1) as server:
        server.send(patch("a", {}, headers={"x-mock-scenario": "order-not-cart"}))
        covered = server.get("coverage", "a")["totals"]["all"]["seen"]
        server.send(patch("a", {"acquisition_mode": "BUY"}))
        assert server.get("session", "a")["exchanges"] == 1
        assert server.get("coverage", "a")["totals"]["all"]["seen"] > covered


def test_undocumented_texts_of_a_client_are_not_kept() -> None:
    """Otherwise each new text that a client sends would stay in memory."""
    with bounded(journal_size=0) as server:
        for number in range(3):
            server.send(patch("a", {"note": f"text {number}", "purchaser_id": 11 + number}))
        server.use("b")
        server.send(control("DELETE", "session", "b"))
        app = server.server.app
        assert isinstance(app, MockServer)
        known = {fact for operation in BACKEND.contract.operations for fact in documented_facts(operation)}
        for session in ("a", None):
            covered = app.runtime.journal.covered_facts(session)
            assert covered
            assert covered <= known


async def used_over_sockets(live: Live, *keys: str) -> Any:
    """Send one request in each of these sessions; return the sessions' part of `health`."""
    async with connect(live.address) as connection:
        for key in keys:
            assert (await connection.send(patch(key, {}))).status == 200
        return (await connection.send(control("GET", "health", "default"))).json()["sessions"]


@pytest.mark.parametrize(
    ("arguments", "environment", "told"),
    [
        (["--max-sessions", "2"], {}, "the session a was dropped: crowded out\n"),
        ([], {"MOCKSERVER_MAX_SESSIONS": "2"}, "the session a was dropped: crowded out\n"),
        (
            ["--max-sessions", "2", "--log-format", "json"],
            {},
            '{"session": "a", "dropped": "crowded out"}\n',
        ),
    ],
    ids=["by flag", "by environment", "told as JSON"],
)
def test_a_server_process_limits_its_sessions_and_reports_the_dropped_ones(
    arguments: list[str], environment: dict[str, str], told: str
) -> None:
    with serve(*arguments, **environment) as live:
        counted = asyncio.run(used_over_sockets(live, "a", "b"))
        log = live.log()
    dropped = {"crowded out": 1, "memory": 0, "idle": 0, "deleted": 0}
    assert counted.pop("bytes") > 0
    assert counted == {"open": 2, "dropped": dropped, "evicted": 1}
    assert told in log


def test_a_server_process_drops_idle_sessions() -> None:
    with serve("--session-ttl", "0.05") as live:
        asyncio.run(used_over_sockets(live, "a"))
        time.sleep(0.1)
        counted = asyncio.run(used_over_sockets(live, "b"))
        log = live.log()
    assert counted["dropped"]["idle"] == 1
    assert "the session a was dropped: idle\n" in log

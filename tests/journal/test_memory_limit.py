"""The memory of all sessions stays within `--memory-limit`; evicted keys are refused until they are reset."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mockserver.app import MockServer
from mockserver.engine.eviction_order import RECENT
from mockserver.engine.session_weight import OVERHEAD
from mockserver.loading import load_backend
from mockserver.runtime import Log, wire
from mockserver.settings import Settings
from tests.support.asgi import in_process
from tests.support.console import Console
from tests.support.documents import HEAD

NOTES = """
paths:
  /notes:
    get:
      responses: {"200": {description: All, content: {application/json: {schema: {type: array, items: {}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object, required: [text]}}}}
      responses: {"201": {description: Made, content: {application/json: {schema: {type: object}}}}}
  /notes/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      responses: {"200": {description: One, content: {application/json: {schema: {type: object}}}}}
    put:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"200": {description: One, content: {application/json: {schema: {type: object}}}}}
"""


class Timer:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Wall:
    """A wall clock that jumps; nothing that is measured may follow it."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def notes(tmp_path, **given) -> Iterator[tuple[Console, Timer, Wall]]:
    """A stateful server with a timer and a clock that the test sets."""
    (tmp_path / "api.yaml").write_text(HEAD + NOTES, encoding="utf-8")
    chosen = Settings(specs=(tmp_path / "api.yaml",), stateful=True, **given)
    timer, wall = Timer(), Wall()
    runtime = wire(load_backend(chosen), chosen, clock=wall, timer=timer)
    app = MockServer(runtime, Log())
    with in_process(app) as process:
        yield Console(app, process), timer, wall


def create(console: Console, key: str, text: str) -> int:
    headers = {"x-mock-session": key, "content-type": "application/json"}
    return console.send("POST", "/notes", json.dumps({"text": text}).encode(), headers).status


def open_keys(console: Console) -> list[str]:
    return [session.key for session in console.server.sessions]


def test_the_oldest_idle_session_is_evicted_when_the_sessions_take_too_much_memory(tmp_path):
    with notes(tmp_path, memory_limit=200_000) as (console, _, _):
        for key in "abcdef":
            assert create(console, key, "x" * 15_000) == 201
        assert "a" not in open_keys(console)
        assert "f" in open_keys(console)
        refused = console.send("GET", "/notes?__session=a")
        assert (refused.status, refused.json()["flag"]) == (410, "--memory-limit")
        assert "--memory-limit 200000" in refused.json()["detail"]
        health = console.call("GET health").json()["sessions"]
        assert health["dropped"]["memory"] == health["evicted"] > 0
        assert health["bytes"] <= 200_000


def test_a_session_that_is_too_large_alone_loses_its_oldest_exchanges_before_others_are_evicted(tmp_path):
    with notes(tmp_path, memory_limit=200_000) as (console, _, _):
        console.call("GET session", session="small")
        for _ in range(30):
            console.send("GET", "/notes?__session=large&text=" + "x" * 10_000)
        assert open_keys(console) == ["default", "large", "small"]
        kept = console.call("GET requests?limit=1000", session="large").json()["requests"]
        assert kept[0]["id"] == "x30"
        assert 1 < len(kept) < 30
        assert console.call("GET health").json()["sessions"]["bytes"] <= 200_000


def test_default_is_kept_as_long_as_its_state_fits(tmp_path):
    with notes(tmp_path, memory_limit=200_000) as (console, _, _):
        assert create(console, "default", "x" * 20_000) == 201
        for number in range(30):
            create(console, f"key-{number}", "x" * 10_000)
        assert open_keys(console)[0] == "default"
        assert len(console.call("GET session/state").json()["notes"]) == 1


def test_items_beyond_a_quarter_of_the_memory_are_refused_and_change_nothing(tmp_path):
    with notes(tmp_path, memory_limit=400_000) as (console, _, _):
        statuses = [create(console, "a", "x" * 20_000) for _ in range(8)]
        assert statuses == [201] * 4 + [507] * 4
        assert len(console.call("GET session/state", session="a").json()["notes"]) == 4
        headers = {"x-mock-session": "a", "content-type": "application/json"}
        grown = console.send("PUT", "/notes/1", json.dumps({"text": "x" * 60_000}).encode(), headers)
        assert grown.json()["type"] == "urn:mockserver:problem:state-full"
        smaller = console.send("PUT", "/notes/1", b'{"text": "short"}', headers)
        assert smaller.status == 200
        assert create(console, "a", "x" * 15_000) == 201


def test_a_control_call_cannot_make_a_larger_state_either(tmp_path):
    with notes(tmp_path, memory_limit=400_000) as (console, _, _):
        before = console.call("GET session/state").json()
        for call in ("PUT session/state", "PATCH session/state"):
            answer = console.call(call, {"notes": {"1": {"text": "x" * 200_000}}})
            assert (answer.status, answer.json()["type"]) == (507, "urn:mockserver:problem:state-full")
        assert console.call("GET session/state").json() == before


def test_a_reloaded_or_forked_state_counts_too(tmp_path):
    with notes(tmp_path, memory_limit=400_000) as (console, _, _):
        create(console, "a", "x" * 20_000)
        one = console.server.memory.used
        assert console.call("POST session/fork", {"from": "a"}, session="b").status == 200
        assert console.server.memory.used > one + 20_000


class Session(RuleBasedStateMachine):
    """Random requests over many keys: the bounds hold, and what was lost is told."""

    console: ClassVar[Console]
    timer: ClassVar[Timer]
    wall: ClassVar[Wall]
    keys = st.sampled_from([*"abcdefghij", "default"])

    def __init__(self) -> None:
        super().__init__()
        self.console.call("DELETE mutation")  # restarts all sessions
        self.made: dict[str, int] = {}  # by key: how many notes its session has
        self.violated: set[str] = set()
        self.used: dict[str, float] = {}

    def _answered(self, key: str, status: int) -> bool:
        """Whether a request was answered in the session; 410 only for sessions that had something."""
        if status == 410:
            assert self.made.get(key) or key in self.violated
            return False
        self.used[key] = self.timer.now
        return True

    @rule(key=keys, size=st.sampled_from([0, 500, 5_000]))
    def create(self, key: str, size: int) -> None:
        before = set(open_keys(self.console))
        if self._answered(key, status := create(self.console, key, "x" * size)) and status == 201:
            self.made[key] = self.made.get(key, 0) + 1
        self._check_order(before, key)

    @rule(key=keys)
    def break_the_contract(self, key: str) -> None:
        before = set(open_keys(self.console))
        if self._answered(key, self.console.send("GET", f"/nowhere?__session={key}").status):
            self.violated.add(key)
        self._check_order(before, key)

    @rule(key=keys)
    def read(self, key: str) -> None:
        """A session that is answered has all that it ever had."""
        before = set(open_keys(self.console))
        answer = self.console.call("GET session/state", session=key)
        if self._answered(key, answer.status):
            assert len(answer.json()["notes"]) == self.made.get(key, 0)
        self._check_order(before, key)

    @rule(key=keys, call=st.sampled_from(["POST session/reset", "DELETE session"]))
    def start_again(self, key: str, call: str) -> None:
        assert self.console.call(call, session=key).status in (200, 204)
        self.made.pop(key, None)
        if call == "DELETE session":
            self.violated.discard(key)
            self.used.pop(key, None)
            return
        if key in open_keys(self.console):
            self.used[key] = self.timer.now  # a control call uses the session, too
        else:
            self.violated.discard(key)

    @rule(seconds=st.sampled_from([1.0, RECENT, 3 * RECENT]))
    def wait(self, seconds: float) -> None:
        self.timer.now += seconds

    @rule(seconds=st.sampled_from([-1e6, 1e6]))
    def set_the_wall_clock(self, seconds: float) -> None:
        self.wall.now += seconds

    def _check_order(self, before: set[str], key: str) -> None:
        """No session that was used recently was evicted while one was left that nobody had used for long."""
        now, left = self.timer.now, set(open_keys(self.console)) - {"default", key}
        gone = before - left - {"default", key}
        idle = {each for each in left if self.used.get(each, now) < now - RECENT}
        for each in gone:
            assert self.used.get(each, 0.0) <= now - RECENT or not idle

    @invariant()
    def keeps_the_bounds(self) -> None:
        sessions = self.console.call("GET health").json()["sessions"]
        assert sessions["open"] <= 6
        assert sessions["bytes"] <= 100_000 + OVERHEAD
        assert sessions["dropped"]["idle"] == 0


def test_bounds_hold_for_random_requests_and_lost_sessions_are_refused(tmp_path):
    with notes(tmp_path, memory_limit=100_000, max_sessions=6) as (console, timer, wall):
        Session.console, Session.timer, Session.wall = console, timer, wall
        run_state_machine_as_test(Session, settings=settings(max_examples=30, stateful_step_count=40))


@pytest.mark.parametrize("jump", [-1e9, 1e9])
def test_a_jump_of_the_wall_clock_expires_no_session(tmp_path, jump):
    with notes(tmp_path, session_ttl=60.0) as (console, timer, wall):
        create(console, "a", "")
        wall.now += jump
        console.call("GET session", session="b")
        assert set(open_keys(console)) == {"default", "a", "b"}
        timer.now += 61
        console.call("GET session", session="b")
        assert console.send("GET", "/notes?__session=a").json()["flag"] == "--session-ttl"

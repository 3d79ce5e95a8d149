"""The watchdog: what holds up the event loop is logged with its exchange and its location."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from mockserver.app import create_app
from mockserver.engine.hold import Hold
from mockserver.model import Call, Outcome
from mockserver.runtime import Log
from mockserver.settings import Settings
from mockserver.testing.thread_server import serve_in_thread
from tests.support.lamps import LampModel, Lamps

DOCUMENT = """
openapi: 3.1.0
info: {title: Lamps, version: "1"}
paths:
  /lamps:
    get:
      operationId: show-lamps
      responses:
        "200": {description: All of them., content: {application/json: {schema: {type: object}}}}
"""
HELD = 0.6  # seconds, more than twice the limit


class WaitingModel(LampModel):
    """Lamps that wait while they answer, or while their state is read."""

    waits: Callable[[], None] = lambda: None

    def handle(self, state: Lamps, call: Call) -> Outcome[Lamps]:
        type(self).waits()
        return super().handle(state, call)

    def fire(self, state, subject, event):
        type(self).waits()
        return super().fire(state, subject, event)


class Holds(Log):
    """Keeps what held up the server."""

    def __init__(self) -> None:
        self.found: list[Hold] = []
        self.added = threading.Event()

    def held_up(self, hold: Hold) -> None:
        self.found.append(hold)
        self.added.set()


def sleeping() -> None:
    time.sleep(HELD)


def computing() -> None:
    until = time.monotonic() + HELD
    while time.monotonic() < until:
        pass


@contextmanager
def watched(folder: Path, waits: Callable[[], None]) -> Iterator[tuple[httpx.Client, Holds]]:
    """A client of a server whose model waits in this way, and what its watchdog reports."""
    (folder / "lamps.yaml").write_text(DOCUMENT, encoding="utf-8")
    holds, model = Holds(), type("Waiting", (WaitingModel,), {"waits": staticmethod(waits)})()
    app = create_app(Settings(specs=(folder / "lamps.yaml",)), models=[model], log=holds)
    with serve_in_thread(app) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client, holds


@pytest.mark.parametrize("waits", [sleeping, computing])
def test_a_model_that_takes_too_long_is_named_by_its_exchange_and_its_location(tmp_path, waits):
    with watched(tmp_path, waits) as (client, holds):
        answer = client.get("/lamps", headers={"X-Mock-Session": "mine"})
        assert holds.added.wait(10)
    hold = holds.found[0]
    origin = hold.origin
    assert (origin.exchange, origin.session, origin.operation) == ("x1", "mine", "show-lamps")
    assert answer.headers["x-mock-exchange"] == "x1"
    assert hold.seconds >= 0.25
    assert hold.location.startswith("tests/server/test_watchdog.py:")
    assert f"in {waits.__name__}\n" in hold.stack
    assert str(hold).startswith("exchange x1 of session mine (show-lamps) holds up all other requests, for ")


def test_a_hold_is_reported_once_and_the_next_one_again(tmp_path):
    with watched(tmp_path, sleeping) as (client, holds):
        for _ in range(2):
            client.get("/lamps")
    assert [hold.origin.exchange for hold in holds.found] == ["x1", "x2"]


def test_a_control_call_that_takes_too_long_is_named_by_method_and_path(tmp_path):
    with watched(tmp_path, sleeping) as (client, holds):
        client.post("/__mock/session/lamps/hall/events", json={"event": "toggle"})
    assert [hold.origin.doing for hold in holds.found] == ["POST /__mock/session/lamps/hall/events"]


def test_many_short_exchanges_in_a_row_hold_up_nothing(tmp_path):
    with watched(tmp_path, lambda: time.sleep(0.02)) as (client, holds):
        threads = [threading.Thread(target=client.get, args=("/lamps",)) for _ in range(60)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert holds.found == []


def test_a_server_that_waits_for_clients_reports_nothing(tmp_path):
    with watched(tmp_path, lambda: None) as (client, holds):
        client.get("/lamps")
        time.sleep(HELD)
    assert holds.found == []

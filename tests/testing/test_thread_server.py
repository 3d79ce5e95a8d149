"""A server in a thread of the test run's process."""

import threading
import time

import httpx
import pytest

from mockserver.app import create_app
from mockserver.settings import Settings
from mockserver.testing.thread_server import serve_in_thread

CHANGE = {"headers": {"Authorization": "Bearer flt_sk_shop"}, "json": {}}
LATE = """
summary: The answer takes a minute.
operation: update-a-cart
respond: {error: INTERNAL_ERROR, delay: 60s}
"""


def test_a_server_answers_at_once_and_leaves_no_thread():
    before = threading.active_count()
    with serve_in_thread(create_app()) as url:
        assert httpx.patch(f"{url}/carts/42", **CHANGE).status_code == 200
    assert threading.active_count() == before


def test_several_servers_have_ports_and_sessions_of_their_own():
    with serve_in_thread(create_app()) as one, serve_in_thread(create_app()) as other:
        httpx.post(f"{one}/__mock/session/carts/42/events", json={"event": "submit"})
        assert [httpx.patch(f"{url}/carts/42", **CHANGE).status_code for url in (one, other)] == [409, 200]


def test_a_server_that_stops_does_not_wait_for_an_artificial_delay(tmp_path):
    (tmp_path / "late.yaml").write_text(LATE, encoding="utf-8")
    answers = []
    with serve_in_thread(create_app(Settings(scenarios=tmp_path, scenario="late"))) as url:
        waiting = threading.Thread(
            target=lambda: answers.append(httpx.patch(f"{url}/carts/42", timeout=30, **CHANGE).status_code)
        )
        waiting.start()
        while not httpx.get(f"{url}/__mock/requests").json()["requests"]:
            time.sleep(0.01)
    waiting.join()
    assert answers == [500]  # the client did not time out


def test_a_fault_in_the_block_stops_the_server_too():
    with pytest.raises(ZeroDivisionError), serve_in_thread(create_app()) as url:
        raise ZeroDivisionError
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)

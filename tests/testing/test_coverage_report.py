"""The coverage of a running server, as a table for the terminal."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from mockserver.testing.coverage_report import CannotAsk, ask, table
from tests.support.live import Live, serve

PATCH = {"authorization": "Bearer flt_sk_demo", "x-mock-session": "table"}
REPORT: Any = {
    "operations": [
        {
            "operation": "update-a-cart",
            "statuses": [{"name": "200", "seen": True}, {"name": "409", "seen": False}],
            "codes": [{"name": "ORDER_NOT_CART", "seen": False}, {"name": "INTERNAL_ERROR", "seen": False}],
            "properties": [{"name": "body/purchaser_id", "seen": True}],
            "values": [],
        }
    ],
    "totals": {
        "statuses": {"seen": 1, "of": 2, "percent": 50.0},
        "all": {"seen": 2, "of": 5, "percent": 40.0},
    },
}


@contextmanager
def answering(body: bytes, status: int = 200) -> Iterator[str]:
    """A server that is no mockserver; its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


# The table


def test_the_table_tells_each_kind_with_what_was_not_seen_and_the_totals():
    assert table(REPORT).splitlines() == [
        "update-a-cart",
        "  statuses        1/2  not seen: 409",
        "  codes           0/2  not seen: ORDER_NOT_CART, INTERNAL_ERROR",
        "  properties      1/1",
        "all operations",
        "  statuses      1/2     50.0 %",
        "  all           2/5     40.0 %",
    ]


def test_the_table_of_no_operations_is_its_totals():
    assert table({"operations": [], "totals": {}}) == "all operations"


# Asking


@pytest.fixture(scope="module")
def guarded() -> Iterator[Live]:
    """A server beyond loopback, whose control API wants a token."""
    with serve("--host", "0.0.0.0", MOCKSERVER_CONTROL_TOKEN="the-token") as live:
        yield live


def url(live: Live) -> str:
    return f"http://127.0.0.1:{live.address[1]}/__mock"


def test_a_report_is_of_one_session_or_of_all(live_server: Live):
    httpx.patch(f"{live_server.url}/carts/42", json={"acquisition_mode": "BUY"}, headers=PATCH)
    one = ask(url(live_server), "table", None)
    every = ask(url(live_server), None, None)
    nobody = ask(url(live_server), "nobody-else", None)
    assert re.search(r"values +1/13  not seen: .*body/acquisition_mode=LEASING", table(one))
    assert one["totals"]["all"]["seen"] == 3
    assert every["totals"]["all"]["seen"] >= 3
    assert nobody["totals"]["all"]["seen"] == 0


def test_beyond_loopback_the_token_opens(guarded: Live):
    assert ask(url(guarded), None, "the-token")["totals"]["all"]["seen"] == 0


@pytest.mark.parametrize("token", [None, "wrong"])
def test_without_the_token_the_refusal_is_told(guarded: Live, token):
    with pytest.raises(CannotAsk, match=r"answers 401: the control API of this server requires its token"):
        ask(url(guarded), None, token)


def test_a_session_key_that_is_none_is_told(live_server: Live):
    with pytest.raises(CannotAsk, match=r"answers 400: .* is not valid: expected"):
        ask(url(live_server), "no key", None)


def test_another_prefix_is_told(live_server: Live):
    with pytest.raises(CannotAsk, match=r"answers 404: the contract has no path"):
        ask(f"{live_server.url}/other", None, None)


def test_where_nobody_answers_that_is_told():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(CannotAsk, match=rf"no mockserver answers at http://127\.0\.0\.1:{port}: .*refused"):
        ask(f"http://127.0.0.1:{port}", None, None)


def test_a_refusal_that_is_no_problem_is_told_by_its_reason():
    with (
        answering(b"<html>", 503) as other,
        pytest.raises(CannotAsk, match="answers 503: Service Unavailable"),
    ):
        ask(other, None, None)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"<html>", "malformed"),
        (b"[1]", "Expected `object`, got `array`"),
        (b'{"totals": {}}', "missing required field `operations`"),
        (b'{"operations": [], "totals": {}}', "its coverage has no total"),
        (b'{"operations": [{}], "totals": {}}', "missing required field"),
    ],
    ids=["no JSON", "no object", "another object", "no total", "an operation without a name"],
)
def test_an_answer_that_is_no_report_is_told(answer, told):
    with answering(answer) as other, pytest.raises(CannotAsk, match=f"no mockserver answers at .*{told}"):
        ask(other, None, None)


def test_a_connection_that_ends_before_the_answer_is_told():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        thread = Thread(target=lambda: server.accept()[0].close())
        thread.start()
        with pytest.raises(CannotAsk, match="no mockserver answers"):
            ask(f"http://127.0.0.1:{port}", None, None)
        thread.join()

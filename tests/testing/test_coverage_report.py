"""The coverage report of a running server, fetched and rendered as a table."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from mockserver.testing.control_client import CallRefused, ControlClient, NoAnswer, http_transport
from mockserver.testing.coverage_report import CoverageReport, fetch_report, table
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
    return f"http://127.0.0.1:{live.address[1]}"


def fetched(
    url: str, session: str | None = None, token: str | None = None, prefix: str = "/__mock"
) -> CoverageReport:
    return fetch_report(ControlClient(url, http_transport(url), prefix, token), session)


def test_a_report_is_of_one_session_or_of_all(live_server: Live):
    httpx.patch(f"{live_server.url}/carts/42", json={"acquisition_mode": "BUY"}, headers=PATCH)
    one = fetched(url(live_server), "table")
    every = fetched(url(live_server))
    nobody = fetched(url(live_server), "nobody-else")
    assert re.search(r"values +1/13  not seen: .*body/acquisition_mode=LEASING", table(one))
    assert one["totals"]["all"]["seen"] == 3
    assert every["totals"]["all"]["seen"] >= 3
    assert nobody["totals"]["all"]["seen"] == 0


def test_beyond_loopback_the_token_opens(guarded: Live):
    assert fetched(url(guarded), token="the-token")["totals"]["all"]["seen"] == 0


@pytest.mark.parametrize("token", [None, "wrong"])
def test_without_the_token_the_call_is_refused(guarded: Live, token):
    with pytest.raises(
        CallRefused, match=r"^GET /__mock/coverage: this call requires the control token of the server"
    ):
        fetched(url(guarded), token=token)


def test_an_invalid_session_key_is_refused(live_server: Live):
    with pytest.raises(CallRefused, match=r"^GET /__mock/coverage: .* is not valid: expected"):
        fetched(url(live_server), "no key")


def test_a_wrong_prefix_is_an_error_that_says_so(live_server: Live):
    with pytest.raises(
        CallRefused, match=r"^GET /other/coverage: the contract has no path.*another prefix than /other\?"
    ):
        fetched(url(live_server), prefix="/other")


def test_a_server_under_another_prefix_is_asked_there():
    with serve("--control-prefix", "/control/api") as live:
        assert fetched(live.url, prefix="/control/api")["totals"]["all"]["seen"] == 0
        assert printed(live, "--control-prefix", "/control/api").startswith("update-a-cart\n")
        assert printed(live, MOCKSERVER_CONTROL_PREFIX="/control/api").startswith("update-a-cart\n")


def printed(live: Live, *arguments: str, **environment: str) -> str:
    """What `mockserver coverage` prints."""
    command = [sys.executable, "-m", "mockserver", "coverage", "--url", live.url, *arguments]
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def test_a_port_where_nobody_listens_is_an_error():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NoAnswer, match=rf"no mockserver answers at http://127\.0\.0\.1:{port}: .*refused"):
        fetched(f"http://127.0.0.1:{port}")


def test_an_error_answer_that_is_not_a_problem_is_reported_with_its_status():
    with answering(b"<html>", 503) as other, pytest.raises(NoAnswer, match=r"status 503. is not JSON"):
        fetched(other)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"<html>", "is not JSON"),
        (b"[1]", "Expected `object`, got `array`"),
        (b'{"totals": {}}', "missing required field `operations`"),
        (b'{"operations": [], "totals": {}}', "its coverage report has no total"),
        (b'{"operations": [{}], "totals": {}}', "missing required field"),
    ],
    ids=["not JSON", "an array", "another object", "no total", "an operation without a name"],
)
def test_an_answer_that_is_not_a_report_is_an_error(answer, reason):
    with answering(answer) as other, pytest.raises(NoAnswer, match=f"no mockserver answers at .*{reason}"):
        fetched(other)


def test_a_connection_that_ends_before_the_answer_is_an_error():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        thread = Thread(target=lambda: server.accept()[0].close())
        thread.start()
        with pytest.raises(NoAnswer, match="no mockserver answers"):
            fetched(f"http://127.0.0.1:{port}")
        thread.join()


def test_a_name_of_the_contract_stays_on_its_line_and_cannot_control_a_terminal():
    operation: Any = {**REPORT["operations"][0], "operation": "a\x1b[2J\nall operations\u202e"}
    lines = table({"operations": [operation], "totals": REPORT["totals"]}).split("\n")
    assert lines[0] == r"a\u001b[2J\u000aall operations\u202e"
    assert all(line.isprintable() for line in lines)

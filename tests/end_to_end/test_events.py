"""Streams of events over sockets: they begin at once, survive restarts, and end with the server."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import takewhile

import httpx
import pytest

from tests.support.events import open_stream
from tests.support.live import PATIENCE, Live, serve
from tests.support.patches import TOKEN
from tests.support.uvicorn_process import uvicorn_process


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with serve() as started:
        yield started


def patch(url: str, session: str, **headers: str) -> httpx.Response:
    sent = {"authorization": f"Bearer {TOKEN}", "x-mock-session": session, **headers}
    return httpx.patch(f"{url}/carts/42", json={"purchaser_id": 12}, headers=sent)


def test_the_head_comes_at_once_and_each_exchange_when_it_happens(live):
    with open_stream(live.address, headers={"X-Mock-Session": "at-once"}) as stream:
        assert stream.head.startswith("HTTP/1.1 200 ")
        assert "\r\ncontent-type: text/event-stream" in stream.head
        for number in (1, 2, 3):
            patch(live.url, "at-once")
            assert stream.exchanges(1) == [f"x{number}"]


def test_clients_of_two_sessions_do_not_see_each_other(live):
    with (
        open_stream(live.address, "/__mock/events?__session=one") as one,
        open_stream(live.address, headers={"Cookie": "mock_session=two"}) as two,
        open_stream(live.address, "/__mock/events?scope=all") as everybody,
    ):
        for session in ("one", "two", "one"):
            patch(live.url, session)
        assert one.exchanges(2) == ["x1", "x2"]
        assert two.exchanges(1) == ["x1"]
        assert everybody.exchanges(3) == ["x1", "x1", "x2"]


def test_a_stream_resumes_where_another_one_ended(live):
    key = {"X-Mock-Session": "resumed"}
    with open_stream(live.address, headers=key) as stream:
        patch(live.url, "resumed")
        [last] = stream.exchanges(1)
    for _ in range(3):
        patch(live.url, "resumed")
    with open_stream(live.address, headers={**key, "Last-Event-ID": str(last)}) as stream:
        assert stream.exchanges(3) == ["x2", "x3", "x4"]


def test_a_delayed_answer_is_told_when_it_is_decided(live):
    with open_stream(live.address, headers={"X-Mock-Session": "late"}) as stream:
        answer = patch(live.url, "late", **{"x-mock-delay": "300ms"})
        event = stream.next()
        assert (event.id, event.data["response"]["status"]) == (answer.headers["x-mock-exchange"], 200)


def test_a_client_that_does_not_read_holds_up_nobody_and_reads_the_rest_of_the_journal_later(live):
    with open_stream(live.address, "/__mock/events?__session=slow") as slow:
        body = {"purchaser_id": 12, "order_items": [{"product_id": 101, "quantity": 1}] * 20}
        with httpx.Client(base_url=live.url) as client:
            for _ in range(400):
                client.patch("/carts/42", json=body, headers={"x-mock-session": "slow"})
        assert slow.exchanges(400) == [f"x{number}" for number in range(1, 401)]


def test_a_reload_is_told(tmp_path):
    document = tmp_path / "lamps.yaml"
    text = (
        "openapi: 3.1.0\ninfo: {title: Lamps, version: '1'}\npaths:\n  /lamps:\n    get:\n"
        "      responses: {'204': {description: None.}}\n"
    )
    document.write_text(text, encoding="utf-8")
    with serve(str(document), "--watch") as live, open_stream(live.address) as stream:
        document.write_text(text.replace("204", "205"), encoding="utf-8")
        event = stream.next()
        assert (event.name, event.id) == ("reload", None)
        assert event.data == {"operations": 1, "scenarios": 0, "reload_failure": None}
        document.write_text("openapi: [", encoding="utf-8")
        event = stream.next()
        assert event.name == "reload"
        assert event.data["reload_failure"]["findings"][0]["file"] == "lamps.yaml"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_open_streams_end_when_the_server_stops(number):
    with serve() as live:
        with (
            open_stream(live.address) as stream,
            open_stream(live.address, "/__mock/events?scope=all") as other,
        ):
            live.process.send_signal(number)
            assert stream.rest() == other.rest() == b":\n\n"
        assert live.process.wait(PATIENCE) == 0
        assert "Traceback" not in live.output.read_text(encoding="utf-8")


def test_a_client_whose_server_has_restarted_resumes_with_the_oldest_exchange():
    with serve() as live, open_stream(live.address) as stream:
        for _ in range(3):
            patch(live.url, "default")
        last = stream.exchanges(3)[-1]
        address = live.address
    with serve("-p", str(address[1])) as again:
        patch(again.url, "default")
        with open_stream(again.address, headers={"Last-Event-ID": str(last)}) as stream:
            assert stream.exchanges(1) == ["x1"]
            patch(again.url, "default")
            assert stream.exchanges(1) == ["x2"]


def test_a_port_of_the_control_api_has_the_stream():
    with serve("--control-port", "0") as live:
        host, _, port = live.control_url.removeprefix("http://").partition("/")[0].partition(":")
        with open_stream((host, int(port))) as stream:
            patch(live.url, "default")
            assert stream.exchanges(1) == ["x1"]


def test_beyond_loopback_the_stream_needs_the_token():
    with serve("-h", "0.0.0.0", "--control-token", "secret") as live:
        address = ("127.0.0.1", live.address[1])
        with open_stream(address) as refused:
            assert refused.head.startswith("HTTP/1.1 401 ")
        with open_stream(address, headers={"Authorization": "Bearer secret"}) as stream:
            patch(f"http://127.0.0.1:{address[1]}", "default")
            assert stream.exchanges(1) == ["x1"]


def test_plain_uvicorn_has_the_stream_and_ends_it_when_it_stops(tmp_path):
    (tmp_path / "served.py").write_text(
        "from mockserver.app import create_app\n\napp = create_app()\n", encoding="utf-8"
    )
    with ExitStack() as kept:
        with uvicorn_process("served:app", "--port", "0", folder=tmp_path) as port:
            url = f"http://127.0.0.1:{port}"
            answer = kept.enter_context(httpx.stream("GET", f"{url}/__mock/events", timeout=PATIENCE))
            patch(url, "default")
            lines = answer.iter_lines()
            assert "id: x1" in takewhile(lambda line: not line.startswith("data: "), lines)
        # one that was killed would not have ended its last chunk, which httpx raises an error for
        assert [line for line in lines if line.startswith("id: ")] == []

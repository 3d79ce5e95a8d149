"""A server process from its start until it is stopped: exchanges in flight are finished."""

import contextlib
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from mockserver.server.server import CannotListen, bind, url_of
from tests.support.live import Live, serve
from tests.support.raw import until_the_end
from tests.support.wire import patch

AUTHORIZED = {"Authorization": "Bearer flt_sk_a"}


# Listening


def test_port_0_takes_a_free_port_and_the_url_names_it():
    with bind("127.0.0.1", 0) as listener:
        assert url_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"
        with socket.create_connection(listener.getsockname()[:2], timeout=5):
            pass


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_an_ipv6_address_stands_in_brackets():
    try:
        listener = bind("::1", 0)
    except CannotListen:
        pytest.skip("no IPv6 loopback here")
    with listener:
        assert url_of(listener) == f"http://[::1]:{listener.getsockname()[1]}"


def test_a_port_that_is_taken_is_an_error_with_a_way_out():
    with bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(
            CannotListen, match=f"127.0.0.1:{port}: address already in use; choose another with --port"
        ):
            bind("127.0.0.1", port)


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.host.invalid", ""], ids=repr)
def test_an_address_that_is_not_ours_is_an_error_that_names_it(host):
    with pytest.raises(CannotListen) as caught:
        bind(host or "256.0.0.1", 0)
    assert caught.value.port == 0
    assert str(caught.value).startswith(f"cannot listen on {caught.value.host}:0: ")


# Exchanges


def test_a_port_is_free_again_as_soon_as_the_server_has_stopped():
    with serve() as live:
        httpx.get(live.url)
        address = live.address
    with bind(*address):
        pass


def test_exchanges_run_side_by_side_while_one_of_them_waits(live_server):
    """Eight answers with a delay of 200 ms take less time together than one after the other."""
    assert delayed_answers(live_server, 8) < 5 * delayed_answers(live_server, 1)


def delayed_answers(live: Live, count: int) -> float:
    """The seconds until so many requests, sent at the same time, have their answers."""
    started = time.perf_counter()
    with in_flight(live, {"X-Mock-Scenario": "gateway-down"}, count=count) as answers:
        pass
    seconds = time.perf_counter() - started
    assert [answer.status_code for answer in answers] == [500] * count
    assert seconds >= 0.2
    return seconds


def test_one_connection_serves_many_exchanges(live_server):
    with httpx.Client(
        base_url=live_server.url, headers=AUTHORIZED | {"X-Mock-Session": "keep-alive"}
    ) as client:
        ids = [client.patch("/carts/42", json={}).headers["x-mock-exchange"] for _ in range(5)]
    assert len({*ids}) == 5


def test_head_has_the_headers_of_an_answer_and_no_body(live_server):
    answer = httpx.head(f"{live_server.url}/carts/42")
    assert (answer.status_code, answer.content) == (405, b"")
    assert int(answer.headers["content-length"]) > 0
    assert answer.headers["allow"] == "PATCH"


# The end


@contextmanager
def in_flight(live: Live, headers: dict[str, str], *, count: int = 1) -> Iterator[list[httpx.Response]]:
    """Requests that are under way within the block; their answers are there after it."""
    answers: list[httpx.Response] = []

    def ask() -> None:
        sent = AUTHORIZED | {"X-Mock-Session": "in-flight"} | headers
        answers.append(httpx.patch(f"{live.url}/carts/42", json={}, headers=sent, timeout=20))

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        for thread in threads:
            thread.join()


def received(live: Live) -> None:
    """Wait until the server has the request, which the journal shows before the delay is over."""
    wait_for(live, exchanges=1)


def wait_for(live: Live, *, exchanges: int) -> None:
    give_up = time.monotonic() + 10
    while time.monotonic() < give_up:
        journal = httpx.get(f"{live.url}/__mock/requests?limit=100", headers={"X-Mock-Session": "in-flight"})
        if len(journal.json()["requests"]) >= exchanges:
            return
        time.sleep(0.02)
    raise TimeoutError("the server never had the request")


posix = pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_an_exchange_in_flight_finishes_and_its_delay_is_cut_short(number):
    with serve() as live:
        with in_flight(live, {"X-Mock-Delay": "60s"}) as answers:  # more than the client waits
            received(live)
            live.process.send_signal(number)
        assert live.process.wait(5) == 0
    assert [answer.status_code for answer in answers] == [200]
    assert answers[0].json()["data"]["id"] == 42


@posix
def test_a_connection_that_is_kept_alive_does_not_keep_the_server_alive():
    with serve() as live, httpx.Client(base_url=live.url) as client:
        client.get("/")
        live.process.send_signal(signal.SIGTERM)
        assert live.process.wait(5) == 0


@posix
def test_a_request_that_never_gets_through_its_headers_does_not_keep_the_server_alive():
    with serve() as live, socket.create_connection(live.address, timeout=20) as client:
        client.sendall(b"PATCH /carts/42 HTTP/1.1\r\nHost: x\r\n")
        time.sleep(0.2)
        live.process.send_signal(signal.SIGTERM)
        assert live.process.wait(5) == 0


@posix
@pytest.mark.parametrize(
    "headers",
    [{}, {"x-mock-delay": "20s"}, {"x-mock-fault": "slow-body; duration=20s"}],
    ids=["at work", "waiting", "sending slowly"],
)
def test_a_hundred_requests_in_flight_are_all_answered(headers):
    with serve() as live, ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(live.address, 30)) for _ in range(100)]
        for client in clients:
            client.sendall(patch("in-flight", {}, headers=headers).encoded())
        if headers:
            wait_for(live, exchanges=100)
        live.process.send_signal(signal.SIGTERM)
        seen = [until_the_end(client) for client in clients]
        assert live.process.wait(5) == 0
    assert [each.status for each in seen] == [200] * 100
    assert {json.loads(each.body)["data"]["id"] for each in seen} == {42}


@posix
def test_what_waits_for_nothing_on_purpose_does_not_keep_the_server_alive():
    with serve() as live, socket.create_connection(live.address, 30) as client:
        client.sendall(patch("in-flight", {}, headers={"x-mock-fault": "timeout"}).encoded())
        received(live)
        live.process.send_signal(signal.SIGTERM)
        assert until_the_end(client).data == b""
        assert live.process.wait(5) == 0


@posix
@pytest.mark.parametrize(
    "sent", [b"PATCH /ca", patch("a", {}).encoded()[:-1]], ids=["in its head", "in its body"]
)
def test_a_request_that_is_not_whole_is_waited_for_a_moment_and_no_longer(sent):
    with serve() as live, socket.create_connection(live.address, 30) as client:
        client.sendall(sent)
        httpx.get(live.url)
        live.process.send_signal(signal.SIGTERM)
        seen = until_the_end(client)
        assert live.process.wait(5) == 0
    assert seen.problem()["type"] == "urn:mockserver:problem:stopping"
    assert seen.status == 503
    assert seen.seconds < 3


@posix
def test_one_that_becomes_whole_in_that_moment_is_answered():
    whole = patch("in-flight", {}).encoded()
    with serve() as live, socket.create_connection(live.address, 30) as client:
        client.sendall(whole[:-1])
        httpx.get(live.url)
        live.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        client.sendall(whole[-1:])
        seen = until_the_end(client)
        assert live.process.wait(5) == 0
    assert seen.status == 200
    assert b"\r\nconnection: close" in seen.head


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_clients_that_never_read_their_answers_do_not_keep_the_server_alive(number):
    with serve() as live, socket.create_connection(live.address, 30) as client:
        client.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                client.send(b"GET /__mock/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)
        httpx.get(live.url)
        live.process.send_signal(number)
        assert live.process.wait(5) == 0  # with no end to the waiting, it would be 30 seconds


@posix
def test_after_sigkill_the_same_port_serves_again_at_once():
    with serve() as live, socket.create_connection(live.address, 30) as client:
        client.sendall(patch("in-flight", {}, headers={"x-mock-delay": "20s"}).encoded())
        received(live)
        port = live.address[1]
        live.process.kill()
        live.process.wait(5)
        with serve("-p", str(port)) as again:
            assert again.address == live.address
            assert httpx.patch(f"{again.url}/carts/42", json={}, headers=AUTHORIZED).status_code == 200

"""The client of the control API: answers, refusals, and servers that are not a mockserver."""

import multiprocessing
import os
import re
import socket
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from mockserver.testing.control_client import (
    CallRefused,
    ControlClient,
    NoAnswer,
    connect,
    http_transport,
)
from tests.support.live import Live, serve


def client(url: str) -> ControlClient:
    return ControlClient(url, http_transport(url))


def test_an_answer_is_decoded_and_none_where_there_is_no_body(live_server: Live):
    asked = client(live_server.url)
    assert asked.ask("GET", "/session", key="control-calls")["key"] == "control-calls"
    assert asked.ask("DELETE", "/session", key="control-calls") is None


def test_a_refusal_has_the_problem_and_says_which_call(live_server: Live):
    with pytest.raises(CallRefused, match=r"^PUT /__mock/session/scenario: .*'order-not-cart'") as refused:
        client(live_server.url).ask(
            "PUT", "/session/scenario", key="control-calls", body={"name": "order-not-cat"}
        )
    assert refused.value.kind == "unknown-scenario"
    assert "order-not-cart" in refused.value.problem["valid"]


@pytest.fixture(scope="module")
def moved() -> Iterator[Live]:
    """A server whose control API is under another prefix."""
    with serve("--control-prefix", "/control/api") as live:
        yield live


def test_calls_reach_a_server_under_another_prefix(moved: Live):
    asked = ControlClient(moved.url, http_transport(moved.url), "/control/api")
    assert asked.ask("GET", "/session", key="moved")["key"] == "moved"
    with pytest.raises(CallRefused, match=r"^PUT /control/api/session/scenario: "):
        asked.ask("PUT", "/session/scenario", body={"name": "nothing"})


def test_a_base_url_that_carries_a_session_leads_to_its_server(moved: Live):
    assert connect(f"{moved.url}/control/api/as/one", "/control/api", None).url == moved.url


def test_a_call_under_the_wrong_prefix_says_so(moved: Live):
    with pytest.raises(CallRefused, match=r"^GET /__mock/health: .* under another prefix than /__mock\?$"):
        client(moved.url).ask("GET", "/health")


def test_the_token_goes_with_each_call():
    sent = {}

    def transport(method, path, headers, body):
        sent.update(headers)
        return 204, b""

    ControlClient("http://mock.test", transport, token="a-token").ask("DELETE", "/session", key="one")
    assert (sent["X-Mock-Token"], sent["X-Mock-Session"]) == ("a-token", "one")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", "is not JSON"),
        (
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}",
            "is not a problem of mockserver",
        ),
        (
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n[]",
            "is not a problem of mockserver",
        ),
        (b"SMTP ready\r\n", "SMTP ready"),
        (b"", "Remote end closed connection without response"),
    ],
    ids=["a page", "an object", "a list", "another protocol", "silence"],
)
def test_a_server_that_is_not_a_mockserver_is_recognized(answer: bytes, reason: str):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_answer_once, args=(listener, answer))
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(NoAnswer, match=f"^no mockserver answers at {re.escape(url)}: .*{reason}"):
            client(url).ask("GET", "/health")
        thread.join()


def test_a_port_where_nobody_listens_does_not_answer():
    with pytest.raises(NoAnswer, match="refused"):
        client("http://127.0.0.1:9").ask("GET", "/health")


@pytest.mark.parametrize("url", ["http://127.0.0.1:port", "127.0.0.1:4010", "http://[::1", "ftp://one.test"])
def test_a_url_that_is_not_valid_is_an_error_with_a_sentence(url: str):
    with pytest.raises(NoAnswer, match=f"{re.escape(url)}: not a valid URL; expected one such as http://"):
        http_transport(url)


def test_a_key_that_a_header_cannot_carry_is_an_error_with_a_sentence(live_server: Live):
    with pytest.raises(NoAnswer, match="Invalid header value"):
        client(live_server.url).ask("GET", "/session", key="two\nlines")


HEALTHY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def test_calls_share_a_connection():
    with answering() as (asked, accepted):
        assert [asked.ask("GET", "/health") for _ in range(3)] == [{}, {}, {}]
    assert len(accepted) == 1


def test_a_connection_that_the_server_closed_is_opened_again():
    with answering() as (asked, accepted):
        for number in range(3):
            assert asked.ask("GET", "/health") == {}
            accepted[number].shutdown(socket.SHUT_RDWR)
    assert len(accepted) == 3


def test_calls_of_several_threads_at_once_have_connections_of_their_own(live_server: Live):
    asked = client(live_server.url)

    def keys_of(thread: int) -> list[str]:
        names = [f"thread-{thread}-{number}" for number in range(20)]
        return [name for name in names if asked.ask("GET", "/session", key=name)["key"] == name]

    with ThreadPoolExecutor(8) as pool:
        assert all(len(found) == 20 for found in pool.map(keys_of, range(8)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_does_not_use_the_connections_of_its_parent():
    with answering() as (asked, accepted):
        assert asked.ask("GET", "/health") == {}
        child = multiprocessing.get_context("fork").Process(target=asked.ask, args=("GET", "/health"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads and fork, from Python 3.12 on
            child.start()
        child.join()
        assert child.exitcode == 0
        assert asked.ask("GET", "/health") == {}
    assert len(accepted) == 2


@contextmanager
def answering() -> Iterator[tuple[ControlClient, list[socket.socket]]]:
    """A client of a server that answers each call, and the connections that the server has accepted."""
    accepted: list[socket.socket] = []

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):  # the listener is closed at the end
            while True:
                accepted.append(listener.accept()[0])
                threading.Thread(target=answer, args=accepted[-1:], daemon=True).start()

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while connection.recv(65536):
                connection.sendall(HEALTHY)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, args=(listener,))
        thread.start()
        yield client(f"http://127.0.0.1:{listener.getsockname()[1]}"), accepted
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _answer_once(listener: socket.socket, answer: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(answer)

"""Control calls from a test: answers, refusals, and what is no mockserver at all."""

import re
import socket
import threading

import pytest

from mockserver.testing.control import Control, NoAnswer, Refused, over_http
from tests.support.live import Live


def control(url: str) -> Control:
    return Control(url, over_http(url))


def test_an_answer_is_decoded_and_none_where_there_is_no_body(live_server: Live):
    asked = control(live_server.url)
    assert asked.ask("GET", "/session", key="control-calls")["key"] == "control-calls"
    assert asked.ask("DELETE", "/session", key="control-calls") is None


def test_a_refusal_has_the_problem_and_says_which_call(live_server: Live):
    with pytest.raises(Refused, match=r"^PUT /__mock/session/scenario: .*'order-not-cart'") as refused:
        control(live_server.url).ask(
            "PUT", "/session/scenario", key="control-calls", body={"name": "order-not-cat"}
        )
    assert refused.value.kind == "unknown-scenario"
    assert "order-not-cart" in refused.value.problem["valid"]


def test_the_token_goes_with_each_call():
    sent = {}

    def carry(method, path, headers, body):
        sent.update(headers)
        return 204, b""

    Control("http://mock.test", carry, "a-token").ask("DELETE", "/session", key="one")
    assert (sent["X-Mock-Token"], sent["X-Mock-Session"]) == ("a-token", "one")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", "is answered with 200 and no JSON"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", "is answered with 404 and no problem"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n[]", "is answered with 404 and no problem"),
        (b"SMTP ready\r\n", "SMTP ready"),
        (b"", "Remote end closed connection without response"),
    ],
    ids=["a page", "an object", "a list", "another protocol", "silence"],
)
def test_what_is_no_mockserver_is_told_apart(answer: bytes, reason: str):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_answer_once, args=(listener, answer))
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(NoAnswer, match=f"^no mockserver answers at {re.escape(url)}: .*{reason}"):
            control(url).ask("GET", "/health")
        thread.join()


def test_an_address_where_nobody_listens_is_no_answer():
    with pytest.raises(NoAnswer, match="refused"):
        control("http://127.0.0.1:9").ask("GET", "/health")


@pytest.mark.parametrize("url", ["http://127.0.0.1:port", "127.0.0.1:4010", "http://[::1", "ftp://one.test"])
def test_what_is_no_address_is_told_in_a_sentence(url: str):
    with pytest.raises(NoAnswer, match=f"{re.escape(url)}: that is no address; expected one such as http://"):
        over_http(url)


def _answer_once(listener: socket.socket, answer: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(answer)

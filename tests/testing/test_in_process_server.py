"""A server without a socket: its thread and its connections end with its block."""

import threading

import httpx
import pytest

from mockserver.app import create_app
from mockserver.settings import Settings
from mockserver.testing.in_process_server import serve_in_process
from mockserver.testing.transport import URL, in_process_transport

TOKEN = {"Authorization": "Bearer flt_sk_demo"}
APP = create_app()


def test_its_thread_ends_with_the_block():
    before = threading.enumerate()
    with serve_in_process(APP) as server:
        client = httpx.Client(transport=in_process_transport(server, "k"), base_url=URL, headers=TOKEN)
        assert client.patch("/carts/42", json={}).status_code == 200
        assert len(threading.enumerate()) == len(before) + 1
    assert threading.enumerate() == before
    with pytest.raises(httpx.ConnectError):  # the kept connection is closed, too
        client.patch("/carts/42", json={})


@pytest.mark.parametrize("disturbance", [{"X-Mock-Delay": "60s"}, {"X-Mock-Fault": "timeout"}])
def test_an_answer_that_is_awaited_ends_with_the_block(disturbance):
    raised: list[BaseException] = []

    def call() -> None:
        with httpx.Client(transport=in_process_transport(server, "k"), base_url=URL) as client:
            try:
                client.patch("/carts/42", json={}, headers={**TOKEN, **disturbance}, timeout=None)
            except httpx.HTTPError as error:
                raised.append(error)

    app = create_app()
    with serve_in_process(app) as server:
        caller = threading.Thread(target=call)
        caller.start()
        while not app.runtime.journal.count("k"):
            caller.join(0.01)
    caller.join()
    assert [type(each) for each in raised] == [httpx.RemoteProtocolError]


def test_a_client_that_is_too_slow_is_refused():
    with (
        serve_in_process(create_app(Settings(request_timeout=1))) as server,
        httpx.Client(transport=in_process_transport(server, "k"), base_url=URL) as client,
    ):
        headers = {**TOKEN, "Content-Length": "2"}
        answer = client.patch("/carts/42", headers=headers, content=slow_body())
    assert answer.status_code == 408


def slow_body():
    yield b"{"
    threading.Event().wait(2)
    yield b"}"


def test_too_many_connections_get_a_503():
    with (
        serve_in_process(create_app(Settings(max_connections=1))) as server,
        httpx.Client(transport=in_process_transport(server, "k"), base_url=URL, headers=TOKEN) as client,
        client.stream("PATCH", "/carts/42", json={}, headers={"X-Mock-Fault": "slow-body; duration=60s"}),
    ):
        assert client.patch("/carts/42", json={}).status_code == 503

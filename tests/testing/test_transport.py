"""A transport without a socket raises the same errors for network faults as httpx does over a socket."""

import asyncio
import json
from collections.abc import Iterator

import anyio
import httpx
import pytest

from mockserver import create_app
from mockserver.testing.in_process_server import serve_in_process
from mockserver.testing.thread_server import serve_in_thread
from mockserver.testing.transport import URL, MockTransport, in_process_transport, socket_transport

HEADERS = {"Authorization": "Bearer flt_sk_demo"}
APP = create_app()


@pytest.fixture
def transport() -> Iterator[MockTransport]:
    with serve_in_process(APP) as server:
        yield in_process_transport(server, "k")


@pytest.fixture
def client(transport: MockTransport) -> Iterator[httpx.Client]:
    with httpx.Client(transport=transport, base_url=URL, headers=HEADERS) as client:
        yield client


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("connection-reset", httpx.ReadError),
        ("empty-response", httpx.RemoteProtocolError),
        ("malformed-chunk", httpx.RemoteProtocolError),
        ("truncated-body", httpx.RemoteProtocolError),
        ("timeout; duration=50ms", httpx.RemoteProtocolError),
        ("timeout", httpx.ReadTimeout),
    ],
)
def test_a_fault_is_raised(client, fault, error):
    with pytest.raises(error):
        client.patch("/carts/42", json={}, headers={"X-Mock-Fault": fault}, timeout=0.3)
    assert client.patch("/carts/42", json={}).status_code == 200


def test_a_slow_body_comes_in_the_end(client):
    answer = client.patch("/carts/42", json={}, headers={"X-Mock-Fault": "slow-body; duration=50ms"})
    assert (answer.status_code, answer.json()["data"]["id"]) == (200, 42)


def test_a_gateway_s_answer_comes_like_any_other(client):
    answer = client.patch("/carts/42", json={}, headers={"X-Mock-Fault": "bad-gateway; retry-after=1s"})
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")
    assert answer.headers["retry-after"] == "1"


def test_a_delay_longer_than_the_client_s_patience_is_its_timeout(client):
    with pytest.raises(httpx.ReadTimeout):
        client.patch("/carts/42", json={}, headers={"X-Mock-Delay": "5s"}, timeout=0.1)


def test_an_application_without_a_connection_says_that_the_fault_needs_one():
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(APP)
        async with httpx.AsyncClient(transport=transport, base_url=URL, headers=HEADERS) as client:
            return await client.patch("/carts/42", json={}, headers={"X-Mock-Fault": "connection-reset"})

    answer = asyncio.run(ask())
    assert answer.status_code == 501
    assert json.loads(answer.content)["type"] == "urn:mockserver:problem:needs-connection"
    assert answer.headers["x-mock-source"] == "mock"
    assert "x-mock-fault" not in answer.headers


CALLS = [{"X-Mock-Delay": "500ms"}, {"X-Mock-Fault": "slow-body; duration=500ms"}]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("disturbance", CALLS)
def test_an_async_client_does_not_hold_up_its_event_loop(transport, backend, disturbance):
    async def ask() -> int:
        rounds, answers = 0, []

        async def call() -> None:
            async with httpx.AsyncClient(transport=transport, base_url=URL, headers=HEADERS) as client:
                answers.append(await client.patch("/carts/42", json={}, headers=disturbance))

        async with anyio.create_task_group() as group:
            group.start_soon(call)
            while not answers:
                await anyio.sleep(0.01)
                rounds += 1
        assert answers[0].status_code == 200
        return rounds

    assert anyio.run(ask, backend=backend) > 5


def test_a_sync_client_works_within_a_running_loop(client):
    async def ask() -> int:
        return client.patch("/carts/42", json={}).status_code

    assert asyncio.run(ask()) == 200


def test_one_transport_serves_any_number_of_clients_and_loops(transport):
    async def ask() -> int:
        async with httpx.AsyncClient(transport=transport, base_url=URL, headers=HEADERS) as client:
            return (await client.patch("/carts/42", json={})).status_code

    async def ask_and_leave_open() -> int:
        client = httpx.AsyncClient(transport=transport, base_url=URL, headers=HEADERS)
        return (await client.patch("/carts/42", json={})).status_code

    for backend in ("asyncio", "trio", "asyncio"):
        assert anyio.run(ask_and_leave_open, backend=backend) == 200
        assert anyio.run(ask, backend=backend) == 200
        with httpx.Client(transport=transport, base_url=URL, headers=HEADERS) as client:
            assert client.patch("/carts/42", json={}).status_code == 200


@pytest.mark.parametrize("url", ["https://api.example.com", "http://[::1]:8080", "http://mock.test"])
def test_any_url_leads_to_the_mock(transport, url):
    with httpx.Client(transport=transport, base_url=url, headers=HEADERS) as client:
        answer = client.patch("/carts/42", json={})
    assert (answer.status_code, answer.headers["x-mock-session"]) == (200, "k")


def test_a_request_that_names_its_session_is_in_that_one(client):
    answer = client.patch("/carts/42", json={}, headers={"X-Mock-Session": "other"})
    assert answer.headers["x-mock-session"] == "other"


def test_a_transport_can_have_limits_of_its_own(transport):
    limited = transport.limited(httpx.Limits(max_connections=1))
    with (
        httpx.Client(transport=limited, base_url=URL, headers=HEADERS) as client,
        client.stream("PATCH", "/carts/42", json={}, headers={"X-Mock-Fault": "slow-body; duration=60s"}),
        pytest.raises(httpx.PoolTimeout),
    ):
        client.patch("/carts/42", json={}, timeout=httpx.Timeout(10, pool=0.1))


def test_a_socket_transport_sends_to_a_running_server():
    with serve_in_thread(APP) as url:
        transport = socket_transport("k")
        with httpx.Client(transport=transport, base_url=url, headers=HEADERS) as client:
            assert client.patch("/carts/42", json={}).headers["x-mock-session"] == "k"

        async def ask() -> str:
            async with httpx.AsyncClient(transport=transport, base_url=url, headers=HEADERS) as client:
                return (await client.patch("/carts/42", json={})).headers["x-mock-session"]

        assert [anyio.run(ask, backend=each) for each in ("asyncio", "trio")] == ["k", "k"]


def test_delays_hold_also_after_another_server_of_the_application_has_ended():
    app = create_app()
    with serve_in_thread(app):
        pass
    with serve_in_process(app) as server:
        transport = in_process_transport(server, "k")
        client = httpx.Client(transport=transport, base_url=URL, headers=HEADERS)
        with client, pytest.raises(httpx.ReadTimeout):
            client.patch("/carts/42", json={}, headers={"X-Mock-Delay": "5s"}, timeout=0.3)

"""A transport without a socket raises the same errors for network faults as httpx does over a socket."""

import asyncio
import json
from collections.abc import Iterator

import httpx
import pytest

from mockserver import create_app
from mockserver.testing.transport import URL, MockTransport, loop_thread

HEADERS = {"Authorization": "Bearer flt_sk_demo"}
APP = create_app()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with (
        loop_thread() as loop,
        httpx.Client(transport=MockTransport(APP, loop, "k"), base_url=URL, headers=HEADERS) as client,
    ):
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

"""The application under a server that is not ours: who may make control calls, whatever serves it."""

import asyncio
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.types import Message

from mockserver.app import create_app
from mockserver.testing.thread_server import serve_in_thread
from tests.support.uvicorn_process import outer_address, uvicorn_process

FACTORY = ("--factory", "mockserver.app:create_app", "--port", "0")
OUTER = outer_address()
PATCH = {"Authorization": "Bearer flt_sk_a"}
WITH_TOKEN = """
from mockserver.app import create_app
from mockserver.settings import Settings
app = create_app(Settings(control_token="open sesame"))
"""

needs_outer_address = pytest.mark.skipif(OUTER is None, reason="this machine has no address beyond loopback")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of plain uvicorn on all addresses, with an application that knows of none but loopback."""
    with uvicorn_process(*FACTORY, "--host", "0.0.0.0") as port:
        yield port


def problem(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.json()['type'].removeprefix('urn:mockserver:problem:')}"


def test_under_uvicorn_a_caller_of_this_machine_makes_control_calls(port):
    assert httpx.get(f"http://127.0.0.1:{port}/__mock/session").status_code == 200
    assert httpx.post(f"http://127.0.0.1:{port}/__mock/session/reset").status_code == 200
    assert problem(httpx.get(f"http://127.0.0.1:{port}/__mock/nothing")) == "404 unknown-call"


@needs_outer_address
@pytest.mark.parametrize(
    "headers", [{}, {"Host": "localhost"}, {"Host": "127.0.0.1:4010"}, {"X-Mock-Token": "guessed"}], ids=str
)
@pytest.mark.parametrize("path", ["/__mock/session", "/%5f_mock/session", "/__mock/nothing"])
def test_under_uvicorn_another_peer_makes_no_control_call_whatever_host_says(port, headers, path):
    refused = httpx.get(f"http://{OUTER}:{port}{path}", headers=headers)
    assert problem(refused) == "403 forbidden"
    assert "--control-token" in refused.json()["detail"]


@needs_outer_address
def test_under_uvicorn_another_peer_gets_the_page_which_asks_for_the_token(port):
    page = httpx.get(f"http://{OUTER}:{port}/__mock", follow_redirects=True)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")


@needs_outer_address
def test_under_uvicorn_another_peer_reaches_health_and_the_mocked_api(port):
    assert httpx.get(f"http://{OUTER}:{port}/__mock/health").status_code == 200
    assert httpx.patch(f"http://{OUTER}:{port}/carts/42", json={}, headers=PATCH).status_code == 200


@needs_outer_address
def test_under_uvicorn_a_peer_that_leaves_before_its_address_is_read_changes_nothing(port):
    """uvicorn asks for a peer's address when it handles the connection; after a reset there is none."""
    body = b'{"name": "order-not-cart"}'
    call = b"PUT /__mock/session/scenario HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
    for _ in range(50):
        with socket.create_connection((str(OUTER), port), timeout=5) as left:
            left.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close() resets
            left.sendall(call % (len(body), body))
    assert httpx.get(f"http://127.0.0.1:{port}/__mock/session").json()["scenario"] is None


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via"])
@pytest.mark.parametrize("value", ["127.0.0.1", "unknown", ""])
def test_under_uvicorn_a_request_that_a_proxy_passed_on_is_not_local(port, name, value):
    """uvicorn trusts a proxy of this machine, and puts the address of `X-Forwarded-For` into the scope."""
    refused = httpx.get(f"http://127.0.0.1:{port}/__mock/session", headers={name: value})
    assert problem(refused) == "403 forbidden"
    assert f"through a proxy (it has the header {name.lower()})" in refused.json()["detail"]


@needs_outer_address
def test_under_uvicorn_a_caller_with_the_token_may_come_from_everywhere(tmp_path):
    (tmp_path / "tokened.py").write_text(WITH_TOKEN, encoding="utf-8")
    with uvicorn_process("tokened:app", "--port", "0", "--host", "0.0.0.0", folder=tmp_path) as port:
        url = f"http://{OUTER}:{port}/__mock/session"
        assert problem(httpx.get(url)) == "401 control-token"
        assert httpx.get(url, headers={"X-Mock-Token": "open sesame"}).status_code == 200
        proxied = {"X-Forwarded-For": "198.51.100.1", "Authorization": "Bearer open sesame"}
        assert httpx.get(url.replace(str(OUTER), "127.0.0.1"), headers=proxied).status_code == 200


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no UNIX sockets here")
def test_under_uvicorn_a_caller_of_a_unix_socket_is_local_unless_a_proxy_passed_it_on(tmp_path: Path):
    path = str(tmp_path / "mock.sock")
    with (
        uvicorn_process(*FACTORY, "--uds", path),
        httpx.Client(transport=httpx.HTTPTransport(uds=path)) as client,
    ):
        assert client.get("http://localhost/__mock/session").status_code == 200
        assert problem(client.get("http://evil.test/__mock/session")) == "403 forbidden"
        assert (
            problem(client.get("http://localhost/__mock/session", headers={"Via": "1.1 a"}))
            == "403 forbidden"
        )


@pytest.mark.parametrize("client", [("127.0.0.1", 123), ("testclient", 50000), None], ids=repr)
def test_in_process_a_caller_is_local(client):
    async def calls() -> tuple[httpx.Response, httpx.Response]:
        transport = httpx.ASGITransport(create_app(), client=client)
        async with httpx.AsyncClient(transport=transport, base_url="http://mock.test") as own:
            return await own.get("/__mock/session"), await own.get(
                "/__mock/session", headers={"Via": "1.1 a"}
            )

    admitted, refused = asyncio.run(calls())
    assert (admitted.status_code, problem(refused)) == (200, "403 forbidden")


@pytest.mark.parametrize("path", ["/__mock/session", "/carts/42"])
def test_a_websocket_is_closed_at_once(path):
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(create_app()({"type": "websocket", "path": path, "headers": []}, receive, send))
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_an_application_streams_events_in_one_server_after_the_other():
    app = create_app()
    for _ in range(2):
        with serve_in_thread(app) as url, httpx.stream("GET", f"{url}/__mock/events", timeout=10) as stream:
            lines = stream.iter_lines()
            next(lines)  # the stream has begun
            httpx.patch(f"{url}/carts/42", json={}, headers=PATCH)
            assert "event: exchange" in lines

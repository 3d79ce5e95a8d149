"""Hostile clients over a socket: limits, broken connections, and what the server prints."""

import contextlib
import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.asgi import Reply
from tests.support.hostile import BODIES, MIB, SECRET, behaves
from tests.support.live import Live, serve


@contextlib.contextmanager
def connection(live: Live) -> Iterator[http.client.HTTPConnection]:
    with contextlib.closing(http.client.HTTPConnection(*live.address, timeout=20)) as connected:
        yield connected


def headers_of(session: str, **more: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {SECRET}",
        "X-Mock-Session": session,
        "Content-Type": "application/json",
        **more,
    }


@pytest.mark.parametrize("chunked", [False, True], ids=["with Content-Length", "chunked"])
def test_an_oversized_body_is_a_413_and_the_connection_goes_on(live_server: Live, chunked: bool) -> None:
    big = b'{"note": "' + b"x" * (2 * MIB) + b'"}'
    with connection(live_server) as client:
        body: Any = (big[at : at + 65_536] for at in range(0, len(big), 65_536)) if chunked else big
        client.request("PATCH", "/carts/42", body, headers_of("oversized"), encode_chunked=chunked)
        used = client.sock
        answer = client.getresponse()
        problem = json.loads(answer.read())
        assert (answer.status, answer.headers["x-mock-source"]) == (413, "validation")
        assert problem["type"] == "urn:mockserver:problem:too-large"
        client.request("PATCH", "/carts/42", b"{}", headers_of("oversized"))
        answer = client.getresponse()
        assert (answer.status, json.loads(answer.read())["data"]["id"]) == (200, 42)
        assert client.sock is used


def test_an_oversized_body_without_a_token_is_a_401(live_server: Live) -> None:
    with connection(live_server) as client:
        client.request("PATCH", "/carts/42", b"x" * (MIB + 1), {"Content-Type": "application/json"})
        assert client.getresponse().status == 401


def test_a_client_that_leaves_in_the_middle_of_its_body_leaves_no_trace(live_server: Live) -> None:
    before = live_server.log()
    with socket.create_connection(live_server.address) as left:
        left.sendall(b"PATCH /carts/42 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    with connection(live_server) as client:
        client.request("PATCH", "/carts/42", b"{}", headers_of("after"))
        assert client.getresponse().status == 200
    assert live_server.log().removeprefix(before).count("\n") == 1, "one line, for the request that was whole"


def test_an_offer_to_upgrade_to_http_2_does_not_cost_the_body(live_server: Live) -> None:
    """Java's HttpClient sends it with every first request; a server may pass it over (RFC 9110, 7.8)."""
    offer = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABk"}
    with connection(live_server) as client:
        client.request("PATCH", "/carts/42", b"{}", headers_of("upgrade", **offer))
        assert client.getresponse().status == 200


def test_a_terminal_that_knows_ascii_alone_costs_no_answer() -> None:
    with serve(PYTHONIOENCODING="ascii") as live, connection(live) as client:
        client.request("PATCH", "/carts/42", b"{}", headers_of("ascii") | {"Content-Type": "text/\xe9"})
        assert client.getresponse().status == 415


ASCII = bytes(range(0x21, 0x7F)).translate(None, b"?#").decode()
SENT_VALUES = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=40).map(str.strip)


@settings(max_examples=200)
@given(
    path=st.text(ASCII, max_size=40) | st.binary(max_size=30).map(quote_from_bytes),
    query=st.binary(max_size=30).map(quote_from_bytes),
    headers=st.dictionaries(
        st.sampled_from(["Prefer", "X-Mock-Scenario", "X-Mock-Session", "Baggage", "Cookie", "Origin"]),
        SENT_VALUES,
        max_size=2,
    ),
    body=BODIES,
)
def test_any_well_formed_request_over_a_socket_gets_an_answer_that_behaves(
    live_server: Live, path: str, query: str, headers: dict[str, str], body: bytes
) -> None:
    with connection(live_server) as client:
        client.request("PATCH", f"/carts/{path}?{query}", body, headers_of("any", **headers))
        answer = client.getresponse()
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.getheaders()]
        behaves(Reply(answer.status, raw, answer.read()))


def test_the_log_of_a_server_holds_no_token(live_server: Live) -> None:
    with connection(live_server) as client:
        client.request("PATCH", "/carts/042", b"{", headers_of("log"))
        assert client.getresponse().status == 400
    log = live_server.log()
    assert "PATCH   /carts/042  400  validation" in log
    assert SECRET not in log
    assert "Traceback" not in log

"""HTTP/1.1 over TLS: the same answers, limits and faults as without it, and a clear end for other clients."""

import json
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.live import Live, serve
from tests.support.raw import Seen, send, talk, until_the_end
from tests.support.wire import patch

KIND = "urn:mockserver:problem:"
LIMITS = ("--request-timeout=1", "--keep-alive=1", "--max-connections=20", "--body-limit=2000")
GOOD = patch("tls", {}).encoded()
LAST = patch("tls", {}, headers={"connection": "close"}).encoded()


@pytest.fixture(scope="module")
def secure() -> Iterator[Live]:
    """A server of HTTPS with little patience."""
    with serve("--tls", *LIMITS) as live:
        assert live.url.startswith("https://")
        yield live
        assert "Traceback" not in live.output.read_text(encoding="utf-8")


def unencrypted(live: Live, *parts: bytes, pause: float = 0.0) -> Seen:
    """What a client without TLS receives."""
    with socket.create_connection(live.address, timeout=30) as client:
        send(client, *parts, pause=pause)
        return until_the_end(client)


def broken(live: Live, fault: str) -> Seen:
    return talk(live, patch("tls", {}, headers={"connection": "close", "x-mock-fault": fault}).encoded())


# Answers


def test_a_request_is_answered_and_the_connection_closed_with_an_alert(secure):
    seen = talk(secure, LAST)
    assert (seen.status, seen.reset) == (200, False)
    assert json.loads(seen.body)["data"]["id"] == 42


def test_requests_in_one_record_are_answered_in_order(secure):
    seen = talk(secure, GOOD * 20 + LAST)
    ids = [int(part.split(b"\r\n")[0][1:]) for part in seen.data.split(b"x-mock-exchange: ")[1:]]
    assert len(ids) == 21
    assert ids == sorted(ids)


def test_a_request_may_arrive_byte_by_byte(secure):
    assert talk(secure, *(bytes([byte]) for byte in LAST), pause=0.0005).status == 200


def test_the_scheme_of_the_request_is_https_and_http_1_1_is_negotiated(secure):
    context = ssl.create_default_context(cafile=secure.ca)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(secure.address) as client,
        context.wrap_socket(client, server_hostname="127.0.0.1") as encrypted,
    ):
        assert encrypted.selected_alpn_protocol() == "http/1.1"


# Limits


def test_a_body_over_the_limit_is_refused(secure):
    large = patch("tls", {"x": "y" * 3000}, headers={"connection": "close"}).encoded()
    assert talk(secure, large).status == 413


def test_headers_over_the_limit_are_refused_before_they_end(secure):
    endless = [b"GET / HTTP/1.1\r\nHost: x\r\n", *[b"a: " + b"b" * 20_000 + b"\r\n"] * 10]
    assert talk(secure, *endless, pause=0.002).problem()["type"] == KIND + "headers-too-large"


def test_a_request_that_does_not_end_is_refused(secure):
    assert talk(secure, GOOD[:50]).problem()["type"] == KIND + "request-timeout"


def test_an_idle_connection_is_closed(secure):
    seen = talk(secure, GOOD)
    assert (seen.status, seen.reset) == (200, False)


@pytest.mark.parametrize("begun", [b"", b"\x16\x03\x01"], ids=["nothing", "the beginning of a handshake"])
def test_a_client_that_does_not_finish_its_handshake_is_dropped_after_the_request_timeout(secure, begun):
    assert unencrypted(secure, begun).data == b""


def test_connections_without_a_handshake_count_against_the_limit(secure):
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(socket.create_connection(secure.address))
        assert talk(secure, LAST).problem()["type"] == KIND + "too-many-connections"


def test_a_malformed_request_is_refused(secure):
    assert talk(secure, b"hello\r\n\r\n").problem()["type"] == KIND + "malformed-request"


# Clients that do not speak TLS


@pytest.mark.parametrize(
    "parts",
    [
        (GOOD,),
        (b"P", GOOD[1:]),
        (b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n" + b"x" * 500_000,),
        (b"hello",),
    ],
    ids=["a request", "in parts", "a large body", "no request"],
)
def test_plain_http_gets_a_problem_and_an_end(secure, parts):
    seen = unencrypted(secure, *parts, pause=0.05)
    assert seen.problem()["type"] == KIND + "https-required"
    assert b"\r\nconnection: close" in seen.head
    assert not seen.reset


def test_a_malformed_handshake_gets_an_alert_and_an_end(secure):
    alert = 21  # RFC 8446, section 5.1
    assert unencrypted(secure, b"\x16\x03\x01\x00\x05hello").data[0] == alert


def test_a_client_that_does_not_trust_the_certificate_harms_nobody(secure):
    with (
        socket.create_connection(secure.address) as client,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        ssl.create_default_context().wrap_socket(client, server_hostname="localhost")
    assert talk(secure, LAST).status == 200


# Faults


def test_connection_reset_is_a_tcp_reset_without_a_byte(secure):
    """Python's TLS does not distinguish a reset from an end, so the rest is read below it."""
    with secure.connect() as client:
        client.sendall(patch("tls", {}, headers={"x-mock-fault": "connection-reset"}).encoded())
        with socket.socket(fileno=os.dup(client.fileno())) as undecrypted:
            undecrypted.settimeout(30)
            assert until_the_end(undecrypted).reset


@pytest.mark.parametrize("fault", ["empty-response", "timeout; duration=50ms"])
def test_an_empty_response_and_a_timeout_end_without_a_byte(secure, fault):
    seen = broken(secure, fault)
    assert (seen.data, seen.reset) == (b"", False)


def test_a_truncated_body_is_half_of_what_its_length_says(secure):
    seen = broken(secure, "truncated-body")
    length = int(seen.head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert (len(seen.body), seen.reset) == (length // 2, False)


def test_a_malformed_chunk_is_sent_as_it_is(secure):
    assert broken(secure, "malformed-chunk").body.startswith(b"no-size\r\n{")


def test_a_slow_body_comes_whole(secure):
    seen = broken(secure, "slow-body; duration=300ms")
    assert json.loads(seen.body)["data"]["id"] == 42
    assert seen.seconds > 0.25


# The end


def test_a_server_stops_although_a_client_keeps_its_connection_open():
    with serve("--tls") as live, live.connect() as client:
        client.sendall(GOOD)
        assert client.recv(65_536)
        ca = live.ca
        live.process.terminate()
        assert live.process.wait(30) == 0
        assert until_the_end(client).data == b""
        assert not Path(str(ca)).exists()

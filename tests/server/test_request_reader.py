"""A request is read alike wherever its bytes are split, with offers to upgrade, codings and expectations."""

import re
import socket
import time
from contextlib import suppress

import pytest

from tests.support.live import Live, serve
from tests.support.raw import talk, until_the_end

CHANGING = re.compile(rb"\r\n(?:date|x-mock-exchange): [^\r]*|\bx[0-9]+\b")
BODY = b'{"purchaser_id": 12}'
CHUNKS = b"7;a=b\r\n" + BODY[:7] + b"\r\n0d\r\n" + BODY[7:] + b"\r\n0\r\nTrailer: x\r\n\r\n"
SIZED = b"Content-Length: 20\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CLOSE = b"Connection: close\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
OFFERS = {
    "h2c": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
    "upper case": b"CONNECTION: UPGRADE\r\nUPGRADE: H2C\r\n",
    "websocket": b"connection: keep-alive, Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n",
    "not named by Connection": b"uPgRaDe: foo/2\r\n",
    "before the end": b"Connection: close, upgrade\r\nUpgrade: h2c\r\n",
}


def request(
    headers: bytes = SIZED + CLOSE,
    body: bytes = BODY,
    line: bytes = b"PATCH /carts/42 HTTP/1.1",
    host: bytes = b"Host: x\r\n",
) -> bytes:
    fixed = b"Authorization: Bearer flt_sk_demo\r\nContent-Type: application/json\r\n"
    return line + b"\r\n" + host + fixed + headers + b"\r\n" + body


def statuses(live: Live, *parts: bytes, pause: float = 0.0) -> list[int]:
    data = talk(live, *parts, pause=pause).data
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", data)]


REQUESTS = {
    "sized": request(),
    "chunked": request(CHUNKED + CLOSE, CHUNKS),
    **{f"{name}, sized": request(offer + SIZED + CLOSE) for name, offer in OFFERS.items()},
    "h2c, chunked": request(OFFERS["h2c"] + CHUNKED + CLOSE, CHUNKS),
    "an absolute target": request(line=b"PATCH http://api.example/carts/42?a=b HTTP/1.1"),
    "HTTP/1.0": request(line=b"PATCH /carts/42 HTTP/1.0", host=b""),
    "no Host": request(host=b""),
    "two codings": request(b"Transfer-Encoding: gzip, chunked\r\n" + CLOSE, CHUNKS),
    "pipelined": request(OFFERS["h2c"] + SIZED) + request(SIZED) + request(),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_split_anywhere_is_answered_as_if_sent_whole(live_server, name):
    sent = REQUESTS[name]
    whole = CHANGING.sub(b"", talk(live_server, sent).data)
    assert whole.startswith(b"HTTP/1.1 ")
    for cut in range(1, len(sent)):
        with socket.create_connection(live_server.address, timeout=30) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.sendall(sent[:cut])
            time.sleep(0.001)
            with suppress(ConnectionError):  # refused before its end
                client.sendall(sent[cut:])
            seen = until_the_end(client)
        assert CHANGING.sub(b"", seen.data) == whole, cut


@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS)
@pytest.mark.parametrize(("framing", "body"), [(SIZED, BODY), (CHUNKED, CHUNKS)], ids=["sized", "chunked"])
def test_an_offer_to_upgrade_is_ignored_and_keeps_the_body(live_server, offer, framing, body):
    sent = request(offer + framing, body)
    ends = b"close" in offer
    assert statuses(live_server, sent + request()) == ([200] if ends else [200, 200])
    invalid = sent.replace(b" 12}", b'"1"}')
    seen = talk(live_server, invalid + request())
    assert seen.status == 400
    assert b'"pointer":"/purchaser_id"' in seen.body


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"OPTIONS * HTTP/1.1", 204),
        (b"OPTIONS * HTTP/1.0", 204),
        (b"GET * HTTP/1.1", 400),
        (b"OPTIONS *x HTTP/1.1", 400),
        (b"PATCH http://user@x/carts/42 HTTP/1.1", 400),
        (b"PATCH ftp://x/carts/42 HTTP/1.1", 400),
        (b"PATCH carts/42 HTTP/1.1", 400),
    ],
)
def test_a_request_target_has_one_of_four_forms(live_server, line, status):
    seen = talk(live_server, request(CLOSE, b"", line))
    assert seen.status == status
    assert (b"\r\nallow: GET, " in seen.head) == (status == 204)


def test_an_absolute_target_replaces_host(live_server):
    target = b"GET http://evil.example/__mock/violations HTTP/1.1"
    assert talk(live_server, request(CLOSE, b"", target, b"Host: 127.0.0.1\r\n")).status == 403
    target = b"GET http://127.0.0.1/__mock/violations HTTP/1.1"
    assert talk(live_server, request(CLOSE, b"", target, b"Host: evil.example\r\n")).status == 200


@pytest.mark.parametrize(
    "hosts",
    [
        b"",
        b"Host: x\r\nHost: x\r\n",
        b"Host: a b\r\n",
        b"Host: u@x\r\n",
        b"Host: x:" + b"9" * 5_000 + b"\r\n",
    ],
    ids=["missing", "two", "space", "user", "port"],
)
def test_a_missing_second_or_malformed_host_is_a_400(live_server, hosts):
    assert talk(live_server, request(host=b"Host: x\r\n")).status == 200
    seen = talk(live_server, request(host=hosts))
    assert seen.status == 400
    assert seen.problem()["type"] == "urn:mockserver:problem:malformed-request"
    assert "Host" in seen.problem()["detail"]


# Expect


@pytest.mark.parametrize(("framing", "body"), [(SIZED, BODY), (CHUNKED, CHUNKS)], ids=["sized", "chunked"])
def test_a_client_that_waits_for_100_continue_gets_it(live_server, framing, body):
    head = request(framing + CLOSE + b"Expect: 100-Continue\r\n", b"")
    with socket.create_connection(live_server.address, timeout=30) as client:
        client.sendall(head)
        assert client.recv(len(CONTINUE)) == CONTINUE
        client.sendall(body)
        assert until_the_end(client).status == 200
    assert statuses(live_server, head + body) == [200]


def test_http_1_0_has_no_100_continue(live_server):
    head = request(SIZED + b"Expect: 100-continue\r\n", b"", b"PATCH /carts/42 HTTP/1.0")
    assert statuses(live_server, head, BODY, pause=0.2) == [200]


def test_a_body_over_the_limit_is_refused_before_it_is_sent(live_server):
    head = request(b"Expect: 100-continue\r\nContent-Length: 99999999\r\n", b"")
    seen = talk(live_server, head)
    assert (seen.status, seen.data.count(b"HTTP/1.1 ")) == (413, 1)
    assert b"\r\nconnection: close" in seen.head


def test_an_unknown_expectation_is_a_417(live_server):
    seen = talk(live_server, request(SIZED + b"Expect: 200-ok\r\n", b""))
    assert (seen.status, seen.problem()["status"]) == (417, 417)


def test_a_control_api_on_a_port_of_its_own_is_read_by_the_same_rules():
    with serve("--control-port", "0") as live:
        client = Live(live.control_url.removesuffix("/__mock"), live.process, live.output)
        asked = request(CLOSE, b"", b"GET /__mock/health HTTP/1.1", b"Host: 127.0.0.1\r\n")
        assert talk(client, asked).status == talk(client, asked[:40], asked[40:], pause=0.05).status == 200
        assert talk(client, asked.replace(b"Host: 127.0.0.1\r\n", b"")).status == 400
        head = b"POST /__mock/requests/verify HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\n"
        assert talk(client, head + b"Content-Length: 99999999\r\n\r\n").status == 413

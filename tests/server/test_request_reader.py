"""A request is read alike wherever its bytes are split, with offers to upgrade, codings and expectations."""

import asyncio
import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.app import create_app
from mockserver.server.request_reader import PIECE, RequestReader
from mockserver.settings import Settings
from tests.support.live import Live, serve
from tests.support.protocol import ProtocolServer
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
LARGE = b"x" * 1_100
LARGE_CHUNK = b"44c\r\n" + LARGE
FIRST = {  # a request, and the statuses of its answer and that of another one behind it
    "sized": (request(SIZED), [200, 200]),
    "chunked": (request(CHUNKED, CHUNKS), [200, 200]),
    "an empty line before": (b"\r\n" + request(SIZED), [200, 200]),
    "the last": (request(), [200]),
    "HTTP/1.0": (request(SIZED, BODY, b"PATCH /carts/42 HTTP/1.0"), [200]),
    "an offer, sized": (request(OFFERS["websocket"] + SIZED), [200, 200]),
    "an offer, chunked": (request(OFFERS["h2c"] + CHUNKED, CHUNKS), [200, 200]),
    "an expectation": (request(SIZED + b"Expect: 100-continue\r\n"), [200, 200]),
    "an unknown expectation": (request(SIZED + b"Expect: 200-ok\r\n"), [417]),
    "too large": (request(b"Content-Length: 1100\r\n", LARGE), [413, 200]),
    "too large, chunked": (request(CHUNKED, LARGE_CHUNK + b"\r\n0\r\n\r\n"), [413, 200]),
    "too large, expected": (request(CHUNKED + b"Expect: 100-continue\r\n", LARGE_CHUNK), [413]),
    "invalid": (request(SIZED, b'{"purchaser_id":"1"}'), [400, 200]),
    "HEAD": (request(b"", b"", b"HEAD /carts/42 HTTP/1.1"), [405, 200]),
    "CONNECT": (request(b"", b"", b"CONNECT /carts/42 HTTP/1.1"), [405]),
    "OPTIONS *": (request(b"", b"", b"OPTIONS * HTTP/1.1"), [204, 200]),
    "another version": (request(SIZED, BODY, b"PATCH /carts/42 HTTP/2.0"), [400]),
    "control call": (
        request(b"", b"", b"GET /__mock/scenarios HTTP/1.1", b"Host: 127.0.0.1\r\n"),
        [200, 200],
    ),
    "no Host": (request(SIZED, host=b""), [400]),
    "two codings": (request(b"Transfer-Encoding: gzip, chunked\r\n", CHUNKS), [501]),
    "two lengths": (request(SIZED + CHUNKED), [400]),
    "bad header": (request(b"a b: c\r\n"), [400]),
    "folded header": (request(b"a: b\r\n c\r\n"), [400]),
    "bare line feed": (request(b"a: b\nc: d\r\n"), [400]),
    "bad chunk": (request(CHUNKED, b"g\r\n"), [400]),
    "no HTTP": (b"hello\r\n\r\n", [400]),
}


@pytest.fixture(scope="module")
def protocol() -> Iterator[tuple[asyncio.Runner, ProtocolServer]]:
    """The protocol in process, with a limit of 1,000 bytes for a body."""
    with asyncio.Runner() as runner:
        yield runner, ProtocolServer(create_app(Settings(body_limit=1_000)))


def answers(protocol: tuple[asyncio.Runner, ProtocolServer], sent: bytes, cuts: list[int]) -> bytes:
    """The answers to bytes that arrive in pieces, without 100 Continue, which depends on what has arrived."""
    runner, server = protocol
    ends = sorted({0, *cuts, len(sent)})
    received = runner.run(server.talk(sent[start:end] for start, end in pairwise(ends)))
    return CHANGING.sub(b"", received.replace(CONTINUE, b""))


@pytest.mark.parametrize(("first", "statuses"), FIRST.values(), ids=FIRST)
def test_requests_are_answered_alike_wherever_the_first_is_split(protocol, first, statuses):
    sent = first + request()
    whole = answers(protocol, sent, [])
    assert [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", whole)] == statuses
    for cut in range(1, len(first) + 1):
        assert answers(protocol, sent, [cut]) == whole, cut
    assert answers(protocol, sent, list(range(len(sent)))) == whole


@given(
    st.lists(st.sampled_from([sent for sent, _ in FIRST.values()]), min_size=1, max_size=5),
    st.lists(st.integers(0, 6_000), max_size=8),
)
def test_requests_are_answered_alike_wherever_they_are_split(protocol, requests, cuts):
    sent = b"".join(requests)
    inside = [cut for cut in cuts if cut < len(sent)]
    assert answers(protocol, sent, inside) == answers(protocol, sent, [])


def reader() -> RequestReader:
    return RequestReader(Settings(), lambda path: 1_000, {"type": "http"})


def test_what_follows_a_complete_request_waits_as_bytes():
    """Ten thousand small requests fit into one read, and take sixty times its memory as objects."""
    small = b"GET / HTTP/1.1\r\nHost:\r\n\r\n"
    read = reader()
    read.receive(small * 10_000)
    for number in range(10_000):
        assert read.begun - number <= PIECE / len(small) + 2
        assert read.next_request() is not None
    assert (read.next_request(), read.has_waiting) == (None, False)


@pytest.mark.parametrize(
    ("start", "endless"),
    [
        (b"GET / HTTP/1.1\r\na:", b" "),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"a"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    ],
    ids=["white space", "chunk extension", "chunk size"],
)
@pytest.mark.parametrize("size", [200_000, 5_000, 10])
def test_what_does_not_end_is_refused_in_one_read_and_in_many(start, endless, size):
    read = reader()
    sent = start + endless * 100_000
    for begin in range(0, len(sent), size):
        read.receive(sent[begin : begin + size])
    assert read.problem is not None
    assert (read.problem.type.kind, read.has_ended) == ("headers-too-large", True)


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


@pytest.mark.parametrize("space", [b" ", b"\t", b" \t "])
def test_white_space_around_a_value_is_not_part_of_it(live_server, space):
    host = b"Host:" + space + b"x" + space + b"\r\n"
    key = b"X-Mock-Session:" + space + b"spaced" + space + b"\r\n"
    told = talk(live_server, request(key + SIZED + CLOSE, host=host)).data
    assert told.startswith(b"HTTP/1.1 200 ")
    assert b"x-mock-session: spaced\r\n" in told


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


@pytest.mark.parametrize("framing", [b"Content-Length: 9999999\r\n", CHUNKED], ids=["sized", "chunked"])
def test_a_client_that_does_not_wait_for_its_413_gets_it_too(live_server, framing):
    """Closing at once would reset the connection, because unread bytes of the body have arrived."""
    head = request(b"Expect: 100-continue\r\n" + framing, b"")
    body = b"98967f\r\n" * (framing == CHUNKED) + b"x" * 9_999_999
    seen = talk(live_server, head, body)
    assert seen.data.removeprefix(CONTINUE).startswith(b"HTTP/1.1 413 ")
    assert not seen.reset


def test_a_body_far_over_the_limit_is_a_413_though_it_is_not_read_to_its_end(live_server):
    seen = talk(live_server, request(b"Content-Length: 80000000\r\n", b"x" * 80_000_000))
    assert (seen.status, seen.reset) == (413, False)


def test_a_chunked_body_is_refused_as_soon_as_it_is_over_the_limit(live_server):
    head = request(CHUNKED + b"Expect: 100-continue\r\n", b"")
    seen = talk(live_server, head, b"ffffff\r\n" + b"x" * 1_100_000, pause=0.1)
    assert re.findall(rb"HTTP/1\.1 (\d{3}) ", seen.data) == [b"100", b"413"]
    assert seen.data.count(b"\r\nconnection: close\r\n") == 1


@pytest.mark.parametrize("version", [b"HTTP/0.9", b"HTTP/1.2", b"HTTP/2.0", b""])
def test_other_versions_of_http_are_a_400(live_server, version):
    seen = talk(live_server, request(line=b"PATCH /carts/42 " + version))
    assert seen.problem()["type"] == "urn:mockserver:problem:malformed-request"


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

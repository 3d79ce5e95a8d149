"""Requests that are malformed, too large, too slow or too many get a problem, and others are still served."""

import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.live import Live, serve
from tests.support.raw import send, talk, until_the_end
from tests.support.wire import JSON_TYPE, TOKEN, Ask, patch

KIND = "urn:mockserver:problem:"
LIMITS = {"request-timeout": "1", "keep-alive": "1", "max-connections": "20", "body-limit": "2000"}
GOOD = patch("connection", {}).encoded()
LAST = patch("connection", {}, headers={"connection": "close"}).encoded()
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
CHANGING = re.compile(rb"\r\n(?:date|x-mock-exchange): [^\r]*|\bx[0-9]+\b")
PIECES = (GOOD, GOOD[:70], CHUNKED, b"\r\n", b"0\r\n\r\n")


@pytest.fixture(scope="module")
def strict() -> Iterator[Live]:
    """A server with little patience."""
    with serve(*(word for name, value in LIMITS.items() for word in (f"--{name}", value))) as live:
        yield live
        assert "Traceback" not in live.log()


def serves_others(live: Live) -> bool:
    """Whether another client is served."""
    return talk(live, LAST).status == 200


def serves_others_soon(live: Live) -> bool:
    """Whether another client is served, at the latest when the server has seen that the others left."""
    for _ in range(100):
        seen = talk(live, LAST)
        if seen.data and seen.status == 200:
            return True
        time.sleep(0.1)
    return False


# What is not HTTP


@pytest.mark.parametrize(
    "sent",
    [
        b"FOO /carts/42 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /carts/\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nno header\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"hello",
        CHUNKED + b"no size\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    ids=["method", "raw bytes", "version", "header", "TLS", "no request", "chunk", "two lengths"],
)
def test_a_malformed_request_gets_a_problem_and_ends_the_connection(strict, sent):
    seen = talk(strict, sent)
    assert seen.problem()["type"] == KIND + "malformed-request"
    assert b"\r\nconnection: close" in seen.head
    assert not seen.reset


def test_a_body_that_turns_out_malformed_is_a_problem_too(strict):
    assert talk(strict, CHUNKED, b"3\r\nabc\r\n", b"no size\r\n", pause=0.1).status == 400


def test_the_requests_before_a_malformed_one_are_answered_first(strict):
    seen = talk(strict, GOOD + GOOD + b"FOO / HTTP/1.1\r\n\r\n")
    assert seen.data.count(b"HTTP/1.1 200 OK") == 2
    assert seen.problem()["status"] == 400


def test_so_is_one_that_waits_on_purpose(strict):
    waiting = patch("connection", {}, headers={"x-mock-delay": "300ms"}).encoded()
    seen = talk(strict, waiting, b"FOO / HTTP/1.1\r\n\r\n", pause=0.05)
    assert (seen.status, seen.problem()["status"]) == (200, 400)


def test_a_tunnel_is_refused_and_the_connection_ends(strict):
    seen = talk(strict, b"CONNECT /carts/42 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert seen.status == 405
    assert b"\r\nconnection: close" in seen.head


@settings(max_examples=60)
@given(
    st.lists(
        st.binary(max_size=60) | st.sampled_from([GOOD, GOOD[:70], CHUNKED, b"\r\n", b"0\r\n\r\n"]),
        max_size=5,
    )
)
def test_whatever_is_sent_the_server_answers_or_closes_and_goes_on(strict, parts):
    with socket.create_connection(strict.address, timeout=30) as client:
        send(client, *parts, b"\0\r\n\r\n\0\r\n\r\n")
        seen = until_the_end(client)
    for answer in seen.data.split(b"HTTP/1.1 ")[1:]:
        assert answer[:3] in (b"200", b"400", b"401", b"404", b"405", b"408", b"422")
    assert serves_others(strict)


# What is too large


@pytest.mark.parametrize("parts", [1, 4], ids=["whole", "in parts"])
def test_a_url_over_its_limit_is_a_414(strict, parts):
    sent = Ask("GET", "/" + "a" * 20_000, {"connection": "close"}).encoded()
    seen = talk(strict, *split(sent, parts), pause=0.02)
    assert seen.problem()["type"] == KIND + "url-too-long"
    assert seen.status == 414


@pytest.mark.parametrize("parts", [1, 4], ids=["whole", "in parts"])
@pytest.mark.parametrize(
    "headers",
    [{"a": "b" * 70_000}, {f"a{number}": "b" for number in range(8_000)}],
    ids=["one large", "many small"],
)
def test_headers_over_their_limit_are_a_431(strict, headers, parts):
    sent = Ask("GET", "/carts/42", {"connection": "close", **headers}).encoded()
    seen = talk(strict, *split(sent, parts), pause=0.02)
    assert seen.problem()["type"] == KIND + "headers-too-large"
    assert seen.status == 431


@pytest.mark.parametrize(
    ("beginning", "endless", "status"),
    [
        (b"GET /", b"a" * 10_000, 414),
        (b"GET / HTTP/1.1\r\na: ", b"a" * 10_000, 431),
        (b"GET / HTTP/1.1\r\n", b"a: b\r\n" * 2_000, 431),
        (CHUNKED + b"1\r\na\r\n0\r\n", b"a: b\r\n" * 2_000, 431),
        (CHUNKED + b"1\r\na\r\n0\r\na: ", b"a" * 10_000, 431),
        (CHUNKED + b"1;a=", b"a" * 10_000, 431),
    ],
    ids=["URL", "header", "headers", "trailers", "trailer", "chunk extension"],
)
def test_what_does_not_end_is_ended(strict, beginning, endless, status):
    assert talk(strict, beginning, *[endless] * 50, pause=0.002).problem()["status"] == status
    assert serves_others(strict)


def test_a_request_just_within_its_limits_is_served(strict):
    headers = {"connection": "close", **{f"a{number}": "b" * 990 for number in range(60)}}
    ask = patch("connection", {}, headers=headers)
    padded = Ask(ask.method, f"{ask.target}?__session={'s' * 120}&{'a' * 16_000}", ask.headers, ask.body)
    for parts in (1, 3, 40):
        assert talk(strict, *split(padded.encoded(), parts), pause=0.002).status in (200, 400)


def test_a_body_over_its_limit_is_a_413_and_its_connection_serves_others(strict):
    large = patch("connection", {"note": "x" * 3_000}).encoded()
    seen = talk(strict, large + LAST)
    assert (seen.status, seen.data.count(b"HTTP/1.1 200 OK")) == (413, 1)


def test_requests_that_come_together_or_in_pieces_are_all_answered(strict):
    many = GOOD * 20 + LAST
    for size in (len(many), 7_000, 90, 13):
        pieces = [many[at : at + size] for at in range(0, len(many), size)]
        assert talk(strict, *pieces).data.count(b"HTTP/1.1 200 OK") == 21


@pytest.mark.parametrize(
    "asked",
    [
        patch("again", {"purchaser_id": 12}),
        patch("again", {"purchaser_id": -1}),
        patch("again", {}, headers={"x-mock-delay": "30ms"}),
        patch("again", {}, headers={"x-mock-scenario": "order-not-cart"}),
        patch("again", {}, headers={"x-mock-fault": "slow-body; duration=50ms"}),
        Ask("HEAD", "/carts/42", {}),
        Ask("GET", "/nowhere", {"x-mock-session": "again"}),
    ],
    ids=["valid", "invalid", "late", "by a scenario", "slow", "without a body", "unknown"],
)
def test_a_head_that_came_before_is_answered_alike_on_every_connection(strict, asked):
    once, twice = asked.encoded(), asked.encoded() * 2
    answers = [
        CHANGING.sub(b"", talk(strict, *sent, pause=0.2).data) for sent in ((once,), (once,), (twice,))
    ]
    assert answers[0].startswith(b"HTTP/1.1 ")
    assert answers[1] == answers[0]
    assert answers[2] == answers[0] * 2
    assert CHANGING.sub(b"", talk(strict, once, once, pause=0.2).data) == answers[2]


@pytest.mark.parametrize("rest", [b"\r\n\r\n", b"0\r\n\r\n"], ids=["its end", "more of its last header"])
def test_what_begins_as_a_known_head_is_read_to_its_end(strict, rest):
    known = b"GET /nowhere HTTP/1.1\r\nHost: x\r\nX-Mock-Session: t1"
    assert talk(strict, known + b"\r\n\r\n").status == 404
    seen = talk(strict, known, rest, pause=0.1)
    session = b"t1" + rest.removesuffix(b"\r\n\r\n")
    assert seen.data.count(b"HTTP/1.1 404") == seen.data.count(b"HTTP/1.1") == 1
    assert b"\r\nx-mock-session: " + session + b"\r\n" in seen.data


def test_a_connection_that_sends_a_known_head_in_pieces_is_answered(strict):
    for cut in (10, len(GOOD) - 1):
        seen = talk(strict, GOOD, GOOD[:cut], GOOD[cut:] + GOOD, pause=0.1)
        assert seen.data.count(b"HTTP/1.1 200 OK") == 3


@pytest.mark.parametrize(
    ("asked", "statuses"),
    [
        ([patch("half", {})], ["200"]),
        ([patch("half", {})] * 3, ["200"] * 3),
        ([patch("half", {}, headers={"x-mock-delay": "200ms"}), patch("half", {})], ["200", "200"]),
        ([patch("half", {}), patch("half", {}, headers={"x-mock-delay": "200ms"})], ["200", "200"]),
        ([patch("half", {}, headers={"x-mock-fault": "slow-body; duration=200ms"})], ["200"]),
        ([Ask("GET", "/__mock/health", {})], ["200"]),
        ([patch("half", {}), Ask("FOO", "/", {})], ["200", "400"]),
        ([patch("half", {}, headers={"x-mock-fault": "timeout; duration=20s"})], []),
    ],
    ids=["one", "many", "late first", "late last", "slow", "control call", "malformed last", "none"],
)
def test_a_client_that_closes_its_side_gets_its_answers(strict, asked, statuses):
    with socket.create_connection(strict.address, timeout=10) as client:
        client.sendall(b"".join(each.encoded() for each in asked))
        client.shutdown(socket.SHUT_WR)
        seen = until_the_end(client)
    assert re.findall(r"HTTP/1\.1 (\d{3}) ", seen.data.decode()) == statuses
    assert not seen.reset


def split(data: bytes, parts: int) -> list[bytes]:
    size = -(-len(data) // parts)
    return [data[at : at + size] for at in range(0, len(data), size)]


# What is too slow


@pytest.mark.parametrize("begun", [b"GET / HTT", GOOD[:60], GOOD[:-1]], ids=["line", "head", "body"])
def test_a_request_that_is_not_complete_in_time_gets_a_408(strict, begun):
    seen = talk(strict, begun)
    assert seen.problem()["type"] == KIND + "request-timeout"
    assert seen.seconds > 0.9


def test_a_slowloris_is_cut_though_it_never_stops_sending(strict):
    assert trickle(strict, b"GET / HTTP/1.1\r\n", b"a: b\r\n").startswith(b"HTTP/1.1 408 ")
    assert serves_others(strict)


def test_an_idle_connection_is_closed_without_a_word(strict):
    for _ in ("a new head", "a known one"):
        seen = talk(strict, GOOD)
        assert (seen.status, seen.data.count(b"HTTP/1.1")) == (200, 1)
        assert seen.seconds > 0.9


def test_a_connection_that_never_begins_a_request_is_closed_without_a_word(strict):
    assert talk(strict).data == b""
    assert trickle(strict, b"\r\n", b"\r\n") == b""


def trickle(live: Live, start: bytes, repeated: bytes) -> bytes:
    """What a client gets that sends `repeated` ten times a second, for ten times the server's timeout.

    Raises AssertionError if the server lets it send to the end.
    """
    with socket.create_connection(live.address, timeout=30) as client:
        client.sendall(start)
        client.settimeout(0.1)
        for _ in range(100):
            try:
                client.sendall(repeated)
                return client.recv(100)
            except TimeoutError:
                continue
            except ConnectionError:
                return b""
    raise AssertionError("the server let the client send to the end")


def test_an_answer_that_waits_longer_than_any_limit_is_not_cut(strict):
    slow = patch("connection", {}, headers={"x-mock-delay": "1800ms", "connection": "close"}).encoded()
    assert talk(strict, slow).status == 200


def test_a_client_that_takes_none_of_its_answers_is_cut(strict):
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.settimeout(30)
        client.connect(strict.address)
        large = Ask("GET", "/" + "a" * 16_000, {}).encoded()  # its answer quotes it
        send(client, large * 1_000)  # blocks once both sides' buffers are full
        assert until_the_end(client).data.count(b"HTTP/1.1 404 ") < 1_000
    assert serves_others(strict)


# What is one too many


def test_a_client_that_resets_its_connection_keeps_no_answer_from_the_others(strict):
    """Its answers may wait, together with those of others, for the end of the loop's iteration."""
    asked = Ask("PATCH", "/carts/42", {**TOKEN, **JSON_TYPE}, b"{}").encoded()
    with socket.create_connection(strict.address, timeout=10) as other:
        for number in range(100):
            gone = socket.create_connection(strict.address, timeout=10)
            gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closing resets
            gone.sendall(asked * (1 + number % 60))
            gone.close()
            other.sendall(asked)
            assert other.recv(65_536).startswith(b"HTTP/1.1 200 ")
    assert "Traceback" not in strict.log()


@pytest.fixture
def limited() -> Iterator[Live]:
    """A server for 20 connections that no other test has used."""
    with serve("--max-connections", "20") as live:
        yield live


def test_a_connection_too_many_is_a_503_and_the_others_go_on(limited):
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_connection(limited.address, 30)) for _ in range(20)]
        for client in held:
            client.sendall(GOOD)
            assert client.recv(65_536).startswith(b"HTTP/1.1 200 ")
        refused = talk(limited, GOOD)
        assert refused.problem()["type"] == KIND + "too-many-connections"
        assert (refused.status, b"\r\nretry-after: 1\r\n" in refused.head) == (503, True)
        for client in held[:3]:
            client.sendall(LAST)
            assert b"HTTP/1.1 200 OK" in until_the_end(client).data
    assert serves_others_soon(limited)


def test_far_too_many_are_cut_and_the_others_go_on(limited):
    with ExitStack() as stack:
        crowd = [stack.enter_context(socket.create_connection(limited.address, 30)) for _ in range(200)]
        crowd[0].sendall(LAST)
        assert until_the_end(crowd[0]).status == 200
        for client in crowd:
            send(client, b"GET")
    assert serves_others_soon(limited)


def test_a_thousand_connections_are_served_by_default(live_server):
    with ExitStack() as stack:
        crowd = [stack.enter_context(socket.create_connection(live_server.address, 30)) for _ in range(950)]
        for client in crowd:
            client.sendall(LAST)
        assert {until_the_end(client).status for client in crowd} == {200}

"""Network faults as a client sees them: the bytes, and how the connection ends."""

import json
import socket
import time

import httpx
import pytest

from mockserver.scenarios.faults import FAULT_NAMES
from tests.support.live import Live, serve
from tests.support.raw import Seen, talk
from tests.support.wire import Ask, control, patch

BROKEN = ("connection-reset", "empty-response", "malformed-chunk", "truncated-body", "timeout")


def ask(fault: str | None = None, delay: str | None = None, session: str = "sending", **more: str) -> bytes:
    chosen = {"x-mock-fault": fault, "x-mock-delay": delay, **more}
    headers = {name.replace("_", "-"): value for name, value in chosen.items() if value is not None}
    return patch(session, {}, headers={"connection": "close", **headers}).encoded()


def newest(live: Live, session: str = "sending") -> dict[str, object]:
    """The session's newest exchange, as the journal shows it."""
    seen = talk(
        live, Ask("GET", "/__mock/requests", {"x-mock-session": session, "connection": "close"}).encoded()
    )
    exchange: dict[str, object] = json.loads(seen.body)["requests"][0]
    return exchange


def told(live: Live, session: str = "sending") -> list[str]:
    """What the newest exchange's trail says about waits and faults."""
    trail = newest(live, session)["trail"]
    assert isinstance(trail, list)
    return [reason["decided"] for reason in trail if reason["step"] == "plan_faults"]


# Faults


def test_connection_reset_is_a_tcp_reset_without_a_byte(live_server):
    seen = talk(live_server, ask("connection-reset"))
    assert (seen.data, seen.reset) == (b"", True)


def test_empty_response_is_an_end_without_a_byte(live_server):
    seen = talk(live_server, ask("empty-response"))
    assert (seen.data, seen.reset) == (b"", False)


def test_malformed_chunk_is_a_chunked_body_whose_size_is_no_number(live_server):
    seen = talk(live_server, ask("malformed-chunk"))
    assert (seen.status, seen.reset) == (200, False)
    assert b"\r\ntransfer-encoding: chunked" in seen.head
    assert b"content-length" not in seen.head
    assert seen.body.startswith(b"no-size\r\n{")


def test_truncated_body_is_half_of_what_its_length_says(live_server):
    seen = talk(live_server, ask("truncated-body"))
    length = int(seen.head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert (len(seen.body), seen.reset) == (length // 2, False)
    assert seen.body.startswith(b'{"data":')


def test_slow_body_comes_whole_in_drops_over_its_duration(live_server):
    with socket.create_connection(live_server.address, timeout=30) as client:
        client.sendall(ask("slow-body; duration=800ms"))
        drops: list[float] = []
        data = b""
        while more := client.recv(65_536):
            data += more
            drops.append(time.monotonic())
    seen = Seen(data, False, drops[-1] - drops[0])
    assert json.loads(seen.body)["data"]["id"] == 42
    assert len(drops) > 5
    assert seen.seconds > 0.6


def test_timeout_says_nothing_until_its_duration_is_over(live_server):
    seen = talk(live_server, ask("timeout; duration=400ms"))
    assert (seen.data, seen.reset) == (b"", False)
    assert seen.seconds > 0.3


def test_timeout_is_over_when_the_client_leaves(live_server):
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{live_server.url}/carts/42", headers={"X-Mock-Fault": "timeout"}, timeout=0.3)
    assert talk(live_server, ask()).status == 200


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("connection-reset", httpx.ReadError),
        ("empty-response", httpx.RemoteProtocolError),
        ("malformed-chunk", httpx.RemoteProtocolError),
        ("truncated-body", httpx.RemoteProtocolError),
    ],
)
def test_a_client_of_httpx_sees_a_broken_answer_as_such(live_server, fault, error):
    with pytest.raises(error):
        httpx.patch(f"{live_server.url}/carts/42", json={}, headers={"X-Mock-Fault": fault})


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_refusals_and_answers_without_a_body_go_wrong_as_well(live_server, fault, method):
    sent = Ask(
        method, "/carts/42", {"x-mock-fault": f"{fault}; duration=1s" if fault == "timeout" else fault}
    )
    seen = talk(live_server, sent.encoded())
    assert seen.data == b"" or seen.status == 405
    assert seen.seconds < 4, "it ended the connection, which would have been kept alive"


@pytest.mark.parametrize("fault", ["malformed-chunk", "truncated-body"])
def test_nothing_follows_the_headers_of_an_answer_that_has_no_body(live_server, fault):
    seen = talk(live_server, Ask("HEAD", "/carts/42", {"x-mock-fault": fault}).encoded())
    head, _, rest = seen.data.partition(b"\r\n\r\n")
    assert rest == b""
    assert b"connection: close" in head


@pytest.mark.parametrize("fault", BROKEN)
def test_requests_behind_a_fault_are_lost_and_those_before_it_are_not(live_server, fault):
    broken = ask("timeout; duration=200ms" if fault == "timeout" else fault, connection="keep-alive")
    seen = talk(live_server, patch("sending", {}).encoded() + broken + patch("sending", {}).encoded())
    assert seen.data.startswith(b"HTTP/1.1 200 OK") or seen.reset
    assert seen.data.count(b"HTTP/1.1 ") <= 2


def test_no_fault_leaves_a_trace_in_the_server_s_own_errors(live_server):
    for fault in FAULT_NAMES:
        talk(live_server, ask(f"{fault}; duration=100ms" if fault in ("timeout", "slow-body") else fault))
    log = live_server.log()
    assert "Traceback" not in log
    assert "ASGI" not in log


# Delays


@pytest.mark.parametrize("delay", ["300ms", "uniform(300ms, 400ms)", "lognormal(300ms, 0.01)"])
def test_an_answer_waits_and_says_how_long(live_server, delay):
    seen = talk(live_server, ask(delay=delay))
    assert seen.status == 200
    waited = int(seen.head.split(b"x-mock-delay: ")[1].split(b"ms\r\n")[0])
    assert 280 < waited <= 400
    assert waited / 1000 - 0.05 < seen.seconds < 5
    assert told(live_server) == [f"the answer is delayed by {waited}ms"]


def test_a_delay_comes_before_a_fault(live_server):
    seen = talk(live_server, ask("connection-reset", "300ms"))
    assert seen.reset
    assert seen.seconds > 0.25


# What is told


@pytest.mark.parametrize("fault", ["connection-reset", "truncated-body", "slow-body; duration=10ms"])
def test_journal_and_log_say_what_went_wrong_on_purpose(live_server, fault):
    talk(live_server, ask(fault, session="told"))
    exchange = newest(live_server, "told")
    name = fault.partition(";")[0]
    assert told(live_server, "told")[0].startswith(f"the answer is broken on purpose: {name}")
    response = exchange["response"]
    assert isinstance(response, dict)
    assert (response["status"], response["headers"]["x-mock-fault"]) == (200, name)
    assert f"200  model  {name}" in live_server.log()


def test_the_change_is_made_though_its_answer_is_lost(live_server):
    lost = patch(
        "lost", {"purchaser_id": 12, "acquisition_mode": "BUY"}, headers={"x-mock-fault": "connection-reset"}
    )
    talk(live_server, lost.encoded())
    seen = talk(live_server, ask(session="lost"))
    assert json.loads(seen.body)["data"]["rent"] is None


def test_chance_is_the_session_s_and_starts_anew_with_it(live_server):
    def struck(session: str) -> list[bool]:
        sent = [ask("empty-response; probability=0.5", session=session) for _ in range(12)]
        return [talk(live_server, each).data == b"" for each in sent]

    first = struck("chance")
    assert struck("chance-of-another") == first
    talk(
        live_server,
        control("POST", "session/reset", "chance")
        .encoded()
        .replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n", 1),
    )
    assert struck("chance") == first
    assert {*first} == {True, False}


def test_what_was_spared_is_told_too(live_server):
    seen = talk(live_server, ask("empty-response; probability=0", session="spared"))
    assert (seen.status, b"x-mock-fault" in seen.head) == (200, False)
    assert told(live_server, "spared") == ["empty-response does not occur this time (probability 0)"]


# What is refused


@pytest.mark.parametrize(
    ("asked", "kind", "status"),
    [
        ({"fault": "slow-bod"}, "unknown-fault", 404),
        ({"fault": "timeout; x=1"}, "bad-fault", 400),
        ({"delay": "soon"}, "bad-delay", 400),
        ({"fault": "bad-gateway; duration=1s"}, "bad-fault", 400),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_changes_nothing(live_server, asked, kind, status):
    seen = talk(live_server, ask(session="refused", **asked))
    problem = seen.problem()
    assert (problem["type"], seen.status) == (f"urn:mockserver:problem:{kind}", status)
    assert told(live_server, "refused") == [problem["detail"]]
    if kind == "unknown-fault":
        assert {*problem["valid"]} <= {*FAULT_NAMES}


def test_a_refusal_that_comes_first_stands_and_notes_the_rest(live_server):
    sent = Ask(
        "PATCH", "/carts/42", {"x-mock-fault": "slow-bod", "x-mock-session": "first", "connection": "close"}
    )
    assert talk(live_server, sent.encoded()).status == 401
    assert told(live_server, "first") == ["there is no fault 'slow-bod'; did you mean 'slow-body'?"]


def test_a_browser_may_send_both_headers(live_server):
    asked = {
        "origin": "http://localhost:5173",
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "x-mock-delay, x-mock-fault",
    }
    answer = httpx.options(f"{live_server.url}/carts/42", headers=asked)
    assert (answer.status_code, answer.headers["access-control-allow-headers"]) == (
        204,
        "x-mock-delay, x-mock-fault",
    )


# A rate limit

LIMITED = """
openapi: 3.1.0
info: {title: Parcels, version: "1"}
paths:
  /parcels/{id}:
    get:
      operationId: track
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200": {description: There it is., content: {application/json: {example: {place: Lyon}}}}
        "429":
          description: Too many.
          headers: {Retry-After: {schema: {type: integer}, example: 30}}
          content: {application/json: {example: {error: SLOW_DOWN}}}
"""
SOMETIMES = """
summary: Every other request is one too many.
operation: track
respond: {status: 200, body: {place: Lyon}, fault: rate-limited, probability: 0.5}
"""


def test_rate_limited_is_the_contract_s_429_where_it_documents_one(tmp_path):
    (tmp_path / "parcels.yaml").write_text(LIMITED, encoding="utf-8")
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios/sometimes.yaml").write_text(SOMETIMES, encoding="utf-8")
    limited = {"X-Mock-Fault": "rate-limited"}
    with serve(str(tmp_path / "parcels.yaml")) as live, httpx.Client(base_url=live.url) as client:
        answer = client.get("/parcels/7", headers=limited)
        assert (answer.status_code, answer.json()) == (429, {"error": "SLOW_DOWN"})
        assert (answer.headers["retry-after"], answer.headers["x-mock-fault"]) == ("30", "rate-limited")
        assert client.get("/parcels/x", headers=limited).status_code == 429, "the API does not see it"
        sometimes = {"X-Mock-Scenario": "sometimes"}
        answers = [client.get("/parcels/7", headers=sometimes) for _ in range(12)]
        assert {each.status_code for each in answers} == {200, 429}
        assert {each.headers["x-mock-scenario"] for each in answers} == {"sometimes"}

"""Requests pass to a real backend over real sockets, and its answers come back: docs/upstream.md."""

import gzip
import json
import re
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.live import Live, serve
from tests.support.paths import ROOT
from tests.support.provider import provider

PAGE = (ROOT / "docs/upstream.md").read_text(encoding="utf-8")
TOKEN = {"authorization": "Bearer flt_sk_demo"}
UNREACHABLE = "urn:mockserver:problem:upstream-unreachable"


@pytest.fixture(scope="module")
def upstream() -> Iterator[str]:
    with provider() as url:
        yield url


@pytest.fixture(scope="module")
def live(upstream: str) -> Iterator[Live]:
    with serve("--upstream", upstream) as live:
        yield live


@pytest.fixture
def client(live: Live, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    key = "".join(letter for letter in request.node.name if letter.isalnum())[:60]
    with httpx.Client(base_url=live.url, headers={"x-mock-session": key}, timeout=30) as client:
        yield client


def record(client: httpx.Client, id_: str = "x1") -> Any:
    return client.get(f"/__mock/requests/{id_}").json()


def test_what_nothing_else_answers_is_passed_on_also_paths_that_the_contract_does_not_have(
    client: httpx.Client,
):
    answer = client.request("DELETE", "/any%2Fthing?x=1&__session=a", content=b"body", headers={"x": "y"})
    seen = answer.json()
    assert (seen["method"], seen["target"], seen["body"]) == ("DELETE", "/any%2Fthing?x=1", "body")
    assert ["x", "y"] in seen["headers"]
    assert answer.headers["x-mock-source"] == "upstream"


def test_a_request_and_an_answer_that_break_the_contract_are_flagged_and_pass(client: httpx.Client):
    answer = client.patch("/carts/42", json={"purchaser_id": 0})
    assert answer.json() == {"data": {"id": "42", "state": "cart"}}
    assert int(answer.headers["x-mock-violations"]) == 2  # the credential and the body
    assert int(answer.headers["x-mock-off-contract"]) > 0
    sides = {each["side"] for each in client.get("/__mock/violations").json()["violations"]}
    assert sides == {"request", "provider"}
    assert record(client)["source"] == "upstream"


def test_the_state_of_the_model_stays_as_it_is(client: httpx.Client):
    before = client.get("/__mock/session/state").json()
    client.patch("/carts/42", json={"purchaser_id": 13}, headers=TOKEN)
    assert client.get("/__mock/session/state").json() == before


@pytest.mark.parametrize(
    "headers", [{"x-mock-scenario": "order-not-cart"}, {"prefer": "code=409"}, {"x-mock-upstream": "off"}]
)
def test_a_request_that_chooses_an_answer_is_the_mocks(client: httpx.Client, headers: dict[str, str]):
    answer = client.patch("/carts/42", json={"purchaser_id": 12}, headers={**TOKEN, **headers})
    assert answer.headers["x-mock-source"] != "upstream"


def test_x_mock_upstream_wins_over_everything_else(client: httpx.Client):
    headers = {**TOKEN, "x-mock-upstream": "on", "x-mock-scenario": "order-not-cart"}
    answer = client.patch("/carts/42", json={"purchaser_id": 12}, headers=headers)
    assert answer.headers["x-mock-source"] == "upstream"


def test_the_choices_of_a_session_decide_until_they_are_cleared(client: httpx.Client):
    def source() -> str:
        return client.patch("/carts/42", json={"purchaser_id": 12}, headers=TOKEN).headers["x-mock-source"]

    (body,) = re.findall(r"session/upstream -H 'X-Mock-Session: dev' -d '(.*)'", PAGE)
    assert source() == "upstream"
    assert client.put("/__mock/session/upstream", content=body).status_code == 200
    assert source() == "model"
    assert client.delete("/__mock/session/upstream").status_code == 204
    assert source() == "upstream"
    client.put("/__mock/session/scenario", json={"name": "order-not-cart"})
    assert source() == "scenario"


def test_an_unknown_operation_is_named_with_the_nearest(client: httpx.Client):
    answer = client.put("/__mock/session/upstream", json={"mock": ["update-a-cat"]})
    assert (answer.status_code, answer.json()["valid"]) == (404, ["update-a-cart"])
    assert "did you mean 'update-a-cart'?" in answer.json()["detail"]


def test_without_an_upstream_the_mock_answers_and_the_call_shows_that_there_is_none():
    with serve() as other:
        call = f"{other.url}/__mock/session/upstream"
        assert httpx.put(call, json={"mock": []}).json() == {"url": None, "mock": []}


def test_anything_but_short_json_passes_at_once_and_is_judged_later(client: httpx.Client):
    answer = client.get("/page")
    assert (answer.text, answer.headers["x-mock-judged"]) == ("<h1>page</h1>", "later")
    assert record(client)["response"]["body"] == "<h1>page</h1>"


def test_redirects_and_cookies_lead_to_the_mock_server(client: httpx.Client, live: Live):
    answer = client.get("/redirect")
    assert answer.headers["location"] == f"{live.url}/page?a=1"
    assert answer.headers["set-cookie"] == "sid=1; Path=/; SameSite=Lax"
    assert client.get("/redirect", follow_redirects=True).text == "<h1>page</h1>"


def test_a_coded_answer_passes_as_it_is_and_is_judged_decoded(client: httpx.Client):
    with client.stream("PATCH", "/carts/43", json={"purchaser_id": 12}, headers=TOKEN) as answer:
        raw = b"".join(answer.iter_raw())
    assert json.loads(gzip.decompress(raw)) == {"data": {}}
    assert answer.headers["content-encoding"] == "gzip"
    assert record(client)["response"]["body"] == {"data": {}}
    assert int(answer.headers["x-mock-off-contract"]) > 0


def test_a_large_answer_streams_in_constant_memory(client: httpx.Client, live: Live):
    def peak() -> int:
        with open(f"/proc/{live.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

    client.get("/large?mib=4")
    before, size = peak(), 0
    with client.stream("GET", "/large?mib=200") as answer:
        for part in answer.iter_raw():
            size += len(part)
    assert size == 200 * 1024 * 1024
    assert peak() - before < 32 * 1024  # KiB
    assert (
        record(client, "x2")["trail"][-1]["decided"]
        == "not judged: the body of the answer is not known whole"
    )


def test_json_that_breaks_off_is_a_problem_and_a_stream_that_does_ends_its_connection(client: httpx.Client):
    answer = client.get("/broken")
    assert (answer.status_code, answer.json()["type"]) == (502, UNREACHABLE)
    with pytest.raises(httpx.TransportError):
        client.get("/broken?type=text/plain")
    with pytest.raises(httpx.TransportError):
        client.get("/broken?spaces=2000000")


def test_head_has_the_length_and_no_body(client: httpx.Client):
    answer = client.head("/page")
    assert (answer.headers["content-length"], answer.content) == ("13", b"")


def test_a_websocket_is_refused(client: httpx.Client):
    answer = client.get("/chat", headers={"connection": "Upgrade", "upgrade": "websocket"})
    assert (answer.status_code, answer.json()["type"]) == (501, "urn:mockserver:problem:upgrade-not-passed")


def test_a_body_over_the_limit_is_refused_and_not_cut_off(client: httpx.Client):
    answer = client.post("/any", content=bytes(1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:mockserver:problem:too-large")
    assert len(client.post("/any", content=bytes(1024 * 1024)).json()["body"]) == 1024 * 1024


def test_delays_and_faults_disturb_passed_requests(client: httpx.Client):
    client.put("/__mock/session/network", json={"delay": "20ms"})
    assert client.get("/any").headers["x-mock-delay"] == "20ms"
    assert client.get("/any", headers={"x-mock-fault": "bad-gateway"}).status_code == 502
    with pytest.raises(httpx.TransportError):
        client.get("/any", headers={"x-mock-fault": "connection-reset"})


def test_a_preflight_is_answered_by_the_mock(client: httpx.Client):
    headers = {"origin": "http://localhost:3000", "access-control-request-method": "PATCH"}
    answer = client.options("/carts/42", headers=headers)
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"


def test_an_upstream_that_is_away_is_a_problem(upstream: str):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with serve("--upstream", f"http://127.0.0.1:{port}") as live:
        answer = httpx.get(f"{live.url}/any")
    assert (answer.status_code, answer.json()["type"]) == (502, UNREACHABLE)
    assert f"127.0.0.1:{port}" in answer.json()["detail"]


def test_with_errors_a_request_that_breaks_the_contract_is_refused_and_an_answer_that_does_is_a_500(
    upstream: str,
):
    with serve("--upstream", upstream, "--errors") as live:
        url = f"{live.url}/carts/42"
        refused = httpx.patch(url, json={"purchaser_id": 0}, headers=TOKEN)
        assert (refused.status_code, refused.headers["x-mock-source"]) == (400, "validation")
        answer = httpx.patch(url, json={"purchaser_id": 12}, headers=TOKEN)
        assert (answer.status_code, answer.json()["type"]) == (500, "urn:mockserver:problem:off-contract")


def test_operations_of_mock_are_the_mocks(upstream: str):
    with serve("--upstream", upstream, "--mock", "update-a-cart") as live:
        answer = httpx.patch(f"{live.url}/carts/42", json={"purchaser_id": 12}, headers=TOKEN)
        assert answer.headers["x-mock-source"] == "model"
        assert httpx.get(f"{live.url}/page").text == "<h1>page</h1>"

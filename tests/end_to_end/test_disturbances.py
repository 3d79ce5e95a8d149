"""How delays and faults fit in: which one applies, to which requests, and what it leaves as it was."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import httpx
import pytest

from tests.support.live import Live, serve
from tests.support.wire import JSON_TYPE, TOKEN, Ask, Reply, at_once, connect

PAGES = {"bad-gateway": 502, "service-unavailable": 503, "gateway-timeout": 504}
INVALID = {"purchaser_id": "twelve"}
CHANGE = {"acquisition_mode": "BUY"}
PREFLIGHT = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "PATCH"}
STEPS = [{"times": 2, "respond": {"status": 200, "body": {"data": 1}, "offContract": True}}, {}]


class Client:
    """A session of a server with the bundled carts."""

    def __init__(self, url: str, key: str) -> None:
        self.http = httpx.Client(base_url=url, headers={"X-Mock-Session": key}, timeout=20)
        self.others: list[Client] = []

    def patch(self, body: object = None, path: str = "/carts/42", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.patch(path, json=body or {}, headers={**TOKEN, **named})

    def control(self, method: str, path: str, body: object = None) -> Any:
        """The JSON of a control call, None for an answer without a body."""
        answer = self.http.request(method, f"/__mock/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def stub(self, **stub: object) -> str:
        """Lay a stub, and return its id."""
        return str(self.control("POST", "session/stubs", stub)["id"])

    def network(self, **network: object) -> None:
        self.control("PUT", "session/network", network)

    def another(self, key: str) -> "Client":
        """Another session of the server; `close` closes it, too."""
        client = Client(str(self.http.base_url), key)
        self.others.append(client)
        return client

    def close(self) -> None:
        for each in (self, *self.others):
            each.http.close()

    def matched(self) -> list[int]:
        """How often each stub matched, the newest first."""
        return [each["matched"] for each in self.control("GET", "session/stubs")["stubs"]]

    def newest(self) -> Any:
        """The newest exchange, as the journal has it."""
        return self.control("GET", "requests?limit=1")["requests"][0]

    def trail(self) -> list[str]:
        """The trail of the newest exchange."""
        return [reason["decided"] for reason in self.newest()["trail"]]


@pytest.fixture
def client(live_server: Live, request: pytest.FixtureRequest) -> Iterator[Client]:
    client = Client(live_server.url, f"disturbed-{abs(hash(request.node.name))}")
    client.control("POST", "session/reset")
    yield client
    client.close()


# Gateway faults


@pytest.mark.parametrize(("fault", "status"), PAGES.items())
@pytest.mark.parametrize(
    ("method", "path", "headers", "body"),
    [
        ("PATCH", "/carts/42", TOKEN, {}),
        ("PATCH", "/carts/42", {}, {}),
        ("PATCH", "/carts/42", TOKEN, INVALID),
        ("PATCH", "/carts/nobody", TOKEN, {}),
        ("GET", "/carts/42", {}, None),
        ("POST", "/no/such/path", {}, {}),
    ],
    ids=["valid", "unauthenticated", "invalid body", "invalid path", "unknown method", "unknown path"],
)
@pytest.mark.parametrize("by", ["header", "network", "stub"])
def test_a_gateway_answers_any_request(client, fault, status, method, path, headers, body, by):
    sent = dict(headers)
    if by == "header":
        sent["X-Mock-Fault"] = f"{fault}; retry-after=1500ms"
    elif by == "network":
        client.network(fault=f"{fault}; retry-after=1500ms")
    else:
        client.stub(fault=f"{fault}; retry-after=1500ms")
    answer = client.http.request(method, path, json=body, headers={**sent, "Origin": "http://localhost:5173"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html")
    assert answer.text.startswith("<!DOCTYPE html>")
    assert (answer.headers["retry-after"], answer.headers["x-mock-fault"]) == ("2", fault)
    assert answer.headers["access-control-allow-origin"] in ("*", "http://localhost:5173")
    known = path.startswith("/carts/") and method == "PATCH"
    assert answer.headers.get("x-mock-off-contract") == ("1; intended" if known else None)
    exchange = client.newest()
    assert (exchange["id"], exchange["response"]["status"]) == (answer.headers["x-mock-exchange"], status)
    assert exchange["operation"] == ("update-a-cart" if known else None)
    assert client.control("GET", "violations")["count"] == (0 if known else 1), "an unknown path stays one"


def test_rate_limited_is_a_problem_for_a_contract_without_a_429(client):
    answer = client.patch(x_mock_fault="rate-limited; retry-after=1s")
    assert (answer.status_code, answer.json()["type"]) == (429, "urn:mockserver:problem:rate-limited")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["x-mock-off-contract"] == "1; intended"


def test_a_gateway_consumes_nothing(client):
    before = client.control("GET", "session/state")
    client.stub(operation="update-a-cart", respond={"error": "ORDER_NOT_CART"}, times=1)
    client.stub(operation="update-a-cart", steps=STEPS, match={"header": {"x-story": "yes"}})
    for _ in range(3):
        assert client.patch(CHANGE, x_story="yes", x_mock_fault="bad-gateway").status_code == 502
        assert client.patch(CHANGE, x_mock_fault="bad-gateway").status_code == 502
    assert client.control("GET", "session/state") == before
    assert client.matched() == [0, 0]
    assert client.patch(x_story="yes").json() == {"data": 1}, "the story begins with its first step"
    assert [client.patch(CHANGE).status_code for _ in range(2)] == [409, 200]


def test_a_stub_with_a_gateway_fault_counts_its_own_calls(client):
    client.stub(operation="update-a-cart", fault="service-unavailable; retry-after=1s", times=2)
    assert [client.patch().status_code for _ in range(4)] == [503, 503, 200, 200]
    assert client.matched() == [2]


def test_a_stub_with_a_gateway_fault_counts_invalid_requests_too(client):
    client.stub(operation="update-a-cart", fault="bad-gateway", times=2)
    assert [client.patch(INVALID).status_code for _ in range(3)] == [502, 502, 400]


def test_a_step_with_a_gateway_fault_counts_its_own_calls(client):
    client.stub(operation="update-a-cart", steps=[{"times": 2, "fault": "service-unavailable"}, {}])
    assert [client.patch(CHANGE).status_code for _ in range(4)] == [503, 503, 200, 200]


def test_a_step_with_a_gateway_fault_answers_invalid_requests_too(client):
    client.stub(operation="update-a-cart", steps=[{"times": 2, "fault": "bad-gateway"}, {}])
    assert [client.patch(INVALID).status_code for _ in range(3)] == [502, 502, 400]


# Connection faults and delays


def test_a_connection_fault_comes_after_the_answer_which_stands(client):
    client.stub(operation="update-a-cart", fault="connection-reset", times=1)
    with pytest.raises(httpx.ReadError):
        client.patch(CHANGE)
    assert client.patch().json()["data"]["rent"] is None, "the change was made"
    assert client.matched() == [1]


@pytest.mark.parametrize(
    ("headers", "body", "path", "status"),
    [({}, {}, "/carts/42", 401), (TOKEN, INVALID, "/carts/42", 400), ({}, {}, "/no/such/path", 404)],
    ids=["unauthenticated", "invalid", "unknown path"],
)
def test_the_network_delays_and_breaks_refusals_too(client, headers, body, path, status):
    client.network(delay="30ms")
    answer = client.http.patch(path, json=body, headers=headers)
    assert (answer.status_code, answer.headers["x-mock-delay"]) == (status, "30ms")
    client.network(fault="empty-response")
    with pytest.raises(httpx.RemoteProtocolError):
        client.http.patch(path, json=body, headers=headers)
    assert client.newest()["response"]["status"] == status


def test_a_stub_that_only_disturbs_is_for_refusals_too(client):
    client.stub(delay="30ms", times=2)
    assert client.http.get("/no/such/path").headers["x-mock-delay"] == "30ms"
    assert client.patch(INVALID).headers["x-mock-delay"] == "30ms"
    assert "x-mock-delay" not in client.patch().headers
    assert client.matched() == [2]


# Which one applies


def test_preflights_and_control_calls_are_never_disturbed(client):
    client.network(delay="20s", fault="timeout")
    answer = client.http.options("/carts/42", headers={**PREFLIGHT, "X-Mock-Delay": "20s"})
    assert (answer.status_code, answer.headers.get("x-mock-delay")) == (204, None)
    answer = client.http.get("/__mock/session", headers={"X-Mock-Fault": "bad-gateway"})
    assert answer.status_code == 200


def test_the_nearest_wins_and_delays_never_add(client):
    client.network(delay="30ms", fault="bad-gateway")
    assert (client.patch().status_code, client.patch().headers["x-mock-delay"]) == (502, "30ms")
    client.stub(operation="update-a-cart", delay="20ms", fault="gateway-timeout")
    answer = client.patch()
    assert (answer.status_code, answer.headers["x-mock-delay"]) == (504, "20ms")
    answer = client.patch(x_mock_delay="10ms", x_mock_fault="service-unavailable")
    assert (answer.status_code, answer.headers["x-mock-delay"]) == (503, "10ms")
    answer = client.patch(x_mock_delay="10ms")
    assert (answer.status_code, answer.headers["x-mock-delay"]) == (504, "10ms")


def test_a_scenario_is_nearer_than_the_network(client):
    client.network(fault="bad-gateway", delay="50ms")
    client.control("PUT", "session/scenario", {"name": "slow"})
    answer = client.patch()
    assert answer.status_code == 502, "the scenario has no fault"
    assert answer.headers["x-mock-delay"] != "50ms", "and has a delay"


def test_a_nearer_fault_that_does_not_occur_spares_the_answer(client):
    client.network(fault="bad-gateway")
    answer = client.patch(x_mock_fault="connection-reset; probability=0")
    assert (answer.status_code, answer.headers.get("x-mock-fault")) == (200, None)


def test_the_network_can_be_that_of_one_operation(client):
    client.network(fault="bad-gateway", operation="update-a-cart")
    assert client.patch().status_code == 502
    assert client.http.get("/no/such/path").status_code == 404


def test_the_newest_stub_with_a_disturbance_disturbs(client):
    client.stub(fault="bad-gateway")
    client.stub(operation="update-a-cart", fault="gateway-timeout", match={"bodyPartial": CHANGE})
    assert [client.patch(CHANGE).status_code, client.patch().status_code] == [504, 502]


def test_a_mutation_never_changes_a_fault(client):
    names = [each["name"] for each in client.control("GET", "mutations")["mutations"]]
    for name in Random(1).sample(names, 10):
        client.control("PUT", "session/mutation", {"name": name})
        for fault, status in {**PAGES, "rate-limited": 429}.items():
            answer = client.patch(x_mock_fault=fault)
            assert (answer.status_code, answer.headers.get("x-mock-mutation")) == (status, None)


def test_a_fork_takes_the_network_along_and_a_reset_clears_it(client):
    client.network(fault="bad-gateway")
    fork = client.another("disturbed-fork")
    fork.control("POST", "session/fork", {"from": client.http.headers["X-Mock-Session"]})
    client.control("POST", "session/reset")
    assert (client.patch().status_code, fork.patch().status_code) == (200, 502)
    fork.control("DELETE", "session/network")
    assert fork.patch().status_code == 200


def test_what_is_not_valid_is_refused_and_changes_nothing(client):
    client.network(fault="bad-gateway")
    answer = client.http.put(
        "/__mock/session/network", json={"delay": "soon", "fault": "bad-gatewy", "operation": "update"}
    )
    assert answer.status_code == 422
    faults = {each["pointer"]: each["message"] for each in answer.json()["faults"]}
    assert list(faults) == ["/operation", "/delay", "/fault"] or {*faults} == {
        "/operation",
        "/delay",
        "/fault",
    }
    assert "did you mean 'bad-gateway'?" in faults["/fault"]
    assert client.patch().status_code == 502


def test_the_trail_names_what_disturbed(client):
    client.network(delay="1ms", fault="bad-gateway")
    client.patch()
    assert [each for each in client.trail() if "network of the session" in each] != []
    identifier = client.stub(operation="update-a-cart", fault="gateway-timeout")
    client.patch()
    assert [each for each in client.trail() if identifier in each] != []


# Chance


def test_chance_is_the_same_after_a_reset_and_in_any_session(client):
    def outcomes(key: str) -> list[tuple[int, str | None]]:
        each = client.another(key)
        each.network(delay="uniform(1ms, 9ms)", fault="bad-gateway; probability=0.5")
        answers = [each.patch(CHANGE if index % 3 else INVALID) for index in range(20)]
        return [(answer.status_code, answer.headers.get("x-mock-delay")) for answer in answers]

    first = outcomes("chance-one")
    assert outcomes("chance-two") == first
    client.http.post("/__mock/session/reset", headers={"X-Mock-Session": "chance-one"})
    assert outcomes("chance-one") == first
    assert {status for status, _ in first} == {200, 400, 502}
    assert len({delay for _, delay in first}) > 5


def test_a_probability_is_about_the_part_of_the_answers(client):
    client.network(fault="service-unavailable; probability=0.3")
    struck = sum(client.patch().status_code == 503 for _ in range(200))
    assert 35 < struck < 85


def test_flags_disturb_each_new_session_and_come_back_at_a_reset():
    with serve("--delay", "uniform(1ms, 3ms)", "--fault", "bad-gateway; retry-after=1s") as live:
        client = Client(live.url, "flags")
        answer = client.patch()
        assert (answer.status_code, answer.headers["retry-after"]) == (502, "1")
        assert answer.headers["x-mock-delay"] in ("1ms", "2ms", "3ms")
        client.control("DELETE", "session/network")
        assert client.patch().status_code == 200
        client.control("POST", "session/reset")
        assert client.patch().status_code == 502
        client.close()


def test_with_errors_a_gateway_still_answers():
    with serve("--errors") as live:
        client = Client(live.url, "errors")
        answer = client.patch(x_mock_fault="bad-gateway")
        assert (answer.status_code, answer.headers["x-mock-off-contract"]) == (502, "1; intended")
        client.close()


def test_a_documented_503_gets_no_headers_of_the_contract(tmp_path):
    """A gateway does not know what the API would send with this status."""
    (tmp_path / "api.yaml").write_text(DOCUMENTED, encoding="utf-8")
    with serve("api.yaml", folder=tmp_path) as live:
        answer = httpx.get(f"{live.url}/a", headers={"X-Mock-Fault": "service-unavailable"})
        assert (answer.status_code, answer.headers.get("x-wait")) == (503, None)
        assert answer.headers["x-mock-off-contract"] == "1; intended", "the contract documents JSON"
        answer = httpx.get(f"{live.url}/a", headers={"X-Mock-Fault": "bad-gateway"})
        assert (answer.status_code, "x-mock-off-contract" in answer.headers) == (502, False)
        answer = httpx.get(f"{live.url}/a", headers={"X-Mock-Fault": "rate-limited; retry-after=100ms"})
        assert (answer.status_code, answer.json()) == (429, {"error": "SLOW_DOWN"})
        assert (answer.headers["x-wait"], answer.headers["retry-after"]) == ("5", "1")


DOCUMENTED = """
openapi: 3.1.0
info: {title: Letters, version: "1"}
paths:
  /a:
    get:
      responses:
        "200": {description: .}
        "429":
          description: .
          headers: {X-Wait: {$ref: "#/components/headers/Wait"}}
          content: {application/json: {example: {error: SLOW_DOWN}}}
        "502": {description: ., content: {text/html: {schema: {type: string}}}}
        "503":
          description: .
          headers: {X-Wait: {$ref: "#/components/headers/Wait"}}
          content: {application/json: {schema: {type: object}}}
components: {headers: {Wait: {required: true, schema: {type: integer, const: 5}}}}
"""


# Many sessions


def asks(number: int, key: str) -> list[Ask]:
    """What one session is sent: a network, stubs, requests that are valid or not, resets."""
    random = Random(number)
    named: Mapping[str, str] = {"x-mock-session": key, **JSON_TYPE}

    def control(method: str, path: str, body: object) -> Ask:
        return Ask(method, f"/__mock/{path}", named, json.dumps(body).encode())

    faults = [f"{name}; probability=0.{random.randint(1, 9)}" for name in (*PAGES, "rate-limited")]
    sent = [control("PUT", "session/network", {"delay": "uniform(0ms, 5ms)", "fault": random.choice(faults)})]
    for _ in range(15):
        chance = random.random()
        if chance < 0.1:
            stub = {
                "operation": "update-a-cart",
                "fault": random.choice(faults),
                "times": random.randint(1, 3),
            }
            sent.append(control("POST", "session/stubs", stub))
        elif chance < 0.15:
            sent.append(control("POST", "session/reset", {}))
        else:
            token = TOKEN if random.random() < 0.8 else {}
            body = random.choice([{}, CHANGE, INVALID])
            sent.append(Ask("PATCH", "/carts/42", {**named, **token}, json.dumps(body).encode()))
    return sent


async def replies(address: tuple[str, int], sent: list[Ask]) -> list[Reply]:
    async with connect(address) as connection:
        return [await connection.send(ask) for ask in sent]


async def together(address: tuple[str, int], crowd: list[list[Ask]]) -> list[list[Reply]]:
    return await asyncio.gather(*(replies(address, sent) for sent in crowd))


def test_200_disturbed_sessions_at_once_are_answered_as_each_would_be_alone():
    with serve() as live:
        crowded = asyncio.run(together(live.address, [asks(each, f"crowd-{each:03}") for each in range(200)]))
        for number, answers in enumerate(crowded):
            alone = asyncio.run(replies(live.address, asks(number, f"alone-{number:03}")))
            essences = [each.essence(f"crowd-{number:03}") for each in answers]
            assert essences == [each.essence(f"alone-{number:03}") for each in alone]
    statuses = {each.status for answers in crowded for each in answers}
    assert {200, 201, 400, 401, 429, 502, 503, 504} <= statuses


def test_gateway_faults_reach_clients_that_pipeline_and_those_without_keep_alive(live_server: Live):
    sent = {**TOKEN, **JSON_TYPE, "x-mock-fault": "bad-gateway", "x-mock-session": "pipelined"}
    several = [Ask("PATCH", "/carts/42", sent, b"{}"), Ask("HEAD", "/carts/42", sent)]
    answers = asyncio.run(at_once(live_server.address, several[:1] * 5))
    assert [each.status for each in answers] == [502] * 5

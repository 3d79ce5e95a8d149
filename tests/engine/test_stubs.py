"""Stubs, choices and networks are a session's own: many sessions at once answer as each does alone."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.json import Json
from mockserver.engine.session import Session, StubEntry
from mockserver.engine.session_data import dumps, loads
from mockserver.http.message import Request
from mockserver.runtime import Runtime
from mockserver.scenarios.stub_files import stub_text
from tests.support.patches import headers, patch, runtime, status, with_headers

OPERATION: dict[str, Json] = {"operation": "update-a-cart"}
STUBS: Sequence[dict[str, Json]] = (
    {**OPERATION, "respond": {"error": "ORDER_NOT_CART"}, "times": 2},
    {
        **OPERATION,
        "match": {"bodyPartial": {"purchaser_id": 12}},
        "respond": {"error": "INVALID_USER"},
        "times": 3,
    },
    {**OPERATION, "respond": {"status": 503, "offContract": True}, "times": 1},
    {**OPERATION, "respond": {"status": 409, "offContract": True, "body": {"id": "{$uuid}"}}, "times": 2},
    {**OPERATION, "given": {"carts": {"*": {"state": "ordered"}}}, "times": 2},
    {
        **OPERATION,
        "steps": [{}, {"respond": {"error": "ORDER_NOT_CART"}}, {"event": "submit"}, {}],
        "times": 6,
    },
    {
        "match": {"pathPattern": "/nowhere/[0-9]+"},
        "respond": {"status": 418, "text": "{$request.header.x-note}"},
    },
    {"delay": "uniform(1ms, 9ms)", "times": 4},
    {"fault": "service-unavailable; probability=0.3"},
    {"match": {"bodySchema": {"required": ["accessory_ids"]}}, "fault": "rate-limited; retry-after=1s"},
)
NETWORKS: Sequence[dict[str, Json] | None] = (
    None,
    None,
    {"delay": "lognormal(2ms, 0.5)", "fault": "bad-gateway; probability=0.2"},
    {"fault": "connection-reset; probability=0.5", "operation": "update-a-cart"},
)
CHOICES = (None, "submitted-elsewhere", "invalid-user", "already-ordered", "order-not-cart,gateway-down")
REQUESTS = (
    patch("42", {"purchaser_id": 12}),
    patch("42", {"purchaser_id": 13}),
    patch("42", {}),
    patch("43", {"acquisition_mode": "BUY"}),
    patch("42", {"accessory_ids": []}),
    patch("42", {"purchaser_id": "x"}),
    patch("42", {}, token="nobody"),
    patch("42", {}, {"X-Mock-Delay": "1ms", "X-Mock-Scenario": "invalid-user"}),
    Request.build("GET", "/nowhere/7", "", [("x-note", "seven")], b""),
)
OWN = ("x-mock-exchange", "link")  # have the id of the exchange
SESSIONS = 200
CALLS = 8  # of each session

Seen = tuple[object, ...]


def prepare(runtime: Runtime, key: str) -> None:
    """Lay some stubs, a choice and a network in a session; the key decides which."""
    plan = Random(key)
    for stub in plan.sample(STUBS, plan.randint(0, 5)):
        runtime.change(key, "POST /session/stubs", b"", partial(with_stub, stub))
    network, choice = plan.choice(NETWORKS), plan.choice(CHOICES)
    if network is not None:
        entry = StubEntry("network", stub_text(network), "network")
        runtime.change(key, "PUT /session/network", b"", lambda session: session.lay_named(entry))
    if choice is not None:
        times, choose = plan.choice((None, 2)), runtime.backend.choose_scenario
        runtime.change(key, "PUT /session/scenario", b"", lambda session: choose(session, choice, times))


def with_stub(stub: dict[str, Json], session: Session) -> Session:
    times = stub.get("times")
    assert times is None or isinstance(times, int)
    return session.lay_stub(stub_text(stub), times)


def requests(key: str) -> Iterator[Request]:
    """The requests of a session, one after the other."""
    plan = Random(f"requests of {key}")
    for _ in range(CALLS):
        yield with_headers(plan.choice(REQUESTS), ("x-mock-session", key))


def seen(runtime: Runtime, request: Request) -> Seen:
    """What a client sees of an exchange, and its trail, without the id of the exchange."""
    exchange = runtime.run(request)
    labels = {name: value for name, value in headers(exchange).items() if name not in OWN}
    trail = [(each.step, each.decided) for each in exchange.trail]
    disturbance = (exchange.delay, str(exchange.fault))
    return status(exchange), labels, exchange.final_answer.body, disturbance, trail


def alone(key: str) -> list[Seen]:
    mock = runtime()
    prepare(mock, key)
    return [seen(mock, request) for request in requests(key)]


def test_many_sessions_with_stubs_of_their_own_answer_as_each_does_alone() -> None:
    keys = [f"session-{number}" for number in range(SESSIONS)]
    mock = runtime()
    for key in keys:
        prepare(mock, key)
    left = {key: requests(key) for key in keys}
    found: dict[str, list[Seen]] = {key: [] for key in keys}
    order = Random(1)
    turns = [key for key in keys for _ in range(CALLS)]
    order.shuffle(turns)
    for key in turns:
        found[key].append(seen(mock, next(left[key])))
    assert [key for key in keys if found[key] != alone(key)] == []
    statuses = Counter(each[0] for answers in found.values() for each in answers)
    assert statuses.keys() >= {200, 400, 401, 404, 409, 418, 429, 502, 503}


def test_a_reset_and_the_same_stubs_answer_the_same_again() -> None:
    for number in range(20):
        key, mock = f"session-{number}", runtime()
        prepare(mock, key)
        first = [seen(mock, request) for request in requests(key)]
        mock.change(key, "POST /session/reset", b"", lambda session: mock.sessions.first)  # noqa: B023
        prepare(mock, key)
        assert [seen(mock, request) for request in requests(key)] == first


# Bounds


@given(st.lists(st.sampled_from(STUBS), max_size=6), st.integers(0, 20))
def test_no_stub_matches_more_often_than_its_times(stubs: list[dict[str, Json]], calls: int) -> None:
    mock = runtime()
    for stub in stubs:
        mock.change("default", "POST /session/stubs", b"", partial(with_stub, stub))
    for number in range(calls):
        mock.run(REQUESTS[number % len(REQUESTS)])
    for entry in mock.sessions.peek("default").stubs:
        assert entry.times is None or entry.matched <= entry.times
        assert entry.matched <= calls


@given(st.lists(st.sampled_from(STUBS), max_size=6))
def test_a_session_with_stubs_is_the_same_after_it_was_written_as_json(stubs: list[dict[str, Json]]) -> None:
    mock = runtime()
    for stub in stubs:
        mock.change("default", "POST /session/stubs", b"", partial(with_stub, stub))
    mock.run(patch())
    session, models = mock.sessions.peek("default"), mock.backend.distinct_models
    assert loads(dumps(session, models), models) == session

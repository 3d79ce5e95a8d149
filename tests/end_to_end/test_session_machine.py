"""A Hypothesis state machine with two sessions of one server, and all calls in any order.

A call in one session never affects the other; a reset session is like a new one; a fork is like its source
until one of them changes; explaining a request changes nothing.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mockserver import create_app
from mockserver.app import MockServer
from mockserver.engine.session_data import dumps, loads
from tests.support.asgi import InProcess, in_process
from tests.support.wire import TOKEN, Ask, Reply, control, patch


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to do in a session: a change of the cart `path`, or a call of the control API."""

    method: str
    path: str
    body: object = None
    choice: tuple[tuple[str, str], ...] = ()  # the header that chooses an answer

    def ask(self, key: str) -> Ask:
        if self.method == "PATCH" and self.path.isdecimal():
            return patch(key, self.body, self.path, dict(self.choice))
        return control(self.method, self.path, key, self.body)


LINE = {"product_id": 201, "delivery_country": "FR"}
NAMES = st.sampled_from(
    [
        "order-not-cart",
        "already-ordered",
        "bought-outright",
        "submitted-elsewhere",
        "reopened",
        "gateway-down",
    ]
)
CHOICES = st.one_of(
    st.just(()),
    NAMES.map(lambda name: (("x-mock-scenario", name),)),
    st.just((("prefer", "dynamic=true"),)),
)
BODIES = st.sampled_from(
    [
        {},
        {"purchaser_id": 11},
        {"purchaser_id": 0},
        {"purchaser_id": 999},
        {"acquisition_mode": "BUY"},
        {"order_items": [LINE]},
        {"order_items": [LINE, LINE], "acquisition_mode": "LEASING"},
    ]
)
STATES = st.sampled_from(
    [
        {"carts": {"42": {"state": "ordered"}}},
        {"carts": {"43": None}},
        {"carts": {"46": {"state": "cart", "purchaser": 13}}},
        {"carts": {"42": {"state": "lost"}}},  # no such state: refused
    ]
)
ORDERS = st.sampled_from(["42", "43", "46"])
CHANGES = st.builds(Deed, st.just("PATCH"), ORDERS, BODIES, CHOICES)
CALLS = st.one_of(
    NAMES.map(lambda name: Deed("PUT", "session/scenario", {"name": name})),
    STATES.map(lambda state: Deed("PATCH", "session/state", state)),
    st.tuples(ORDERS, st.sampled_from(["submit", "cancel", "reopen"])).map(
        lambda event: Deed("POST", f"session/carts/{event[0]}/events", {"event": event[1]})
    ),
    st.sampled_from(
        [
            Deed("DELETE", "session/scenario"),
            Deed("POST", "session/reset"),
            Deed("DELETE", "session"),
            Deed("DELETE", "requests"),
        ]
    ),
)
DEEDS = CHANGES | CALLS
SIDES = st.sampled_from(["left", "right"])
OTHER = {"left": "right", "right": "left"}
Essence = tuple[int, dict[str, str], str]


def explanation(change: Deed) -> Deed:
    """The question what a change would be answered."""
    headers = {**TOKEN, **dict(change.choice)}
    request = {"method": "PATCH", "path": f"/carts/{change.path}", "headers": headers, "body": change.body}
    return Deed("POST", "explain", request)


GENERATED = explanation(Deed("PATCH", "42", {}, (("prefer", "dynamic=true"),)))  # tells how far the seed is


class Sides(RuleBasedStateMachine):
    """Each run has keys of its own, so that no run sees another's."""

    server: ClassVar[InProcess]
    runs: ClassVar[Iterator[int]] = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        run = next(self.runs)
        self.keys = {side: f"{side}-{run:04}" for side in OTHER}
        self.unused = (f"new-{run:04}-{number:03}" for number in itertools.count())

    def send(self, deed: Deed, key: str) -> Reply:
        ask = deed.ask(key)
        reply = self.server.send(ask.method, ask.target.encode(), ask.raw_headers(), ask.body)
        headers = {name.decode(): value.decode() for name, value in reply.headers}
        return Reply(reply.status, headers, reply.body)

    def standing(self, key: str) -> list[object]:
        """Where a session is: its scenario, its stories, its state, its seed."""
        session = self.send(Deed("GET", "session"), key).json()
        views = (Deed("GET", "session/state"), GENERATED)
        return [
            session["scenario"],
            session["progress"],
            *(self.send(each, key).essence(key) for each in views),
        ]

    def books(self, key: str) -> list[Essence]:
        """What was noted of a session: its exchanges, and what they covered."""
        views = (Deed("GET", "requests?limit=1000"), Deed("GET", "coverage"))
        return [self.send(each, key).essence(key) for each in views]

    def alike(self, one: str, other: str, deed: Deed) -> None:
        """Both sessions stand alike, answer a deed alike, and stand alike after it."""
        assert self.standing(one) == self.standing(other)
        assert self.send(deed, one).essence(one) == self.send(deed, other).essence(other)
        assert self.standing(one) == self.standing(other)

    @invariant()
    def survives_as_json(self) -> None:
        """Each session that was reached is the same after it was written and read."""
        app = self.server.app
        assert isinstance(app, MockServer)
        runtime = app.runtime
        models = runtime.backend.distinct_models
        for key in self.keys.values():
            if key in runtime.sessions:
                session = runtime.sessions.peek(key)
                assert loads(dumps(session, models), models) == session

    @rule(side=SIDES, deeds=st.lists(DEEDS, min_size=1, max_size=4))
    def act(self, side: str, deeds: list[Deed]) -> None:
        """What is done in one never shows in the other."""
        other = self.keys[OTHER[side]]
        before = self.standing(other), self.books(other)
        for deed in deeds:
            self.send(deed, self.keys[side])
        assert (self.standing(other), self.books(other)) == before

    @rule(side=SIDES, way=st.sampled_from([("POST", "session/reset"), ("DELETE", "session")]), deed=DEEDS)
    def restart_all(self, side: str, way: tuple[str, str], deed: Deed) -> None:
        """A session that was reset, or forgotten, is as new."""
        key, new = self.keys[side], next(self.unused)
        assert self.send(Deed(*way), key).status in (200, 204)
        assert self.books(key) == self.books(new)
        self.alike(key, new, deed)
        assert self.books(key) == self.books(new)

    @rule(side=SIDES, change=CHANGES, deeds=st.lists(DEEDS, min_size=1, max_size=2))
    def fork(self, side: str, change: Deed, deeds: list[Deed]) -> None:
        """A fork goes on as its source would, keeps books of its own, and then they part."""
        key, source = self.keys[side], self.keys[OTHER[side]]
        books = self.books(key), self.books(source)
        assert self.send(Deed("POST", "session/fork", {"from": source}), key).status == 200
        assert (self.books(key), self.books(source)) == books
        self.alike(key, source, change)
        self.act(side, deeds)

    @rule(side=SIDES, change=CHANGES)
    def explain(self, side: str, change: Deed) -> None:
        """An explanation changes nothing, and the request is then answered as it said."""
        before = [(self.standing(key), self.books(key)) for key in self.keys.values()]
        said = self.send(explanation(change), self.keys[side]).json()["response"]
        assert [(self.standing(key), self.books(key)) for key in self.keys.values()] == before
        answer = self.send(change, self.keys[side])
        assert (answer.status, answer.json()) == (said["status"], said["body"])
        for name in ("x-mock-source", "x-mock-scenario", "x-mock-session"):
            assert answer.headers.get(name) == said["headers"].get(name)


@pytest.fixture
def machine() -> Iterator[type[Sides]]:
    with in_process(create_app()) as server:
        Sides.server = server
        yield Sides


def test_two_sessions_never_see_each_other(machine: type[Sides]) -> None:
    bounds = settings(
        max_examples=40, stateful_step_count=15, derandomize=True, suppress_health_check=[*HealthCheck]
    )
    run_state_machine_as_test(machine, settings=bounds)

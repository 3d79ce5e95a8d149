"""The server and a second reading of its rules, side by side through whole stories.

Hypothesis tells the stories: tokens, carts, lines, modes, scenarios and events in any order. Each answer must
be the one that `second_opinion` expects, and valid against the contract by another judge than the server's.
"""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
import yaml
from asgi import InProcess, Reply, in_process
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from second_opinion import Ask, Backend, Expected
from table_of_checks import ANSWERS, CODES, CONTRACT, WORLD

from mockserver import Settings, create_app

FORCED = {code.lower().replace("_", "-"): {"respond": {"error": code}} for code in CODES}
WORLDS: dict[str, Any] = {
    "all-ordered": {"given": {"carts": {"*": {"state": "ordered"}}}},
    "all-open": {"given": {"carts": {"*": {"state": "cart"}}}},
    "all-bought": {"given": {"carts": {"*": {"mode": "BUY"}, "42": {"mode": "LEASING", "purchaser": 11}}}},
    "all-leased": {"given": {"carts": {"*": {"mode": "LEASING"}, "44": {"state": "cancelled"}}}},
    "all-empty": {"given": {"carts": {"*": {"state": "cart", "devices": []}}}},
}
STORIES: dict[str, Any] = {
    "submit-now": {"steps": [{"event": "submit"}]},
    "cancel-now": {"steps": [{"event": "cancel"}]},
    "reopen-now": {"steps": [{"event": "reopen"}]},
    "submitted-later": {"steps": [{"times": 2}, {"event": "submit"}]},
    "to-and-fro": {"steps": [{"event": "submit"}, {"event": "reopen", "times": 2}, {"event": "cancel"}]},
}
DOWN = {"down": {"validate": False, "respond": {"status": 500, "body": {"error": "INTERNAL_ERROR"}}}}
SCENARIOS = {**FORCED, **WORLDS, **STORIES, **DOWN}
STARTS = (None, None, "all-bought", "all-open", "to-and-fro", "invalid-user")

OWNERS = {1: "flt_sk_anybody", 2: "flt_sk_boreal_000004", 3: "flt_sk_cobalt_000005"}
TOKENS = st.sampled_from([*WORLD["tokens"], "flt_sk_other-key", "flt_sk_", "sk_live_1", "flt_sk_é", None])
ORDERS = st.sampled_from([*WORLD["carts"], "42", "44", "71", "99", "9" * 40, "042", "0", "4.2", "x"])
LAYOUTS = CONTRACT["components"]["schemas"]["PatchCartBody"]["properties"]["order_items"]["items"][
    "properties"
]["keyboard_layout"]["enum"]
CATALOGUE = [  # what can be ordered: with its country, and with the layout of a price
    (int(id_), country, layout)
    for id_, product in WORLD["products"].items()
    for country in product["countries"]
    for modes in product["prices"].values()
    for priced in modes.values()
    for layout in (priced if product.get("uses_layouts") else [None])
]
PEOPLE = st.sampled_from([*map(int, WORLD["users"]), 999])
PLACES = st.sampled_from([*map(int, WORLD["addresses"]), 999])
MODES = st.sampled_from(["LEASING", "BUY"])


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    """A line that can mostly be ordered; one in three has something else put in, or left out."""
    product, country, layout = draw(st.sampled_from(CATALOGUE))
    line = {"product_id": product, "delivery_country": country, "keyboard_layout": layout}
    line |= draw(st.fixed_dictionaries({}, optional={"user_id": PEOPLE, "shipping_address_id": PLACES}))
    if draw(st.integers(0, 2)) == 2:
        line |= draw(
            st.sampled_from(
                [
                    {"delivery_country": "NO"},
                    {"delivery_country": "fr"},
                    {"product_id": 999},
                    {"product_id": float(product)},
                    {"product_id": 102, "delivery_country": "FR"},
                    {"product_id": 301, "delivery_country": "FR"},
                    {"keyboard_layout": None},
                    {"keyboard_layout": "DUTCH_QWERTY"},
                ]
            )
        )
    return {name: value for name, value in line.items() if value is not None}


BODIES = st.fixed_dictionaries(
    {},
    optional={
        "purchaser_id": PEOPLE,
        "order_items": st.lists(lines(), min_size=1, max_size=3),
        "acquisition_mode": MODES,
        "note": st.just("the contract lets other members pass"),
    },
)
OFFENCES = st.sampled_from(  # for the default company; each breaks one row of the table
    [
        {"purchaser_id": 21},
        {"order_items": [{"product_id": 201, "delivery_country": "NO"}]},
        {"order_items": [{"product_id": 102, "delivery_country": "FR"}]},
        {"order_items": [{"product_id": 101, "delivery_country": "FR"}]},
        {"order_items": [{"product_id": 301, "delivery_country": "FR"}], "acquisition_mode": "BUY"},
        {"order_items": [{"product_id": 201, "delivery_country": "FR", "user_id": 31}]},
        {"order_items": [{"product_id": 201, "delivery_country": "FR", "shipping_address_id": 81}]},
    ]
)
BROKEN_BODIES = st.sampled_from(
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"purchaser_id": 0}',
        b'{"purchaser_id": "12"}',
        b'{"purchaser_id": null}',
        b'{"purchaser_id": true}',
        b'{"order_items": []}',
        b'{"order_items": [{"product_id": 101}]}',
        b'{"order_items": [{"product_id": 101, "delivery_country": "FR", "keyboard_layout": "QWERTY"}]}',
        b'{"order_items": [{"product_id": 1.5, "delivery_country": "FR"}]}',
        b'{"acquisition_mode": "RENT"}',
    ]
)
CHOICES = st.dictionaries(
    st.sampled_from(["header", "prefer", "query", "cookie"]),
    st.tuples(st.just("scenario"), st.sampled_from([*SCENARIOS, "order-not-car"])),
    min_size=1,
    max_size=2,
)
FORCED_STATUSES = st.dictionaries(
    st.sampled_from(["prefer", "query"]),
    st.tuples(st.just("code"), st.sampled_from(["200", "400", "403", "404", "409", "500", "418"])),
    min_size=1,
)
SESSIONS = st.sampled_from(["one", "other"])


def sent(server: InProcess, ask: Ask, carrier: str) -> Reply:
    """The request as HTTP; `carrier` is the way in which the session's key travels."""
    headers = [("content-type", "application/json")]
    query, cookies = [], []
    if ask.token is not None:
        headers.append(("authorization", f"Bearer {ask.token}"))
    for via, (kind, value) in ask.choices.items():
        if via == "query":
            query.append(f"__{kind}={value}")
        elif via == "cookie":
            cookies.append(f"mock_{kind}={value}")
        else:
            name = "x-mock-scenario" if via == "header" else "prefer"
            headers.append((name, value if via == "header" else f"{kind}={value}"))
    if carrier == "query":
        query.append(f"__session={ask.session}")
    elif carrier == "cookie":
        cookies.append(f"mock_session={ask.session}")
    else:
        member = f"mock-session={ask.session}" if carrier == "baggage" else ask.session
        headers.append((carrier, member))
    if cookies:
        headers.append(("cookie", "; ".join(cookies)))
    target = f"/carts/{quote(ask.order)}?{'&'.join(query)}"
    raw = [(name.encode(), value.encode()) for name, value in headers]
    return server.send("PATCH", target.encode(), raw, ask.body)


def agree(reply: Reply, expected: Expected) -> None:
    """The answer is the expected one, and keeps the contract where the contract speaks."""
    found = reply.json()
    problem = reply.header("content-type") == "application/problem+json"
    assert (reply.status, reply.header("x-mock-source")) == (expected.status, expected.source), found
    assert reply.header("x-mock-scenario") == expected.scenario
    assert reply.header("x-mock-off-contract") is None
    assert problem == (expected.status == 401 or expected.source == "mock")
    if not problem:
        ANSWERS[reply.status].validate(found)
    if expected.error is not None and not problem:
        assert found == {"error": expected.error}
    if expected.source == "validation":
        assert found["error"] not in CODES
        assert all({"in", "pointer", "keyword", "message"} <= each.keys() for each in found["violations"])
        assert found["violations"]
    if expected.cart is not None:
        assert found == {"data": expected.cart}


class Carts(RuleBasedStateMachine):
    """Two sessions of one server; each run has keys of its own, so that no run sees another's."""

    servers: ClassVar[dict[str | None, InProcess]] = {}
    seen: ClassVar[set[tuple[str, str]]] = set()  # (source, code) of every answer, over all runs
    runs: ClassVar[Iterator[int]] = itertools.count(1)

    @initialize(start=st.sampled_from(STARTS))
    def begin(self, start: str | None) -> None:
        self.server = self.servers[start]
        self.backend = Backend(SCENARIOS, start)
        self.run = next(self.runs)

    def ask(self, session: str, token: str | None, order: str, body: bytes, **rest: Any) -> None:
        """One request to both; after a refusal an empty change shows that nothing was changed."""
        ask = Ask(f"{session}-{self.run}", token, order, body, rest.get("choices", {}))
        expected = self.backend.answer(ask)
        reply = sent(self.server, ask, rest.get("carrier", "x-mock-session"))
        agree(reply, expected)
        assert reply.header("x-mock-session") == ask.session
        if expected.error is not None:
            self.seen.add((expected.source, expected.error))
        if expected.status >= 400 and order in WORLD["carts"] and rest.get("looks", True):
            self.ask(session, owner(order), order, b"{}", looks=False)

    @rule(session=SESSIONS, order=ORDERS, body=BODIES, ways=st.data())
    def change(self, session: str, order: str, body: dict[str, Any], ways: st.DataObject) -> None:
        carrier = ways.draw(st.sampled_from(["x-mock-session", "baggage", "query", "cookie"]))
        self.ask(session, owner(order), order, json.dumps(body).encode(), carrier=carrier)

    @rule(session=SESSIONS, order=ORDERS, body=BODIES, choices=CHOICES | FORCED_STATUSES)
    def change_by_choice(self, session: str, order: str, body: dict[str, Any], choices: Any) -> None:
        self.ask(session, owner(order), order, json.dumps(body).encode(), choices=choices)

    @rule(session=SESSIONS, order=ORDERS, story=st.sampled_from([*STORIES]), times=st.integers(1, 4))
    def tell(self, session: str, order: str, story: str, times: int) -> None:
        for _ in range(times):
            self.ask(session, owner(order), order, b"{}", choices={"header": ("scenario", story)})

    @rule(session=SESSIONS, order=st.sampled_from(["42", "43", "44", "45"]), body=OFFENCES)
    def break_a_rule(self, session: str, order: str, body: dict[str, Any]) -> None:
        self.ask(session, owner(order), order, json.dumps(body).encode())

    @rule(session=SESSIONS, order=ORDERS, name=st.sampled_from([*FORCED]))
    def force(self, session: str, order: str, name: str) -> None:
        self.ask(session, owner(order), order, b"{}", choices={"header": ("scenario", name)})

    @rule(session=SESSIONS, token=TOKENS, order=ORDERS, body=BODIES)
    def change_as_anybody(self, session: str, token: str | None, order: str, body: dict[str, Any]) -> None:
        self.ask(session, token, order, json.dumps(body).encode())

    @rule(session=SESSIONS, order=ORDERS, body=BROKEN_BODIES, choices=st.just({}) | CHOICES)
    def break_the_contract(self, session: str, order: str, body: bytes, choices: Any) -> None:
        self.ask(session, owner(order), order, body, choices=choices)


def owner(order: str) -> str:
    """A token that may change the cart."""
    return OWNERS[WORLD["carts"].get(order, {"company": 1})["company"]]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[type[Carts]]:
    """The machine with a server for each way to start one, all of them with the scenarios above."""
    about = {"summary": "Written by a test.", "operation": "update-a-cart"}
    for name, act in SCENARIOS.items():
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump({**about, **act}), encoding="utf-8")
    apps = {start: create_app(Settings(scenarios=tmp_path, scenario=start)) for start in set(STARTS)}
    with in_process(apps[None]) as server:
        Carts.servers = {start: InProcess(app, server.runner) for start, app in apps.items()}
        Carts.seen = set()
        yield Carts


def test_server_and_second_opinion_agree_and_every_documented_code_is_reached(machine: type[Carts]) -> None:
    bounds = settings(
        max_examples=100, stateful_step_count=40, derandomize=True, suppress_health_check=[*HealthCheck]
    )
    run_state_machine_as_test(machine, settings=bounds)
    reached = {code for _, code in machine.seen} & CODES.keys()
    by_rule = {code for source, code in machine.seen if source in ("model", "auth")} & CODES.keys()
    by_scenario = {code for source, code in machine.seen if source == "scenario"}
    assert reached == CODES.keys()
    assert by_rule == CODES.keys() - {"INTERNAL_ERROR"}, "reached by ids and tokens alone"
    assert by_scenario == CODES.keys()

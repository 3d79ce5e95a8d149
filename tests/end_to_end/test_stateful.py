"""Compares a server with an independent oracle over sequences of requests.

Hypothesis generates the sequences: tokens, carts, lines, modes, scenarios and events in any order. Each
answer must be the one that `second_opinion` predicts, and valid by a validator that the server does not use.
"""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
import yaml
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from mockserver import Settings, create_app
from tests.support.asgi import InProcess, Reply, in_process
from tests.support.second_opinion import Ask, Backend, Expected
from tests.support.table_of_checks import ANSWERS, CODES, WORLD

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
TOLD = [*STORIES, "reopen-now", "reopen-now", "reopen-now"]  # or most carts would soon be closed
STARTS = (None, None, None, None, "all-bought", "all-open", "to-and-fro", "invalid-user")

OWNERS = {1: "flt_sk_anybody", 2: "flt_sk_boreal_000004", 3: "flt_sk_cobalt_000005"}
TOKENS = st.sampled_from([*WORLD["tokens"], "flt_sk_other-key", "flt_sk_", "sk_live_1", "flt_sk_é", None])
OPEN = ["42", "43", "44", "45", "61", "71"]
ORDERS = st.sampled_from([*OPEN, *OPEN, *WORLD["carts"], "99", "9" * 40, "042", "0", "4.2", "x"])
MODES = st.sampled_from(["LEASING", "BUY"])
SPOILS = st.sampled_from(  # what one line in four has instead, or (None) does not have
    [
        {"delivery_country": "NO"},
        {"delivery_country": "fr"},
        {"product_id": 999},
        {"product_id": 102, "delivery_country": "FR"},
        {"product_id": 301, "delivery_country": "FR"},
        {"keyboard_layout": None},
        {"keyboard_layout": "DUTCH_QWERTY"},
        {"user_id": 999},
        {"shipping_address_id": 999},
    ]
)


def company_of(order: str) -> int:
    """The company that an order belongs to; the default one for an order that there is not."""
    return int(WORLD["carts"].get(order, {"company": 1})["company"])


def owner(order: str) -> str:
    """A token that may change the cart."""
    return OWNERS[company_of(order)]


def own(collection: str, company: int) -> st.SearchStrategy[int]:
    """Mostly ids of the company's own."""
    entries = WORLD[collection]
    mine = [int(id_) for id_, entry in entries.items() if entry["company"] == company]
    return st.sampled_from([*mine * 8, *map(int, entries)])


def catalogue(company: int) -> list[dict[str, Any]]:
    """The lines that the company can order in one mode or the other."""
    currency = WORLD["companies"][str(company)]["currency"]
    return [
        {"product_id": int(id_), "delivery_country": country, "keyboard_layout": layout}
        for id_, product in WORLD["products"].items()
        for country in product["countries"]
        for priced in product["prices"].get(currency, {}).values()
        for layout in (priced if product.get("uses_layouts") else [None])
    ]


@st.composite
def lines(draw: st.DrawFn, company: int) -> dict[str, Any]:
    """A line that the company can order, in three cases of four."""
    people, places = own("users", company), own("addresses", company)
    line = draw(st.sampled_from(catalogue(company)))
    line |= draw(st.fixed_dictionaries({}, optional={"user_id": people, "shipping_address_id": places}))
    if draw(st.integers(0, 3)) == 3:
        line |= draw(SPOILS)
    return {name: value for name, value in line.items() if value is not None}


def bodies(company: int) -> st.SearchStrategy[bytes]:
    """Changes that the contract allows and, more often than not, the rules do, too."""
    members = {
        "purchaser_id": own("users", company),
        "order_items": st.lists(lines(company), min_size=1, max_size=2),
        "acquisition_mode": MODES,
        "note": st.just("the contract lets other members pass"),
    }
    return st.fixed_dictionaries({}, optional=members).map(lambda body: json.dumps(body).encode())


BODIES = {company: bodies(company) for company in OWNERS}
CHANGES = ORDERS.flatmap(lambda order: st.tuples(st.just(order), BODIES[company_of(order)]))


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
SEVERAL_OFFENCES = st.fixed_dictionaries(  # the order of the checks decides which of them is named
    {
        "order_items": st.lists(
            st.fixed_dictionaries(
                {
                    "product_id": st.sampled_from([101, 102, 201, 202, 203, 301, 999]),
                    "delivery_country": st.sampled_from(["FR", "FR", "NO"]),
                },
                optional={
                    "user_id": st.sampled_from([12, 31]),
                    "shipping_address_id": st.sampled_from([56, 81]),
                },
            ),
            min_size=1,
            max_size=2,
        )
    },
    optional={"purchaser_id": st.sampled_from([12, 12, 21]), "acquisition_mode": MODES},
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
CARRIERS = st.sampled_from(["x-mock-session", "baggage", "query", "cookie"])
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

    @rule(session=SESSIONS, change=CHANGES, carrier=CARRIERS)
    def change(self, session: str, change: tuple[str, bytes], carrier: str) -> None:
        order, body = change
        self.ask(session, owner(order), order, body, carrier=carrier)

    @rule(session=SESSIONS, change=CHANGES, choices=CHOICES | FORCED_STATUSES)
    def change_by_choice(self, session: str, change: tuple[str, bytes], choices: Any) -> None:
        order, body = change
        self.ask(session, owner(order), order, body, choices=choices)

    @rule(session=SESSIONS, order=ORDERS, story=st.sampled_from(TOLD), times=st.integers(1, 3))
    def tell(self, session: str, order: str, story: str, times: int) -> None:
        for _ in range(times):
            self.ask(session, owner(order), order, b"{}", choices={"header": ("scenario", story)})

    @rule(session=SESSIONS, order=st.sampled_from(["42", "43", "44", "45"]), body=OFFENCES | SEVERAL_OFFENCES)
    def break_rules(self, session: str, order: str, body: dict[str, Any]) -> None:
        self.ask(session, owner(order), order, json.dumps(body).encode())

    @rule(session=SESSIONS, order=st.sampled_from(OPEN), mode=MODES)
    def switch_the_mode(self, session: str, order: str, mode: str) -> None:
        self.ask(session, owner(order), order, json.dumps({"acquisition_mode": mode}).encode())

    @rule(session=SESSIONS, order=ORDERS, name=st.sampled_from([*FORCED]))
    def force(self, session: str, order: str, name: str) -> None:
        self.ask(session, owner(order), order, b"{}", choices={"header": ("scenario", name)})

    @rule(session=SESSIONS, token=TOKENS, change=CHANGES)
    def change_as_anybody(self, session: str, token: str | None, change: tuple[str, bytes]) -> None:
        self.ask(session, token, *change)

    @rule(session=SESSIONS, order=ORDERS, body=BROKEN_BODIES, choices=st.just({}) | CHOICES)
    def break_the_contract(self, session: str, order: str, body: bytes, choices: Any) -> None:
        self.ask(session, owner(order), order, body, choices=choices)


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
        max_examples=80,
        stateful_step_count=30,
        derandomize=True,
        report_multiple_bugs=False,
        suppress_health_check=[*HealthCheck],
    )
    run_state_machine_as_test(machine, settings=bounds)
    reached = {code for _, code in machine.seen} & CODES.keys()
    by_rule = {code for source, code in machine.seen if source in ("model", "auth")} & CODES.keys()
    by_scenario = {code for source, code in machine.seen if source == "scenario"}
    assert reached == CODES.keys()
    assert by_rule == CODES.keys() - {"INTERNAL_ERROR"}, "reached by ids and tokens alone"
    assert by_scenario == CODES.keys()

"""The precedence of all that may answer: each row goes before each row below it, for its own operation."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path

import pytest

from mockserver.data.source import read
from mockserver.engine.backend import Backend
from mockserver.loading import bundled_data, load_backend
from mockserver.settings import Settings
from tests.support.asgi import Reply
from tests.support.console import Console, open_console

ROWS = (
    "header", "prefer", "query", "cookie", "stub", "session", "mutation", "model", "example", "generated",
)  # fmt: skip
ANSWERS = {
    "header": "409 ORDER_NOT_CART",
    "prefer": "404 CART_NOT_FOUND",
    "query": "400 INVALID_USER",
    "cookie": "500 INTERNAL_ERROR",
    "stub": "400 INVALID_ADDRESS",
    "session": "404 COMPANY_NOT_FOUND",
    "mutation": "404 PRODUCT_NOT_FOUND",
    "model": "200 model",
    "example": "200 example",
    "generated": "200 generated",
}


def scenario_of(row: str) -> str:
    """The scenario that forces the row's answer."""
    return ANSWERS[row].partition(" ")[2].lower().replace("_", "-")


HEADERS = {
    "header": ("x-mock-scenario", scenario_of("header")),
    "prefer": ("prefer", f"scenario={scenario_of('prefer')}"),
    "cookie": ("cookie", f"mock_scenario={scenario_of('cookie')}"),
}
CALLS: dict[str, tuple[str, object]] = {
    "stub": ("POST session/stubs", {"operation": "update-a-cart", "respond": {"error": "INVALID_ADDRESS"}}),
    "session": ("PUT session/scenario", {"name": scenario_of("session")}),
    "mutation": ("PUT session/mutation", {"name": "update-a-cart 404 error PRODUCT_NOT_FOUND"}),
}


def without_examples(node: object) -> object:
    """A document without the examples of its bodies."""
    if isinstance(node, dict):
        return {key: without_examples(value) for key, value in node.items() if key != "examples"}
    return [without_examples(each) for each in node] if isinstance(node, list) else node


@pytest.fixture(scope="module")
def backends(tmp_path_factory) -> dict[tuple[bool, bool], Backend]:
    """The bundled carts with or without the model, and with or without examples."""
    data, folder = bundled_data(), tmp_path_factory.mktemp("plain")
    document = without_examples(read(data / "fixtures/spec/carts.yaml").data)
    (folder / "carts.json").write_text(json.dumps(document), encoding="utf-8")
    files = {"fixtures": data / "fixtures", "scenarios": data / "scenarios"}
    return {
        (model, examples): load_backend(
            Settings(
                specs=() if examples else (folder / "carts.json",), model=model, **(files if model else {})
            )
        )
        for model in (True, False)
        for examples in (True, False)
    }


@contextmanager
def laid(rows: tuple[str, ...], backends: dict[tuple[bool, bool], Backend]) -> Iterator[Console]:
    """A server on which these rows may answer, and none between or after them but the generated values."""
    with open_console(backend=backends["model" in rows, "example" in rows]) as console:
        for row in rows:
            if row in CALLS:
                assert console.call(*CALLS[row]).status in (200, 201, 204)
        yield console


def asked(console: Console, rows: tuple[str, ...]) -> Reply:
    """The answer to a request in which those of the rows choose that a request has."""
    headers = dict(HEADERS[row] for row in rows if row in HEADERS)
    query = f"?__scenario={scenario_of('query')}" if "query" in rows else ""
    return console.patch(f"42{query}", headers=headers)


def summary(reply: Reply) -> str:
    """Status and error code, or status and source of an answer that is not an error."""
    return f"{reply.status} {reply.json().get('error') or reply.header('x-mock-source')}"


@pytest.mark.parametrize("row", ROWS)
def test_each_row_answers_where_it_is_alone(row, backends):
    with laid((row,), backends) as console:
        assert summary(asked(console, (row,))) == ANSWERS[row]


@pytest.mark.parametrize(
    ("first", "second"),
    list(combinations(ROWS, 2)),
    ids=[" before ".join(each) for each in combinations(ROWS, 2)],
)
def test_each_row_goes_before_each_row_below_it(first, second, backends):
    with laid((first, second), backends) as console:
        assert summary(asked(console, (first, second))) == ANSWERS[first]


@pytest.mark.parametrize("first", ROWS)
def test_each_row_goes_before_all_rows_below_it_together(first, backends):
    rows = ROWS[ROWS.index(first) :]
    with laid(rows, backends) as console:
        assert summary(asked(console, rows)) == ANSWERS[first]


# Choices that are no scenarios


@pytest.mark.parametrize(
    ("headers", "query", "expected"),
    [
        ({"prefer": "code=409"}, "", "409 ORDER_NOT_CART"),
        ({"prefer": "example=empty-cart"}, "", "200 example"),
        ({"prefer": "dynamic=true"}, "", "200 generated"),
        ({"prefer": "seed=7"}, "", "200 generated"),
        ({}, "?__code=409", "409 ORDER_NOT_CART"),
        ({}, "?__example=empty-cart", "200 example"),
        ({}, "?__dynamic=true", "200 generated"),
    ],
)
def test_a_code_example_or_seed_goes_before_cookie_stubs_session_and_model(
    headers, query, expected, backends
):
    with laid(("stub", "session", "model", "example"), backends) as console:
        cookie = f"mock_scenario={scenario_of('cookie')}"
        assert summary(console.patch(f"42{query}", headers={**headers, "cookie": cookie})) == expected


def test_the_newest_stub_that_matches_goes_before_the_older_ones(backends):
    with laid(("model",), backends) as console:
        for error, purchaser in (("INVALID_USER", None), ("ORDER_NOT_CART", 12), ("INTERNAL_ERROR", 13)):
            match = {} if purchaser is None else {"match": {"bodyPartial": {"purchaser_id": purchaser}}}
            console.call(
                "POST session/stubs", {"respond": {"error": error}, "operation": "update-a-cart", **match}
            )
        assert summary(console.patch(body={"purchaser_id": 13})) == "500 INTERNAL_ERROR"
        assert summary(console.patch(body={"purchaser_id": 12})) == "409 ORDER_NOT_CART"
        assert summary(console.patch(body={})) == "400 INVALID_USER"


# Each carrier is asked for the operation of the request

LAMPS = """
openapi: 3.1.0
info: {title: Lamps, version: "1"}
paths:
  /lamps:
    get:
      operationId: list-lamps
      responses: &responses
        "200": {description: Them., content: {application/json: {schema: {}, example: {is: example}}}}
        "404": {description: None., content: {application/json: {schema: {}, example: {is: missing}}}}
        "409": {description: Odd., content: {application/json: {schema: {}, example: {is: odd}}}}
    post:
      operationId: add-lamp
      responses: *responses
"""
OPERATIONS = {"list": "list-lamps", "add": "add-lamp"}
CARRIERS = ("header", "prefer", "query", "cookie", "session")


@pytest.fixture
def lamps(tmp_path: Path):
    """Two operations, each with the scenarios `list-404`, `list-409`, `add-404` and `add-409`."""
    (tmp_path / "lamps.yaml").write_text(LAMPS, encoding="utf-8")
    (tmp_path / "scenarios").mkdir()
    for short, operation in OPERATIONS.items():
        for status in (404, 409):
            text = f"summary: .\noperation: {operation}\nrespond: {{status: {status}}}\n"
            (tmp_path / f"scenarios/{short}-{status}.yaml").write_text(text, encoding="utf-8")
    with open_console(backend=load_backend(Settings(specs=(tmp_path / "lamps.yaml",)))) as console:
        yield console


def listed(console: Console, **chosen: str) -> Reply:
    """The answer of list-lamps where the carriers name these scenarios."""
    if "session" in chosen:
        console.call("PUT session/scenario", {"name": chosen["session"]})
    headers = {
        "x-mock-scenario": chosen.get("header"),
        "prefer": f"scenario={chosen['prefer']}" if "prefer" in chosen else None,
        "cookie": f"mock_scenario={chosen['cookie']}" if "cookie" in chosen else None,
        "x-mock-session": "default",
    }
    query = f"?__scenario={chosen['query']}" if "query" in chosen else ""
    return console.send(
        "GET", f"/lamps{query}", headers={name: each for name, each in headers.items() if each}
    )


def trail(console: Console, reply: Reply) -> list[dict[str, str]]:
    return list(console.call(f"GET requests/{reply.header('x-mock-exchange')}").json()["trail"])


@pytest.mark.parametrize(
    ("silent", "next_"),
    list(combinations(CARRIERS, 2)),
    ids=[" to ".join(each) for each in combinations(CARRIERS, 2)],
)
def test_a_carrier_that_says_nothing_about_the_operation_is_passed_over(silent, next_, lamps):
    reply = listed(lamps, **{silent: "add-404", next_: "list-409"})
    assert (reply.status, reply.header("x-mock-scenario")) == (409, "list-409")
    assert reply.header("x-mock-note") is None, "nothing is overridden"
    if silent != "session":
        [told] = [each for each in trail(lamps, reply) if "does not apply" in each["decided"]]
        assert told["decided"] == "add-404 does not apply: it is for add-lamp"
        assert re.search(r"add-404\.yaml:\d+", told["where"])


@pytest.mark.parametrize("silent", CARRIERS)
def test_the_contract_answers_where_all_carriers_are_silent(silent, lamps):
    reply = listed(lamps, **{silent: "add-404"})
    assert (reply.status, reply.header("x-mock-source")) == (200, "example")


def test_a_stub_of_another_operation_is_passed_over(lamps):
    lamps.call("POST session/stubs", {"operation": "add-lamp", "respond": {"status": 404}})
    assert listed(lamps, session="list-409").status == 409


def test_choices_for_two_operations_do_not_meet(lamps):
    listed(lamps, session="add-404")
    assert listed(lamps, session="list-409").status == 409
    assert lamps.send("POST", "/lamps").status == 404


def test_one_header_may_choose_for_several_operations(lamps):
    assert listed(lamps, header="add-404, list-409", session="list-404").status == 409


# What is overridden is told


@pytest.mark.parametrize(
    ("carrier", "name"),
    [
        ("header", "the header X-Mock-Scenario"),
        ("prefer", "the header Prefer"),
        ("query", "the query"),
        ("cookie", "the cookie mock_scenario"),
    ],
)
def test_a_request_that_overrides_a_choice_of_the_session_tells_by_which_carrier(carrier, name, lamps):
    reply = listed(lamps, **{carrier: "list-404", "session": "list-409"})
    sentence = f"{name} overrides list-409 of the session"
    assert (reply.status, reply.header("x-mock-note")) == (404, sentence)
    [told] = [each for each in trail(lamps, reply) if each["decided"] == sentence]
    assert re.search(r"list-409\.yaml:3", told["where"])


@pytest.mark.parametrize("carrier", ["header", "prefer", "query", "cookie"])
def test_a_request_that_overrides_a_stub_of_the_session_tells_so(carrier, lamps):
    lamps.call("POST session/stubs", {"operation": "list-lamps", "respond": {"status": 409}})
    reply = listed(lamps, **{carrier: "list-404"})
    assert reply.status == 404
    assert reply.header("x-mock-note").endswith(" overrides the stub s1 of the session")
    assert reply.header("x-mock-note") in [each["decided"] for each in trail(lamps, reply)]


def test_a_stub_that_overrides_a_choice_of_the_session_tells_so(lamps):
    lamps.call("POST session/stubs", {"operation": "list-lamps", "respond": {"status": 404}})
    reply = listed(lamps, session="list-409")
    assert (reply.status, reply.header("x-mock-source")) == (404, "stub")
    assert reply.header("x-mock-note") == "the stub s1 overrides list-409 of the session"


@pytest.mark.parametrize("preference", ["code=404", "example=other", "dynamic=true", "seed=3"])
def test_a_choice_that_is_no_scenario_tells_what_it_overrides(preference, lamps):
    lamps.call("PUT session/scenario", {"name": "list-409"})
    reply = lamps.send("GET", "/lamps", headers={"prefer": preference})
    assert reply.header("x-mock-note") == "the header Prefer overrides list-409 of the session"


@pytest.mark.parametrize("carrier", ["header", "prefer", "query", "cookie"])
def test_an_unknown_name_is_a_problem_although_a_carrier_below_names_a_known_one(carrier, lamps):
    reply = listed(lamps, **{carrier: "list-40", "session": "list-409"})
    assert (reply.status, reply.json()["valid"]) == (404, ["add-404", "add-409", "list-404", "list-409"])
    assert reply.header("x-mock-scenario") is None


def test_an_unknown_name_below_the_carrier_that_decides_is_not_read(lamps):
    assert listed(lamps, header="list-409", cookie="nobody").status == 409


@pytest.mark.parametrize("carrier", CARRIERS)
def test_what_is_chosen_and_not_overridden_has_no_note(carrier, lamps):
    assert listed(lamps, **{carrier: "list-404"}).header("x-mock-note") is None


@pytest.mark.parametrize(
    ("first", "second"),
    list(combinations(CARRIERS[:-1], 2)),
    ids=[" over ".join(each) for each in combinations(CARRIERS[:-1], 2)],
)
def test_of_two_parts_of_a_request_the_overridden_one_is_told(first, second, lamps):
    reply = listed(lamps, **{first: "list-404", second: "list-409"})
    note = reply.header("x-mock-note")
    assert re.fullmatch(r"the (header|query|cookie)\b.* overrides the (header|query|cookie)\b.*", note)
    assert note in [each["decided"] for each in trail(lamps, reply)]


def test_a_part_of_a_request_that_is_for_another_operation_is_not_overridden(lamps):
    assert listed(lamps, header="list-404", cookie="add-404").header("x-mock-note") is None


@pytest.mark.parametrize(
    ("headers", "query", "note"),
    [
        ({"prefer": "scenario=list-409, code=404"}, "", "code of the header Prefer"),
        ({"prefer": "scenario=list-409, example=a, seed=7"}, "", "example and seed of the header Prefer"),
        ({}, "?__scenario=list-409&__dynamic=true", "dynamic of the query"),
    ],
)
def test_what_a_scenario_beside_it_makes_void_is_told(headers, query, note, lamps):
    reply = lamps.send("GET", f"/lamps{query}", headers=headers)
    assert (reply.status, reply.header("x-mock-note")) == (409, f"list-409 answers, so {note} is ignored")


def test_a_code_beside_a_scenario_of_another_operation_is_honoured(lamps):
    reply = lamps.send("GET", "/lamps", headers={"prefer": "scenario=add-409, code=404"})
    assert (reply.status, reply.header("x-mock-note")) == (404, None)

"""Stories: calls are counted, steps fire events, answer or break, and changes that remain are told."""

from pathlib import Path

import pytest

from mockserver.loading import load_backend
from mockserver.settings import Settings
from tests.support.console import Console, open_console

FLAKY = """
summary: Two failures, then it works.
operation: update-a-cart
steps:
  - {times: 2, respond: {status: 503, offContract: true, headers: {Retry-After: "1"}}}
  - {event: cancel, respond: {error: INVALID_USER}}
  - {}
"""
WITHOUT_A_MODEL = """
openapi: 3.1.0
info: {title: Lamps, version: "1"}
paths:
  /lamps/{id}:
    get:
      operationId: show-lamp
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: It., content: {application/json: {schema: {}, example: {is: "on"}}}}
        "404": {description: None., content: {application/json: {schema: {}, example: {is: gone}}}}
"""


@pytest.fixture
def console(tmp_path: Path):
    (tmp_path / "flaky.yaml").write_text(FLAKY, encoding="utf-8")
    with open_console(backend=load_backend(Settings(scenarios=tmp_path))) as opened:
        yield opened


def decided(console: Console, exchange: str) -> list[str]:
    return [each["decided"] for each in console.call(f"GET requests/{exchange}").json()["trail"]]


def flaky(console: Console, order: str = "42") -> int:
    return console.patch(order, headers={"x-mock-scenario": "flaky"}).status


def test_a_step_answers_by_itself_and_the_next_one_lets_the_model_answer(console):
    assert [flaky(console) for _ in range(5)] == [503, 503, 400, 409, 409]


def test_the_calls_are_counted_for_each_subject(console):
    assert [flaky(console, order) for order in ("42", "43", "42", "43", "42")] == [503, 503, 503, 503, 400]


def test_a_step_that_breaks_the_contract_on_purpose_is_intended(console):
    reply = console.patch(headers={"x-mock-scenario": "flaky"})
    assert reply.header("x-mock-off-contract") == "1; intended"
    assert (reply.header("retry-after"), reply.header("x-mock-source")) == ("1", "scenario")


def test_a_request_that_is_refused_does_not_count(console):
    bad = console.patch(body={"purchaser_id": "x"}, headers={"x-mock-scenario": "flaky"})
    assert (bad.status, [flaky(console) for _ in range(3)]) == (400, [503, 503, 400])


def test_the_trail_names_the_step_with_file_and_line(console):
    flaky(console)
    [entry] = [
        each
        for each in console.call("GET requests/x1").json()["trail"]
        if each["decided"] == "flaky: call 1 for carts/42: step 1 of 3"
    ]
    assert entry["where"].endswith("flaky.yaml:5#/steps/0")


def test_later_exchanges_name_the_story_that_changed_their_subject(console):
    for _ in range(3):
        flaky(console)
    sentence = "the story flaky changed carts/42 before; a reset of the session undoes it"
    assert sentence not in decided(console, "x3")
    assert console.patch().status == 409
    assert sentence in decided(console, "x4")
    assert console.patch("43").status == 200
    assert sentence not in decided(console, "x5")
    console.call("POST session/reset")
    assert console.patch().status == 200
    assert sentence not in decided(console, "x6")


def test_a_fork_keeps_the_story_of_the_changes(console):
    for _ in range(3):
        flaky(console)
    console.call("POST session/fork", {"from": console.session}, session="forked")
    assert console.patch(session="forked").status == 409
    trail = console.call("GET requests/x1", session="forked").json()["trail"]
    assert "the story flaky changed carts/42 before" in str(trail)


@pytest.mark.parametrize(
    ("step", "status", "fault"),
    [
        ("{delay: 1ms}", 200, None),
        ("{fault: bad-gateway}", 502, "bad-gateway"),
        ("{respond: {status: 200, body: responses/filled-cart.json, delay: 1ms}}", 200, None),
        ("{respond: {fault: 'service-unavailable; retry-after=3s'}}", 503, "service-unavailable"),
    ],
    ids=["a delay", "a fault of a gateway", "an answer with a delay", "a fault in respond"],
)
def test_a_step_can_delay_or_break_and_is_counted(tmp_path, step, status, fault):
    steps = f"steps:\n  - {step}\n  - {{respond: {{error: INVALID_USER}}}}\n"
    (tmp_path / "broken.yaml").write_text(f"summary: .\noperation: update-a-cart\n{steps}", encoding="utf-8")
    with open_console(backend=load_backend(Settings(scenarios=tmp_path))) as console:
        first, second = (console.patch(headers={"x-mock-scenario": "broken"}) for _ in range(2))
    assert (first.status, first.header("x-mock-fault"), second.status) == (status, fault, 400)
    assert (first.header("x-mock-delay") is None) is ("delay" not in step)


def test_a_story_needs_no_model_if_it_fires_no_event(tmp_path):
    (tmp_path / "lamps.yaml").write_text(WITHOUT_A_MODEL, encoding="utf-8")
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios/gone.yaml").write_text(
        "summary: .\noperation: show-lamp\nsteps: [{}, {respond: {status: 404}}]\n", encoding="utf-8"
    )
    with open_console(backend=load_backend(Settings(specs=(tmp_path / "lamps.yaml",)))) as console:
        console.call("PUT session/scenario", {"name": "gone"})
        replies = [console.send("GET", f"/lamps/{lamp}") for lamp in ("a", "a", "b", "a")]
    assert [reply.status for reply in replies] == [200, 404, 200, 404]
    assert replies[1].json() == {"is": "gone"}


def test_a_stub_can_tell_a_story(console):
    stub = {"operation": "update-a-cart", "steps": [{"respond": {"error": "ORDER_NOT_CART"}}, {}]}
    assert console.call("POST session/stubs", stub).status == 201
    assert [console.patch().status for _ in range(3)] == [409, 200, 200]
    assert "the stub s1: call 2 for carts/42: step 2 of 2" in decided(console, "x2")


def test_the_trail_names_the_event_of_a_step_with_file_and_line(console):
    for _ in range(3):
        flaky(console)
    trail = console.call("GET requests/x3").json()["trail"]
    [entry] = [each for each in trail if each["decided"].startswith("the event 'cancel'")]
    assert entry["where"].endswith("flaky.yaml:6#/steps/1")

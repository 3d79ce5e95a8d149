"""The list of scenarios: what each is for, and what it answers."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

import mockserver
from mockserver.check import outcomes
from mockserver.contract.reader.load import load
from mockserver.contract.validation import check_answer
from mockserver.control.request import ControlRequest
from mockserver.control.scenario_list import list_scenarios
from mockserver.engine.backend import Backend
from mockserver.http.message import Answer, Request
from mockserver.loading import load_backend
from mockserver.settings import Settings
from tests.support.console import open_console
from tests.support.patches import BUNDLED, runtime

OWN = load([Path(mockserver.__file__).parent / "control" / "openapi.yaml"])
NOTES = """\
openapi: 3.1.0
info: {title: Notes, version: "1"}
paths:
  /notes:
    get:
      operationId: list-notes
      responses:
        "200": {description: All of them.}
        "503": {description: Away.}
    post:
      operationId: add-note
      parameters: [{name: q, in: query, required: true, schema: {type: string, minLength: 3, maxLength: 1}}]
      responses: {"204": {description: Added.}}
"""


def notes(folder: Path, **scenarios: str) -> Backend:
    """A contract without a model, with these scenarios."""
    (folder / "notes.yaml").write_text(NOTES, encoding="utf-8")
    (folder / "scenarios").mkdir()
    for name, text in scenarios.items():
        path = folder / "scenarios" / f"{name.replace('_', '-')}.yaml"
        path.write_text(f"summary: .\n{text}", encoding="utf-8")
    return load_backend(Settings(specs=(folder / "notes.yaml",)))


def listed(backend: Backend) -> dict[str, dict[str, object]]:
    """The rows by name, valid by the control API's contract."""
    with open_console(backend=backend) as console:
        answer = console.call("GET scenarios")
    assert check_answer(OWN.operation("list-scenarios"), 200, "application/json", answer.body) == []
    return {row["name"]: row for row in answer.json()["scenarios"]}


def test_every_scenario_is_listed(console):
    scenarios = console.call("GET scenarios").json()["scenarios"]
    assert [each["name"] for each in scenarios] == sorted(BUNDLED.scenarios)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("order-not-cart", {"kind": "respond", "validate": True, "status": 409, "error": "ORDER_NOT_CART"}),
        (
            "gateway-down",
            {"kind": "respond", "validate": False, "status": 500, "error": "INTERNAL_ERROR"},
        ),
        ("free-text-error", {"kind": "respond", "validate": True, "status": 400, "error": None}),
        ("already-ordered", {"kind": "given", "validate": True, "status": 409, "error": "ORDER_NOT_CART"}),
        (
            "connection-lost",
            {"kind": "respond", "validate": True, "status": 200, "error": None, "fault": "connection-reset"},
        ),
        (
            "reopened",
            {
                "kind": "steps",
                "validate": True,
                "status": 409,
                "error": "ORDER_NOT_CART",
                "answers": [{"status": 409, "error": "ORDER_NOT_CART"}, {"status": 200, "error": None}],
            },
        ),
    ],
)
def test_a_scenario_tells_what_kind_it_is_and_what_it_answers(console, name, expected):
    rows = {each["name"]: each for each in console.call("GET scenarios").json()["scenarios"]}
    said = {
        "name": name,
        "summary": BUNDLED.scenarios[name].summary,
        "operation": "update-a-cart",
        **expected,
    }
    assert rows[name] == said


def test_the_statuses_are_those_that_the_command_lists(console):
    for row in console.call("GET scenarios").json()["scenarios"]:
        said = [(each.status, each.error) for each in outcomes(BUNDLED, BUNDLED.scenarios[row["name"]])]
        answers = row.get("answers", [row])
        assert [(each["status"], each["error"]) for each in answers] == said


def test_faults_and_answers_of_steps_are_listed_without_a_model(tmp_path):
    rows = listed(
        notes(
            tmp_path,
            down="operation: list-notes\nfault: bad-gateway",
            slow="operation: list-notes\ndelay: 1s",
            flaky="operation: list-notes\nsteps:\n"
            "  - {times: 2, respond: {status: 503}}\n"
            "  - {respond: {status: 200, fault: empty-response}}\n"
            "  - {}",
        )
    )
    assert (rows["down"]["status"], "fault" in rows["down"]) == (502, False)
    assert (rows["slow"]["status"], rows["slow"]["operation"]) == (200, "list-notes")
    assert rows["flaky"]["answers"] == [
        {"status": 503, "error": None},
        {"status": 503, "error": None},
        {"status": 200, "error": None, "fault": "empty-response"},
        {"status": 200, "error": None},
    ]


def test_a_scenario_whose_request_cannot_be_made_has_no_status(tmp_path):
    rows = listed(notes(tmp_path, added="operation: add-note\nrespond: {status: 204}"))
    assert (rows["added"]["status"], rows["added"]["error"]) == (None, None)


def test_a_long_story_lists_its_first_calls(tmp_path):
    story = "operation: list-notes\nsteps: [{times: 1000000}, {respond: {status: 503}}]"
    answers = listed(notes(tmp_path, long=story))["long"]["answers"]
    assert answers == [{"status": 200, "error": None}] * 100


def many(number: int) -> Backend:
    """The bundled carts with this number of scenarios that the model answers."""
    leased = BUNDLED.scenarios["leased"]
    copies = {f"leased-{each}": replace(leased, name=f"leased-{each}") for each in range(number)}
    return replace(BUNDLED, scenarios=copies)


def test_other_requests_are_answered_while_a_long_list_is_made():
    mock = runtime(backend=many(200))

    async def pauses_while_listing() -> tuple[Answer, int]:
        answer = asyncio.ensure_future(
            list_scenarios(ControlRequest(mock, Request.build("GET", "/scenarios"), {}))
        )
        pauses = 0
        while not answer.done():
            pauses += 1
            await asyncio.sleep(0)
        return await answer, pauses

    _, pauses = asyncio.run(pauses_while_listing())
    assert pauses > 3


def test_what_a_scenario_answers_is_found_once_for_a_backend():
    mock = runtime(backend=many(3))
    call = ControlRequest(mock, Request.build("GET", "/scenarios"), {})
    first = asyncio.run(list_scenarios(call))
    known = dict(mock.known_outcomes())
    assert len(known) == 3
    assert asyncio.run(list_scenarios(call)).body == first.body
    assert all(mock.known_outcomes()[name] is found for name, found in known.items())
    mock.pipeline.serve(many(2))
    assert mock.known_outcomes() == {}


def test_sessions_and_journal_of_the_server_are_not_touched(console):
    console.patch()
    before = console.call("GET health").json()
    console.call("GET scenarios")
    after = console.call("GET health").json()
    assert (after["sessions"], after["journal"]) == (before["sessions"], before["journal"])

"""An answer that breaks the contract is flagged; one that is meant to is told apart everywhere."""

from pathlib import Path

import pytest

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.support.asgi import InProcess, in_process
from tests.support.terminal import called

DOCUMENT = """
openapi: 3.1.0
info: {title: Lamps, version: "1"}
paths:
  /lamps/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: read-lamp
      responses:
        "200":
          description: A lamp
          content:
            application/json:
              schema: {type: object, required: [lit], properties: {lit: {type: boolean}}}
              example: {lit: true}
  /broken:
    get:
      responses:
        "200": {description: ok, content: {application/json: {schema: {type: integer}, example: x}}}
"""
SCENARIOS = {
    "unavailable": "respond: {status: 503, offContract: true, headers: {Retry-After: '1'}}",
    "odd-body": "respond: {status: 200, offContract: true, body: {lit: maybe}}",
    "kept": "respond: {status: 200, offContract: true, body: {lit: false}}",
}
LOCAL = [(b"host", b"127.0.0.1")]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "scenarios").mkdir()
    for name, action in SCENARIOS.items():
        text = f"summary: A lamp.\noperation: read-lamp\n{action}\n"
        (tmp_path / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")
    (path := tmp_path / "lamps.yaml").write_text(DOCUMENT, encoding="utf-8")
    return Settings(specs=(path,))


def get(process: InProcess, target: str, scenario: str = "") -> tuple[int, str | None]:
    """The status of an answer, and how it is flagged."""
    chosen = [(b"x-mock-scenario", scenario.encode())] if scenario else []
    reply = process.send("GET", target.encode(), [*LOCAL, *chosen], b"")
    return reply.status, reply.header("x-mock-off-contract")


def test_a_scenario_may_break_the_contract_on_purpose(settings: Settings) -> None:
    with in_process(create_app(settings)) as process:
        assert get(process, "/lamps/1", "unavailable") == (503, "1; intended")
        assert get(process, "/lamps/1", "odd-body") == (200, "1; intended")
        assert get(process, "/lamps/1", "kept") == (200, None)
        assert get(process, "/broken") == (200, "1")


def test_what_is_meant_to_break_the_contract_is_no_violation_and_counted_apart(settings: Settings) -> None:
    with in_process(create_app(settings)) as process:
        for target, scenario in (("/lamps/1", "odd-body"), ("/broken", ""), ("/lamps/1", "unavailable")):
            get(process, target, scenario)
        violations = process.send("GET", b"/__mock/violations", LOCAL, b"").json()
        assert [(each["exchange"], each["side"]) for each in violations["violations"]] == [("x2", "answer")]
        assert violations["count"] == 1
        rows = process.send("GET", b"/__mock/requests", LOCAL, b"").json()["requests"]
        assert [(row["id"], row["intended"]) for row in rows] == [("x3", True), ("x2", False), ("x1", True)]
        process.send("DELETE", b"/__mock/violations", LOCAL, b"")
        health = process.send("GET", b"/__mock/health", LOCAL, b"").json()
        assert health["off_contract"] == {"unintended": 1, "intended": 2}


def test_a_refused_request_is_not_answered_by_the_scenario(settings: Settings) -> None:
    with in_process(create_app(settings)) as process:
        assert get(process, "/lamps/one", "unavailable") == (422, None)


def test_with_errors_only_what_is_not_meant_becomes_a_problem(settings: Settings) -> None:
    strict = Settings(specs=settings.specs, errors=True)
    with in_process(create_app(strict)) as process:
        assert get(process, "/lamps/1", "unavailable") == (503, "1; intended")
        assert get(process, "/lamps/1", "odd-body") == (200, "1; intended")
        assert get(process, "/broken") == (500, "1")


def test_check_finds_nothing_in_a_scenario_that_says_so(settings: Settings, tmp_path: Path) -> None:
    done = called("check", settings.specs[0])
    assert "scenarios/" not in done.output
    (tmp_path / "scenarios" / "odd-body.yaml").write_text(
        "summary: A lamp.\noperation: read-lamp\nrespond: {status: 503}\n", encoding="utf-8"
    )
    assert "says 'offContract: true'" in called("check", settings.specs[0]).output

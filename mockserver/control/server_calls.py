"""Calls about the server itself: its health, its contracts, its scenarios."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from mockserver.contract.document.merge import merge
from mockserver.control.request import ControlRequest
from mockserver.data.json import Json
from mockserver.data.source import Finding, read
from mockserver.http.message import Answer, json_answer
from mockserver.http.redaction import redact
from mockserver.scenarios.scenario import Given, Respond, Scenario, Story
from mockserver.version import __version__


def health(ask: ControlRequest) -> Answer:
    """That it lives, and how full it is; it tells nothing of anybody's requests."""
    runtime = ask.runtime
    return json_answer(
        200,
        {
            "status": "ok",
            "version": __version__,
            "operations": len(runtime.backend.contract.operations),
            "scenarios": len(runtime.backend.scenarios),
            "reload_failure": _failure(runtime.reload_findings),
            "sessions": {
                "open": len(runtime.sessions),
                "dropped": dict(runtime.dropped_sessions.items()),
            },
            "journal": {
                "exchanges": len(runtime.journal),
                "bytes": runtime.journal.weight,
                "dropped": runtime.journal.dropped,
            },
        },
    )


def contract(ask: ControlRequest) -> Answer:
    """The mocked contract as one OpenAPI 3.1 document."""
    return json_answer(200, merge(ask.runtime.backend.contract.documents))


def own_contract(ask: ControlRequest) -> Answer:
    """The control API's own contract, with the prefix that this server gives it."""
    prefix = ask.runtime.settings.control_prefix
    return json_answer(200, {**_own_contract(), "servers": [{"url": prefix}]})


def list_scenarios(ask: ControlRequest) -> Answer:
    scenarios: list[Json] = [_view(scenario) for scenario in ask.runtime.backend.scenarios.values()]
    return json_answer(200, {"scenarios": scenarios})


def _failure(findings: tuple[Finding, ...]) -> Json:
    """Why the last reload failed, as far as anybody may know: no folders, no secrets."""
    if not findings:
        return None
    shown: list[Json] = [
        {
            "file": finding.path.name,
            "line": finding.line,
            "pointer": finding.pointer,
            "message": redact(finding.message),
        }
        for finding in findings
    ]
    return {"findings": shown}


@cache
def _own_contract() -> dict[str, Json]:
    document = read(Path(str(files("mockserver"))) / "control" / "openapi.yaml").data
    if not isinstance(document, dict):
        raise TypeError("the control API's contract is an object")
    return document


def _view(scenario: Scenario) -> Json:
    kinds = {Respond: "respond", Given: "given", Story: "steps"}
    view: dict[str, Json] = {
        "name": scenario.name,
        "summary": scenario.summary,
        "operation": scenario.operation.id,
        "kind": kinds[type(scenario.action)],
        "validate": scenario.validate,
    }
    if isinstance(scenario.action, Respond):
        view |= {"status": scenario.action.answer.status, "error": scenario.action.error}
    return view

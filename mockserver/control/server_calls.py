"""Control calls about the server itself: health and contracts."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from mockserver.contract.document.merge import merge
from mockserver.control.request import ControlRequest
from mockserver.data.json import Json
from mockserver.data.source import read
from mockserver.http.message import Answer, json_answer
from mockserver.http.redaction import redact
from mockserver.runtime import Runtime
from mockserver.version import __version__


def health(call: ControlRequest) -> Answer:
    """That the server runs, and how much it holds; nothing about the content of requests."""
    runtime, violations = call.runtime, call.runtime.journal.violations
    return json_answer(
        200,
        {
            "status": "ok",
            "version": __version__,
            "title": runtime.backend.contract.title,
            "port": runtime.port,
            "control_port": runtime.control_port,
            "operations": len(runtime.backend.contract.operations),
            "scenarios": len(runtime.backend.scenarios),
            "reload_failure": reload_failure(runtime),
            "sessions": {
                "open": len(runtime.sessions),
                "dropped": dict(runtime.dropped_sessions.items()),
                "evicted": runtime.sessions.evicted,
                "bytes": runtime.memory.used,
            },
            "journal": {
                "exchanges": len(runtime.journal),
                "bytes": runtime.journal.weight,
                "dropped": runtime.journal.dropped,
            },
            "off_contract": {
                "unintended": violations.answers_off_contract,
                "intended": violations.intended_answers,
            },
        },
    )


def contract(call: ControlRequest) -> Answer:
    """The mocked contract as one OpenAPI 3.1 document."""
    return json_answer(200, merge(call.runtime.backend.contract.documents))


def own_contract(call: ControlRequest) -> Answer:
    """The contract of the control API, with the path prefix of this server."""
    prefix = call.runtime.settings.control_prefix
    return json_answer(200, {**_control_contract(), "servers": [{"url": prefix}]})


def reload_failure(runtime: Runtime) -> Json:
    """Why the last reload failed, without folders and secrets, because anyone may call `health`."""
    findings = runtime.reload_findings
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
def _control_contract() -> dict[str, Json]:
    document = read(Path(str(files("mockserver"))) / "control" / "openapi.yaml").data
    if not isinstance(document, dict):
        raise TypeError("the control API's contract is an object")
    return document

"""The servers that are measured beside each other, each with how it is started and what it is sent."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from mockserver import __version__
from mockserver.loading import bundled_data
from tests.benchmarks.load import EVICTED, NEW_HEADS, REFUSED, SCENARIO, SESSIONS, VALID, Load
from tests.benchmarks.process import PORT

ECHO, OURS = "echo", "journal"  # what all are compared with
NAMES = (ECHO, "plain", OURS, "scenario", "sessions", "evicted", "heads", "invalid", "paths")
PATHS = 2_000
UVICORN = ("-m", "uvicorn", "--http", "httptools", "--loop", "uvloop", "--lifespan", "off", "--no-access-log")


@dataclass(frozen=True, slots=True)
class Contestant:
    """A server: what options call it, what tables call it, its command and version, and its load."""

    name: str
    label: str
    version: str
    command: tuple[str, ...]
    load: Load


def contract() -> Path:
    """The bundled contract, which the peers serve, too."""
    return bundled_data() / "fixtures" / "spec" / "carts.yaml"


def own(folder: Path) -> list[Contestant]:
    """The bare echo, and this server in its variants; what they read is written to the folder."""
    large = folder / "large.json"
    large.write_text(json.dumps(_large_document()), encoding="utf-8")
    return [
        _echo(),
        _ours("plain", "no journal", VALID, "--journal-size", "0"),
        _ours(OURS, "with journal", VALID),
        _ours("scenario", "scenario by header", SCENARIO),
        _ours("sessions", f"{SESSIONS.turns:,} sessions in turn", SESSIONS),
        _ours("evicted", "each session new, the oldest evicted", EVICTED),
        _ours("heads", "no two heads alike", NEW_HEADS),
        _ours("invalid", "invalid body", REFUSED),
        _ours("paths", f"contract of {PATHS:,} paths", replace(VALID, target="/r1000/carts/42"), str(large)),
    ]


def _echo() -> Contestant:
    import uvicorn  # noqa: PLC0415 - for its version alone

    command = (sys.executable, *UVICORN, "--port", PORT, "tests.benchmarks.echo:app")
    return Contestant(
        ECHO, f"bare echo on uvicorn {uvicorn.__version__}", uvicorn.__version__, command, VALID
    )


def _ours(name: str, label: str, load: Load, *arguments: str) -> Contestant:
    command = (sys.executable, "-m", "mockserver", "-p", PORT, *arguments)
    return Contestant(name, f"mockserver, {label}", __version__, command, load)


def _large_document() -> Mapping[str, object]:
    """The operation of the bundled contract at 2,000 paths that no model knows of; they share its parts."""
    document = yaml.safe_load(contract().read_text(encoding="utf-8"))
    patch, components = document["paths"]["/carts/{order_id}"]["patch"], document["components"]
    body, responses = patch["requestBody"], patch["responses"]
    shared = {
        **patch,
        "requestBody": {"$ref": "#/components/requestBodies/Patch"},
        "responses": {status: {"$ref": f"#/components/responses/Patch{status}"} for status in responses},
    }
    return {
        **document,
        "paths": {
            f"/r{number}/carts/{{order_id}}": {"patch": {**shared, "operationId": f"update-{number}"}}
            for number in range(PATHS)
        },
        "components": {
            **components,
            "requestBodies": {"Patch": body},
            "responses": {f"Patch{status}": response for status, response in responses.items()},
        },
    }

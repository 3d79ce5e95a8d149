"""Beyond each bound on the work for a request, a leniency says what is not judged; nothing is a violation."""

import json
from pathlib import Path

import pytest

from mockserver import create_app
from mockserver.data.json import Json
from mockserver.settings import Settings
from tests.support.asgi import in_process

BACKTRACKING = r"^((a+)+)(?!b)$"
KINDS: dict[str, tuple[Json, Json]] = {
    "pattern for short texts": ({"pattern": BACKTRACKING}, "a" * 100 + "!"),
    "steps of a pattern": ({"items": {"pattern": "(?=.*a.*b)a"}}, [*["a" * 99 + "b"] * 99, "c"]),
    "names and patterns": (
        {"patternProperties": {f"^{each}(?=a)": {"type": "integer"} for each in range(40)}},
        {f"n{each}": "" for each in range(3_000)},
    ),
    "format": ({"format": "date-time"}, "1" * 700_000),
    "uniqueItems": ({"uniqueItems": True}, [{"a": 1} for _ in range(40_000)]),
    "enum": ({"enum": [[*range(30_000), each] for each in range(3)]}, [*range(30_000), -1]),
    "const": ({"const": [*range(70_000), 1]}, [*range(70_000), 2]),
    "multipleOf": ({"items": {"multipleOf": 0.1}}, [*[0.1] * 25_000, 0.15]),
    "visits": ({"items": {"properties": {"a": {"type": "integer"}}}}, [*[{"a": 1}] * 11_000, {"a": "x"}]),
    "branches": ({"items": {"anyOf": [{"const": each} for each in range(200)]}}, [*[199] * 200, "x"]),
    "contains": ({"contains": {"pattern": BACKTRACKING}}, ["a" * 100 + "!"]),
    "unevaluatedProperties": (
        {"items": {"allOf": [{"properties": {"a": True}}], "unevaluatedProperties": False}},
        [*[{"a": 1}] * 11_000, {"b": 1}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_judged_is_a_leniency_everywhere(kind: str, tmp_path: Path) -> None:
    schema, value = KINDS[kind]
    operation = {
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": {"204": {"description": "."}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/calls": {"post": operation}},
    }
    path = tmp_path / "api.json"
    path.write_text(json.dumps(document))

    with in_process(create_app(Settings(specs=(path,)))) as client:
        answer = client.send("POST", b"/calls", [(b"content-type", b"application/json")], encoded(value))
        listed = client.send("GET", b"/__mock/violations?leniencies=true").json()
        requests = client.send("GET", b"/__mock/requests").json()["requests"]
        exchange = client.send("GET", f"/__mock/requests/{requests[0]['id']}".encode()).json()

    assert answer.status == 204
    assert "not judged" in (answer.header("x-mock-note") or "")
    assert "not judged" in json.dumps(exchange["trail"])
    assert "notJudged" in json.dumps(listed)
    assert not exchange["violations"]


def encoded(value: Json) -> bytes:
    return json.dumps(value).encode()

"""Answers with values of the request: in the answer, the trail, the journal and `explain`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver import Settings, create_app
from tests.support.asgi import InProcess, Reply, in_process

LAMP = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer"},
        "watts": {"type": ["integer", "null"]},
        "serial": {"type": "string", "format": "uuid"},
        "made": {"type": "string", "format": "date-time"},
        "notes": {"type": "array"},
    },
}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Lamps", "version": "1"},
    "paths": {
        "/lamps/{id}": {
            "put": {
                "operationId": "put-lamp",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
                    {"name": "watts", "in": "query", "schema": {"type": "integer"}},
                ],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {"phrase": {"type": "string", "format": "password"}},
                            }
                        }
                    }
                },
                "responses": {
                    "200": {"description": "ok", "content": {"application/json": {"schema": LAMP}}}
                },
            }
        }
    },
}
SCENARIOS = {
    "lamp": {
        "body": {
            "id": "{$request.path.id}",
            "watts": "{$request.query.watts}",
            "serial": "{$uuid}",
            "made": "{$now}",
            "notes": ["{$method} {$url}", r"\{$uuid}", "{$uuid}"],
        },
        "headers": {"Location": "/lamps/{$request.path.id}", "X-Trace": "{$request.header.x-trace}"},
    },
    "same": {
        "body": {"id": 1, "notes": ["{$request.body}", "{$request.body#/phrase}", "{$request.body#/note}"]}
    },
    "from-file": {"body": "responses/lamp.json"},
    "many": {"body": {"id": 1, "notes": ["{$request.path.id}"] * 50}},
    "wrong": {"body": {"id": "{$request.body#/note}"}},
    "meant": {"body": {"id": "{$request.body#/note}"}, "offContract": True},
    "plain": {"body": {"id": 1}},
}
PHRASE = 'correct-horse-"battery"-staple'
JSON_TYPE = (b"content-type", b"application/json")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lamps")
    (folder / "lamps.json").write_text(json.dumps(DOCUMENT))
    for name in ("scenarios", "fixtures/responses"):
        (folder / name).mkdir(parents=True)
    (folder / "fixtures/responses/lamp.json").write_text(
        '{\n  "id": "{$request.path.id}", "notes": ["x"]\n}\n'
    )
    for name, respond in SCENARIOS.items():
        scenario = {"summary": "It.", "operation": "put-lamp", "respond": {"status": 200, **respond}}
        (folder / f"scenarios/{name}.yaml").write_text(json.dumps(scenario))
    return folder


@pytest.fixture
def mock(folder: Path) -> Iterator[InProcess]:
    with in_process(create_app(Settings(specs=(folder / "lamps.json",), seed=3))) as mock:
        yield mock


def put(mock: InProcess, scenario: str, target: str = "/lamps/42", body: Any = None, **headers: str) -> Reply:
    extra = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    head = [JSON_TYPE, (b"x-mock-scenario", scenario.encode()), *extra]
    return mock.send("PUT", target.encode(), head, json.dumps({} if body is None else body).encode())


def exchange(mock: InProcess, reply: Reply) -> Any:
    key = reply.header("x-mock-session")
    return mock.send(
        "GET", f"/__mock/requests/{reply.header('x-mock-exchange')}?__session={key}".encode()
    ).json()


def trail(mock: InProcess, reply: Reply) -> list[str]:
    return [each["decided"] for each in exchange(mock, reply)["trail"] if "expression" in each["decided"]]


def test_the_answer_has_the_values_with_their_types(mock: InProcess):
    reply = put(mock, "lamp", "/lamps/42?watts=40", x_trace="t1")
    body = reply.json()

    assert (body["id"], body["watts"]) == (42, 40)
    assert body["notes"][:2] == ["PUT http://127.0.0.1/lamps/42?watts=40", "{$uuid}"]
    assert body["serial"] != body["notes"][2]
    assert (reply.header("location"), reply.header("x-trace")) == ("/lamps/42", "t1")
    assert reply.header("x-mock-off-contract") is None


def test_a_file_of_a_body_may_have_expressions(mock: InProcess):
    assert put(mock, "from-file").body == b'{"id":42,"notes":["x"]}'


def test_the_trail_names_each_expression_its_location_and_value(mock: InProcess):
    found = trail(mock, put(mock, "lamp", x_trace="t1"))

    assert "the expression {$request.path.id} at /headers/location gives 42" in found
    assert "the expression {$request.header.x-trace} at /headers/x-trace gives 't1'" in found
    assert "the expression {$request.path.id} at /body/id gives 42" in found
    assert "the expression {$request.query.watts} at /body/watts finds no value and gives null" in found
    assert "the expression {$method} at /body/notes/0 gives 'PUT'" in found


def test_the_trail_says_where_an_expression_is_written(mock: InProcess):
    lamp = exchange(mock, put(mock, "lamp", x_trace="t1"))["trail"]
    where = {each["decided"].partition(" gives ")[0]: each["where"] for each in lamp}
    (of_file,) = [
        each["where"] for each in exchange(mock, put(mock, "from-file"))["trail"] if "{$" in each["decided"]
    ]

    at_note = where["the expression {$method} at /body/notes/0"]
    assert at_note.endswith("scenarios/lamp.yaml:1#/respond/body/notes/0")
    at_header = where["the expression {$request.header.x-trace} at /headers/x-trace"]
    assert at_header.endswith("scenarios/lamp.yaml:1#/respond/headers/X-Trace")
    assert of_file.endswith("scenarios/from-file.yaml:1#/respond/body")


def test_the_trail_names_the_first_expressions_and_counts_the_others(mock: InProcess):
    found = trail(mock, put(mock, "many"))

    assert len(found) == 21
    assert found[-1] == "30 more expressions are replaced"


def test_a_header_that_is_left_out_is_noted(mock: InProcess):
    reply = put(mock, "lamp")

    assert reply.header("x-trace") is None
    assert reply.header("x-mock-note") == "the header x-trace is left out: the value is null"


def test_uuids_are_the_same_again_after_a_reset_and_in_another_session(mock: InProcess):
    def serials(session: str) -> list[str]:
        return [put(mock, "lamp", x_mock_session=session).json()["serial"] for _ in range(3)]

    first = serials("one")
    mock.send("POST", b"/__mock/session/reset?__session=one")

    assert len(set(first)) == 3
    assert serials("one") == first
    assert serials("two") == first


def test_the_whole_answer_is_judged_when_it_is_sent(mock: InProcess):
    assert put(mock, "wrong", body={"note": 4}).header("x-mock-off-contract") is None
    assert put(mock, "wrong", body={"note": "x"}).header("x-mock-off-contract") == "1"
    assert put(mock, "meant", body={"note": "x"}).header("x-mock-off-contract") == "1; intended"


def test_a_value_is_no_template_itself(mock: InProcess):
    assert put(mock, "wrong", body={"note": "{$uuid}"}).json() == {"id": "{$uuid}"}


def test_a_secret_that_the_answer_repeats_is_masked_everywhere_else(mock: InProcess):
    reply = put(mock, "same", body={"phrase": PHRASE, "note": f"it is {PHRASE}"})
    explained = mock.send(
        "POST",
        b"/__mock/explain",
        [JSON_TYPE],
        json.dumps(
            {
                "method": "PUT",
                "path": "/lamps/42",
                "headers": {"X-Mock-Scenario": "same", "Content-Type": "application/json"},
                "body": {"phrase": PHRASE, "note": f"it is {PHRASE}"},
            }
        ).encode(),
    )

    assert reply.json()["notes"] == [{"phrase": PHRASE, "note": f"it is {PHRASE}"}, PHRASE, f"it is {PHRASE}"]
    assert explained.status == 200
    for shown in (exchange(mock, reply), explained.json()):
        decided = [each["decided"] for each in shown["trail"]]
        assert "the expression {$request.body#/phrase} at /body/notes/1 gives …aple" in decided
        assert "battery" not in json.dumps(shown)


def test_a_short_secret_is_masked_in_the_trail_by_its_name(mock: InProcess):
    found = trail(mock, put(mock, "same", body={"phrase": "abc"}))

    assert "the expression {$request.body#/phrase} at /body/notes/1 gives …" in found


def test_an_answer_without_expressions_is_shared_by_all_exchanges(folder: Path):
    app = create_app(Settings(specs=(folder / "lamps.json",)))
    action = app.runtime.pipeline.backend.scenarios["plain"].stub.action

    assert getattr(action, "template", ...) is None

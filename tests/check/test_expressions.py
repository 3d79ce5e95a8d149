"""`mockserver check` hints at likely slips in expressions, and checks the rest of the answers."""

from pathlib import Path

import pytest

from mockserver.check import check, expression_notices
from mockserver.engine.backend import Backend
from mockserver.loading import load_backend
from mockserver.settings import Settings

SPEC = """
openapi: 3.1.0
info: {title: Lamps, version: "1"}
paths:
  /lamps/{id}:
    get:
      operationId: show-lamp
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: room, in: query, schema: {type: string}}
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                required: [id]
                properties: {id: {type: integer}, room: {type: string}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lamps.yaml").write_text(SPEC)
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "fixtures/responses").mkdir(parents=True)
    return tmp_path


def backend(folder: Path, respond: str, *, rest: str = "", stubs: str = "") -> Backend:
    text = f"summary: .\noperation: show-lamp\nrespond: {respond}\n{rest}"
    (folder / "scenarios/it.yaml").write_text(text)
    if stubs:
        (folder / "stubs.yaml").write_text(stubs)
    return load_backend(
        Settings(specs=(folder / "lamps.yaml",), stubs=(folder / "stubs.yaml",) if stubs else ())
    )


def notices(folder: Path, backend: Backend) -> list[str]:
    return [str(each).replace(f"{folder}/", "") for each in expression_notices(backend)]


def test_an_answer_with_expressions_has_no_findings(folder: Path):
    found = backend(folder, '{status: 200, body: {id: "{$request.path.id}", room: "{$request.query.room}"}}')

    assert list(check(found)) == []  # although the request of the check has no room
    assert notices(folder, found) == []


def test_a_value_that_breaks_the_contract_is_a_finding(folder: Path):
    found = backend(
        folder,
        '{status: 200, body: {id: "{$request.query.room}"}}',
        rest="request: {path: {id: '4'}, query: {room: hall}}\n",
    )

    assert ["expected an integer, found a string" in str(each) for each in check(found)] == [True]


def test_slips_in_a_scenario_have_file_line_and_pointer(folder: Path):
    found = backend(
        folder, '{status: 200, headers: {X-A: "{$uuid()}"}, body: {id: 4, room: "{request.path.id}"}}'
    )

    assert notices(folder, found) == [
        "scenarios/it.yaml:3: /respond/headers/X-A: '{$uuid()}': it is not a valid expression and stays"
        " as it is; did you mean '{$uuid}'?",
        "scenarios/it.yaml:3: /respond/body/room: '{request.path.id}': an expression begins with {$;"
        " did you mean '{$request.path.id}'?",
    ]


def test_a_path_parameter_that_the_operation_lacks_is_a_slip(folder: Path):
    found = backend(folder, '{status: 200, body: {id: "{$request.path.ids}"}}')

    assert notices(folder, found) == [
        "scenarios/it.yaml:3: /respond/body/id: '{$request.path.ids}':"
        " the operation has no path parameter 'ids'; did you mean 'id'?"
    ]


def test_slips_in_the_file_of_a_body_are_found_once(folder: Path):
    (folder / "fixtures/responses/lamp.json").write_text('{"id": 4, "room": "{{$uuid}}"}')
    stub = "{operation: show-lamp, respond: {status: 200, body: responses/lamp.json}}"
    found = backend(folder, "{status: 200, body: responses/lamp.json}", stubs=f"stubs: [{stub}]")

    assert notices(folder, found) == [
        "fixtures/responses/lamp.json: /room: '{{$uuid}}': the characters around the expression stay"
        " in the answer; did you mean '{$uuid}'?"
    ]


def test_slips_in_a_file_of_stubs_and_in_steps_are_found(folder: Path):
    found = backend(
        folder,
        "{status: 200, body: {id: 4}}",
        stubs="stubs:\n- respond: {status: 200, text: a}\n"
        "- {operation: show-lamp, steps: [{}, {respond: {status: 200, body: {id: 4, room: '{$now()}'}}}]}\n",
    )

    (notice,) = notices(folder, found)
    assert notice.startswith("stubs.yaml:3: /stubs/1/steps/1/respond/body/room: ")


def test_a_fixture_with_expressions_fits_an_answer_whatever_their_values(folder: Path):
    (folder / "fixtures/responses/fits.json").write_text('{"id": "{$request.path.id}"}')
    (folder / "fixtures/responses/fits-not.json").write_text('{"room": "{$request.path.id}"}')

    findings = list(check(backend(folder, "{status: 200, body: {id: 4}}")))
    assert [each.path.name for each in findings] == ["fits-not.json"]

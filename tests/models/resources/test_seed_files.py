"""`fixtures/resources/NAME.yaml`: the items with which each session of `--stateful` begins."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.data.source import CannotRead, InvalidFiles
from mockserver.http.message import Request
from mockserver.loading import load_backend
from mockserver.models.resources.seed_files import load_seeds
from mockserver.runtime import Runtime
from mockserver.settings import Settings
from tests.models.resources.test_seeds import ADA, SHOP
from tests.support.documents import HEAD
from tests.support.patches import runtime, shown, status

NOTES = """
paths:
  /v1/Notes.json:
    get:
      responses: {"200": {description: All, content: {application/json: {schema:
        {type: array, items: {$ref: "#/components/schemas/Note"}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"201": {$ref: "#/components/responses/Note"}}
  /v1/Notes/{sid}.json:
    parameters: [{name: sid, in: path, required: true, schema: {type: string}}]
    get:
      responses: {"200": {$ref: "#/components/responses/Note"}}
components:
  responses:
    Note: {description: One, content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}}
  schemas:
    Note: {type: object, required: [sid, text], properties: {sid: {type: string}, text: {type: string}}}
"""


def chosen(folder: Path, files: dict[str, str], text: str = SHOP) -> Settings:
    """Settings for a document with these files in `fixtures/resources`."""
    (folder / "api.yaml").write_text(HEAD + text, encoding="utf-8")
    for name, content in files.items():
        path = folder / "fixtures/resources" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return Settings(specs=(folder / "api.yaml",), stateful=True)


def served(folder: Path, files: dict[str, str], text: str = SHOP) -> Runtime:
    settings_ = chosen(folder, files, text)
    return runtime(settings_, load_backend(settings_))


def read(pipe: Runtime, path: str, session: str = "default") -> Any:
    exchange = pipe.run(Request.build("GET", path, "", [("x-mock-session", session)], b""))
    assert (status(exchange), exchange.own_violations) == (200, [])
    return shown(exchange)


def findings(folder: Path, files: dict[str, str]) -> list[str]:
    with pytest.raises(InvalidFiles) as caught:
        load_backend(chosen(folder, files))
    return [str(each).removeprefix(f"{folder}/fixtures/resources/") for each in caught.value.findings]


@pytest.mark.parametrize("name", ["users.yaml", "users.yml", "users.json"])
def test_each_session_begins_with_the_seeds(tmp_path, name):
    pipe = served(tmp_path, {name: json.dumps([ADA])})
    assert [read(pipe, "/users/1", session) for session in "ab"] == [ADA, ADA]


@pytest.mark.parametrize("name", ["Notes.yaml", "Notes.json", "Notes.json.yaml"])
def test_the_ending_of_a_path_may_be_left_out_of_the_name(tmp_path, name):
    note = {"sid": "a", "text": "one"}
    pipe = served(tmp_path, {name: json.dumps([note])}, NOTES)
    assert read(pipe, "/v1/Notes/a.json") == note
    assert read(pipe, "/v1/Notes.json") == [note]


def test_seeds_are_not_read_without_stateful(tmp_path):
    settings_ = chosen(tmp_path, {"usrs.yaml": "- 7"})
    load_backend(Settings(specs=settings_.specs))


def test_an_unknown_collection_is_named_with_the_nearest_one(tmp_path):
    assert findings(tmp_path, {"usrs.yaml": "[]"}) == [
        "usrs.yaml: there is no collection 'usrs'; did you mean 'users'?"
    ]


def test_an_invalid_item_is_a_finding_with_file_line_and_pointer(tmp_path):
    text = "- {id: 1, name: Ada}\n-\n  id: 2\n  name: Bea\n  nick: sixsix\n"
    assert findings(tmp_path, {"users.yaml": text, "orders.json": '{\n"1/a": {"total": true}}'}) == [
        "orders.json:2: /1~1a/total: expected a number, found a boolean",
        "users.yaml:5: /1/nick: expected at most 5 characters, found 6",
    ]


def test_a_second_file_for_a_collection_is_a_finding(tmp_path):
    found = findings(tmp_path, {"users.json": "[]", "users.yaml": "[]"})
    assert found == [f"users.yaml: {tmp_path}/fixtures/resources/users.json has the items of 'users' already"]


def test_a_file_that_is_not_yaml_cannot_be_read(tmp_path):
    with pytest.raises(CannotRead, match=r"users.yaml:[0-9]+: not valid YAML"):
        load_backend(chosen(tmp_path, {"users.yaml": "{"}))


def test_each_file_is_reported_before_it_is_read(tmp_path):
    seen: list[Path] = []
    load_backend(chosen(tmp_path, {"users.yaml": "[]"}), before_read=seen.append)
    assert tmp_path / "fixtures/resources/users.yaml" in seen


def test_bundled_seeds_of_another_contract_are_left_out(tmp_path):
    settings_ = chosen(tmp_path, {})
    model = load_backend(settings_).distinct_models["resources"]
    for name, text in {"planets.yaml": "[]", "users.yaml": "- 7"}.items():
        folder = tmp_path / "bundled/resources"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    found: list[Any] = []
    load_seeds(tmp_path / "bundled", model, lambda path: None, found, lenient=True)
    assert (found, model.dump(model.initial)["users"]) == ([], {})


def test_a_scenario_changes_the_seeds(tmp_path):
    (tmp_path / "scenarios").mkdir()
    scenario = 'summary: .\noperation: GET /users/{id}\ngiven: {users: {"1": {nick: ab}}}\n'
    (tmp_path / "scenarios/nick.yaml").write_text(scenario, encoding="utf-8")
    pipe = served(tmp_path, {"users.yaml": json.dumps([ADA])})
    head = [("x-mock-scenario", "nick")]
    assert shown(pipe.run(Request.build("GET", "/users/1", "", head, b""))) == {**ADA, "nick": "ab"}
    assert read(pipe, "/users/1") == ADA


NAMES = st.text("ab é😀:#{}[]'\"\\", min_size=1, max_size=5)


@given(
    users=st.dictionaries(st.integers(0, 2**31), NAMES, min_size=1, max_size=4),
    suffix=st.sampled_from(["yaml", "json"]),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_seed_is_read_back(tmp_path, users, suffix):
    for path in (tmp_path / "fixtures/resources").glob("*"):
        path.unlink()
    items = [{"id": key, "name": name} for key, name in users.items()]
    pipe = served(tmp_path, {f"users.{suffix}": json.dumps(items, ensure_ascii=False)})
    assert [read(pipe, f"/users/{each['id']}") for each in items] == items

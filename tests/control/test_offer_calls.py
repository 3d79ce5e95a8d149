"""Control calls about what can be done next: a sample request, and the events of the state."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.loading import load_backend
from mockserver.settings import Settings
from tests.support.console import Console, open_console, problem

SPEC = """\
openapi: 3.1.0
info: {title: Notes, version: "1"}
paths:
  /notes/{folder}:
    parameters:
      - {name: folder, in: path, required: true, schema: {type: string}, example: "a/b é"}
    get:
      operationId: list-notes
      parameters:
        - {name: since, in: query, required: true, schema: {type: string}, example: "1 & 2"}
      responses: {"200": {description: Notes.}}
    post:
      operationId: add-note
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema: {type: object, required: [text], properties: {text: {type: string, const: A note}}}
      responses: {"201": {description: Added.}}
    put:
      operationId: impossible
      requestBody: {required: true, content: {application/json: {schema: {type: string, enum: [1]}}}}
      responses: {"200": {description: Never.}}
"""


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Console]:
    (tmp_path / "notes.yaml").write_text(SPEC, encoding="utf-8")
    with open_console(Settings(), load_backend(Settings(specs=(tmp_path / "notes.yaml",)))) as opened:
        yield opened


def sample(console, operation):
    return console.call(f"GET sample?operation={operation}").json()["sample"]


# Samples


def test_the_sample_of_the_fixtures_is_sent_as_it_is_shown_and_accepted(console):
    shown = sample(console, "update-a-cart")
    assert shown["method"] == "PATCH"
    assert shown["query"] == []
    headers = {name.lower(): value for name, value in shown["headers"].items()}
    sent = console.send("PATCH", f"/carts/{shown['path']['order_id']}", shown["body"].encode(), headers)
    assert sent.status == 200


def test_values_of_path_and_query_are_not_percent_encoded(notes):
    shown = sample(notes, "list-notes")
    assert shown["path"] == {"folder": "a/b é"}
    assert shown["query"] == [{"name": "since", "value": "1 & 2"}]
    assert shown["body"] is None


def test_a_body_that_is_not_json_is_text_with_its_media_type(notes):
    shown = sample(notes, "add-note")
    assert shown["body"] == "text=A%20note"
    assert shown["headers"] == {"content-type": "application/x-www-form-urlencoded"}


def test_an_operation_that_no_request_suits_has_no_sample(notes):
    assert sample(notes, "impossible") is None


def test_an_unknown_operation_and_a_missing_one_are_refused(notes):
    assert problem(notes.call("GET sample?operation=list-note")) == "404 unknown-operation"
    assert problem(notes.call("GET sample")) == "422 bad-data"


# Transitions


def transitions(console, query=""):
    return console.call(f"GET session/transitions{query}").json()


def test_each_cart_has_the_events_that_its_state_allows(console):
    rows = {row["id"]: row for row in transitions(console)["transitions"]}
    assert rows.keys() == console.state()["carts"].keys()
    assert rows["42"] == {
        "collection": "carts",
        "id": "42",
        "state": "cart",
        "events": ["submit", "cancel", "reopen"],
        "possible": ["submit", "cancel"],
    }
    assert rows["46"]["possible"] == ["cancel", "reopen"]


def test_the_events_that_are_possible_are_those_that_can_be_fired(console):
    for row in transitions(console)["transitions"]:
        for event in row["events"]:
            key = f"{row['id']}-{event}"
            fired = console.call(f"POST session/carts/{row['id']}/events", {"event": event}, session=key)
            assert (fired.status == 200) is (event in row["possible"])


def test_listing_the_events_changes_nothing(console):
    before = console.state()
    transitions(console)
    assert console.state() == before
    assert console.call("GET session/changes").json()["changes"] == []


def test_transitions_come_by_pages_and_by_collection(console):
    whole = transitions(console)["transitions"]
    first = transitions(console, "?limit=2")
    assert first["transitions"] == whole[:2]
    assert transitions(console, f"?limit=1&cursor={first['next']}")["transitions"] == whole[2:3]
    assert transitions(console, "?collection=carts")["transitions"] == whole
    assert transitions(console, "?collection=users") == {"transitions": [], "next": None}


def test_without_a_model_nothing_takes_events(notes):
    assert transitions(notes) == {"transitions": [], "next": None}
    assert json.loads(notes.call("GET session/state").body) == {}

"""The JSON Schema of files of stubs describes exactly what `mockserver.scenarios.stub_files` reads."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from mockserver.data.reading import BadData, Cursor
from mockserver.data.source import read
from mockserver.scenarios.request_pattern import STUB_MEMBERS
from mockserver.scenarios.stub_fields import IGNORED_KEYS, STUB_KEYS, read_stub
from mockserver.scenarios.stub_files import MOST_STUBS
from tests.scenarios.test_scenario_schema import (
    CONTEXT,
    VALUES,
    is_decided_by_the_contract,
    pointers,
    with_value,
)
from tests.support.terminal import called

SCHEMA = json.loads(called("check", "--schema").stdout)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker(["regex"]))
EVERYTHING = """\
- summary: An answer for some requests.
  operation: update-a-cart
  match:
    method: PATCH
    path: /carts/42
    pathPattern: ^/carts/
    header: {X-Tenant: north}
    query: {page: "2", tag: [a, b]}
    body: {purchaser_id: 12}
    bodyPartial: {purchaser_id: 12}
    bodySchema: {required: [purchaser_id]}
  respond: {error: ORDER_NOT_CART}
  times: 2
  expect: {status: 409, error: ORDER_NOT_CART}
  request: {headers: {X-Tenant: north}, body: {}}
- summary: A changed state.
  operation: update-a-cart
  given: {carts: {"*": {state: ordered}}}
  validate: true
- summary: A story of any operation.
  steps: [{times: 2, respond: {status: 503}}, {fault: timeout, probability: 0.5}, {}]
  id: s1
  matched: 2
- summary: A disturbance.
  match: {bodySchema: false}
  delay: 1ms
  fault: bad-gateway; retry-after=1s
  probability: 0.5
  validate: false
"""
STUBS = yaml.safe_load(EVERYTHING)
BELOW_MATCH = ("/match/body", "/match/bodyPartial", "/match/bodySchema")  # any JSON, or any schema


def is_readable(stub: object) -> bool:
    cursor = Cursor(stub)
    read_stub(cursor, CONTEXT)
    try:
        cursor.finish()
    except BadData:
        return False
    return True


def test_the_schema_is_valid_and_has_the_keys_that_the_reader_accepts():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert {*SCHEMA["$defs"]["stub"]["properties"]} == {*STUB_KEYS, *IGNORED_KEYS}
    assert {*SCHEMA["$defs"]["match"]["properties"]} == {*STUB_MEMBERS}
    assert SCHEMA["properties"]["stubs"]["maxItems"] == MOST_STUBS


@pytest.mark.parametrize("stub", [*STUBS, {}], ids=lambda stub: stub.get("summary", "empty"))
def test_schema_and_reader_agree_after_any_change_of_one_value(stub):
    different = []
    for pointer in pointers(stub):
        for value in VALUES:
            changed = with_value(stub, pointer, value)
            is_valid = VALIDATOR.is_valid({"stubs": [changed]})
            if is_valid and (is_decided_by_the_contract(pointer) or pointer.startswith(BELOW_MATCH)):
                continue
            if is_valid != is_readable(changed):
                different.append((pointer, value, is_valid))
    assert different == []


def test_what_is_exported_is_valid(tmp_path: Path):
    path = tmp_path / "stubs.yaml"
    path.write_text(yaml.safe_dump({"stubs": STUBS}), encoding="utf-8")
    VALIDATOR.validate(read(path).data)

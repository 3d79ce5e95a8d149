"""Operations that no request reaches."""

from pathlib import Path

from mockserver.check.reachability import reachability_findings
from mockserver.loading import load_backend
from mockserver.settings import Settings
from tests.support.documents import HEAD

OPERATIONS = """\
paths:
  /items/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: byId, responses: {"200": {description: .}}}
  /items/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    get: {operationId: byName, responses: {"200": {description: .}}}
  /none:
    get:
      operationId: none
      parameters: [{name: q, in: query, required: true, schema: {type: integer, minimum: 2, maximum: 1}}]
      responses: {"200": {description: .}}
"""


def test_an_operation_that_no_request_reaches_is_a_finding(tmp_path: Path):
    path = tmp_path / "api.yaml"
    path.write_text(HEAD + OPERATIONS, encoding="utf-8")
    found = [each.message for each in reachability_findings(load_backend(Settings(specs=(path,))))]
    assert found[0] == "no request reaches byName: GET /items/{name} leads to byId (GET /items/{id})"
    assert found[1].startswith("no request can be made: none")
    assert len(found) == 2

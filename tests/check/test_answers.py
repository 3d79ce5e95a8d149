"""Every documented answer is made once."""

from mockserver.check.answers import answer_findings
from tests.support.documents import contract_of

ANSWERS = """\
paths:
  /a:
    get:
      operationId: a
      responses:
        "200": {description: ., content: {application/json: {schema: {$ref: "#/components/schemas/Fine"}}}}
        4XX: {description: ., content: {application/json: {schema: {$ref: "#/components/schemas/Contradiction"}}}}
        default: {description: ., content: {application/json: {schema: {type: string, minLength: 3, maxLength: 2}}}}
        "204": {description: .}
  /b:
    get:
      operationId: b
      responses:
        4XX: {description: ., content: {application/json: {schema: {$ref: "#/components/schemas/Contradiction"}}}}
components:
  schemas:
    Fine: {type: object, properties: {name: {type: string}}}
    Contradiction: {type: object, required: [x], properties: {x: false}}
"""  # noqa: E501


def test_an_answer_of_which_no_valid_body_is_found_is_a_finding_once():
    found = [(each.pointer, each.message) for each in answer_findings(contract_of(ANSWERS))]
    assert [pointer for pointer, _ in found] == [
        "/paths/~1a/get/responses/4XX/content/application~1json",
        "/paths/~1a/get/responses/default/content/application~1json",
    ]
    assert "no valid body was found for the answer 400 of GET /a in application/json" in found[0][1]
    assert "no valid body was found for the answer 500 of GET /a in application/json" in found[1][1]

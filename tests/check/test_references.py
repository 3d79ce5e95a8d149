"""`$ref`s at positions where OpenAPI has none."""

from mockserver.check.references import reference_findings
from tests.support.documents import contract_of

DOCUMENT = """\
servers: [{$ref: "#/x-servers/one"}]
x-parts: {$ref: "#/nothing"}
x-encoding: {contentType: text/plain}
paths:
  /a:
    post:
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: {type: object, properties: {n: {type: integer}}}
            encoding: {n: {$ref: "#/x-encoding"}}
      responses:
        "200":
          description: .
          content:
            application/json:
              schema: {$ref: "#/components/schemas/A"}
              example: {$ref: "#/components/examples/A"}
              examples: {fine: {$ref: "#/components/examples/A"}, odd: {value: {$ref: "a.json"}}}
components:
  examples: {A: {value: {name: x, $ref: a member of ours}}}
  schemas:
    A: {type: object, required: [name], properties: {name: {enum: [{$ref: "#/x-names"}]}}}
"""


def test_a_reference_where_openapi_has_none_is_a_finding():
    [document] = contract_of(DOCUMENT).documents
    found = {each.pointer: each.message for each in reference_findings(document)}
    content = "/paths/~1a/post/responses/200/content/application~1json"
    assert list(found) == [
        "/paths/~1a/post/requestBody/content/application~1x-www-form-urlencoded/encoding/n",
        "/servers/0/$ref",
        f"{content}/examples/odd/value",
        "/components/schemas/A/properties/name/enum/0",
    ]
    assert "has no effect" in found["/servers/0/$ref"]
    assert "this is data, so the reference in it is not followed" in found[f"{content}/examples/odd/value"]
    assert "other tools may not read it" in next(iter(found.values()))

"""Examples of bodies, parameters and headers that break their schemas."""

import pytest

from mockserver.check.examples import example_findings
from tests.support.documents import contract_of

CALLS = """\
paths:
  /calls:
    parameters:
      - {name: since, in: query, schema: {type: string, format: date-time}, example: '2008-01-02'}
      - {name: until, in: query, schema: {type: string, format: date}, examples: {a: {value: '2008-01-02'}, b: {value: x}}}
      - {name: filter, in: query, content: {application/json: {schema: {type: object}, example: 1}}}
      - {name: limit, in: query, schema: {type: integer}, example: 3}
    post:
      requestBody:
        content:
          application/json:
            schema: {properties: {id: {readOnly: true}, name: {type: string}}}
            examples: {good: {value: {name: x}}, bad: {value: {id: 1}}}
          application/x-www-form-urlencoded: {schema: {properties: {n: {type: integer}}}, example: {n: many}}
      responses:
        "200":
          description: .
          headers: {X-Remaining: {schema: {type: integer}, example: many}, X-Fine: {schema: {type: integer}, example: 1}}
          content:
            application/json: {schema: {properties: {key: {writeOnly: true}}}, example: {key: x}}
            text/plain: {schema: {type: integer}, example: "1"}
    get: {responses: {"200": {description: .}}}
"""  # noqa: E501


@pytest.fixture(scope="module")
def messages() -> list[str]:
    return [each.message for each in example_findings(contract_of(CALLS))]


@pytest.mark.parametrize(
    "message",
    [
        "the example 'example' of the query parameter 'since' breaks its schema: '2008-01-02' is not",
        "the example 'b' of the query parameter 'until' breaks its schema: 'x' is not a valid date",
        "the example 'example' of the query parameter 'filter' breaks its schema: expected an object",
        "the example 'bad' breaks its schema at /id: the property is read-only",
        "the example 'example' breaks its schema at /n: expected an integer, found a string",
        "the example 'example' of the header 'X-Remaining' breaks its schema: expected an integer",
        "the example 'example' breaks its schema at /key: the property is write-only",
    ],
)
def test_an_example_that_breaks_its_schema_is_a_finding(messages, message):
    assert sum(each.startswith(message) for each in messages) == 1


def test_no_other_example_is_a_finding_and_none_is_reported_for_each_operation(messages):
    assert len(messages) == 7

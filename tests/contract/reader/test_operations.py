"""The operations of a document, and findings about their descriptions."""

import pytest

from tests.support.documents import contract_of


def findings(text: str) -> list[str]:
    """Pointer and message of each finding."""
    return [f"{finding.pointer}: {finding.message}" for finding in contract_of(text).findings]


# Path items


def test_members_beside_a_reference_override_those_of_its_target():
    contract = contract_of("""
paths:
  /a/{id}:
    $ref: "#/components/pathItems/It"
    summary: Own
    parameters: [{name: id, in: path, schema: {type: integer}}]
    get: {operationId: own}
components:
  pathItems:
    It:
      summary: Of the item
      parameters: [{name: id, in: path}, {name: q, in: query}]
      get: {operationId: other}
      put: {operationId: more}
""")
    assert contract.findings == ()
    assert [(each.id, each.summary) for each in contract.operations] == [("own", "Own"), ("more", "Own")]
    for operation in contract.operations:
        pointers = {parameter.name: parameter.pointer for parameter in operation.parameters}
        assert pointers == {
            "id": "/paths/~1a~1{id}/parameters/0",
            "q": "/components/pathItems/It/parameters/1",
        }


def test_path_items_can_refer_to_each_other_in_a_chain():
    contract = contract_of("""
paths:
  /a: {$ref: "#/paths/~1b%7Bx%7D", get: {}}
  /b{x}: {$ref: "#/components/pathItems/It", parameters: [{name: x, in: query}]}
components: {pathItems: {It: {put: {}}}}
""")
    assert [operation.name for operation in contract.operations] == ["GET /a", "PUT /a", "PUT /b{x}"]
    assert [each.name for each in contract.operations[1].parameters] == ["x"]


def test_openapi_3_2_has_query_and_additional_operations():
    contract = contract_of(
        "paths: {/a: {additionalOperations: {COPY: {operationId: copy}, PURGE: {}}, query: {}, get: {}}}"
    )
    assert [operation.name for operation in contract.operations] == [
        "GET /a",
        "QUERY /a",
        "COPY /a",
        "PURGE /a",
    ]
    assert contract.operations[2].pointer == "/paths/~1a/additionalOperations/COPY"


# Findings


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            "paths: {'/a/{id}': {get: {}}}",
            "/paths/~1a~1{id}/get: the path parameter 'id' is not described",
        ),
        (
            "paths: {'/a/{id}': {get: {parameters: [{name: id, in: path}, {name: ids, in: path}]}}}",
            "/paths/~1a~1{id}/get/parameters/1: the path '/a/{id}' has no {ids}; did you mean 'id'?",
        ),
        (
            "paths: {'/a/{x}/{x}': {get: {parameters: [{name: x, in: path}]}}}",
            "/paths/~1a~1{x}~1{x}/get: the path '/a/{x}/{x}' has {x} more than once",
        ),
        ("paths: {'/a/{x': {get: {}}}", "/paths/~1a~1{x: unmatched brace or empty parameter name"),
        ("paths: {'/a/{}': {get: {}}}", "/paths/~1a~1{}: unmatched brace or empty parameter name"),
        ("paths: {'/a{/x}': {get: {}}}", "/paths/~1a{~1x}: unmatched brace or empty parameter name"),
        (
            "paths: {'/a/{x}': {}, '/a/{y}': {}}",
            "/paths/~1a~1{y}: the path is identical to '/a/{x}' except for the names of its parameters",
        ),
        (
            "paths: {/a: {get: {parameters: [{name: q, in: query}, {name: q, in: query}]}}}",
            "/paths/~1a/get/parameters/1: the query parameter 'q' is described twice",
        ),
        (
            "paths: {/a: {$ref: '#/paths/~1b'}, /b: {$ref: '#/paths/~1a'}}",
            "/paths/~1a: the reference of the path item is circular",
        ),
        (
            "servers: [{url: '/{v}'}]\npaths: {}",
            "/servers/0/url: the server variable 'v' is not described",
        ),
        (
            "paths: {/a: {servers: [{}], get: {}, put: {}}}",
            "/paths/~1a/servers/0: a server must have a 'url'",
        ),
    ],
)  # fmt: skip
def test_a_finding_is_reported_once_with_its_pointer(text, finding):
    assert finding in findings(text)
    assert len(findings(text)) == len(set(findings(text)))


def test_a_path_parameter_that_the_template_lacks_is_left_out():
    contract = contract_of("paths: {/a: {get: {parameters: [{name: id, in: path}, {name: q, in: query}]}}}")
    assert [each.name for each in contract.operations[0].parameters] == ["q"]


def test_an_object_that_several_operations_share_has_its_findings_once():
    text = "paths: {/a: {parameters: [{in: query}], get: {}, put: {}}}"
    assert len(findings(text)) == 1

"""An operation: its responses, its error codes, and values that its schemas allow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.description import is_json
from mockserver.contract.operation_names import UnknownOperation
from mockserver.contract.sampling import Unsatisfiable
from tests.support.documents import contract_of, operation_of

CODED = operation_of("""
paths:
  /a/{b}:
    put:
      operationId: put-a
      summary: Put it
      parameters: [{name: b, in: path, required: true, schema: {type: string}}]
      responses:
        "409": {$ref: "#/components/responses/Conflict"}
        "201": {description: Made, content: {text/plain: {}, application/json: {schema: {type: integer}}}}
        "200": {description: Done, content: {text/html: {}, text/plain: {}}}
        "204": {description: Nothing}
        "4XX": {description: Any, content: {application/json: {schema: {properties: {error: {enum: [ANY]}}}}}}
        default:
          description: Else
          content: {application/json: {schema: {properties: {error: {enum: [ELSE]}}}}}
        "404":
          description: Gone
          content:
            application/json:
              schema:
                anyOf:
                  - {type: object, properties: {error: {type: string}}}
                  - {allOf: [{properties: {error: {$ref: "#/components/schemas/Gone"}}}]}
                  - {oneOf: [{properties: {error: {const: MOVED}}}, {$ref: "#/components/schemas/Again"}]}
components:
  schemas:
    Gone: {enum: [NOT_FOUND, GONE, 3, null]}
    Again: {properties: {error: {enum: [GONE, AGAIN]}, next: {$ref: "#/components/schemas/Again"}}}
    Odd: {type: integer, multipleOf: 7, minimum: 1}
    Never: {type: string, minLength: 3, maxLength: 2}
  responses:
    Conflict:
      description: Conflict
      content: {application/problem+json: {schema: {properties: {error: {enum: [TAKEN]}}}}}
""")


@pytest.mark.parametrize(
    ("status", "documented"),
    [(200, "200"), (409, "409"), (404, "404"), (418, "4XX"), (500, "default"), (302, "default")],
)
def test_a_status_is_documented_by_itself_its_range_or_the_default(status, documented):
    response = CODED.response(status)
    assert response is not None
    assert response.status == documented


def test_an_undocumented_status_has_no_response():
    operation = operation_of("paths: {/a: {get: {responses: {'200': {description: Done}}}}}")
    assert operation.response(404) is None


def test_the_codes_are_the_enums_of_the_error_property_in_document_order():
    assert list(CODED.codes()) == [
        ("TAKEN", 409),
        ("NOT_FOUND", 404),
        ("GONE", 404),
        ("MOVED", 404),
        ("AGAIN", 404),
    ]


@pytest.mark.parametrize(("code", "status"), [("GONE", 404), ("TAKEN", 409), ("ANY", None), ("NOPE", None)])
def test_a_code_has_the_status_that_lists_it(code, status):
    assert CODED.status_of(code) == status


@pytest.mark.parametrize(("status", "name"), [(201, "application/json"), (200, "text/html"), (204, None)])
def test_the_preferred_media_type_is_json_else_the_first_one(status, name):
    response = CODED.response(status)
    assert response is not None
    assert (response.media.name if response.media else None) == name


@pytest.mark.parametrize(
    ("responses", "success"),
    [
        ("{'404': {description: x}, '201': {description: x}, '204': {description: x}}", 201),
        ("{default: {description: x}}", 200),
        ("{2XX: {description: x}}", 200),
        ("{'302': {description: x}}", 302),
    ],
)
def test_success_is_the_lowest_successful_status(responses, success):
    assert operation_of(f"paths: {{/a: {{get: {{responses: {responses}}}}}}}").success == success


def test_an_operation_has_a_name_and_a_source_location():
    assert CODED.name == "PUT /a/{b}"
    assert str(CODED.source_location).endswith("0.yaml:6#/paths/~1a~1{b}/put")


@given(st.none() | st.integers())
def test_a_generated_value_is_valid_against_its_schema(seed):
    value = CODED.value("/components/schemas/Odd", seed)
    assert isinstance(value, int)
    assert value >= 1
    assert value % 7 == 0


def test_an_unsatisfiable_schema_has_no_value():
    with pytest.raises(Unsatisfiable):
        CODED.value("/components/schemas/Never")


TWO = contract_of(
    "paths: {/a: {get: {operationId: get-a, responses: {}}}}", "paths: {/b: {put: {responses: {}}}}"
)


@pytest.mark.parametrize(
    ("name", "found"),
    [("get-a", "GET /a"), ("GET /a", "GET /a"), ("PUT /b", "PUT /b")],
)
def test_a_contract_finds_its_operations_by_id_or_by_method_and_path(name, found):
    assert TWO.operation(name).name == found


def test_an_operation_without_an_operation_id_has_its_method_and_path_as_id():
    assert [operation.id for operation in TWO.operations] == ["get-a", "PUT /b"]


def test_a_prefix_is_part_of_the_full_name_alone():
    text = "paths: {/%s: {get: {operationId: list-items, responses: {}}, put: {responses: {}}}}"
    contract = contract_of(text % "a", text % "b", prefixes=["shop", ""])
    assert [(each.id, each.operation_id) for each in contract.operations] == [
        ("shop/list-items", "list-items"),
        ("shop/PUT /a", "PUT /a"),
        ("list-items", "list-items"),
        ("PUT /b", "PUT /b"),
    ]
    names = ["shop/list-items", "list-items", "GET /a", "PUT /a", "shop/PUT /a"]
    paths = ["/a", "/b", "/a", "/a", "/a"]
    assert [contract.operation(name).path for name in names] == paths


def test_an_operation_id_that_is_used_twice_gives_way_to_the_method_and_path_under_the_prefix():
    text = "paths: {/a: {get: {operationId: x, responses: {}}, put: {operationId: x, responses: {}}}}"
    contract = contract_of(text, prefixes=["shop"])
    assert [operation.id for operation in contract.operations] == ["shop/x", "shop/PUT /a"]


def test_an_unknown_operation_names_the_nearest_one():
    with pytest.raises(UnknownOperation, match=r"no operation 'get-b'; did you mean 'get-a'\?") as caught:
        TWO.operation("get-b")
    assert caught.value.valid == ("get-a", "PUT /b")


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/problem+json", True),
        ("application/vnd.api+json;v=1", True),
        ("text/json-ish", False),
        ("application/jsonl", False),
        ("text/plain", False),
        ("", False),
    ],
)
def test_json_is_application_json_or_has_the_suffix(media_type, expected):
    assert is_json(media_type) is expected

"""Requests and answers are validated; violations are returned in lists, never raised."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.document.references import value_at
from mockserver.contract.operation import Operation
from mockserver.contract.validation import Violation, check_answer, check_request
from mockserver.http.message import Head, Headers, Request
from tests.support.documents import operation_of

JSON = [("content-type", "application/json")]


def sent(query: str = "", headers: Headers = (), body: bytes = b"", over: int | None = None) -> Request:
    return Request(Head("POST", "/", query, headers), body, over)


def violated(operation: Operation, path: dict[str, str], request: Request) -> list[tuple[str, str, str]]:
    found = check_request(operation, path, request).violations
    return [(each.location, each.pointer, each.keyword) for each in found]


SEARCH = operation_of("""
paths:
  /{shop}/items/{id}:
    get:
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}
        - {name: Tenant, in: header, required: true, schema: {enum: [north, south]}}
        - {name: page, in: query, schema: {type: integer, maximum: 9}}
        - {name: price, in: query, schema: {type: number}}
        - {name: sold, in: query, schema: {type: boolean}}
        - {name: tag, in: query, schema: {type: array, items: {type: string, maxLength: 3}}}
        - {name: size, in: query, schema: {type: array, items: {$ref: "#/components/schemas/Size"}}}
        - {name: any, in: query, schema: {type: [integer, "null"]}}
        - {name: need, in: query, required: true}
        - {name: seen, in: cookie, schema: {type: boolean}}
        - {name: shop, in: path, required: true, schema: {type: string, pattern: "^[a-z]+$"}}
      responses: {"204": {description: Done}}
components:
  schemas: {Size: {type: integer, minimum: 30}}
""")
TENANT = [("tenant", "north")]
VALID = sent("need=", TENANT)
PATH = {"shop": "a", "id": "1"}


def test_a_valid_request_has_no_violations():
    assert violated(SEARCH, PATH, VALID) == []


@pytest.mark.parametrize(
    "query",
    [
        "page=9",
        "page=-3",
        "price=1",
        "price=1.5",
        "price=-1e3",
        "sold=true",
        "sold=false",
        "tag=a",
        "tag=a,b",
        "tag=abc&tag=&tag=a",
        "size=30&size=31",
        "any=3",
        "other=anything",
    ],
)
def test_a_parameter_is_decoded_by_its_schema(query):
    assert violated(SEARCH, PATH, sent(f"need=&{query}", TENANT)) == []


@pytest.mark.parametrize(
    ("query", "keyword"),
    [
        ("page=", "type"),
        ("page=x", "type"),
        ("page=1.5", "type"),
        ("page=01", "type"),
        ("page=%2B1", "type"),
        ("page=+1", "type"),
        ("page=1_0", "type"),
        ("page=٤", "type"),
        ("page=10", "maximum"),
        ("page=" + "9" * 400, "type"),
        ("price=1e999", "type"),
        ("price=NaN", "type"),
        ("price=0x1", "type"),
        ("sold=1", "type"),
        ("sold=True", "type"),
        ("sold=", "type"),
    ],
)
def test_a_parameter_that_breaks_its_schema_is_a_violation(query, keyword):
    name = query.partition("=")[0]
    assert violated(SEARCH, PATH, sent(f"need=&{query}", TENANT)) == [("query", f"/{name}", keyword)]


def test_each_query_member_of_an_array_is_validated():
    request = sent("need=&tag=a,b&tag=abcd&size=30&size=x&size=29", TENANT)
    assert violated(SEARCH, PATH, request) == [
        ("query", "/tag/1", "maxLength"),
        ("query", "/size/1", "type"),
        ("query", "/size/2", "minimum"),
    ]


def test_a_single_value_given_twice_is_a_violation():
    assert violated(SEARCH, PATH, sent("need=&page=1&page=2", TENANT)) == [("query", "/page", "style")]


def test_all_violations_come_in_the_order_path_query_header_cookie():
    request = sent("page=x", [("tenant", "west"), ("cookie", "seen=perhaps")])
    assert violated(SEARCH, {"shop": "A", "id": "0"}, request) == [
        ("path", "/id", "minimum"),
        ("path", "/shop", "pattern"),
        ("query", "/page", "type"),
        ("query", "/need", "required"),
        ("header", "/Tenant", "enum"),
        ("cookie", "/seen", "type"),
    ]


def test_a_missing_parameter_is_named_in_the_message():
    [violation] = check_request(SEARCH, PATH, sent(headers=TENANT)).violations
    assert (violation.message, violation.name) == ("the query parameter 'need' is missing", "need")


def test_a_value_that_is_not_valid_utf_8_is_one_violation():
    assert violated(SEARCH, {"shop": "%FF", "id": "1"}, VALID) == [("path", "/shop", "encoding")]


def test_path_parameters_are_returned_decoded():
    assert check_request(SEARCH, PATH, VALID).parameters == {"id": 1, "shop": "a"}


ADD = operation_of("""
paths:
  /items:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              additionalProperties: false
              properties:
                name: {type: string, minLength: 2}
                sizes: {type: array, items: {type: integer, minimum: 30}}
                a/b: {type: boolean}
          application/merge-patch+json: {}
          text/csv: {schema: {type: string}}
      responses: {"204": {description: Done}}
""")
LOOSE = operation_of(
    "paths: {/x: {post: {requestBody: {content: {application/json: {schema: {type: object}}}},"
    " responses: {'204': {description: Done}}}}}"
)
BODILESS = operation_of("paths: {/x: {post: {responses: {'204': {description: Done}}}}}")


def add(body: object, headers: Headers = JSON) -> Request:
    return sent(headers=headers, body=body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": "ab"}, []),
        ({"name": "ab", "sizes": [30]}, []),
        ({}, [("", "required")]),
        (
            {"name": "a", "sizes": [1, 30, 2]},
            [("/name", "minLength"), ("/sizes/0", "minimum"), ("/sizes/2", "minimum")],
        ),
        ({"name": "ab", "a/b": 1}, [("/a~1b", "type")]),
        ({"name": "ab", "nam": 1}, [("/nam", "additionalProperties")]),
        ([], [("", "type")]),
        (b"{", [("", "json")]),
        (b'{"name": "ab", "name": "ab"}', [("", "duplicateKey")]),
        (b"\xff", [("", "encoding")]),
        (b"", [("", "required")]),
    ],
    ids=[
        "least",
        "more",
        "a key is missing",
        "several",
        "escaped",
        "unknown",
        "a list",
        "cut",
        "twice",
        "bytes",
        "none",
    ],
)
def test_an_invalid_body_has_a_violation_for_each_location(body, expected):
    assert violated(ADD, {}, add(body)) == [("body", *each) for each in expected]


def test_a_violation_points_to_the_rule_in_the_document():
    [violation] = check_request(ADD, {}, add({"name": "a"})).violations
    assert value_at(ADD.document.data, violation.rule) == 2
    assert violation.as_json() == {
        "in": "body",
        "pointer": "/name",
        "keyword": "minLength",
        "message": violation.message,
    }
    assert str(violation) == f"/name: {violation.message}"


def test_the_body_is_returned_as_its_value():
    assert check_request(ADD, {}, add({"name": "ab"})).body == {"name": "ab"}


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=utf-8", "application/json ;x=y"],
)
def test_a_media_type_is_compared_without_case_and_parameters(content_type):
    assert violated(ADD, {}, add({"name": "ab"}, [("content-type", content_type)])) == []


@pytest.mark.parametrize(
    ("headers", "pointer", "named"),
    [
        ([], "/content-type", "found no Content-Type"),
        ([("content-type", "")], "/content-type", "found ''"),
        ([("content-type", "text/plain")], "/content-type", "found 'text/plain'"),
        ([("content-type", "application/jsn")], "/content-type", "did you mean 'application/json'?"),
        ([*JSON, ("content-encoding", "br")], "/content-encoding", "gzip or deflate, or in none, found 'br'"),
    ],
    ids=["none", "empty", "another", "misspelt", "encoded"],
)
def test_an_unsupported_media_type_is_415(headers, pointer, named):
    checked = check_request(ADD, {}, add({"name": "ab"}, headers))
    assert checked.status == 415
    assert [(each.location, each.pointer) for each in checked.violations] == [("header", pointer)]
    assert named in checked.violations[0].message


def test_the_identity_coding_is_accepted():
    assert violated(ADD, {}, add({"name": "ab"}, [*JSON, ("content-encoding", "Identity")])) == []


def test_a_media_type_without_a_schema_accepts_any_body():
    assert violated(ADD, {}, add([1], [("content-type", "application/merge-patch+json")])) == []
    assert violated(ADD, {}, add(b"a;b\n", [("content-type", "text/csv")])) == []
    assert violated(ADD, {}, add(b"{", [("content-type", "application/merge-patch+json")])) == [
        ("body", "", "json")
    ]


def test_a_body_over_the_limit_is_413_and_is_not_validated():
    checked = check_request(ADD, {}, sent(over=1_048_576))
    assert checked.status == 413
    assert [each.message for each in checked.violations] == ["the body is larger than 1,048,576 bytes"]


def test_an_optional_body_can_be_missing():
    assert violated(LOOSE, {}, sent()) == []
    assert violated(LOOSE, {}, add([])) == [("body", "", "type")]


def test_an_operation_without_a_request_body_ignores_bodies():
    assert violated(BODILESS, {}, add(b"\xff", [])) == []


def test_a_body_that_the_contract_does_not_describe_is_told_apart():
    assert check_request(BODILESS, {}, add(b"", [])).undescribed is None
    undescribed = check_request(BODILESS, {}, add(b"1", [])).undescribed
    assert undescribed is not None
    assert undescribed.message == "the contract describes no body for this operation"


@given(
    st.binary(max_size=60), st.text(max_size=20), st.dictionaries(st.sampled_from(["shop", "id"]), st.text())
)
def test_no_request_raises_an_exception(body, content_type, path):
    request = sent(f"page={content_type}", [("content-type", content_type)], body)
    for operation in (SEARCH, ADD):
        for each in check_request(operation, path, request).violations:
            assert each.message
            assert value_at(operation.document.data, each.rule) is not None or each.rule == ""


# Answers

ANSWERS = operation_of("""
paths:
  /x:
    get:
      responses:
        "200":
          description: Yes
          content:
            application/json: {schema: {type: object, required: [id], properties: {id: {type: integer}}}}
            text/plain: {schema: {type: string}}
        "204": {description: Nothing}
        "304": {description: Same, content: {application/json: {schema: {type: object}}}}
        "4XX": {description: No, content: {application/problem+json: {schema: {type: object}}}}
""")


@pytest.mark.parametrize(
    ("status", "content_type", "body", "expected"),
    [
        (200, "application/json", b'{"id": 1}', []),
        (200, "application/json; charset=utf-8", b'{"id": 1}', []),
        (200, "text/plain", b"anything \xff", [("", "encoding")]),
        (204, None, b"", []),
        (204, "text/plain", b"more than is documented", []),
        (304, None, b"", []),
        (418, "application/problem+json", b"{}", []),
        (200, "application/json", b'{"id": "1"}', [("/id", "type")]),
        (200, "application/json", b"{}", [("", "required")]),
        (200, "application/json", b"{", [("", "json")]),
        (200, "application/json", b"", [("", "json")]),
        (200, "text/html", b"", [("", "contentType")]),
        (200, None, b"{}", [("", "contentType")]),
        (418, "application/json", b"{}", [("", "contentType")]),
        (500, "application/json", b"{}", [("", "status")]),
    ],
)
def test_an_answer_is_validated_against_its_response(status, content_type, body, expected):
    found = check_answer(ANSWERS, status, content_type, body)
    assert [(each.pointer, each.keyword) for each in found] == expected


def test_a_violation_of_a_parameter_names_it():
    violation = Violation("query", "/page", "type", "page: expected a number", "page", rule="/x")
    assert violation.as_json()["name"] == "page"
    assert str(violation) == "page: expected a number"

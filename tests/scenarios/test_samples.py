"""Sample requests: the request that `check` sends and the curl line are the same."""

import json
import shlex
import subprocess
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.validation import check_request
from mockserver.data.reading import MISSING, Cursor
from mockserver.scenarios.samples import Sample, read_sample, sample_from_contract
from tests.support.documents import operation_of

SEARCH = operation_of("""
paths:
  /shops/{shop}/items/{item}:
    get:
      parameters:
        - {name: shop, in: path, required: true, schema: {type: string}, example: north}
        - {name: item, in: path, required: true, schema: {type: integer, minimum: 5}}
        - {name: page, in: query, required: true, schema: {type: integer, minimum: 1}}
        - {name: size, in: query, schema: {type: integer}}
        - {name: X-Trace, in: header, required: true, schema: {enum: [on]}}
      responses: {"204": {description: Done}}
""")
ADD = operation_of("""
components: {securitySchemes: {key: {type: http, scheme: bearer}}}
paths:
  /items:
    post:
      security: [{key: []}]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties: {name: {type: string, minLength: 2}, id: {type: integer, readOnly: true}}
      responses: {"204": {description: Done}}
""")
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


def test_a_sample_becomes_a_request():
    sample = Sample({"shop": "a/b", "item": "7"}, {"page": "1 2"}, {"X-Trace": "on"})
    request = sample.request(SEARCH, [("x-mock-scenario", "slow")])
    assert (request.head.method, request.head.path, request.head.query_string) == (
        "GET",
        "/shops/a%2Fb/items/7",
        "page=1+2",
    )
    assert list(request.head.headers) == [("x-trace", "on"), ("x-mock-scenario", "slow")]
    assert request.body == b""


def test_a_body_is_json_unless_the_sample_has_another_content_type():
    assert Sample(body={"name": "é"}).request(ADD).head.header("content-type") == "application/json"
    given_type = Sample(headers={"Content-type": "application/merge-patch+json"}, body={}).request(ADD)
    assert list(given_type.head.all("content-type")) == ["application/merge-patch+json"]
    assert Sample(body={"name": "é"}).request(ADD).body == '{"name": "é"}'.encode()


@pytest.mark.parametrize("body", [None, False, 0, "", [], {}], ids=repr)
def test_an_empty_body_is_a_body(body):
    assert json.loads(Sample(body=body).request(ADD).body) == body


@pytest.mark.parametrize(
    ("sample", "line"),
    [
        (
            Sample({"shop": "a", "item": "7"}),
            "curl -i http://h:1/shops/a/items/7 -H 'X-Mock-Scenario: slow'",
        ),
        (
            Sample({"shop": "a", "item": "7"}, {"page": "1"}, {"X-Trace": "on"}),
            "curl -i 'http://h:1/shops/a/items/7?page=1' -H 'X-Trace: on' -H 'X-Mock-Scenario: slow'",
        ),
    ],
    ids=["a path", "query and headers"],
)
def test_a_get_is_a_plain_curl_line(sample, line):
    assert sample.curl(SEARCH, "http://h:1", {"X-Mock-Scenario": "slow"}) == line


def test_a_curl_line_names_the_method_and_carries_the_body():
    assert Sample(body={"name": "it's"}).curl(ADD, "http://h:1", {}) == (
        "curl -i -X POST http://h:1/items -H 'Content-Type: application/json' "
        """-d '{"name": "it'"'"'s"}'"""
    )


@given(TEXTS, TEXTS, TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=2))
def test_the_curl_line_sends_the_same_request(shop, page, trace, body):
    sample = Sample({"shop": shop, "item": "7"}, {"page": page}, {"X-Trace": trace}, body)
    request = sample.request(SEARCH)
    words = shlex.split(sample.curl(SEARCH, "http://h:1", {}))
    path, _, query = words[2].removeprefix("http://h:1").partition("?")
    assert (path, query) == (request.head.path, request.head.query_string)
    assert (unquote(path.split("/")[2]), parse_qsl(query)) == (shop, [("page", page)])
    assert f"X-Trace: {trace}" in words
    assert words[-1].encode() == request.body


@pytest.mark.parametrize("operation", [SEARCH, ADD], ids=["parameters", "a body"])
def test_a_sample_from_the_contract_is_valid(operation):
    sample = sample_from_contract(operation)
    assert check_request(operation, sample.raw_path, sample.request(operation)).violations == []


def test_a_sample_from_the_contract_has_all_that_is_required_by_its_examples():
    sample = sample_from_contract(SEARCH)
    assert sample.path["shop"] == "north"
    assert list(sample.query) == ["page"]
    assert sample.body is MISSING


def test_a_sample_from_the_contract_has_the_required_cookies():
    operation = operation_of("""
components: {securitySchemes: {sid: {type: apiKey, in: cookie, name: sid}}}
paths:
  /items:
    get:
      security: [{sid: []}]
      parameters:
        - {name: theme, in: cookie, required: true, schema: {enum: [dark]}}
        - {name: size, in: cookie, schema: {type: integer}}
      responses: {"204": {description: Done}}
""")
    request = sample_from_contract(operation).request(operation)
    assert request.head.cookies == {"theme": "dark", "sid": "KEY"}
    assert check_request(operation, {}, request).violations == []


def test_a_sample_from_the_contract_leaves_out_read_only_properties():
    assert set(json.loads(sample_from_contract(ADD).request(ADD).body)) == {"name"}


def test_a_sample_from_the_contract_has_a_credential_where_one_is_required():
    assert sample_from_contract(ADD).headers == {"Authorization": "Bearer TOKEN"}
    assert "Authorization" not in sample_from_contract(SEARCH).headers


def test_a_sample_is_read_from_its_file():
    cursor = Cursor({"path": {"item": 7}, "query": {"page": "1"}, "headers": {"X-Trace": "on"}, "body": None})
    sample = read_sample(cursor)
    assert sample == Sample({"item": "7"}, {"page": "1"}, {"X-Trace": "on"}, None)
    assert cursor.errors == []


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"boddy": {}}, "/boddy: unknown key 'boddy'; did you mean 'body'?"),
        ({"path": ["42"]}, "/path: expected an object, found an array"),
        ({"path": {"id": True}}, "/path/id: expected a string, found a boolean"),
        ({"headers": {"a": 1.5}}, "/headers/a: expected a string, found a number"),
        ([], "(root): expected an object, found an array"),
    ],
    ids=["an unknown key", "no object", "a boolean", "a fraction", "a list"],
)
def test_the_error_of_an_invalid_sample_names_the_location(data, fault):
    read_sample(cursor := Cursor(data))
    assert [str(each) for each in cursor.errors] == [fault]


# Samples from contracts that do not take plain JSON and plain strings


@pytest.mark.parametrize(
    "content",
    [
        "application/vnd.api+json: {schema: {type: object, required: [a], properties: {a: {type: string}}}}",
        "application/x-www-form-urlencoded: {schema: {type: object, required: [n], "
        "properties: {n: {type: integer}, tags: {type: array, items: {type: string}}}}}",
        "multipart/form-data: {schema: {type: object, required: [to], properties: {to: {type: string}}}}",
        "text/plain: {schema: {type: string}, example: '@it''s \\ 5%'}",
        "application/xml: {schema: {type: object, xml: {name: a}, properties: {b: {type: string}}}}",
        "application/octet-stream: {schema: {type: string, format: binary}}",
        "application/xml: {schema: {type: object}}\n          application/json: {schema: {type: integer}}",
        "application/json: {schema: {type: integer, minimum: 5}, examples: {a: {value: 1}, b: {value: 7}}}",
    ],
    ids=["vendor's JSON", "a form", "multipart", "text", "XML", "bytes", "JSON after XML", "a wrong example"],
)
def test_a_sample_has_a_valid_body_of_the_documented_type(content):
    operation = operation_of(f"""
paths:
  /items:
    post:
      requestBody:
        required: true
        content:
          {content}
      responses: {{"204": {{description: Done}}}}
""")
    sample = sample_from_contract(operation)
    request = sample.request(operation)
    assert check_request(operation, {}, request).violations == []
    assert request.body
    assert words_of(sample.curl(operation, "http://h:1", {}))[-1] == request.body
    assert "\n" not in sample.curl(operation, "http://h:1", {})


def words_of(line: str) -> list[bytes]:
    """The words of a command line as a shell reads them."""
    shown = subprocess.run(["bash", "-c", f"printf '%s\\0' {line}"], capture_output=True, check=True)
    return shown.stdout.split(b"\0")[:-1]


def test_a_sample_has_required_parameters_in_their_styles():
    operation = operation_of("""
components:
  schemas:
    O: {type: object, required: [x], properties: {x: {type: string}}}
    Ids: {type: array, minItems: 2, items: {type: integer}}
paths:
  /items/{n}/{m}/{o}:
    get:
      parameters:
        - {name: n, in: path, required: true, schema: {$ref: "#/components/schemas/Ids"}}
        - {name: m, in: path, required: true, style: matrix, schema: {type: string}, example: a/b}
        - {name: o, in: path, required: true, style: label, schema: {$ref: "#/components/schemas/Ids"}}
        - {name: ids, in: query, required: true, schema: {$ref: "#/components/schemas/Ids"}}
        - {name: flat, in: query, required: true, explode: false, schema: {$ref: "#/components/schemas/Ids"}}
        - {name: f, in: query, required: true, style: deepObject, schema: {$ref: "#/components/schemas/O"}}
        - {name: none, in: query, required: true, schema: {$ref: "#/components/schemas/O"}}
        - {name: "o'k", in: query, required: true, schema: {type: string}, example: "it's 5% & more"}
        - {name: flag, in: header, required: true, schema: {type: boolean}}
        - {name: c, in: cookie, required: true, schema: {type: array, items: {type: string}}, explode: false}
        - {name: Authorization, in: header, required: true, schema: {type: string}}
      responses: {"204": {description: Done}}
""")
    sample = sample_from_contract(operation)
    assert check_request(operation, sample.raw_path, sample.request(operation)).violations == []
    assert "Authorization" not in sample.headers


def test_an_optional_body_that_no_value_makes_valid_is_left_out():
    operation = operation_of("""
paths:
  /items:
    post:
      requestBody:
        content:
          application/x-www-form-urlencoded:
            encoding: {tags: {style: deepObject, explode: true}}
            schema: {type: object, required: [tags], properties: {tags: {type: array, items: {type: string}}}}
      responses: {"204": {description: Done}}
""")
    request = sample_from_contract(operation).request(operation)
    assert (request.body, check_request(operation, {}, request).violations) == (b"", [])


def test_curl_sends_a_head_request_and_the_body_of_a_get():
    headed = operation_of("paths: {/a: {head: {responses: {'204': {description: Done}}}}}")
    assert Sample().curl(headed, "http://h:1", {}) == "curl -i -I http://h:1/a"
    got = operation_of("paths: {/a: {get: {responses: {'204': {description: Done}}}}}")
    assert " -X GET -d 1" in Sample(body=1).curl(got, "http://h:1", {})

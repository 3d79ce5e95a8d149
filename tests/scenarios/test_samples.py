"""Sample requests: the request that `check` sends and the curl line are the same."""

import json
import shlex
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

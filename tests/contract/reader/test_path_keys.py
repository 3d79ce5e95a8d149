"""Keys of `paths` with a query or a fragment: requests reach their operations, or a finding says why not."""

import pytest

from mockserver.contract.operation import Contract
from mockserver.contract.reader.path_keys import PathKey, QueryMember, read_path_key, with_query_constants
from mockserver.contract.routing.router import Router
from mockserver.contract.validation import check_request
from mockserver.http.message import Request
from tests.support.documents import contract_of

NAME = "{name: name, in: path, required: true, schema: {type: string, maxLength: 8}}"
OK = "responses: {'200': {description: a}}"


def constant(name: str, value: str) -> QueryMember:
    return QueryMember(name, value, None)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("/a/{b}", PathKey("/a/{b}", (), None)),
        ("/a?b=1&c=%C3%A9+x", PathKey("/a", (constant("b", "1"), constant("c", "é x")), None)),
        ("/a?acl", PathKey("/a", (constant("acl", ""),), None)),
        ("/a?b={c}", PathKey("/a", (QueryMember("b", None, "c"),), None)),
        ("/a?b=x{c}", PathKey("/a", (QueryMember("b", None, None),), None)),
        ("/a#b", PathKey("/a", (), "b")),
        ("/a?b=1#c?d", PathKey("/a", (constant("b", "1"),), "c?d")),
        ("/a?", PathKey("/a", (), None)),
        ("/a{?b,c}", PathKey("/a", (), None)),
        ("/a/{b?}/{c#}", PathKey("/a/{b?}/{c#}", (), None)),
    ],
)
def test_a_key_is_split_into_path_query_and_fragment(key, expected):
    assert read_path_key(key) == expected


def test_constants_become_required_query_parameters():
    document = with_query_constants({"paths": {"/a?b=1": {"get": {}}, "/c": {}}})
    schema = {"type": "string", "const": "1"}
    parameter = {"name": "b", "in": "query", "required": True, "schema": schema}
    assert document == {"paths": {"/a?b=1": {"get": {}, "parameters": [parameter]}, "/c": {}}}


def ask(contract: Contract, method: str, target: str) -> tuple[str, list[str]]:
    """The name of the operation that a request reaches, and the pointers of its violations."""
    path, _, query = target.partition("?")
    match = Router(contract.operations).match(method, path, query)
    checked = check_request(match.operation, match.raw, Request.build(method, path, query))
    return match.operation.name, [each.pointer for each in checked.violations]


VERSIONS = contract_of(f"""
paths:
  /pies/{{name}}?api-version=1: {{parameters: [{NAME}], get: {{{OK}}}}}
  /pies/{{name}}?api-version=2: {{parameters: [{NAME}], get: {{{OK}}}}}
  /pies/{{name}}?api-version=2&draft: {{parameters: [{NAME}], get: {{{OK}}}}}
  /cakes?kind={{kind}}:
    get:
      parameters: [{{name: kind, in: path, required: true, schema: {{enum: [plain, rich]}}}}]
      {OK}
  /cakes: {{get: {{{OK}}}, post: {{{OK}}}}}
""")


@pytest.mark.parametrize(
    ("target", "name", "violations"),
    [
        ("/pies/apple?api-version=1", "GET /pies/{name}?api-version=1", []),
        ("/pies/apple?x=1&api-version=2", "GET /pies/{name}?api-version=2", []),
        ("/pies/apple?draft&api-version=2", "GET /pies/{name}?api-version=2&draft", []),
        ("/pies/apple?draft=&api-version=2", "GET /pies/{name}?api-version=2&draft", []),
        ("/pies/strawberry?api-version=1", "GET /pies/{name}?api-version=1", ["/name"]),
        ("/cakes?kind=plain", "GET /cakes?kind={kind}", []),
        ("/cakes?kind=dry", "GET /cakes?kind={kind}", ["/kind"]),
        ("/cakes", "GET /cakes", []),
    ],
)
def test_the_query_of_a_key_selects_its_operation(target, name, violations):
    assert VERSIONS.findings == ()
    assert ask(VERSIONS, "GET", target) == (name, violations)


@pytest.mark.parametrize("target", ["/pies/apple", "/pies/apple?api-version=3"])
def test_a_request_without_the_query_of_any_key_breaks_the_contract(target):
    name, violations = ask(VERSIONS, "GET", target)
    assert name.startswith("GET /pies/{name}?api-version=")
    assert "/api-version" in violations


def test_a_described_parameter_of_the_query_gets_the_constant():
    contract = contract_of(f"""
paths:
  /a?b=1:
    get: {{parameters: [{{$ref: '#/components/parameters/b'}}], {OK}}}
components: {{parameters: {{b: {{name: b, in: query, schema: {{type: string}}}}}}}}
""")
    assert contract.findings == ()
    assert ask(contract, "GET", "/a?b=1")[1] == []
    assert ask(contract, "GET", "/a?b=2")[1] == ["/b"]


def test_a_path_item_of_a_query_may_be_a_reference():
    contract = contract_of(f"""
paths: {{'/a?b=1': {{$ref: '#/components/pathItems/A'}}}}
components: {{pathItems: {{A: {{get: {{{OK}}}}}}}}}
""")
    assert ask(contract, "GET", "/a?b=1") == ("GET /a?b=1", [])


def test_a_placeholder_of_a_query_that_is_not_described_is_reported():
    contract = contract_of(f"paths: {{'/a?b={{c}}': {{get: {{{OK}}}}}}}")
    [finding] = contract.findings
    assert finding.message == "the query parameter 'b' is not described"
    assert ask(contract, "GET", "/a?b=1") == ("GET /a?b={c}", [])


def test_an_operation_with_a_fragment_is_reported_and_served_by_its_path():
    contract = contract_of(f"paths: {{'/a#lock': {{put: {{{OK}}}}}}}")
    [finding] = contract.findings
    assert finding.message == "'#lock' has no effect: a request never contains the fragment of a URL"
    assert ask(contract, "PUT", "/a") == ("PUT /a#lock", [])


def test_an_operation_that_only_a_fragment_distinguishes_is_not_served_and_a_finding_says_so():
    contract = contract_of(f"""
paths:
  '/a/{{name}}#lock': {{parameters: [{NAME}], put: {{operationId: lock, {OK}}}}}
  '/a/{{id}}': {{parameters: [{NAME.replace("name: name", "name: id")}], put: {{{OK}}}}}
""")
    [finding] = contract.findings
    assert finding.pointer == "/paths/~1a~1{name}#lock/put"
    assert finding.message.endswith("so this operation is not served; requests for it reach PUT /a/{id}")
    assert [each.name for each in contract.operations] == ["PUT /a/{id}"]
    assert ask(contract, "PUT", "/a/1") == ("PUT /a/{id}", [])


def test_operations_with_fragments_are_selected_by_required_parameters_with_one_value():
    action = "{{name: Action, in: query, required: true, schema: {{type: string, enum: [{}]}}}}"
    contract = contract_of(f"""
paths:
  '/#Action=Create': {{get: {{parameters: [{action.format("Create")}], {OK}}}}}
  '/#Action=Delete': {{get: {{parameters: [{action.format("Delete")}], {OK}}}}}
""")
    assert len(contract.findings) == 2
    assert ask(contract, "GET", "/?Action=Create") == ("GET /#Action=Create", [])
    assert ask(contract, "GET", "/?Action=Delete") == ("GET /#Action=Delete", [])

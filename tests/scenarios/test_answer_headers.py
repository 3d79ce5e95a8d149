"""The headers of fixed answers are checked against those that the contract documents."""

import json

import pytest

from mockserver.http.message import Answer
from mockserver.loading import load_backend
from mockserver.scenarios.answer_headers import header_violations, media_type_violation
from mockserver.settings import Settings
from tests.support.console import open_console
from tests.support.documents import HEAD, operation_of

RESPONSE = {
    "description": "A page of orders.",
    "headers": {
        "X-Count": {"required": True, "schema": {"type": "integer"}},
        "X-Tags": {"schema": {"type": "array", "items": {"enum": ["new", "old"]}}},
        "Set-Cookie": {"schema": {"type": "string", "pattern": "^sid="}},
        "Content-Type": {"schema": {"type": "integer"}},
    },
    "content": {"application/json": {"schema": {"type": "object"}}},
}
OPERATION = {"operationId": "list-orders", "responses": {"200": RESPONSE, "204": {"description": "None."}}}
PATHS = f"paths: {json.dumps({'/orders': {'get': OPERATION}})}"
SCHEMA = "/paths/~1orders/get/responses/200/headers/X-Count/schema/type"


def found(*headers: tuple[str, str], status: int = 200) -> list[str]:
    operation = operation_of(PATHS)
    return [name for name, _, _ in header_violations(operation, Answer(status, list(headers)))]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("x-count", "5", []),
        ("x-count", "many", ["X-Count"]),
        ("x-count", "", ["X-Count"]),
        ("x-count", "{$request.query.page}", []),
        ("x-tags", "new,old", []),
        ("x-tags", "new,newer", ["X-Tags"]),
        ("x-other", "many", []),
        ("set-cookie", "a=b, c", []),
        ("content-type", "text/html", []),
    ],
)
def test_a_documented_header_has_a_valid_value(name, value, expected):
    assert found((name, value)) == expected


def test_headers_that_are_missing_or_of_a_status_without_headers_are_valid():
    assert found() == found(("x-count", "many"), status=204) == found(("x-count", "many"), status=404) == []


@pytest.mark.parametrize(
    ("value", "is_valid"),
    [("application/json", True), ("application/json; charset=utf-8", True), ("text/html", False)],
)
def test_the_media_type_is_a_documented_one(value, is_valid):
    answer = Answer(200, [("content-type", value)])
    violation = media_type_violation(operation_of(PATHS), answer)
    assert (violation is None) is is_valid


@pytest.fixture
def console(tmp_path):
    path = tmp_path / "orders.yaml"
    path.write_text(HEAD + PATHS)
    settings = Settings(specs=(path,))
    with open_console(settings, load_backend(settings)) as console:
        yield console


def test_a_stub_with_an_invalid_header_is_refused_with_pointer_and_rule(console):
    respond = {"status": 200, "headers": {"X-COUNT": "many", "Content-Type": "text/html"}}
    reply = console.call("POST session/stubs", {"operation": "list-orders", "respond": respond})
    faults = {each["pointer"]: each["message"] for each in reply.json()["faults"]}
    assert (reply.status, list(faults)) == (
        422,
        ["/respond/headers/X-COUNT", "/respond/headers/Content-Type"],
    )
    assert SCHEMA in faults["/respond/headers/X-COUNT"]
    assert console.call("GET session/stubs").json() == {"stubs": []}


def test_a_stub_may_break_the_contract_by_its_headers_if_it_says_so(console):
    respond = {"status": 200, "headers": {"X-Count": "many"}, "offContract": True}
    assert console.call("POST session/stubs", {"operation": "list-orders", "respond": respond}).status == 201
    assert console.send("GET", "/orders").header("x-count") == "many"


def test_an_error_code_that_the_contract_does_not_list_is_one_fault(console):
    stub = {"operation": "list-orders", "respond": {"error": "GONE"}}
    (fault,) = console.call("POST session/stubs", stub).json()["faults"]
    assert fault["pointer"] == "/respond/error"

"""The OpenAPI document of the control API is valid, complete, and describes the calls as they are."""

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

import mockserver
from mockserver.control.request import UnreadableBody
from mockserver.control.routes import CALLS, LIMIT
from mockserver.data.source import read
from mockserver.scenarios.fault_fields import FAULT_PLAN_KEYS
from mockserver.scenarios.faults import FAULT_NAMES
from mockserver.scenarios.request_pattern import STUB_MEMBERS, VERIFY_MEMBERS
from mockserver.scenarios.respond_fields import RESPOND_KEYS
from mockserver.scenarios.stub_fields import IGNORED_KEYS, STUB_KEYS
from mockserver.settings import Settings
from tests.support.console import OWN, open_console
from tests.support.docs import read as page

DOCUMENT: Any = read(Path(mockserver.__file__).parent / "control" / "openapi.yaml").data
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
OPERATIONS = {
    f"{method.upper()} {path}": (item, item[method])
    for path, item in DOCUMENT["paths"].items()
    for method in METHODS
    if method in item
}
REGISTRY: Registry[Any] = Registry().with_resource("urn:doc", DRAFT202012.create_resource(DOCUMENT))


def resolved(value: Any) -> Any:
    """The value, or what its reference leads to."""
    if "$ref" not in value:
        return value
    place = DOCUMENT
    for token in value["$ref"].removeprefix("#/").split("/"):
        place = place[token]
    return place


def pointers(value: Any, at: str = "") -> Any:
    """Every object of the document, with where it stands."""
    if isinstance(value, dict):
        yield at, value
        for key, member in value.items():
            yield from pointers(member, f"{at}/{key.replace('~', '~0').replace('/', '~1')}")
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from pointers(item, f"{at}/{index}")


def problems(pointer: str, instance: Any) -> list[str]:
    """What the document's schema at a pointer says against a value."""
    schema = {"$ref": f"urn:doc#{pointer}"}
    return [error.message for error in OAS31Validator(schema, registry=REGISTRY).iter_errors(instance)]


def test_it_is_a_valid_document_of_openapi_3_1():
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []
    assert DOCUMENT["openapi"].startswith("3.1.")


def test_an_object_of_any_members_says_so_for_generators_of_types_take_a_bare_one_for_empty():
    tells = {"properties", "additionalProperties", "unevaluatedProperties", "patternProperties"}
    bare = [at for at, each in pointers(DOCUMENT) if "object" in each.get("type", ()) and not tells & {*each}]
    assert bare == []


def test_it_is_served_as_it_stands_but_for_the_prefix():
    with open_console(Settings(control_prefix="/own")) as console:
        assert console.call("GET openapi.json").json() == {**DOCUMENT, "servers": [{"url": "/own"}]}


def test_the_table_of_calls_and_the_document_are_equal():
    assert set(OPERATIONS) == {f"{method} {path}" for path, row in CALLS.items() for method in row}


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_is_described_whole(name):
    item, operation = OPERATIONS[name]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", operation["operationId"])
    assert operation["summary"]
    assert set(operation["tags"]) <= {tag["name"] for tag in DOCUMENT["tags"]}
    templates = set(re.findall(r"\{(\w+)\}", name))
    parameters = [resolved(each) for each in (*item.get("parameters", ()), *operation.get("parameters", ()))]
    assert {each["name"] for each in parameters if each["in"] == "path"} == templates
    open_to_all = name == "GET /health"
    assert ("403" in operation["responses"]) is ("401" in operation["responses"]) is not open_to_all
    assert (operation.get("security") == []) is open_to_all


def test_each_operation_has_an_id_of_its_own():
    ids = [operation["operationId"] for _, operation in OPERATIONS.values()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_speaks_for_a_session_takes_its_key_and_refuses_what_is_none(name):
    item, operation = OPERATIONS[name]
    named = [resolved(each)["name"] for each in item.get("parameters", ())]
    own = any(re.fullmatch(re.sub(r"\{\w+\}", r"[^/]+", name.replace(" /", " ")), call) for call, _ in OWN)
    own = own or name in ("PUT /session/state", "GET /requests/{id}", "GET /mutations")
    own = own or name in ("GET /session/stubs/{id}", "DELETE /session/stubs/{id}")
    assert ("X-Mock-Session" in named) is own
    answers_400 = own or "requestBody" in operation or name == "DELETE /sessions/{key}"
    assert ("400" in operation["responses"]) is answers_400


@pytest.mark.parametrize("name", [name for name, (_, each) in OPERATIONS.items() if "requestBody" in each])
def test_what_takes_a_body_requires_it_and_refuses_what_cannot_be_read(name):
    _, operation = OPERATIONS[name]
    assert operation["requestBody"]["required"] is True
    assert {"400", "413", "422"} <= set(operation["responses"])
    assert UnreadableBody("").status == 400
    assert f"{LIMIT // 1024**2} MiB" in DOCUMENT["info"]["description"]


def media() -> Any:
    """Each media type with a schema, and where it stands."""
    return [
        pytest.param(at, value, id=at)
        for at, value in pointers(DOCUMENT)
        if "schema" in value and re.search(r"/content/[^/]+$", at)
    ]


@pytest.mark.parametrize(("at", "content"), media())
def test_each_body_has_an_example_that_its_schema_takes(at, content):
    examples = [resolved(each)["value"] for each in content.get("examples", {}).values()]
    examples += [content["example"]] if "example" in content else []
    assert examples
    for example in examples:
        assert problems(f"{at}/schema", example) == []


@pytest.mark.parametrize(
    ("at", "parameter"),
    [
        pytest.param(at, value, id=at)
        for at, value in pointers(DOCUMENT)
        if "in" in value and "schema" in value
    ],
)
def test_each_parameter_has_an_example_that_its_schema_takes(at, parameter):
    assert problems(f"{at}/schema", parameter["example"]) == []


@pytest.mark.parametrize(
    ("at", "schema"),
    [
        pytest.param(at, value, id=at)
        for at, value in pointers(DOCUMENT)
        if at.endswith(("schema", "items")) or re.fullmatch(r"/components/schemas/\w+", at)
    ],
)
def test_each_schema_is_a_schema_and_requires_only_what_it_knows(at, schema):
    Draft202012Validator.check_schema(schema)
    if schema.get("additionalProperties") is False:
        assert set(schema.get("required", ())) <= set(schema["properties"])


def test_the_members_of_a_match_are_those_that_are_read():
    assert tuple(DOCUMENT["components"]["schemas"]["Match"]["properties"]) == VERIFY_MEMBERS
    assert tuple(DOCUMENT["components"]["schemas"]["StubMatch"]["properties"]) == STUB_MEMBERS


def test_the_members_of_a_stub_are_those_that_are_read():
    schemas = DOCUMENT["components"]["schemas"]
    assert set(schemas["NewStub"]["properties"]) == {*STUB_KEYS, *IGNORED_KEYS}
    assert set(schemas["Respond"]["properties"]) == set(RESPOND_KEYS)
    assert set(schemas["NewNetwork"]["properties"]) == {*FAULT_PLAN_KEYS, "operation"}
    assert schemas["Fault"]["oneOf"][1]["properties"]["name"]["enum"] == [*FAULT_NAMES]


@pytest.mark.parametrize("kind", sorted(set(re.findall(r"urn:mockserver:problem:([a-z-]+)", str(DOCUMENT)))))
def test_the_documentation_explains_each_problem(kind):
    assert f"`{kind}`" in page("docs/reference/problems.md")

"""The bundled contract is equivalent to the vendor's page, and its prose is our own."""

from collections.abc import Iterator

import pytest
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate

from mockserver.contract.markdown.page import read_page
from mockserver.data.json import Json
from mockserver.data.source import read
from tests.support.paths import ROOT, TEST_DATA, needs

BUNDLED = ROOT / "fixtures/spec/carts.yaml"
PAGE = TEST_DATA / "spec/update-a-cart.md"
needs_page = needs(PAGE)

PROSE = ("description", "example", "examples", "summary", "info", "servers", "tags")


def bundled() -> Json:
    return read(BUNDLED).data


def vendors() -> Json:
    return read_page(PAGE.read_text(encoding="utf-8"), PAGE).data


def without_prose(value: Json) -> Json:
    """The document without its prose. No member of this contract's bodies is named like a word of PROSE."""
    match value:
        case dict():
            return {key: without_prose(member) for key, member in value.items() if key not in PROSE}
        case list():
            return [without_prose(item) for item in value]
    return value


def texts(value: Json, key: str) -> Iterator[str]:
    for name, member in (
        value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else [])
    ):
        if name == key and isinstance(member, str):
            yield member
        yield from texts(member, key)


def at(value: Json, *keys: str) -> Json:
    for key in keys:
        assert isinstance(value, dict)
        value = value[key]
    return value


def resolved(schema: Json) -> Json:
    return at(bundled(), *at(schema, "$ref").removeprefix("#/").split("/"))


def examples() -> Iterator[tuple[str, str, Json, Json]]:
    """Location, name, schema and value of each named example of a body."""
    operation = at(bundled(), "paths", "/carts/{order_id}", "patch")
    bodies = {"request": operation["requestBody"], **operation["responses"]}
    for where, body in bodies.items():
        media = at(body, "content", "application/json")
        for name, example in media["examples"].items():
            yield where, name, resolved(media["schema"]), example["value"]


EXAMPLES = list(examples())


@needs_page
def test_the_bundled_contract_and_the_vendors_page_differ_in_prose_only():
    assert without_prose(bundled()) == without_prose(vendors())


@needs_page
def test_the_vendors_page_reads_as_valid_openapi():
    validate(vendors())


@needs_page
def test_no_sentence_of_the_vendors_page_is_in_the_bundled_contract():
    ours = BUNDLED.read_text(encoding="utf-8")
    assert [text for text in texts(vendors(), "description") if " " in text and text in ours] == []


@needs_page
@pytest.mark.parametrize(
    ("pointer", "written"),
    [
        ("/paths/~1carts~1{order_id}/patch", "**PATCH** `/carts/{order_id}`"),
        ("/paths/~1carts~1{order_id}/patch/parameters/0", "### `order_id` (_path_, required)"),
        ("/paths/~1carts~1{order_id}/patch/responses/409", "### 409"),
        ("/components/schemas/PatchCartBody/properties/order_items/minItems", '"minItems": 1'),
        ("/components/schemas/PatchCartConflictErrorResponse/properties/error/enum/0", '"ORDER_NOT_CART"'),
        ("/paths/~1carts~1{order_id}/patch/security/0/bearerAuth", '"bearerAuth": []'),
        ("/components/securitySchemes/bearerAuth", "**bearerAuth:**"),
    ],
)
def test_a_pointer_leads_to_the_line_of_the_vendors_page(pointer, written):
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    line = read_page("\n".join(lines), PAGE).line(pointer)
    assert line is not None
    assert lines[line - 1].strip().startswith(written)


def test_the_bundled_contract_is_valid_openapi():
    validate(bundled())


def test_the_operation_is_named_like_the_slug_of_its_title():
    operation = at(bundled(), "paths", "/carts/{order_id}", "patch")
    assert (operation["operationId"], operation["summary"]) == ("update-a-cart", "Update a cart")


def test_the_bundled_contract_names_no_server():
    assert "servers" not in bundled()


@pytest.mark.parametrize(
    ("schema", "value"), [row[2:] for row in EXAMPLES], ids=[f"{row[0]} {row[1]}" for row in EXAMPLES]
)
def test_an_example_keeps_to_its_schema(schema, value):
    OAS30Validator(schema).validate(value)


def test_every_error_code_has_an_example_of_its_own_named_after_it():
    operation = at(bundled(), "paths", "/carts/{order_id}", "patch")
    codes = {
        (status, code)
        for status, response in operation["responses"].items()
        for code in enums(resolved(at(response, "content", "application/json", "schema")))
    }
    shown = {
        (where, name.replace("-", "_").upper())
        for where, name, _, value in EXAMPLES
        if value == {"error": name.replace("-", "_").upper()}
    }
    assert shown == codes


def enums(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value.get("enum", ())
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from enums(member)

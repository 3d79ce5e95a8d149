"""Fields of forms and multipart bodies in the spellings of clients."""

import json
from typing import Any

import pytest

from mockserver.contract.validation import Checked, body_type, check_body, read_parameters
from mockserver.http.message import Request
from tests.support.documents import operation_of
from tests.support.spellings import FORM, MULTIPART, checked, parts, value_of

INTEGERS = {"type": "array", "items": {"type": "integer"}}
RGB = {"type": "object", "additionalProperties": {"type": "integer"}}
ROWS = {"type": "array", "items": RGB}
FLAG = {"type": "boolean"}
CASES = [
    ("form", INTEGERS, "a[]=7&a[]=8", [7, 8], "brackets"),
    ("form", INTEGERS, "a%5B1%5D=8&a%5B0%5D=7", [7, 8], "brackets"),
    ("form", ROWS, "a[0][R]=7&a[0][G]=8&a[1][R]=9", [{"R": 7, "G": 8}, {"R": 9}], "brackets"),
    ("form", RGB, "a[R]=7", {"R": 7}, "brackets"),
    ("form", RGB, "a=", {}, "emptyObject"),
    ("form", FLAG, "a=True", True, "boolean"),
    ("form", {"type": "array", "items": FLAG}, "a=True&a=False", [True, False], "boolean"),
    ("form, explode: false", INTEGERS, "a=7%2C8", [7, 8], "delimiter"),
    ("form, explode: false", INTEGERS, "a=7&a=8", [7, 8], "repeated"),
    ("form, explode: false", INTEGERS, "a[0]=7", [7], "brackets"),
    ("form, deepObject", ROWS, "a[0][R]=7&a[1][R]=8", [{"R": 7}, {"R": 8}], "brackets"),
    ("form, deepObject", INTEGERS, "a=7&a=8", [7, 8], "unbracketed"),
    ("form, deepObject", INTEGERS, "a=7", [7], "unbracketed"),
    ("form, deepObject", RGB, "a=", {}, "emptyObject"),
    ("form, deepObject", {"anyOf": [RGB, {"type": "integer"}]}, "a=7", 7, "unbracketed"),
    ("multipart", INTEGERS, "a[]=7&a[]=8", [7, 8], "brackets"),
    ("multipart", INTEGERS, "a[1]=8&a[0]=7", [7, 8], "brackets"),
    ("multipart", RGB, "a[R]=7", {"R": 7}, "brackets"),
    ("multipart", FLAG, "a=True", True, "boolean"),
    ("multipart", {"type": "array", "items": FLAG}, "a=True&a=False", [True, False], "boolean"),
]


@pytest.mark.parametrize(("where", "schema", "sent", "value", "kind"), CASES)
def test_a_spelling_of_clients_reads_as_its_value(
    where: str, schema: dict[str, Any], sent: str, value: Any, kind: str
) -> None:
    found = checked(where, schema, sent, lenient=True)
    assert found.violations == []
    assert [(each.location, each.keyword) for each in found.leniencies] == [("body", kind)]
    assert value_of(where, schema, sent, lenient=True) == value


@pytest.mark.parametrize(("where", "schema", "sent"), [case[:3] for case in CASES])
def test_it_is_a_violation_when_the_body_is_read_strictly(
    where: str, schema: dict[str, Any], sent: str
) -> None:
    found = checked(where, schema, sent, lenient=False)
    assert {each.location for each in found.violations} == {"body"}
    assert found.leniencies == []


def form(content_type: str, properties: dict[str, Any], body: bytes, **schema: Any) -> Checked:
    """A lenient reading of a body with these properties."""
    content = {content_type.partition(";")[0]: {"schema": {"properties": properties, **schema}}}
    post = {"requestBody": {"content": content}, "responses": {"204": {"description": "Done"}}}
    operation = operation_of(json.dumps({"paths": {"/": {"post": post}}})[1:-1])
    request = Request.build("POST", "/", "", [("content-type", content_type)], body)
    found = read_parameters(operation, {}, request.head)
    return check_body(operation, found, body_type(operation, request.head), request, lenient=True)


def test_each_field_is_read_leniently_only_if_it_must_be() -> None:
    properties = {"on": FLAG, "name": {"type": "string"}, "size": {"type": "integer"}, "tags": INTEGERS}
    found = form(FORM, properties, b"on=True&name=True&size=ten&tags=7", required=["buyer"])
    assert [(each.pointer, each.keyword) for each in found.violations] == [
        ("/size", "type"),
        ("", "required"),
    ]
    assert [str(each) for each in found.leniencies] == ["/on: 'True' was read as the boolean true"]
    assert found.body == {"on": True, "name": "True", "size": "ten", "tags": [7]}


def test_a_violation_inside_brackets_has_the_pointer_of_its_value() -> None:
    rows = {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}}
    found = form(FORM, {"rows": rows}, b"rows[0][n]=1&rows[1][n]=two")
    assert [each.pointer for each in found.violations] == ["/rows/1/n"]


def test_undeclared_fields_with_brackets_stay_fields() -> None:
    found = form(FORM, {"name": {"type": "string"}}, b"tags[]=7&name[x]=y")
    assert (found.violations, found.leniencies) == ([], [])
    assert found.body == {"tags[]": "7", "name[x]": "y"}


def test_a_schema_for_other_fields_describes_names_with_brackets() -> None:
    more = {"additionalProperties": {"type": "integer"}}
    assert form(FORM, {"tags": INTEGERS}, b"tags[]=7", **more).body == {"tags[]": 7}
    assert form(FORM, {"tags": INTEGERS}, b"tags[]=7", additionalProperties=False).body == {"tags": [7]}


def test_a_field_with_and_without_brackets_is_a_violation() -> None:
    [violation] = form(FORM, {"tags": INTEGERS}, b"tags=7&tags[]=8").violations
    assert violation.message == "the field 'tags': its style has no keys such as 'tags[]'"


def test_files_are_the_items_of_an_array() -> None:
    images = {"type": "array", "items": {"type": "string", "format": "binary"}}
    body = b"\r\n".join(
        part
        for name in (b"img", b"raw")
        for part in (
            b"--b",
            b'Content-Disposition: form-data; name="files[]"; filename="' + name + b'"',
            b"Content-Type: application/octet-stream",
            b"",
            b"\xff" + name,
        )
    )
    found = form(f"{MULTIPART}; boundary=b", {"files": images}, body + b"\r\n--b--\r\n")
    assert found.violations == []
    assert found.body == {"files": ["ÿimg", "ÿraw"]}
    assert [str(each) for each in found.leniencies] == [
        "/files: the key 'files[]' was read as a part of the value"
    ]


def test_a_body_that_cannot_be_decoded_at_all_keeps_its_violation() -> None:
    assert [each.keyword for each in form(FORM, {}, b"a=%FF").violations] == ["encoding"]
    broken = parts("a=1").replace(b"--b--", b"")
    assert [each.keyword for each in form(f"{MULTIPART}; boundary=b", {}, broken).violations] == ["multipart"]

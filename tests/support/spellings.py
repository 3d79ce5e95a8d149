"""Requests in several spellings against operations with one parameter or field, named `a`."""

import functools
import json
from collections.abc import Mapping
from typing import Any

from mockserver.contract.operation import Operation
from mockserver.contract.validation import Checked, body_type, check_body, read_parameters
from mockserver.data.json import Json
from mockserver.http.message import Request
from tests.support.documents import operation_of

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


def described(where: str) -> dict[str, Any]:
    """Members of a Parameter or Encoding Object in words: `query, deepObject` or `path, explode: false`."""
    location, *rest = where.split(", ")
    found: dict[str, Any] = {"in": location}
    for each in rest:
        name, _, value = each.partition(": ")
        found |= {name: value == "true"} if value else {"style": name}
    return found


@functools.cache
def _operation(where: str, schema: str) -> Operation:
    parts = described(where)
    location = parts.pop("in")
    operation: dict[str, Any] = {"responses": {"204": {"description": "Done"}}}
    if location in ("form", "multipart"):
        body = {"type": "object", "properties": {"a": json.loads(schema)}, "required": ["a"]}
        encoding = {"encoding": {"a": parts}} if parts else {}
        content = {FORM if location == "form" else MULTIPART: {"schema": body, **encoding}}
        operation["requestBody"] = {"content": content}
    else:
        parameter = {"name": "a", "in": location, "required": True, "schema": json.loads(schema), **parts}
        operation["parameters"] = [parameter]
    path = "/{a}" if location == "path" else "/"
    return operation_of(json.dumps({"paths": {path: {"post": operation}}})[1:-1])


def operation_with(where: str, schema: Json) -> Operation:
    """An operation with the required parameter or field `a`."""
    return _operation(where, json.dumps(schema))


def checked(where: str, schema: Json, sent: str, *, lenient: bool) -> Checked:
    """The request with this spelling of `a`: a path segment, a header's value, else `name=value` pairs."""
    operation = operation_with(where, schema)
    location = where.partition(",")[0]
    headers: list[tuple[str, str]] = []
    body = b""
    match location:
        case "header":
            headers = [("a", sent)]
        case "cookie":
            headers = [("cookie", sent)]
        case "form":
            headers, body = [("content-type", FORM)], sent.encode()
        case "multipart":
            headers, body = [("content-type", f'{MULTIPART}; boundary="b"')], parts(sent)
    query = sent if location == "query" else ""
    request = Request.build("POST", "/", query, headers, body)
    path = {"a": sent} if location == "path" else {}
    found = read_parameters(operation, path, request.head, lenient=lenient)
    return check_body(operation, found, body_type(operation, request.head), request, lenient=lenient)


def value_of(where: str, schema: Json, sent: str, *, lenient: bool) -> Json:
    """The value of `a` in a request."""
    location = where.partition(",")[0]
    operation = operation_with(where, schema)
    if location in ("form", "multipart"):
        body = checked(where, schema, sent, lenient=lenient).body
        return body["a"] if isinstance(body, dict) else None
    headers = {"header": [("a", sent)], "cookie": [("cookie", sent)]}.get(location, [])
    request = Request.build("POST", "/", sent if location == "query" else "", headers, b"")
    path = {"a": sent} if location == "path" else {}
    values: Mapping[str, Mapping[str, Json]] = read_parameters(
        operation, path, request.head, lenient=lenient
    ).values
    return values[location]["a"]


def parts(sent: str) -> bytes:
    """A multipart body with a text part for each `name=value`, with the boundary `b`."""
    lines = []
    for pair in sent.split("&"):
        name, _, value = pair.partition("=")
        lines += ["--b", f'Content-Disposition: form-data; name="{name}"', "", value]
    return "\r\n".join([*lines, "--b--", ""]).encode()

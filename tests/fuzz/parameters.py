"""The parser of parameters: for all styles, a request head becomes values or violations.

An input's lines are a target (path and query) and headers, as a client would send them.
"""

import json
from contextlib import suppress

from mockserver.contract.description import LOCATIONS
from mockserver.contract.routing.router import Router, UnknownPath, WrongMethod
from mockserver.data.json import Json
from mockserver.http.message import Head
from tests.support.documents import contract_of

ANY: Json = {}
NUMBERS: Json = {"type": "array", "items": {"type": "integer"}, "maxItems": 3}
OBJECT: Json = {"type": "object", "properties": {"r": {"type": "integer"}, "g": {"type": ["string", "null"]}}}
OPEN: Json = {"type": "object", "additionalProperties": {"type": "number"}}
TEXT: Json = {"type": "string", "pattern": "^[a-z]*$", "maxLength": 5}
SCHEMAS: dict[str, Json] = {"any": ANY, "numbers": NUMBERS, "object": OBJECT, "open": OPEN, "text": TEXT}
STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form", "cookie"),
}


def _paths() -> dict[str, Json]:
    """For each style, with `explode` and without, a path whose parameters have one schema each."""
    paths: dict[str, Json] = {}
    for location, styles in STYLES.items():
        for style in styles:
            for explode in (False, True):
                described: list[Json] = [
                    {
                        "name": name, "in": location, "style": style, "explode": explode, "schema": schema,
                        "required": location == "path",
                    }
                    for name, schema in SCHEMAS.items()
                ]  # fmt: skip
                names = "".join(f"/{{{name}}}" for name in SCHEMAS) if location == "path" else ""
                path = f"/{location}/{style}/{'explode' if explode else 'plain'}{names}"
                paths[path] = {"get": {"parameters": described, "responses": {"204": {"description": ""}}}}
    content: Json = {"application/json": {"schema": OBJECT}}
    whole: Json = [{"name": "q", "in": "query", "content": content, "allowEmptyValue": True}]
    paths["/content"] = {"get": {"parameters": whole, "responses": {"204": {"description": ""}}}}
    return paths


ROUTER = Router(contract_of(json.dumps({"paths": _paths()})[1:-1]).operations)


def head_of(data: bytes) -> Head:
    """The head of a GET request from an input: a target, and a header on each further line."""
    target, *lines = data.decode("latin-1").split("\n")
    path, _, query = target.partition("?")
    headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    return Head("GET", path, query, headers)


def check(data: bytes) -> None:
    head = head_of(data)
    with suppress(UnknownPath, WrongMethod):
        match = ROUTER.match("GET", head.path)
        found = match.operation.parameter_readers.read(
            match.raw, head.raw_query, head.headers, head.cookie_pairs
        )
        assert set(found.values) == set(LOCATIONS)
        json.dumps(found.values, allow_nan=False)
        for violation in found.violations:
            assert violation.pointer.startswith("/")
            assert violation.keyword
            assert violation.message
        json.dumps(match.values)

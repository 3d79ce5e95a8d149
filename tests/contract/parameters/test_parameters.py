"""Parsing and serialization of parameters in all locations and styles, with and without `explode`."""

import functools
import json
from collections.abc import Sequence
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.contract.description import LOCATIONS, Parameter
from mockserver.contract.operation import Operation
from mockserver.contract.parameters import (
    ParameterReaders,
    ParameterTypes,
    ParsedParameters,
    description_errors,
    serialize,
)
from mockserver.data.json import Json
from tests.support.documents import operation_of

Pairs = Sequence[tuple[str, str]]
SCALAR = {"type": "string"}
LIST = {"type": "array", "items": {"type": "string"}}
OBJECT = {"type": "object", "additionalProperties": {"type": "integer"}}
HUES = ["teal", "rust"]
RGB = {"R": 7, "G": 80}


def operation_with(*parameters: dict[str, Json], schemas: dict[str, Json] | None = None) -> Operation:
    """An operation with these parameters; path parameters are required."""
    described = [{"required": each["in"] == "path", **each} for each in parameters]
    names = "".join(f"/{{{each['name']}}}" for each in described if each["in"] == "path")
    responses = {"204": {"description": "Done"}}
    paths = {names or "/": {"get": {"parameters": described, "responses": responses}}}
    return loaded(f'paths: {json.dumps(paths)}\ncomponents: {{"schemas": {json.dumps(schemas or {})}}}')


loaded = functools.cache(operation_of)  # properties come back to the same documents


def types_of(operation: Operation) -> ParameterTypes:
    return operation.requests.types


def readers_of(*parameters: dict[str, Json], schemas: dict[str, Json] | None = None) -> ParameterReaders:
    operation = operation_with(*parameters, schemas=schemas)
    return ParameterReaders(operation.parameters, types_of(operation))


def members(query: str) -> Pairs:
    """The members of a query: decoded names and raw values."""
    parts = [part.partition("=") for part in query.split("&") if part]
    return [(unquote(name.replace("+", " "), errors="surrogateescape"), value) for name, _, value in parts]


def read(
    parameter_readers: ParameterReaders, location: str, sent: str | Pairs, name: str = "hue"
) -> ParsedParameters:
    """Parse one location: a path segment, a query string, a header or a cookie header."""
    path, query, headers, cookies = {}, "", [], []
    match location:
        case "path":
            path = {name: sent}
        case "query":
            query = sent
        case "header":
            headers = [(name, sent)] if isinstance(sent, str) else sent
        case "cookie":
            cookies = [pair.partition("=")[::2] for pair in sent.split("; ") if pair]
    return parameter_readers.read(path, members(query), headers, cookies)


def value(parameter_readers: ParameterReaders, location: str, sent: str | Pairs, name: str = "hue") -> Json:
    """The parsed value; asserts that there are no violations."""
    findings = read(parameter_readers, location, sent, name)
    assert [each.message for each in findings.violations] == []
    return findings.values[location][name]


def violations(parameter_readers: ParameterReaders, query: str) -> list[tuple[str, str]]:
    return [(each.pointer, each.keyword) for each in read(parameter_readers, "query", query).violations]


def hue(location: str, schema: Json, **described: Json) -> dict[str, Json]:
    return {"name": "hue", "in": location, "schema": schema, **described}


TABLE = [
    # location, style, explode, what is sent for "teal", for HUES, for RGB; None: the style has no such form
    ("path", "simple", False, "teal", "teal,rust", "R,7,G,80"),
    ("path", "simple", True, "teal", "teal,rust", "R=7,G=80"),
    ("path", "label", False, ".teal", ".teal,rust", ".R,7,G,80"),
    ("path", "label", True, ".teal", ".teal.rust", ".R=7.G=80"),
    ("path", "matrix", False, ";hue=teal", ";hue=teal,rust", ";hue=R,7,G,80"),
    ("path", "matrix", True, ";hue=teal", ";hue=teal;hue=rust", ";R=7;G=80"),
    ("query", "form", False, "hue=teal", "hue=teal,rust", "hue=R,7,G,80"),
    ("query", "form", True, "hue=teal", "hue=teal&hue=rust", "R=7&G=80"),
    ("query", "spaceDelimited", False, "hue=teal", "hue=teal%20rust", "hue=R%207%20G%2080"),
    ("query", "spaceDelimited", True, "hue=teal", "hue=teal&hue=rust", "R=7&G=80"),
    ("query", "pipeDelimited", False, "hue=teal", "hue=teal%7Crust", "hue=R%7C7%7CG%7C80"),
    ("query", "pipeDelimited", True, "hue=teal", "hue=teal&hue=rust", "R=7&G=80"),
    ("query", "deepObject", False, None, None, "hue%5BR%5D=7&hue%5BG%5D=80"),
    ("query", "deepObject", True, None, None, "hue%5BR%5D=7&hue%5BG%5D=80"),
    ("header", "simple", False, "teal", "teal,rust", "R,7,G,80"),
    ("header", "simple", True, "teal", "teal,rust", "R=7,G=80"),
    ("cookie", "form", False, "hue=teal", "hue=teal,rust", "hue=R,7,G,80"),
    ("cookie", "form", True, "hue=teal", "hue=teal; hue=rust", "R=7; G=80"),
    ("cookie", "cookie", False, "hue=teal", "hue=teal,rust", "hue=R,7,G,80"),
    ("cookie", "cookie", True, "hue=teal", "hue=teal; hue=rust", "R=7; G=80"),
]
CASES = [
    pytest.param(hue(location, schema, style=style, explode=explode), expected, sent,
                 id=f"{location}-{style}-{'exploded-' if explode else ''}{schema['type']}")
    for location, style, explode, *texts in TABLE
    for schema, expected, sent in zip((SCALAR, LIST, OBJECT), ("teal", HUES, RGB), texts, strict=True)
    if sent is not None
]  # fmt: skip
JOINT = {"path": "", "query": "&", "header": "", "cookie": "; "}


def sent_by(parameter: Parameter, what: Json) -> str:
    """The serialized value as it is sent in its location."""
    texts = serialize(parameter, what)
    if parameter.location in ("path", "header"):
        [(_, text)] = texts
        return text
    return JOINT[parameter.location].join(f"{name}={text}" for name, text in texts)


@pytest.mark.parametrize(("parameter", "expected", "sent"), CASES)
def test_each_style_is_parsed(parameter, expected, sent):
    assert value(readers_of(parameter), parameter["in"], sent) == expected


@pytest.mark.parametrize(("parameter", "expected", "sent"), CASES)
def test_each_style_is_serialized(parameter, expected, sent):
    assert sent_by(operation_with(parameter).parameters[0], expected) == sent


@pytest.mark.parametrize(
    ("parameter", "sent", "expected"),
    [
        (hue("path", LIST), "a%2Cb,c", ["a,b", "c"]),
        (hue("path", LIST, style="label"), ".a.b", ["a", "b"]),
        (hue("path", LIST, style="label"), ".a%2Eb", ["a.b"]),
        (hue("path", OBJECT, style="label"), ".R.7.G.80", RGB),
        (hue("path", SCALAR, style="matrix"), ";hue", ""),
        (hue("path", OBJECT, style="matrix", explode=True), ";R=7;G=80", RGB),
        (hue("path", SCALAR), "a+b%2F%25", "a+b/%"),
        (hue("path", SCALAR), "100%", "100%"),
        (hue("query", LIST, explode=False), "hue=a%2Cb,c", ["a,b", "c"]),
        (hue("query", LIST), "hue=a,b", ["a,b"]),
        (hue("query", LIST, explode=False), "hue=", [""]),
        (hue("query", OBJECT, explode=False), "hue=", {}),
        (hue("query", LIST, style="spaceDelimited", explode=False), "hue=a+b c", ["a", "b", "c"]),
        (hue("query", LIST, style="pipeDelimited", explode=False), "hue=a|b%7cc", ["a", "b", "c"]),
        (hue("query", SCALAR), "hue=a+b%2B", "a b+"),
        (hue("query", SCALAR, allowReserved=True), "hue=a+b/c?d", "a+b/c?d"),
        (hue("query", SCALAR), "h%75e=x", "x"),
        (hue("query", SCALAR), "hue", ""),
        (hue("query", SCALAR), "hue=a=b", "a=b"),
        (hue("header", LIST), " a ,\tb", ["a", "b"]),
        (hue("header", LIST), [("hue", "a"), ("hue", "b,c")], ["a", "b", "c"]),
        (hue("header", SCALAR), "a, b%20c", "a, b%20c"),
        (hue("cookie", SCALAR), "hue=a%20b", "a b"),
        (hue("cookie", SCALAR, style="cookie"), "hue=a%20b", "a%20b"),
    ],
)  # fmt: skip
def test_only_unencoded_delimiters_split_a_value(parameter, sent, expected):
    assert value(readers_of(parameter), parameter["in"], sent) == expected


def test_header_names_are_case_insensitive():
    parameter_readers = readers_of({"name": "X-Hue", "in": "header", "schema": LIST})
    assert parameter_readers.read({}, [], [("x-hue", "a,b")], []).values["header"] == {"X-Hue": ["a", "b"]}


@pytest.mark.parametrize("name", ["Accept", "content-type", "AUTHORIZATION"])
def test_headers_that_openapi_ignores_as_parameters_are_not_validated(name):
    parameter_readers = readers_of(
        {"name": name, "in": "header", "required": True, "schema": {"type": "integer"}}
    )
    assert parameter_readers.read({}, [], [], []) == ParsedParameters()


LITERALS = [
    # the schema, the text, the value
    ({"type": "integer"}, "7", 7),
    ({"type": "integer"}, "-0", 0),
    ({"type": "integer"}, "1.0", 1.0),
    ({"type": "integer"}, "1e3", 1000.0),
    ({"type": "integer"}, "9" * 308, int("9" * 308)),
    ({"type": "integer"}, "1" + "0" * 308, 10**308),
    ({"type": "number"}, "1.5e-7", 1.5e-7),
    ({"type": "number"}, "7", 7),
    ({"type": "boolean"}, "false", False),
    ({"type": "null"}, "null", None),
    ({"type": ["integer", "null"]}, "null", None),
    ({"type": "string"}, "007", "007"),
    ({"type": "string"}, "null", "null"),
    ({}, "1", "1"),
    ({"minLength": 1}, "1", "1"),
    ({"type": ["string", "integer"]}, "7", "7"),
    ({"type": ["string", "null"]}, "null", "null"),
    ({"type": ["string", "null"], "enum": ["a", None]}, "null", None),
    ({"anyOf": [{"type": "integer"}, {"const": "last"}]}, "7", 7),
    ({"anyOf": [{"type": "integer"}, {"const": "last"}]}, "last", "last"),
    ({"oneOf": [{"type": "string", "pattern": "^[a-z]+$"}, {"type": "number"}]}, "1e2", 100.0),
    ({"allOf": [{"$ref": "#/components/schemas/Count"}, {"maximum": 9}]}, "9", 9),
    ({"$ref": "#/components/schemas/Count"}, "9", 9),
    ({"enum": [1, 2, True]}, "2", 2),
    ({"enum": [1, 2, True]}, "true", True),
    ({"const": 1.5}, "1.5", 1.5),
]


@pytest.mark.parametrize(("schema", "text", "expected"), LITERALS, ids=lambda each: json.dumps(each)[:60])
def test_a_string_is_converted_to_a_type_of_its_schema(schema, text, expected):
    parameter_readers = readers_of(hue("query", schema), schemas={"Count": {"type": "integer", "minimum": 1}})
    found = value(parameter_readers, "query", f"hue={text}")
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", text)
        for text in [
            "abc",
            "",
            "01",
            "-01",
            "%2B1",
            "+1",
            "1 ",
            "1_0",
            "٤",
            "0x1",
            "1.",
            ".5",
            "--1",
            "1e",
            "true",
        ]
    ]
    + [("integer", "9" * 309), ("integer", "9" * 5000), ("number", "1e999"), ("number", "-1e999")]
    + [("number", text) for text in ["NaN", "Infinity", "-Infinity", "inf", "1,5"]]
    + [("boolean", text) for text in ["TRUE", "True", "1", "0", "yes", "on", ""]]
    + [("null", text) for text in ["", "NULL", "nil"]],
)
def test_a_string_that_is_not_a_json_literal_stays_a_string(kind, text):
    findings = read(readers_of(hue("query", {"type": kind})), "query", f"hue={text}")
    assert isinstance(findings.values["query"]["hue"], str)
    assert [(each.pointer, each.keyword) for each in findings.violations] == [("/hue", "type")]


def test_a_string_of_the_wrong_type_is_quoted():
    [violation] = read(readers_of(hue("query", {"type": "integer"})), "query", "hue=abc").violations
    assert violation.message == "hue: expected an integer, found a string ('abc')"
    assert violation.rule == "/paths/~1/get/parameters/0/schema/type"


PLACES = {
    "Size": {"type": "integer", "minimum": 30},
    "Base": {"type": "object", "properties": {"low": {"$ref": "#/components/schemas/Size"}}},
    "Node": {"properties": {"n": {"type": "integer"}, "next": {"$ref": "#/components/schemas/Node"}}},
}
INTEGERS = {"type": "array", "items": {"type": "integer"}}


@pytest.mark.parametrize(
    ("schema", "text", "expected"),
    [
        ({"type": "array", "items": {"$ref": "#/components/schemas/Size"}}, "30,41", [30, 41]),
        ({"prefixItems": [{"type": "boolean"}], "items": {"type": "number"}}, "true,1", [True, 1]),
        ({"items": {"type": "integer"}}, "1", [1]),
        ({"type": "array"}, "1,a", ["1", "a"]),
        ({"$ref": "#/components/schemas/Base"}, "low,30,more,1", {"low": 30, "more": "1"}),
        ({"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"on": {"type": "boolean"}}}]},
         "low,30,on,true", {"low": 30, "on": True}),
        ({"patternProperties": {"^n": {"type": "integer"}}, "additionalProperties": {"type": "boolean"}},
         "n1,1,b,true", {"n1": 1, "b": True}),
        ({"properties": {"a/b": {"type": "integer"}}}, "a/b,1", {"a/b": 1}),
        ({"oneOf": [{"type": "integer"}, INTEGERS]}, "1,2", [1, 2]),
        ({"oneOf": [{"type": "integer"}, INTEGERS]}, "1", 1),
        ({**INTEGERS, "type": ["array", "null"]}, "1", [1]),
        ({"oneOf": [INTEGERS, OBJECT]}, "a,1", {"a": 1}),
    ],
)  # fmt: skip
def test_arrays_and_objects_are_converted_by_the_schemas_of_their_parts(schema, text, expected):
    parameter_readers = readers_of(hue("query", schema, explode=False), schemas=PLACES)
    assert value(parameter_readers, "query", f"hue={text}") == expected


@pytest.mark.parametrize(
    ("schema", "described", "query", "expected"),
    [
        ({"type": "integer"}, {}, "hue=1&hue=2", [("/hue", "style")]),
        ({"type": "integer"}, {"required": True}, "", [("/hue", "required")]),
        ({"type": "integer", "maximum": 3}, {}, "hue=4", [("/hue", "maximum")]),
        (SCALAR, {}, "hue=%FF", [("/hue", "encoding")]),
        (SCALAR, {}, "hue=%ED%A0%80", [("/hue", "encoding")]),
        (LIST, {}, "hue=a&hue=%C3", [("/hue", "encoding")]),
        (LIST, {"explode": False}, "hue=a&hue=b", [("/hue", "style")]),
        ({"type": "array", "items": {"type": "integer", "minimum": 2}}, {}, "hue=2&hue=1&hue=x",
         [("/hue/1", "minimum"), ("/hue/2", "type")]),
        (OBJECT, {"explode": False}, "hue=R,7,G", [("/hue", "style")]),
        (OBJECT, {"explode": False}, "hue=R,7,R,8", [("/hue", "style")]),
        (OBJECT, {"explode": False}, "hue=R,x", [("/hue/R", "type")]),
        (OBJECT, {}, "R=7&R=8", [("/hue", "style")]),
        (OBJECT, {}, "%FF=7", [("/hue", "encoding")]),
        (OBJECT, {"style": "deepObject"}, "hue=7", [("/hue", "style")]),
        (OBJECT, {"style": "deepObject"}, "hue[R]=7&hue[R]=8", [("/hue", "style")]),
        (OBJECT, {"style": "deepObject"}, "hue[R]=7&hue[R][S]=8", [("/hue", "style")]),
        (OBJECT, {"style": "deepObject"}, "hue[R][S]=7&hue[R]=8", [("/hue", "style")]),
        (OBJECT, {"style": "deepObject"}, "hue[%FF]=7", [("/hue", "encoding")]),
        (OBJECT, {"style": "deepObject"}, "hue" + "[a]" * 129 + "=7", [("/hue", "depth")]),
        (OBJECT, {"style": "deepObject"}, "hue[R]=x", [("/hue/R", "type")]),
        (OBJECT, {"style": "deepObject", "required": True}, "hue[R=7&hue]=7&hue[R]S=7&hues[R]=7",
         [("/hue", "required")]),
    ],
)  # fmt: skip
def test_violations_of_a_query_have_a_pointer_and_a_keyword(schema, described, query, expected):
    assert violations(readers_of(hue("query", schema, **described)), query) == expected


@pytest.mark.parametrize(
    ("described", "sent", "message"),
    [
        ({"in": "query"}, "hue=1&hue=2", "hue: expected one value, found 2"),
        ({"in": "path"}, "%FF", "hue: '%FF' is not valid UTF-8"),
        ({"in": "path", "style": "label"}, "7", "hue: expected '.' before the value, found '7'"),
        ({"in": "path", "style": "matrix"}, "7", "hue: expected ';' before the value, found '7'"),
        ({"in": "path", "style": "matrix"}, ";hua=7",
         "hue: expected ';hue=' before the value, found ';hua=7'"),
        ({"in": "path", "style": "matrix", "explode": True, "schema": LIST}, ";hue=7;hua=8",
         "hue: expected ';hue=' before the value, found ';hua=8'"),
        ({"in": "path", "schema": OBJECT}, "R,7,G",
         "hue: expected alternating names and values, found an odd number (3)"),
        ({"in": "path", "schema": OBJECT, "explode": True}, "R=7,G",
         "hue: expected 'name=value', found 'G'"),
        ({"in": "path", "schema": OBJECT, "explode": True}, "R=7,R=7", "hue: the member 'R' appears twice"),
        ({"in": "query", "schema": OBJECT}, "R=7&R=8", "hue: expected one value of the member 'R', found 2"),
        ({"in": "query", "schema": OBJECT, "style": "deepObject"}, "hue=7",
         "hue: expected 'hue[member]=…', found a value without a member"),
        ({"in": "header"}, [("hue", "a"), ("hue", "b")], "hue: expected one value, found 2"),
        ({"in": "header"}, "\udcff", "hue: '\\udcff' is not valid UTF-8"),
        ({"in": "cookie"}, "hue=%FF", "hue: '%FF' is not valid UTF-8"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_follow_the_style_has_a_message(described, sent, message):
    parameter = {"name": "hue", "schema": SCALAR, **described}
    findings = read(readers_of(parameter), described["in"], sent)
    assert [each.message for each in findings.violations] == [message]
    assert findings.values[described["in"]] == {}


def test_violations_are_in_the_order_path_query_header_cookie():
    number = {"type": "integer"}
    parameter_readers = readers_of(
        *(hue(location, number, required=True) for location in reversed(LOCATIONS))
    )
    found = parameter_readers.read({"hue": "x"}, [("hue", "x")], [("hue", "x")], []).violations
    assert [(each.parameter.location, each.keyword) for each in found] == [
        ("path", "type"),
        ("query", "type"),
        ("header", "type"),
        ("cookie", "required"),
    ]


FLAG = {"name": "flag", "in": "query", "schema": {"type": "boolean"}}


@pytest.mark.parametrize("query", ["flag", "flag="])
def test_an_empty_value_is_validated_unless_allow_empty_value_is_set(query):
    assert violations(readers_of(FLAG), query) == [("/flag", "type")]
    assert value(readers_of({**FLAG, "allowEmptyValue": True}), "query", query, "flag") == ""
    assert violations(readers_of({**FLAG, "allowEmptyValue": True}), f"{query}&flag=true") == [
        ("/flag", "style")
    ]


FILTER = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "price": {"type": "object", "properties": {"from": {"type": "number"}, "to": {"type": "number"}}},
        "tags": {"type": "array", "items": {"type": "integer"}},
        "a/b": {"type": "boolean"},
    },
}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("filter[name]=ada", {"name": "ada"}),
        ("filter%5Bname%5D=a%5B%5D", {"name": "a[]"}),
        ("filter[price][from]=1&x=1&filter[price][to]=2.5", {"price": {"from": 1, "to": 2.5}}),
        ("filter[tags]=1&filter[tags]=2", {"tags": [1, 2]}),
        ("filter[tags]=1", {"tags": [1]}),
        ("filter[a/b]=true", {"a/b": True}),
        ("filter[more][still]=1", {"more": {"still": "1"}}),
        ("filter[]=1", {"": "1"}),
    ],
)
def test_a_deep_object_may_nest(query, expected):
    parameter_readers = readers_of({"name": "filter", "in": "query", "style": "deepObject", "schema": FILTER})
    assert value(parameter_readers, "query", query, "filter") == expected


def test_a_deep_object_may_be_recursive():
    node = {"$ref": "#/components/schemas/Node"}
    parameter_readers = readers_of(hue("query", node, style="deepObject"), schemas=PLACES)
    deepest = "hue" + "[next]" * 127 + "[n]"
    assert violations(parameter_readers, f"{deepest}=1") == []
    assert violations(parameter_readers, f"{deepest}=x") == [("/hue" + "/next" * 127 + "/n", "type")]


PAGE = {"name": "page", "in": "query", "schema": {"type": "integer"}}
SORT = {"name": "sort", "in": "query", "style": "deepObject", "schema": {"type": "object"}}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "object", "properties": {"R": {"type": "integer"}}}, {"R": 7}),
        ({"type": "object", "properties": {"R": {}}, "additionalProperties": False}, {"R": "7"}),
        ({"properties": {"R": {}}, "additionalProperties": True}, {"R": "7", "x": "1", "hue": "2"}),
        ({"type": "object"}, {"R": "7", "x": "1", "hue": "2"}),
        ({"patternProperties": {"^x": {"type": "integer"}}}, {"R": "7", "x": 1, "hue": "2"}),
        ({"allOf": [{"properties": {"R": {}}}, OBJECT]}, {"R": 7, "x": 1, "hue": 2}),
    ],
)  # fmt: skip
def test_an_exploded_object_has_its_properties_and_if_it_is_open_undeclared_ones(schema, expected):
    parameter_readers = readers_of(PAGE, hue("query", schema), SORT)
    findings = read(parameter_readers, "query", "R=7&page=1&x=1&hue=2&sort[by]=z")
    assert findings.violations == []
    assert findings.values["query"] == {"page": 1, "hue": expected, "sort": {"by": "z"}}


def test_a_member_named_like_a_parameter_is_not_a_property_of_an_exploded_object():
    parameter_readers = readers_of(PAGE, hue("query", {"properties": {"page": {"type": "boolean"}, "R": {}}}))
    assert read(parameter_readers, "query", "page=1&R=7").values["query"] == {"page": 1, "hue": {"R": "7"}}


def test_an_open_object_does_not_have_the_properties_of_another_object():
    other = {"name": "box", "in": "query", "schema": {"type": "object", "properties": {"R": {}}}}
    values = read(readers_of(hue("query", {"type": "object"}), other), "query", "R=7&x=1").values["query"]
    assert values == {"hue": {"x": "1"}, "box": {"R": "7"}}


def test_an_exploded_object_without_members_is_missing():
    schema = {"type": "object", "properties": {"R": {}}}
    assert violations(readers_of(hue("query", schema, required=True)), "other=1") == [("/hue", "required")]
    assert violations(readers_of(hue("query", schema)), "other=1") == []


@pytest.mark.parametrize(
    ("query", "notes"),
    [
        ("page=1&R=1&sort[by]=x&key=s", []),
        ("pgae=1", ["the contract declares no query parameter 'pgae'; did you mean 'page'?"]),
        ("zz=1&zz=2", ["the contract declares no query parameter 'zz'; valid: R, key, page, sort"]),
        ("sort[by=1", ["the contract declares no query parameter 'sort[by'; did you mean 'sort'?"]),
        ("Z" * 99, [f"the contract declares no query parameter '{'Z' * 60}…'"]),
    ],
)
def test_undeclared_query_parameters_are_valid_but_noted(query, notes):
    operation = operation_with(PAGE, SORT, hue("query", {"type": "object", "properties": {"R": {}}}))
    parameter_readers = ParameterReaders(operation.parameters, types_of(operation), ["key"])
    findings = read(parameter_readers, "query", query)
    assert (findings.violations, findings.notes) == ([], notes)


def test_only_the_first_undeclared_query_parameters_are_named():
    notes = read(readers_of(PAGE), "query", "&".join(f"q{number}" for number in range(9))).notes
    assert len(notes) == 6
    assert notes[-1] == "the query has 4 more undeclared parameters"


CONTENT = {"application/json": {"schema": {"type": "object", "properties": {"n": {"type": "integer"}}}}}


@pytest.mark.parametrize("location", ["query", "header", "cookie"])
def test_a_parameter_with_json_content_is_decoded(location):
    parameter = {"name": "hue", "in": location, "content": CONTENT}
    sent = '{"n":1}' if location == "header" else "hue=%7B%22n%22:1%7D"
    assert value(readers_of(parameter), location, sent) == {"n": 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{'n':1}", ("/hue", "json")),
        ("", ("/hue", "json")),
        ("{%22n%22:1,%22n%22:2}", ("/hue", "duplicateKey")),
        ("1e999", ("/hue", "number")),
        ("[" * 200, ("/hue", "depth")),
        ("%22%5Cud800%22", ("/hue", "encoding")),
        ("%FF", ("/hue", "encoding")),
        ("{%22n%22:%221%22}", ("/hue/n", "type")),
        ("1&hue=2", ("/hue", "style")),
    ],
)
def test_json_content_of_a_parameter_is_decoded_strictly(text, expected):
    parameter_readers = readers_of({"name": "hue", "in": "query", "content": CONTENT})
    assert violations(parameter_readers, f"hue={text}") == [expected]


def test_content_of_another_media_type_stays_a_string():
    parameter_readers = readers_of(
        {"name": "hue", "in": "query", "content": {"text/csv": {"schema": {"type": "object"}}}}
    )
    assert value(parameter_readers, "query", "hue=1,2") == "1,2"


@pytest.mark.parametrize(
    ("parameter", "changed", "message"),
    [
        (hue("query", SCALAR), {"style": "matrix"},
         "'matrix' is not a valid style of a query parameter, but of a path parameter; "
         "valid: form, spaceDelimited, pipeDelimited, deepObject"),
        (hue("header", SCALAR), {"style": "form"},
         "'form' is not a valid style of a header parameter, but of a query parameter; valid: simple"),
        (hue("path", SCALAR), {"style": "lable"},
         "'lable' is not a valid style of a path parameter; did you mean 'label'?"),
        (hue("query", SCALAR), {"style": "deepObject"},
         "the style deepObject requires a schema that allows an object or array"),
        (hue("query", LIST), {"content": "text/csv"},
         "expected schema or content, found both"),
    ],
)  # fmt: skip
def test_an_invalid_description_of_a_parameter_is_an_error(parameter, changed, message):
    operation = operation_with(parameter)
    [described] = operation.parameters
    [fault] = description_errors(replace(described, **changed), types_of(operation))
    where = f"{described.pointer}/style" if "style" in changed else described.pointer
    assert (fault.pointer, fault.message) == (where, message)


@pytest.mark.parametrize(("parameter", "expected", "sent"), CASES)
def test_valid_styles_of_a_location_are_no_errors(parameter, expected, sent):
    operation = operation_with(parameter)
    assert description_errors(operation.parameters[0], types_of(operation)) == []


# A serialized value is parsed to the same value, except for what the styles cannot express:
# - an empty array (RFC 6570 writes nothing for it); an exploded or deep object without members
# - spaceDelimited and pipeDelimited: the delimiter within an item, because both are percent-encoded
# - deepObject: brackets in a name
# - headers have no escapes: no commas, no equals signs in names, no space at the ends, no control characters
# - the cookie style has no escapes: no semicolons, commas, quotes or spaces; no equals signs in names
# - exploded objects in cookies: a cookie's name is a token (RFC 6265, section 4.1.1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
PLAIN = st.text(st.sampled_from("abcXYZ019-_.~"), max_size=6)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)


def texts_of(location: str, style: str) -> st.SearchStrategy[str]:
    """The strings that a style can express."""
    if location == "header" or style == "cookie":
        return PLAIN
    banned = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, "")
    return TEXT.map(lambda text: "".join(each for each in text if each not in banned))


def names_of(location: str, style: str) -> st.SearchStrategy[str]:
    """The property names that a style can express."""
    if location == "cookie":
        return PLAIN
    texts = texts_of(location, style)
    return texts.filter(lambda text: not {*text} & {*"[]"}) if style == "deepObject" else texts


def values_of(location: str, style: str, explode: bool) -> st.SearchStrategy[tuple[Json, Json]]:
    """Pairs of a schema and a valid value."""
    names, text = names_of(location, style), texts_of(location, style)
    scalars = {"string": text, "integer": st.integers(), "number": NUMBERS, "boolean": st.booleans()}
    is_spread = style == "deepObject" or (explode and location in ("query", "cookie"))
    choices = []
    for name, strategy in scalars.items():
        kind: Json = {"type": name}
        members = st.dictionaries(names, strategy, min_size=1 if is_spread else 0, max_size=3)
        choices.append(st.tuples(st.just({"type": "object", "additionalProperties": kind}), members))
        if style != "deepObject":
            choices.append(st.tuples(st.just(kind), strategy))
            items = st.lists(strategy, min_size=1, max_size=3)
            choices.append(st.tuples(st.just({"type": "array", "items": kind}), items))
    return st.one_of(choices)


@pytest.mark.parametrize(("location", "style", "explode"), [row[:3] for row in TABLE])
@given(data=st.data())
@settings(max_examples=25)
def test_a_serialized_value_is_parsed_to_the_same_value(location, style, explode, data):
    schema, expected = data.draw(values_of(location, style, explode))
    reserved = location == "query" and data.draw(st.booleans())
    described = hue(location, schema, style=style, explode=explode, allowReserved=reserved)
    operation = operation_with(described)
    sent = sent_by(operation.parameters[0], expected)
    parameter_readers = ParameterReaders(operation.parameters, types_of(operation))
    assert value(parameter_readers, location, sent) == expected


@given(
    value_of=st.recursive(
        st.none() | st.booleans() | NUMBERS | TEXT,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    )
)
def test_any_value_survives_a_parameter_with_json_content(value_of):
    operation = operation_with({"name": "hue", "in": "query", "content": {"application/json": {}}})
    parameter_readers = ParameterReaders(operation.parameters, types_of(operation))
    assert value(parameter_readers, "query", sent_by(operation.parameters[0], value_of)) == value_of


OBJECTS: list[Json] = [OBJECT, FILTER, {"anyOf": [LIST, OBJECT, {"type": "integer"}]}]
KINDS: list[Json] = [
    {},
    SCALAR,
    {"type": "integer", "minimum": 2},
    {"type": ["number", "null"]},
    {"type": ["string", "boolean"], "maxLength": 3},
    LIST,
    {"type": "array", "items": {"type": ["integer", "string"]}},
    *OBJECTS,
]
HOSTILE = st.text(st.sampled_from("hue[]=&;,.|+% %2C%FFRnext019-eE\udcff٤"), max_size=30)


@pytest.mark.parametrize(("location", "style", "explode"), [row[:3] for row in TABLE])
@given(data=st.data(), text=HOSTILE, other=HOSTILE)
@settings(max_examples=25)
def test_no_input_makes_parsing_raise(location, style, explode, data, text, other):
    schema = data.draw(st.sampled_from(OBJECTS if style == "deepObject" else KINDS))
    parameter_readers = readers_of(hue(location, schema, style=style, explode=explode, allowEmptyValue=True))
    pairs = [*members(text), ("hue", other), ("hue", text), ("hue[" + other, text)]
    for cut in range(len(pairs) + 1):
        findings = parameter_readers.read({"hue": text}, pairs[:cut], pairs[:cut], pairs[:cut])
        json.dumps([findings.values, [each.message for each in findings.violations]], allow_nan=False)
        assert all(each.pointer.startswith("/hue") for each in findings.violations)

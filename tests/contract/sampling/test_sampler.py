import base64
import json
import re
from datetime import date, datetime, time
from ipaddress import IPv4Address, IPv6Address
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockserver.contract.sampling import Unsatisfiable
from mockserver.contract.sampling.generation import generate
from mockserver.contract.sampling.sampler import MISSES, STEPS
from mockserver.data.json import Json

SEEDS = [None, 0, 1, 2, 3]


class Document:
    """A `resolve` function for schemas under `#/`."""

    def __init__(self, **schemas: Json) -> None:
        self.schemas = schemas

    def resolve(self, ref: str) -> Json:
        return self.schemas[ref.removeprefix("#/$defs/")]

    def accepts(self, schema: Json, value: Json) -> bool:
        if isinstance(schema, dict):
            schema = {**schema, "$defs": self.schemas}
        return Draft202012Validator(schema).is_valid(value)


EMPTY = Document()


def plain(schema: Json, *, direction: Literal["request", "response"] = "response") -> Json:
    return generate(schema, EMPTY.resolve, direction=direction)


PLAIN: dict[str, tuple[Json, Json]] = {
    "the schema's own example": ({"type": "string", "examples": ["Ada"]}, "Ada"),
    "example, as OpenAPI 3.0 wrote it": ({"type": "string", "example": "Ada"}, "Ada"),
    "an example that the schema forbids is passed over": (
        {"type": "integer", "examples": ["Ada", 7], "minimum": 5},
        7,
    ),
    "default": ({"type": "integer", "default": 3}, 3),
    "const": ({"const": {"a": None}}, {"a": None}),
    "the first member of enum": ({"enum": ["b", "a"]}, "b"),
    "an enum's member that the other keywords allow": ({"enum": ["b", 4], "type": "integer"}, 4),
    "a name": ({"properties": {"first_name": {"type": "string"}}}, {"first_name": "Ada"}),
    "the end of a name": ({"properties": {"billingCity": {"type": "string"}}}, {"billingCity": "London"}),
    "an id": ({"properties": {"order_id": {"type": "string"}}}, {"order_id": "order_1"}),
    "a price": ({"properties": {"price": {"type": "number"}}}, {"price": 19.99}),
    "a nullable text": ({"type": ["null", "string"]}, "text"),
    "null": ({"type": "null"}, None),
    "the schema true": (True, "text"),
    "an integer": ({"type": "integer"}, 1),
    "an integer from its minimum": ({"type": "integer", "minimum": 5}, 5),
    "a whole number under an open bound": ({"type": "integer", "exclusiveMinimum": 5}, 6),
    "a number between open bounds": ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, 0.5),
    "a multiple": ({"type": "integer", "minimum": 8, "multipleOf": 5}, 10),
    "bounds without a type": ({"minimum": 3}, 3),
    "a text of some length": ({"type": "string", "minLength": 6, "maxLength": 6}, "textss"),
    "a short text": ({"type": "string", "maxLength": 2}, "te"),
    "a pattern": ({"type": "string", "pattern": "^[A-Z]{2}[0-9]{2}$"}, "AB12"),
    "a list shows one item": ({"type": "array", "items": {"const": 1}}, [1]),
    "a list of no items": ({"type": "array", "items": False}, []),
    "unique items": ({"items": {"enum": [1, 2, 3]}, "minItems": 3, "uniqueItems": True}, [1, 2, 3]),
    "prefix items": ({"prefixItems": [{"const": 1}, {"const": 2}], "items": False}, [1, 2]),
    "contains": ({"type": "array", "contains": {"const": 5}, "minContains": 2}, [5, 5]),
    "optional properties are shown": ({"properties": {"a": {"const": 1}}}, {"a": 1}),
    "a property that cannot be is left out": ({"properties": {"a": False, "b": {"const": 1}}}, {"b": 1}),
    "a required property without a schema": ({"type": "object", "required": ["a"]}, {"a": "text"}),
    "a map shows one entry": ({"type": "object", "additionalProperties": {"const": 1}}, {"key": 1}),
    "propertyNames": (
        {"additionalProperties": {"const": 1}, "propertyNames": {"pattern": "^[a-z]{2}$"}},
        {"ab": 1},
    ),
    "patternProperties": ({"type": "object", "patternProperties": {"^x_": {"const": 1}}}, {"x_": 1}),
    "minProperties": ({"type": "object", "minProperties": 2}, {"key": "text", "key2": "text"}),
    "maxProperties": ({"properties": {"a": {"const": 1}, "b": True}, "maxProperties": 1}, {"a": 1}),
    "dependentRequired": (
        {"required": ["a"], "properties": {"a": {"const": 1}}, "dependentRequired": {"a": ["b"]}},
        {"a": 1, "b": "text"},
    ),
    "dependentSchemas": (
        {"required": ["a"], "dependentSchemas": {"a": {"properties": {"a": {"const": 7}}}}},
        {"a": 7},
    ),
    "allOf is merged": (
        {"allOf": [{"type": "number", "minimum": 5}, {"type": "integer"}, {"maximum": 5}]},
        5,
    ),
    "allOf merges a property": (
        {
            "allOf": [
                {"properties": {"a": {"type": "integer"}}},
                {"properties": {"a": {"minimum": 4}}, "required": ["a"]},
            ]
        },
        {"a": 4},
    ),
    "the first of anyOf": ({"anyOf": [{"const": 1}, {"const": 2}]}, 1),
    "the next of anyOf where the first cannot be": ({"anyOf": [False, {"const": 2}]}, 2),
    "exactly one of oneOf": ({"oneOf": [{"const": 1}, {"enum": [1, 2]}]}, 2),
    "not": ({"enum": [1, 2], "not": {"const": 1}}, 2),
    "not a type": ({"not": {"type": "string"}}, 1),
    "if and then": (
        {
            "properties": {"kind": {"const": "a"}, "size": {"type": "integer"}},
            "if": {"properties": {"kind": {"const": "a"}}},
            "then": {"properties": {"size": {"const": 9}}},
        },
        {"kind": "a", "size": 9},
    ),
    "if and else": ({"if": {"type": "string"}, "then": False, "else": {"const": 3}}, 3),
    "unevaluatedProperties": (
        {"anyOf": [{"properties": {"a": {"const": 1}}}], "unevaluatedProperties": False},
        {"a": 1},
    ),
}


@pytest.mark.parametrize(("schema", "value"), PLAIN.values(), ids=PLAIN.keys())
def test_the_plain_value_of(schema: Json, value: Json) -> None:
    assert plain(schema) == value


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("schema", [schema for schema, _ in PLAIN.values()], ids=PLAIN.keys())
def test_every_value_is_valid(schema: Json, seed: int | None) -> None:
    assert EMPTY.accepts(schema, generate(schema, EMPTY.resolve, seed=seed))


def test_multiples_are_exact_decimals() -> None:
    assert plain({"multipleOf": 0.01, "examples": [19.99]}) == 19.99


FORMATS = {
    "date-time": lambda text: datetime.fromisoformat(text).tzinfo is not None,
    "date": date.fromisoformat,
    "time": lambda text: time.fromisoformat(text).tzinfo is not None,
    "duration": lambda text: re.fullmatch(r"P(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?", text),
    "uuid": UUID,
    "email": lambda text: re.fullmatch(r"[a-z]+@[a-z]+\.[a-z]+", text),
    "hostname": lambda text: re.fullmatch(r"[a-z]+(?:\.[a-z]+)*", text),
    "ipv4": IPv4Address,
    "ipv6": IPv6Address,
    "uri": lambda text: urlsplit(text).scheme,
    "uri-reference": urlsplit,
    "byte": lambda text: base64.b64decode(text, validate=True),
    "binary": str,
    "password": str,
    "regex": re.compile,
    "json-pointer": lambda text: text == "" or text.startswith("/"),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", FORMATS)
def test_a_string_has_its_format(name: str, seed: int | None) -> None:
    text = generate({"type": "string", "format": name}, EMPTY.resolve, seed=seed)
    assert FORMATS[name](text)


@pytest.mark.parametrize("name", ["email", "uri", "uri-reference", "byte", "binary", "password"])
def test_a_formatted_string_is_extended_to_min_length(name: str) -> None:
    text = plain({"type": "string", "format": name, "minLength": 40})
    assert isinstance(text, str)
    assert len(text) >= 40
    assert FORMATS[name](text)


@pytest.mark.parametrize(("format_", "bits"), [("int32", 31), ("int64", 63)])
@pytest.mark.parametrize("seed", range(20))
def test_integers_fit_the_width_of_their_format(format_: str, bits: int, seed: int) -> None:
    value = generate({"type": "integer", "format": format_, "minimum": 2**bits - 3}, EMPTY.resolve, seed=seed)
    assert isinstance(value, int)
    assert 2**bits - 3 <= value < 2**bits


UNSATISFIABLE: dict[str, tuple[Json, str, str]] = {
    "bounds": ({"type": "integer", "minimum": 5, "maximum": 3}, "", "minimum 5 is greater than maximum 3"),
    "multiples": (
        {"type": "integer", "minimum": 6, "maximum": 9, "multipleOf": 5},
        "",
        "no multiple of 5 is between minimum 6 and maximum 9",
    ),
    "open bounds": (
        {"type": "number", "exclusiveMinimum": 1, "maximum": 1},
        "",
        "no number is between exclusiveMinimum 1 and maximum 1",
    ),
    "lengths": (
        {"type": "string", "minLength": 5, "maxLength": 3},
        "",
        "minLength 5 is greater than maxLength 3",
    ),
    "items": ({"type": "array", "minItems": 2, "maxItems": 1}, "", "minItems 2 is greater than maxItems 1"),
    "members": (
        {"type": "object", "required": ["a", "b"], "maxProperties": 1},
        "",
        "2 required properties exceed maxProperties 1",
    ),
    "names": (
        {"type": "object", "required": ["A"], "propertyNames": {"pattern": "^[a-z]$"}},
        "",
        "propertyNames does not allow the property 'A'",
    ),
    "no such item": ({"type": "array", "minItems": 1, "items": False}, "/items", "false allows no value"),
    "below a property": (
        {"type": "object", "required": ["a/b"], "properties": {"a/b": {"allOf": [{"type": "null"}, False]}}},
        "/properties/a~1b",
        "false allows no value",
    ),
    "types": (
        {"allOf": [{"type": "string"}, {"type": "null"}]},
        "",
        "type string and type null exclude each other",
    ),
    "enum and const": ({"enum": [1], "const": 2}, "", "enum and const exclude each other"),
    "not": ({"type": "boolean", "not": {"enum": [True, False]}}, "", "not, oneOf, if or contains"),
    "a pattern": ({"type": "string", "pattern": "("}, "", "is not a valid ECMA 262 pattern"),
    "contains": (
        {"type": "array", "prefixItems": [{"const": 1}], "maxItems": 1, "contains": {"const": 2}},
        "",
        "maxItems 1 is too small for the items that contains requires",
    ),
    "a huge list": ({"type": "array", "minItems": 10**9}, "", "exceeds the limit of 10,000 generated items"),
}


@pytest.mark.parametrize("seed", [None, 1])
@pytest.mark.parametrize(("schema", "pointer", "reason"), UNSATISFIABLE.values(), ids=UNSATISFIABLE.keys())
def test_an_unsatisfiable_schema_is_reported_with_pointer_and_reason(
    schema: Json, pointer: str, reason: str, seed: int | None
) -> None:
    with pytest.raises(Unsatisfiable) as refused:
        generate(schema, EMPTY.resolve, seed=seed)
    assert refused.value.pointer == pointer
    assert reason in refused.value.reason


def test_a_pointer_behind_a_reference_starts_with_the_reference() -> None:
    document = Document(Cart={"type": "object", "required": ["rent"], "properties": {"rent": False}})
    with pytest.raises(Unsatisfiable) as refused:
        generate({"$ref": "#/$defs/Cart"}, document.resolve)
    assert refused.value.pointer.startswith("#/$defs/Cart")


RECURSIVE = Document(
    Tree={
        "type": "object",
        "required": ["value", "children"],
        "properties": {
            "value": {"type": "integer"},
            "children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
        },
    },
    Category={
        "type": "object",
        "properties": {"name": {"type": "string"}, "parent": {"$ref": "#/$defs/Category"}},
    },
    Linked={
        "type": "object",
        "required": ["next"],
        "properties": {"next": {"anyOf": [{"$ref": "#/$defs/Linked"}, {"type": "null"}]}},
    },
    Sum={"oneOf": [{"$ref": "#/$defs/Plus"}, {"type": "number"}]},
    Plus={
        "type": "object",
        "required": ["left", "right"],
        "properties": {"left": {"$ref": "#/$defs/Sum"}, "right": {"$ref": "#/$defs/Sum"}},
    },
    Endless={"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/$defs/Endless"}}},
    Itself={"$ref": "#/$defs/Itself"},
)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["Tree", "Category", "Linked", "Sum", "Plus"])
def test_a_recursive_schema_ends(name: str, seed: int | None) -> None:
    schema: Json = {"$ref": f"#/$defs/{name}"}
    assert RECURSIVE.accepts(schema, generate(schema, RECURSIVE.resolve, seed=seed))


def test_recursion_is_followed_once_more_where_it_is_required() -> None:
    schema: Json = {"$ref": "#/$defs/Category", "required": ["parent"]}
    assert generate(schema, RECURSIVE.resolve) == {"name": "Ada Lovelace", "parent": {"name": "Ada Lovelace"}}


@pytest.mark.parametrize("name", ["Endless", "Itself"])
def test_a_schema_that_requires_itself_endlessly_is_unsatisfiable(name: str) -> None:
    with pytest.raises(Unsatisfiable, match=f"#/\\$defs/{name} refers to itself endlessly"):
        generate({"$ref": f"#/$defs/{name}"}, RECURSIVE.resolve)


def test_a_reference_keeps_its_siblings() -> None:
    document = Document(Size={"type": "integer", "maximum": 9})
    assert generate({"$ref": "#/$defs/Size", "minimum": 9}, document.resolve) == 9


@pytest.mark.parametrize("seed", SEEDS)
def test_a_discriminator_names_the_chosen_schema(seed: int | None) -> None:
    pet: Json = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
    document = Document(Cat=pet, Dog=pet)
    schema: Json = {
        "anyOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"woof": "#/$defs/Dog"}},
    }
    body = generate(schema, document.resolve, seed=seed)
    assert isinstance(body, dict)
    assert body["kind"] in ("Cat", "woof")


SECRETIVE: Json = {
    "type": "object",
    "required": ["kept"],
    "properties": {
        "id": {"const": 1, "readOnly": True},
        "password": {"const": "p", "writeOnly": True},
        "kept": {"const": 0, "readOnly": True, "writeOnly": True},
    },
}


@pytest.mark.parametrize(
    ("direction", "expected"),
    [("response", {"id": 1, "kept": 0}), ("request", {"password": "p", "kept": 0})],
    ids=["response", "request"],
)
@pytest.mark.parametrize(
    "example", [{}, {"example": {"id": 1, "password": "p", "kept": 0}}], ids=["made", "shown"]
)
def test_read_only_and_write_only_properties_are_omitted_by_direction(
    direction: Literal["request", "response"], expected: Json, example: dict[str, Json]
) -> None:
    assert isinstance(SECRETIVE, dict)
    assert plain({**SECRETIVE, **example}, direction=direction) == expected


def test_values_are_tried_until_the_caller_accepts_one() -> None:
    schema: Json = {"enum": ["a", "b", "c"]}
    assert generate(schema, EMPTY.resolve, accepts=lambda value: value == "c") == "c"
    with pytest.raises(Unsatisfiable, match="no generated value was valid"):
        generate(schema, EMPTY.resolve, accepts=lambda value: False)


RICH: Json = {
    "type": "object",
    "required": ["id", "lines"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "status": {"enum": ["open", "closed"]},
        "note": {"type": ["string", "null"]},
        "lines": {"type": "array", "items": {"type": "integer", "minimum": 1}},
    },
}


@given(st.integers())
@settings(max_examples=25, deadline=None)
def test_the_same_seed_gives_the_same_body(seed: int) -> None:
    assert generate(RICH, EMPTY.resolve, seed=seed) == generate(RICH, EMPTY.resolve, seed=seed)


def test_different_seeds_give_different_bodies() -> None:
    bodies = [generate(RICH, EMPTY.resolve, seed=seed) for seed in range(50)]
    assert len({json.dumps(body) for body in bodies}) == 50
    dicts = [body for body in bodies if isinstance(body, dict)]
    assert {body.get("status", "left out") for body in dicts} == {"open", "closed", "left out"}
    assert {body.get("note", "left out") is None for body in dicts} == {True, False}
    assert {isinstance(lines := body["lines"], list) and len(lines) for body in dicts} == {0, 1, 2, 3}


BOUNDS = st.tuples(st.integers(-50, 50), st.integers(0, 50))
NUMBERS = st.builds(
    lambda kind, bounds: {"type": kind, "minimum": bounds[0], "maximum": bounds[0] + bounds[1]},
    st.sampled_from(["integer", "number"]),
    BOUNDS,
)
TEXTS = st.builds(
    lambda low, more: {"type": "string", "minLength": low, "maxLength": low + more},
    st.integers(0, 20),
    st.integers(0, 20),
)
LEAVES = st.one_of(
    NUMBERS,
    TEXTS,
    st.just({"type": "boolean"}),
    st.just({"type": ["string", "null"], "pattern": "^[a-c]+$"}),
    st.builds(lambda step: {"type": "number", "multipleOf": step}, st.sampled_from([0.01, 0.5, 3, 7])),
    st.lists(st.integers() | st.text(max_size=5), min_size=1, max_size=3).map(lambda each: {"enum": each}),
)
NAMES = st.sampled_from(["id", "name", "price", "a", "b"])


def _objects(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    def build(properties: dict[str, Json], required: int, closed: bool) -> Json:
        names: list[Json] = [*properties]
        return {
            "type": "object",
            "properties": properties,
            "required": names[:required],
            "additionalProperties": not closed,
        }

    return st.builds(build, st.dictionaries(NAMES, inner, max_size=4), st.integers(0, 4), st.booleans())


SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        _objects(inner),
        st.builds(
            lambda items, least: {"type": "array", "items": items, "minItems": least},
            inner,
            st.integers(0, 3),
        ),
        st.builds(lambda one, two: {"anyOf": [one, two]}, inner, inner),
        st.builds(lambda one: {"allOf": [one, one]}, inner),
        st.builds(
            lambda one: {"oneOf": [one, {"type": "null"}]}, inner.filter(lambda one: "null" not in str(one))
        ),
        st.builds(lambda one: {"type": "array", "contains": one}, inner),
        st.builds(lambda one: {"type": "object", "additionalProperties": one, "minProperties": 1}, inner),
    ),
    max_leaves=8,
)


@given(SCHEMAS, st.none() | st.integers())
@settings(max_examples=150, deadline=None)
def test_a_generated_body_is_valid(schema: Json, seed: int | None) -> None:
    Draft202012Validator(schema).validate(generate(schema, EMPTY.resolve, seed=seed))


def test_unique_integers_are_found_for_a_long_list() -> None:
    schema: Json = {"type": "array", "minItems": 300, "uniqueItems": True, "items": {"type": "integer"}}
    assert EMPTY.accepts(schema, plain(schema))


def test_mutually_recursive_schemas_end_with_the_simplest_alternative() -> None:
    web = Document(
        **{
            f"S{own}": {
                "type": "object",
                "required": ["a", "b", "c"],
                "properties": {
                    name: {"oneOf": [{"$ref": f"#/$defs/S{(own + step) % 9}"}, {"type": "string"}]}
                    for name, step in (("a", 1), ("b", 4), ("c", 7))
                },
            }
            for own in range(9)
        }
    )
    schema: Json = {"$ref": "#/$defs/S0"}
    body = generate(schema, web.resolve)
    assert web.accepts(schema, body)
    assert len(json.dumps(body)) < 10_000


def test_a_schema_that_doubles_at_each_level_ends_at_the_limit() -> None:
    def level(reference: str) -> Json:
        number = int(reference.removeprefix("#/"))
        inner: Json = {"$ref": f"#/{number + 1}"} if number < 25 else {"type": "integer"}
        return {"type": "object", "required": ["a", "b"], "properties": {"a": inner, "b": inner}}

    with pytest.raises(Unsatisfiable, match=rf"no value was found in {STEPS} steps"):
        generate({"$ref": "#/0"}, level)


def test_all_attempts_share_one_limit() -> None:
    found: list[str] = []

    def leaf(reference: str) -> Json:
        found.append(reference)
        return {"type": "integer"}

    rows: Json = {"type": "array", "minItems": 100, "items": {"$ref": "#/leaf"}}
    table: Json = {"type": "array", "minItems": 100, "items": rows}
    schema: Json = {"required": ["table", "none"], "properties": {"table": table, "none": False}}
    with pytest.raises(Unsatisfiable, match="'none' is required, but its schema is false"):
        generate({"type": "object", **schema}, leaf)
    assert 100 * 100 <= len(found) <= STEPS


def test_endless_invalid_values_end_at_the_limit() -> None:
    found: list[str] = []
    never: Json = [{"type": "object"}, {"type": "object"}]
    properties: Json = {"id": {"type": "integer"}, "next": {"$ref": "#/shelf"}}
    shelf: Json = {"type": "object", "required": ["id"], "properties": properties, "oneOf": never}

    def resolve(reference: str) -> Json:
        found.append(reference)
        return shelf

    with pytest.raises(Unsatisfiable, match="no value of type object was found that also satisfies"):
        generate(shelf, resolve)
    assert len(found) < MISSES

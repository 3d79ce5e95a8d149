"""The compiled verdict never disagrees with jsonschema: by generated schemas, real ones, and the test suite.

`judge.verdict` is the compiled one, `judge.judged` the word of jsonschema alone.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from test_json_schema_suite import SCHEMA, SUITE, as_resource, document, files, groups, remote

from mockserver.contract.judge import Judge, Judges
from mockserver.contract.load import load
from mockserver.contract.operation import Contract, Operation
from mockserver.contract.sides import Side
from mockserver.contract.verdict import undecided
from mockserver.model import Json
from mockserver.reading import BadData

CHECKOUT = Path(__file__).parents[2]
PREFIX = "#/components/schemas/"
ROOT = "/components/schemas/Root"


def judge(schema: Json, **others: Json) -> Judge:
    """The judge of a schema that may refer to the others."""
    schemas: dict[str, Json] = {"Root": schema, **others}
    return Judges({"openapi": "3.1.0", "components": {"schemas": schemas}}).at(ROOT)


def is_compiled(one: Judge) -> bool:
    return one.verdict is not undecided


def agree(one: Judge, value: Json) -> bool:
    """Whether both verdicts are the same; of a text that is no Unicode, whether a "valid" is true."""
    says, found = one.verdict(value), one.judged(value)
    if not says and "\\ud" in json.dumps(value):
        return True  # not decided, so jsonschema is asked
    return says is not bool(found)


# Generated schemas, and values that nearly fit them

NAMES = ("a", "b", "c", "é", "$ref", "a/b~c")
NUMBERS: list[Json] = [
    *(0, 1, -1, 2, 3, 7, 0.1, 0.3, 1.5, -0.0, 1.0, 3.0, 19.99, 5e-324, 1e300, -1e300, 10**300),
    *(2**31 - 1, 2**31, -(2**31), 2**53, 2**53 + 1, 2.0**53, 2**63 - 1, 2**63, 2.0**63, 2**64, 2.0**64),
]
TEXTS: list[Json] = [
    *(
        "",
        "a",
        "ab",
        "abc",
        "42",
        "٤٢",
        "42\n",
        "a\rb",
        "a\u2028b",
        "😀",
        "e\u0301",
        "\0",
        "A",
        "ß",
        "\ud83d",
    ),
    *("2026-11-25", "2026-11-25T10:00:00Z", "2026-02-30", "6f1c2b9e-4d0a-4c57-9a3e-2f8b7d5e1c04", "::1"),
    *("a@example.com", "http://a/b", "/a/b", "9223372036854775808", "YQ==", "[", "12:00:00Z", "P1D"),
]
SCALARS: list[Json] = [None, True, False, *NUMBERS, *TEXTS]
PATTERNS = (
    r"^[1-9]\d*$",
    "^a.b$",
    "^a",
    r"\w$",
    "^$",
    r"^\S+$",
    "(?<=a)b",
    "^[^a]*$",
    r"^\p{Lu}$",
    "(a|b)+c?",
)
FORMATS = (
    "date",
    "date-time",
    "uuid",
    "email",
    "uri",
    "ipv6",
    "int32",
    "int64",
    "byte",
    "regex",
    "unheard-of",
)
SIZES = st.integers(0, 3) | st.sampled_from([1.0, 2.0, 10**30])
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=5,
)
REFERENCES: st.SearchStrategy[Json] = st.sampled_from(["Root", "One", "Two", "Tree"]).map(
    lambda name: {"$ref": PREFIX + name}
)
TREE: Json = {
    "type": ["object", "null"],
    "properties": {
        "a": {"$ref": f"{PREFIX}Tree"},
        "b": {"type": "array", "items": {"$ref": f"{PREFIX}Tree"}},
    },
    "additionalProperties": False,
}


def some(**keywords: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """A schema with some of the keywords."""
    return st.fixed_dictionaries({}, optional=keywords).map(dict)


def typed(name: str, **keywords: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    types: st.SearchStrategy[Any] = st.sampled_from([name, [name, "null"], [name, "string"]])
    types = types.map(lambda each: list(dict.fromkeys(each)) if isinstance(each, list) else each)
    return some(**keywords) | st.builds(lambda each, rest: {"type": each, **rest}, types, some(**keywords))


BOUNDS = st.sampled_from(NUMBERS)
LEAVES = st.one_of(
    st.booleans(),
    REFERENCES,
    some(enum=st.lists(VALUES, max_size=4)),
    some(const=VALUES),
    typed("boolean", readOnly=st.booleans(), description=st.just("x")),
    *(
        typed(
            name,
            minimum=BOUNDS,
            maximum=BOUNDS,
            exclusiveMinimum=BOUNDS,
            exclusiveMaximum=BOUNDS,
            multipleOf=st.sampled_from([1, 2, 3, 0.1, 0.01, 1.5, 2.0**64]),
            format=st.sampled_from(FORMATS),
        )
        for name in ("integer", "number")
    ),
    typed(
        "string",
        minLength=SIZES,
        maxLength=SIZES,
        pattern=st.sampled_from(PATTERNS),
        format=st.sampled_from(FORMATS),
    ),
)


def compound(children: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    named = st.dictionaries(st.sampled_from(NAMES), children, max_size=3)
    several = st.lists(children, min_size=1, max_size=3)
    required = st.lists(st.sampled_from(NAMES), max_size=3)
    return st.one_of(
        typed(
            "object",
            properties=named,
            required=required,
            additionalProperties=children,
            minProperties=SIZES,
            maxProperties=SIZES,
        ),
        typed(
            "array",
            items=children,
            prefixItems=several,
            minItems=SIZES,
            maxItems=SIZES,
            uniqueItems=st.booleans(),
        ),
        typed("array", contains=children, minContains=SIZES, maxContains=SIZES),
        some(allOf=several, anyOf=several, oneOf=several),
        some(**{"not": children, "if": children, "then": children, "else": children}),
        some(
            propertyNames=children,
            dependentSchemas=named,
            dependentRequired=st.dictionaries(st.sampled_from(NAMES), required, max_size=2),
        ),
    )


SCHEMAS = st.recursive(LEAVES, compound, max_leaves=8)


@dataclass(frozen=True, slots=True)
class Case:
    schemas: dict[str, Json]
    values: list[Json]

    def judge(self) -> Judge:
        """The judge of the first schema; no case where the schemas refer to each other in circles."""
        try:
            return judge(self.schemas["Root"], **self.schemas)
        except BadData:
            assume(False)
            raise


@st.composite
def near(draw: st.DrawFn, schemas: dict[str, Json], schema: Json, depth: int = 0) -> Json:
    """A value that tries to fit the schema, and often does."""
    if not isinstance(schema, dict) or depth > 5 or draw(st.integers(0, 11)) == 0:
        return draw(VALUES)
    if "$ref" in schema:
        return draw(near(schemas, schemas[str(schema["$ref"]).removeprefix(PREFIX)], depth + 1))
    if "const" in schema:
        return schema["const"]
    for keyword in ("enum", "anyOf", "oneOf", "allOf"):
        if isinstance(listed := schema.get(keyword), list) and listed:
            picked = draw(st.sampled_from(listed))
            return picked if keyword == "enum" else draw(near(schemas, picked, depth + 1))
    shape: Any = schema.get("type") or draw(st.sampled_from(["object", "array", "string", "number"]))
    return draw(
        _shaped(schemas, schema, shape if isinstance(shape, str) else draw(st.sampled_from(shape)), depth)
    )


def _shaped(
    schemas: dict[str, Json], schema: dict[str, Json], shape: str, depth: int
) -> st.SearchStrategy[Json]:
    properties: Any = schema.get("properties", {})
    required: Any = schema.get("required", ())
    match shape:
        case "object":
            rest = schema.get("additionalProperties", True)
            members = {name: near(schemas, properties.get(name, rest), depth + 1) for name in NAMES}
            needed = {name: members.pop(name) for name in dict.fromkeys(required)}
            optional = {
                name: each for name, each in members.items() if name in properties or rest is not False
            }
            return st.fixed_dictionaries(needed, optional=optional).map(dict)
        case "array":
            return st.lists(near(schemas, schema.get("items", schema.get("contains")), depth + 1), max_size=3)
        case "integer" | "number":
            return st.sampled_from(NUMBERS)
        case "string":
            return st.sampled_from(TEXTS)
    return st.sampled_from([None, True, False])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    schemas = {"Root": draw(SCHEMAS), "One": draw(SCHEMAS), "Two": draw(LEAVES), "Tree": TREE}
    values = draw(st.lists(near(schemas, schemas["Root"]), min_size=1, max_size=6))
    return Case(schemas, values)


BOUNDED = settings(max_examples=700, deadline=None, suppress_health_check=list(HealthCheck))


@BOUNDED
@given(cases())
def test_the_compiled_verdict_is_the_one_of_jsonschema(case: Case) -> None:
    one = case.judge()
    assume(is_compiled(one))

    assert [value for value in case.values if not agree(one, value)] == []


def test_most_generated_schemas_are_compiled_and_both_verdicts_are_reached() -> None:
    reached: Counter[str] = Counter()

    @settings(BOUNDED, max_examples=200, derandomize=True, database=None)
    @given(cases())
    def count(case: Case) -> None:
        one = case.judge()
        reached["compiled" if is_compiled(one) else "left"] += 1
        for value in case.values if is_compiled(one) else ():
            reached["valid" if one.verdict(value) else "not"] += 1

    count()

    assert reached["compiled"] > 5 * reached["left"]
    assert reached["valid"] > 0.2 * reached["not"]
    assert reached["not"] > 0.2 * reached["valid"]


# The schemas of real documents


CONTRACTS = (
    "fixtures/spec/carts.yaml",
    "../shared/spec/update-a-cart.md",
    "../shared/spec/twilio_conversations_v1.json",
)


def schemas(operation: Operation) -> Iterator[tuple[Side, str]]:
    """Every schema that a request or an answer is judged by, with its side."""
    found = [(operation.requests, each.schema) for each in operation.parameters]
    if operation.body is not None:
        found += [(operation.requests, each.schema) for each in operation.body.content.values()]
    for response in operation.responses.values():
        found += [(operation.answers, each.schema) for each in response.content.values()]
    yield from ((side, schema) for side, schema in found if schema is not None)


def mutated(value: Json) -> Iterator[Json]:
    """The value with one part replaced, added or left out."""
    yield from (None, 0, -1.5, "", [], {})
    match value:
        case dict():
            yield value | {"other": 1}
            for name, part in value.items():
                yield {key: each for key, each in value.items() if key != name}
                yield from (value | {name: each} for each in mutated(part))
        case list():
            yield [*value, *value]
            for index, part in enumerate(value[:2]):
                yield from ([*value[:index], each, *value[index + 1 :]] for each in mutated(part))


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_schemas_of_real_contracts_are_compiled_and_agree(name: str) -> None:
    path = CHECKOUT / name
    if not path.is_file():
        pytest.skip("the document is not beside the checkout")
    contract: Contract = load([path])
    places = {
        schema: (operation, side)
        for operation in contract.operations[:40]
        for side, schema in schemas(operation)
    }
    assert places
    for schema, (operation, side) in places.items():
        one = side.judges.at(schema)
        assert is_compiled(one)
        direction = "request" if side is operation.requests else "response"
        value = operation.value(schema, 7, direction)  # type: ignore[arg-type]
        assert one.verdict(value)
        assert [each for each in mutated(value) if not agree(one, each)] == []


@pytest.mark.skipif(not SUITE.is_dir(), reason="the suite is not beside the checkout")
def test_the_whole_test_suite_agrees_and_a_fair_share_of_it_is_compiled() -> None:
    counted: Counter[str] = Counter()
    disagreed = []
    for file in (*files("draft2020-12"), *files("draft4")):
        for group in groups(file):
            judges = Judges(document("3.1.0", as_resource(group["schema"])), retrieve=remote)
            try:
                one = judges.at(SCHEMA)
            except BadData:  # mostly draft 4's own form
                continue
            counted["compiled" if is_compiled(one) else "left"] += 1
            if is_compiled(one):
                disagreed += [(file, case) for case in group["tests"] if not agree(one, case["data"])]

    assert disagreed == []
    assert counted["compiled"] > 3 * counted["left"]

"""The compiled verdict never disagrees with the evaluator: by generated and real schemas, and the test suite.

`judge.verdict` is the compiled schema, `judge.evaluated_violations` is the evaluator alone.
"""

import json
import math
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from mockserver.contract.operation import Contract, DirectedDocument, Operation, directed_documents
from mockserver.contract.reader.load import load
from mockserver.contract.schema.compiled.cost import LEVELS
from mockserver.contract.schema.compiled.translate import MAX_SCHEMAS
from mockserver.contract.schema.compiled.verdict import always_undecided
from mockserver.contract.schema.judge import Judge, Judges
from mockserver.contract.schema.vocabulary import KEYWORDS
from mockserver.contract.schema.work import MAX_CHECKS, MAX_COMPARISONS, WorkBudget, take_not_judged
from mockserver.data.json import Json
from mockserver.data.reading import BadData
from tests.contract.schema.test_json_schema_suite import (
    SCHEMA,
    SUITE,
    as_resource,
    document,
    files,
    groups,
)
from tests.support.paths import FIXTURES, TEST_DATA, needs

PREFIX = "#/components/schemas/"
ROOT = "/components/schemas/Root"


def judge(schema: Json, **others: Json) -> Judge:
    """The judge of a schema that may refer to the others."""
    schemas: dict[str, Json] = {"Root": schema, **others}
    return Judges({"openapi": "3.1.0", "components": {"schemas": schemas}}).judge(ROOT)


def is_compiled(one: Judge) -> bool:
    return one.verdict is not always_undecided


def agree(one: Judge, value: Json) -> bool:
    """Whether both agree; for a string with an unpaired surrogate, whether "valid" is correct."""
    says, found = one.verdict(value), one.evaluated_violations(value)
    if not says and "\\ud" in json.dumps(value):
        return True  # not decided, so the evaluator is asked
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
    if not isinstance(schema, dict) or depth > 5 or draw(st.integers(0, 9)) == 0:
        return draw(VALUES)
    if "$ref" in schema:
        return draw(near(schemas, schemas[str(schema["$ref"]).removeprefix(PREFIX)], depth + 1))
    if "const" in schema:
        return draw(st.sampled_from(twins(schema["const"])))
    for keyword in ("enum", "anyOf", "oneOf", "allOf"):
        if isinstance(listed := schema.get(keyword), list) and listed:
            picked = draw(st.sampled_from(listed))
            return draw(
                st.sampled_from(twins(picked)) if keyword == "enum" else near(schemas, picked, depth + 1)
            )
    shape: Any = schema.get("type") or draw(st.sampled_from(["object", "array", "string", "number"]))
    return draw(
        shaped(schemas, schema, shape if isinstance(shape, str) else draw(st.sampled_from(shape)), depth)
    )


def shaped(
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
            items = st.lists(
                near(schemas, schema.get("items", schema.get("contains")), depth + 1), max_size=3
            )
            return items | items.map(
                lambda found: [*found, *(each for item in found for each in twins(item)[:2])]
            )
        case "integer" | "number":
            limits = [each for each in schema.values() if type(each) in (int, float)]
            return st.sampled_from([twin for limit in limits for twin in twins(limit)] + NUMBERS)
        case "string":
            return st.sampled_from(TEXTS)
    return st.sampled_from([None, True, False])


def twins(value: Json) -> list[Json]:
    """The value, and others that may be mistaken for it."""
    match value:
        case bool():
            return [value, int(value), not value]
        case int() if abs(value) < 2**1000:
            return [value, float(value), value + 1, value - 1, 3 * value, 3.0 * value]
        case float() if value.is_integer():
            return [value, int(value), int(value) + 1, -value]
        case float():
            return [value, 3 * value, 7 * value, -value, str(value)]
        case list():
            return [value, *([twin] for item in value[:1] for twin in twins(item)), value[1:]]
        case dict():
            return [value, *({name: twin} for name, each in value.items() for twin in twins(each)), {}]
    return [value, str(value), [value]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    schemas = {"Root": draw(SCHEMAS), "One": draw(SCHEMAS), "Two": draw(LEAVES), "Tree": TREE}
    values = draw(st.lists(near(schemas, schemas["Root"]), min_size=1, max_size=6))
    return Case(schemas, values)


BOUNDED = settings(max_examples=700, deadline=None, suppress_health_check=list(HealthCheck))


@BOUNDED
@given(cases())
def test_the_compiled_verdict_agrees_with_the_evaluator(case: Case) -> None:
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


OTHERS = (TEST_DATA / "spec/update-a-cart.md", TEST_DATA / "spec/twilio_conversations_v1.json")
CONTRACTS = (
    FIXTURES / "spec/carts.yaml",
    *(pytest.param(path, marks=needs(path)) for path in OTHERS),
)


def schemas(operation: Operation) -> Iterator[tuple[DirectedDocument, str]]:
    """Every schema of the operation's requests and responses, with its directed document."""
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


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.name)
def test_the_schemas_of_real_contracts_are_compiled_and_agree(path: Path) -> None:
    contract: Contract = load([path])
    places = {
        schema: (operation, side)
        for operation in contract.operations[:40]
        for side, schema in schemas(operation)
    }
    assert places
    for schema, (operation, side) in places.items():
        one = side.judges.judge(schema)
        assert is_compiled(one)
        direction = "request" if side is operation.requests else "response"
        value = operation.value(schema, 7, direction)  # type: ignore[arg-type]
        assert one.verdict(value)
        assert [each for each in mutated(value) if not agree(one, each)] == []


@needs(SUITE)
def test_the_whole_test_suite_agrees_and_most_of_it_is_compiled() -> None:
    counted: Counter[str] = Counter()
    disagreed = []
    for file in (*files("draft2020-12"), *files("draft4")):
        for group in groups(file):
            judges = Judges(document("3.1.0", as_resource(group["schema"])))
            try:
                one = judges.judge(SCHEMA)
            except BadData:  # mostly draft 4's own form
                continue
            counted["compiled" if is_compiled(one) else "left"] += 1
            if is_compiled(one):
                disagreed += [(file, case) for case in group["tests"] if not agree(one, case["data"])]

    assert disagreed == []
    assert counted["compiled"] > 3 * counted["left"]


# Every scalar by every limit

PAIRS = [[one, other] for one in NUMBERS for other in (*twins(one), *NUMBERS[:6])]
ASSERTIONS: dict[str, tuple[list[Json], list[Json]]] = {  # limits and values
    **dict.fromkeys(
        ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "const"),
        (NUMBERS, [twin for number in NUMBERS for twin in twins(number)]),
    ),
    "multipleOf": ([1, 2, 0.1, 0.01, 1.5, 3, 2**64], [twin for number in NUMBERS for twin in twins(number)]),
    "enum": ([[number] for number in NUMBERS], [twin for number in NUMBERS for twin in twins(number)]),
    "uniqueItems": ([True], [*PAIRS, *([[one], [other]] for one, other in PAIRS)]),
    "minLength": ([0, 1, 2, 2.0, 10**30], TEXTS),
    "maxLength": ([0, 1, 2, 2.0, 10**30], TEXTS),
    "pattern": (list(PATTERNS), TEXTS),
    "format": (list(FORMATS), [*TEXTS, *NUMBERS]),
    "type": (
        ["array", "boolean", "integer", "null", "number", "object", "string", ["integer", "null"]],
        [*SCALARS, [], {}],
    ),
}


@pytest.mark.parametrize("keyword", ASSERTIONS)
def test_an_assertion_is_compiled_and_agrees_also_under_not(keyword: str) -> None:
    limits, values = ASSERTIONS[keyword]
    for limit in limits:
        for schema in ({keyword: limit}, {"not": {keyword: limit}}):
            one = judge(schema)
            assert is_compiled(one)
            assert [value for value in values if not agree(one, value)] == []


# What the compiled validator would see otherwise by itself: it asks our own keyword, or the evaluator judges

CATS: Json = {
    "oneOf": [{"$ref": f"{PREFIX}Cat"}, {"$ref": f"{PREFIX}Dog"}],
    "discriminator": {"propertyName": "is"},
}
PETS: dict[str, Json] = {"Cat": {"required": ["lives"]}, "Dog": {"required": ["barks"]}}
ROUNDED = "it compares what is beyond a double's whole numbers as doubles or as written, not exactly"
ECMA = "its patterns are Rust's: a dot takes a carriage return there"
OURS = "the format is of OpenAPI's registry"
DIFFERENCES: list[tuple[str, Json, Json, str]] = [
    ("minimum", {"minimum": 1e300}, 10**300, ROUNDED),
    ("maximum", {"maximum": 1e300}, 10**300 + 1, ROUNDED),
    ("exclusiveMinimum", {"exclusiveMinimum": 1e300}, 10**300 + 1, ROUNDED),
    ("exclusiveMaximum", {"exclusiveMaximum": 10**300 + 1}, 1e300, ROUNDED),
    ("const", {"const": 2**64}, 2.0**64, ROUNDED),
    ("enum", {"enum": [2**64]}, 2.0**64, ROUNDED),
    ("uniqueItems", {"uniqueItems": True}, [2**64, 2.0**64], ROUNDED),
    ("pattern", {"pattern": "^a.b$"}, "a\rb", ECMA),
    ("patternProperties", {"patternProperties": {"^a.b$": False}}, {"a\rb": 1}, ECMA),
    ("format", {"format": "int32"}, 2**31, OURS),
]


def by_itself(schema: Json, value: Json) -> bool:
    """The verdict of jsonschema-rs for the untranslated schema."""
    whole = {"$ref": f"{PREFIX}Root", "components": {"schemas": {"Root": schema, **PETS}}}
    return Draft202012Validator(whole, validate_formats=True).is_valid(value)


@pytest.mark.parametrize(
    ("keyword", "schema", "value", "why"), DIFFERENCES, ids=[each[0] for each in DIFFERENCES]
)
def test_a_known_difference_never_reaches_the_verdict(
    keyword: str, schema: Json, value: Json, why: str
) -> None:
    one = judge(schema, **PETS)
    found = bool(one.evaluated_violations(value))

    assert by_itself(schema, value) is found, f"no difference: {why}"
    assert not is_compiled(one) or agree(one, value)
    assert bool(one.violations(value)) is found


@pytest.mark.parametrize(
    "schema",
    [
        {"patternProperties": {"^a": {}}},
        {"unevaluatedProperties": False},
        {"unevaluatedItems": False},
        {"$dynamicAnchor": "x", "items": {"$dynamicRef": "#x"}},
        {"properties": {"\ud800": {}}},
        {"required": ["\ud800"]},
        {"anyOf": [{"type": "null"}] * MAX_SCHEMAS},
    ],
    ids=lambda schema: next(iter(schema)),
)
def test_a_schema_with_an_uncompiled_keyword_anywhere_is_left_to_jsonschema(schema: Json) -> None:
    assert not is_compiled(judge(schema, **PETS))
    assert not is_compiled(judge({"items": {"not": {"$ref": f"{PREFIX}One"}}}, One=schema, **PETS))


@pytest.mark.parametrize(
    "value", [{"is": "Dog", "lives": 9}, {"is": "Dog", "lives": 9, "barks": True}, {"is": "Dog"}]
)
def test_a_union_with_a_discriminator_is_compiled_like_any_other(value: Json) -> None:
    one = judge(CATS, **PETS)

    assert is_compiled(one)
    assert by_itself(CATS, value) is one.accepts(value) is (not one.evaluated_violations(value))


def test_a_schema_with_exponential_visits_is_left_to_jsonschema() -> None:
    below: Json = {"properties": {"a": {"$ref": f"{PREFIX}Root"}}}

    assert is_compiled(judge({"anyOf": [below, {"type": "null"}]}))
    assert not is_compiled(judge({"anyOf": [below, {**below, "required": ["b"]}]}))


@pytest.mark.parametrize("levels", [1, LEVELS - 1, LEVELS, LEVELS + 1, 100_000])
def test_a_recursive_schema_is_compiled_for_shallow_values_only(levels: int) -> None:
    one = judge({"$ref": f"{PREFIX}Tree"}, Tree=TREE)
    good: Json = None
    bad: Json = 1
    for _ in range(levels):
        good, bad = {"a": good}, {"a": bad}

    assert is_compiled(one)
    assert one.verdict(good) is (levels <= LEVELS)
    assert bool(one.violations(good)) is (levels > 1_000)
    assert one.violations(bad)


def test_the_compiled_verdict_refuses_properties_of_the_other_direction() -> None:
    schema: Json = {"properties": {"id": {"type": "integer", "readOnly": True}}, "required": ["id"]}
    whole: dict[str, Json] = {"openapi": "3.1.0", "components": {"schemas": {"Root": schema}}}
    asked, answered = (
        each.judges.judge(ROOT) for each in directed_documents(whole, Judges(whole), formats=True)
    )

    assert (asked.verdict({}), asked.verdict({"id": 1})) == (True, False)
    assert (answered.verdict({}), answered.verdict({"id": 1})) == (False, True)


def test_the_compiled_verdict_ignores_formats_that_are_not_asserted() -> None:
    whole: dict[str, Json] = {"openapi": "3.1.0", "components": {"schemas": {"Root": {"format": "date"}}}}

    assert Judges(whole, formats=False).judge(ROOT).verdict("tomorrow")
    assert not Judges(whole).judge(ROOT).verdict("tomorrow")


def test_every_keyword_is_compiled_or_known_not_to_be() -> None:
    alone = {name: is_compiled(judge({name: value}, Other={})) for name, value in ONE_OF_EACH.items()}

    assert {*alone} == {*KEYWORDS} - {"false schema"}
    assert {name for name, compiled in alone.items() if not compiled} == {
        *("$dynamicRef", "patternProperties", "unevaluatedItems", "unevaluatedProperties")
    }


ONE_OF_EACH: dict[str, Json] = {
    **{name: [True] for name in ("allOf", "anyOf", "oneOf", "prefixItems")},
    **dict.fromkeys(("not", "if", "items", "contains", "additionalProperties", "propertyNames"), True),
    **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties"), True),
    **{name: {} for name in ("properties", "patternProperties", "dependentSchemas", "dependentRequired")},
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), 1),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), 1),
    **dict.fromkeys(("readOnly", "writeOnly", "uniqueItems"), True),
    "type": "null",
    "enum": [1],
    "const": 1,
    "pattern": "a",
    "format": "date",
    "required": ["a"],
    "$ref": f"{PREFIX}Other",
    "$dynamicRef": f"{PREFIX}Other",
}


def test_the_compiler_is_imported_with_the_first_validation() -> None:
    program = (
        "import sys\n"
        "from mockserver.contract.schema.judge import Judges\n"
        "judge = Judges({'openapi': '3.1.0', 'components': {'schemas': {'A': {'type': 'null'}}}}).judge\n"
        "judge = judge('/components/schemas/A')\n"
        "print('jsonschema_rs' in sys.modules, judge.violations(None), 'jsonschema_rs' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert ran.stdout == "False [] True\n", ran.stderr


LONGEST = 10**4299  # no longer integer is read from a text by Python


@pytest.mark.parametrize(
    "value",
    [LONGEST, -LONGEST, "\ud800", {"\ud800": 1}, ["a", "\udfff"]],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize(
    "schema",
    [
        *({"minimum": 3}, {"maximum": 3}, {"enum": [3]}, {"const": "a"}, {"type": "integer"}),
        *({"minLength": 2}, {"additionalProperties": False}, {"propertyNames": {"maxLength": 0}}),
        *(
            {"items": {"maxLength": 0}},
            {"format": "int64"},
            {"pattern": "b"},
            {"multipleOf": 3},
            {"uniqueItems": True},
        ),
    ],
    ids=lambda schema: next(iter(schema)),
)
def test_values_that_jsonschema_rs_cannot_read_are_never_wrongly_valid(schema: Json, value: Json) -> None:
    for each in (schema, {"not": schema}, {"anyOf": [schema, False]}, {"oneOf": [schema, {"not": schema}]}):
        one = judge(each)
        assert not (one.verdict(value) and one.evaluated_violations(value))
        assert one.violations(value) == one.evaluated_violations(value)


# Bounds on the work

DATE: Json = {"type": "string", "format": "date-time"}
INSTANT = "2025-01-15T09:30:00Z"


class Holder:
    """What validates a value of a size in bytes."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.work: WorkBudget | None = None


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": DATE},
        {"type": "array", "items": {"type": "string", "not": {"format": "uuid"}}},
        {"type": "array", "items": {"anyOf": [{"format": "uuid"}, {"minLength": 1}]}},
    ],
    ids=["a format", "a format under not", "a format in a branch"],
)
def test_more_checks_than_the_bound_decide_nothing(schema: Json) -> None:
    one = judge(schema)
    assert one.verdict([INSTANT] * (MAX_CHECKS - 1))
    assert not one.verdict([INSTANT] * (MAX_CHECKS + 1))
    assert one.verdict([INSTANT])


def test_a_check_that_is_not_judged_decides_nothing_also_under_not() -> None:
    one = judge({"not": {"uniqueItems": True}})
    items: list[Json] = [[each] for each in range(MAX_COMPARISONS)]
    holder = Holder(1)
    assert not one.verdict(items)
    assert not one.violations(items, holder)
    assert [each.keyword for each in take_not_judged(holder)] == ["uniqueItems"]


def test_many_visits_to_many_values_are_left_to_the_evaluator_which_counts_them() -> None:
    one = judge(
        {
            "type": "array",
            "items": {"anyOf": [{"type": "object", "required": [f"k{each}"]} for each in range(90)]},
        }
    )
    few, many = [{"k89": 1}] * 100, [{"k89": 1}] * 20_000
    for value, is_judged in ((few, True), (many, False)):
        holder = Holder(len(json.dumps(value)))
        assert one.violations(value, holder) == []
        assert bool(take_not_judged(holder)) is not is_judged


@pytest.mark.parametrize("name", ["int32", "int64"])
@given(value=st.one_of(st.sampled_from(NUMBERS), st.integers(-(2**65), 2**65), st.floats(), st.text()))
def test_the_bounds_of_integers_are_those_of_the_format(name: str, value: Json) -> None:
    one = judge({"type": "integer", "format": name, "allOf": [{"minimum": -(2**64)}]})
    assume(not isinstance(value, float) or math.isfinite(value))
    assert is_compiled(one)
    assert agree(one, value)

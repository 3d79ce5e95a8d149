"""A judge reports what is wrong with a value, where, and by which keyword; it agrees with an oracle."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS30Validator

from mockserver.contract.document.dialect import upgrade
from mockserver.contract.schema.judge import Judge, Judges, SchemaViolation
from mockserver.contract.schema.work import MAX_SUGGESTIONS
from mockserver.data.json import Json
from mockserver.data.reading import BadData

ROOT = "/components/schemas/Root"
NAMED: dict[str, Json] = {
    "Leaf": {"type": "integer", "minimum": 0},
    "Tree": {
        "type": "object",
        "properties": {"a": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
        "additionalProperties": False,
    },
}


def document(schema: Json, version: str = "3.1.0") -> dict[str, Json]:
    return {"openapi": version, "components": {"schemas": {"Root": schema, **NAMED}}}


def judge(schema: Json) -> Judge:
    """The judge of a schema of OpenAPI 3.1."""
    return Judges(document(schema)).judge(ROOT)


def ours(schema: Json, value: Json) -> bool:
    return Judges(upgrade(document(schema, "3.0.3"))).judge(ROOT).accepts(value)


def oracle(schema: Json, value: Json) -> bool:
    root = {"$ref": f"#{ROOT}", **document(schema)}
    return bool(OAS30Validator(root).is_valid(value))


# What a person reads


LAYOUTS: list[Json] = ["FRENCH_AZERTY", "SPANISH_QWERTY", "ITALIAN_QWERTY"]
LISTED = "FRENCH_AZERTY, SPANISH_QWERTY, ITALIAN_QWERTY"
ITEM: Json = {"type": "object", "properties": {"product_id": {}}, "additionalProperties": False}
UNION: Json = {
    "oneOf": [
        {
            "type": "object",
            "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}},
            "required": ["kind"],
        },
        {
            "type": "object",
            "properties": {"kind": {"const": "dog"}, "tricks": {"type": "array"}},
            "required": ["kind"],
        },
    ]
}
SENTENCES: list[tuple[Json, Json, str, str, str]] = [
    ({"exclusiveMinimum": 0}, 0, "", "exclusiveMinimum", "0 is not greater than the exclusive minimum of 0"),
    ({"exclusiveMaximum": 5}, 5.5, "", "exclusiveMaximum", "5.5 is not less than the exclusive maximum of 5"),
    ({"minimum": 1}, -1, "", "minimum", "-1 is less than the minimum of 1"),
    ({"maximum": 1}, 2, "", "maximum", "2 is greater than the maximum of 1"),
    ({"multipleOf": 0.01}, 1.005, "", "multipleOf", "1.005 is not a multiple of 0.01"),
    ({"type": "integer"}, "1", "", "type", "expected an integer, found a string"),
    ({"type": "integer"}, 1.5, "", "type", "expected an integer, found 1.5"),
    ({"type": ["object", "null"]}, [], "", "type", "expected an object or null, found an array"),
    (
        {"enum": LAYOUTS},
        "FRENCH",
        "",
        "enum",
        f"'FRENCH' is not one of {LISTED}; did you mean 'FRENCH_AZERTY'?",
    ),
    ({"enum": LAYOUTS}, 7, "", "enum", f"7 is not one of {LISTED}"),
    (
        {"enum": [*range(14)]},
        99,
        "",
        "enum",
        "99 is not one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more",
    ),
    ({"const": "a"}, "b", "", "const", "expected 'a', found 'b'"),
    ({"pattern": "^a$"}, "b\n", "", "pattern", "'b\\n' does not match the pattern '^a$'"),
    ({"minLength": 2}, "é", "", "minLength", "expected at least 2 characters, found 1"),
    ({"maxItems": 1}, [1, 2], "", "maxItems", "expected at most 1 item, found 2"),
    ({"minProperties": 1}, {}, "", "minProperties", "expected at least 1 property, found 0"),
    ({"uniqueItems": True}, [1, 2, 1.0], "", "uniqueItems", "the items at indexes 0 and 2 are equal"),
    ({"required": ["product_id"]}, {}, "", "required", "the property 'product_id' is missing"),
    (
        {"dependentRequired": {"a": ["b"]}},
        {"a": 1},
        "",
        "dependentRequired",
        "the property 'b' is missing; 'a' requires it",
    ),
    (
        ITEM,
        {"produkt_id": 1},
        "/produkt_id",
        "additionalProperties",
        "unknown property 'produkt_id'; did you mean 'product_id'?",
    ),
    (
        {"unevaluatedProperties": False},
        {"a/b": 1},
        "/a~1b",
        "unevaluatedProperties",
        "unknown property 'a/b'",
    ),
    (
        {"propertyNames": {"maxLength": 1}},
        {"ab": 1},
        "",
        "maxLength",
        "property name 'ab': expected at most 1 character, found 2",
    ),
    ({"prefixItems": [{}], "items": False}, [1, 2], "/1", "items", "expected at most 1 item, found 2"),
    (
        {"contains": {"const": 1}},
        [2],
        "",
        "contains",
        "expected at least 1 item matching 'contains', found 0",
    ),
    (
        {"contains": {"const": 1}, "maxContains": 1},
        [1, 1],
        "",
        "contains",
        "expected at most 1 item matching 'contains', found 2",
    ),
    (
        {"prefixItems": [{}], "unevaluatedItems": False},
        [1, 2],
        "/1",
        "unevaluatedItems",
        "the schema does not allow this item",
    ),
    ({"not": {"type": "null"}}, None, "", "not", "null must not match the schema under 'not'"),
    ({"properties": {"a": False}}, {"a": 1}, "/a", "false schema", "no value is allowed here"),
    (False, 1, "", "false schema", "no value is allowed here"),
    (
        {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "x",
        "",
        "type",
        "expected an integer, found a string",
    ),
    (
        {"anyOf": [{"minLength": 3}, {"type": "integer"}]},
        "x",
        "",
        "minLength",
        "expected at least 3 characters, found 1",
    ),
    (
        {"anyOf": [{"type": "integer"}, {"type": "boolean"}]},
        "x",
        "",
        "anyOf",
        "'x' does not match any of the 2 alternatives",
    ),
    (
        {"oneOf": [{}, {"type": "integer"}, True]},
        1,
        "",
        "oneOf",
        "1 matches the alternatives 1, 2, 3, but must match exactly one",
    ),
    (UNION, {"kind": "dog", "tricks": 1}, "/tricks", "type", "expected an array, found 1"),
]


@pytest.mark.parametrize(
    ("schema", "value", "pointer", "keyword", "message"),
    SENTENCES,
    ids=[f"{keyword}-{index}" for index, (_, _, _, keyword, _) in enumerate(SENTENCES)],
)
def test_a_violation_has_a_plain_message(
    schema: Json, value: Json, pointer: str, keyword: str, message: str
) -> None:
    [violation] = judge(schema).violations(value)

    assert (violation.pointer, violation.keyword, violation.message) == (pointer, keyword, message)


def test_all_violations_are_reported_in_the_order_of_the_schema() -> None:
    schema: Json = {
        "properties": {"b": {"type": "integer"}, "a": {"$ref": "#/components/schemas/Leaf"}},
        "required": ["d", "c"],
        "additionalProperties": False,
    }

    assert judge(schema).violations({"z": 0, "a": -1, "b": "x", "y": 0}) == [
        SchemaViolation("/b", "type", "expected an integer, found a string", f"{ROOT}/properties/b/type"),
        SchemaViolation(
            "/a", "minimum", "-1 is less than the minimum of 0", "/components/schemas/Leaf/minimum"
        ),
        SchemaViolation("", "required", "the property 'd' is missing", f"{ROOT}/required"),
        SchemaViolation("", "required", "the property 'c' is missing", f"{ROOT}/required"),
        SchemaViolation(
            "/z",
            "additionalProperties",
            "unknown property 'z'; valid: a, b",
            f"{ROOT}/additionalProperties",
        ),
        SchemaViolation(
            "/y",
            "additionalProperties",
            "unknown property 'y'; valid: a, b",
            f"{ROOT}/additionalProperties",
        ),
    ]


def test_the_schema_pointer_is_right_behind_references_with_escapes() -> None:
    schema: Json = {"$ref": "#/components/schemas/Root/$defs/a~1b%20c", "$defs": {"a/b c": {"items": False}}}

    [violation] = judge(schema).violations([1])

    assert violation.schema_pointer == f"{ROOT}/$defs/a~1b c/items"


def test_the_schema_pointer_of_false_is_that_of_the_schema() -> None:
    schema: Json = {"properties": {"a": {"allOf": [False]}}}

    [violation] = judge(schema).violations({"a": 1})

    assert violation.schema_pointer == f"{ROOT}/properties/a/allOf/0"


def test_a_long_value_is_shortened_in_messages() -> None:
    [violation] = judge({"maxLength": 1, "enum": ["b"]}).violations("a" * 10_000)[1:]

    assert violation.message == f"'{'a' * 60}…' is not one of b"


@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_every_message_can_be_encoded(name: str, text: str) -> None:
    schema: Json = {
        "additionalProperties": {"enum": ["\ud800", 1], "pattern": "^[a]{1000}$", "const": 1},
        "propertyNames": {"const": "b"},
        "required": ["\udc00"],
    }

    for violation in judge(schema).violations({name: text}):
        violation.message.encode()


# What is a number, and what is too much


@pytest.mark.parametrize("value", [0, -1, 1.0, 10**400, 1e300], ids=["0", "-1", "1.0", "10^400", "1e300"])
def test_an_integer_is_any_number_without_a_fraction(value: Json) -> None:
    assert judge({"type": "integer"}).accepts(value)


@pytest.mark.parametrize("value", [True, False, 1.5, "1", None, [], {}], ids=repr)
def test_nothing_else_is_an_integer(value: Json) -> None:
    assert not judge({"type": "integer"}).accepts(value)


@pytest.mark.parametrize(
    ("step", "value", "accepted"),
    [
        (0.01, 19.99, True),
        (0.1, 0.3, True),
        (0.5, 10**400, True),
        (1e-300, 10**400, True),
        (3, 10**400, False),
        (7, 1e308, False),
        (10**400, 1.5, False),
        (2, float("inf"), False),
        (0.5, float("nan"), False),
        (2, True, True),
    ],
    ids=[
        "cents",
        "tenths",
        "huge",
        "tiny step",
        "huge, no",
        "float, no",
        "huge step",
        "inf",
        "nan",
        "no number",
    ],
)
def test_multiples_are_exact_and_never_overflow(step: float, value: Json, accepted: bool) -> None:
    assert judge({"multipleOf": step}).accepts(value) is accepted


@pytest.mark.parametrize(
    "keyword", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
)
@given(value=st.integers() | st.floats() | st.just(10**5000), limit=st.sampled_from([1, 0.1, 1e300, 10**400]))
def test_any_number_can_be_validated(keyword: str, value: Json, limit: float) -> None:
    one = judge({keyword: limit})

    assert one.accepts(value) is not bool(one.violations(value))


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1, 1.0, True),
        (1, True, False),
        ([1], [True], False),
        ({"a": 0}, {"a": False}, False),
        ([], {}, False),
    ],
    ids=["1.0", "true", "in a list", "in an object", "empty"],
)
def test_values_are_equal_as_json_values(one: Json, other: Json, equal: bool) -> None:
    assert judge({"const": one}).accepts(other) is equal
    assert judge({"enum": [one]}).accepts(other) is equal
    assert judge({"uniqueItems": True}).accepts([one, "between", other]) is not equal


# Patterns in every keyword that reads them


@pytest.mark.parametrize(
    "rest", ["additionalProperties", "unevaluatedProperties"], ids=["additional", "unevaluated"]
)
def test_property_patterns_follow_ecma(rest: str) -> None:
    one = judge({"patternProperties": {r"^\d+$": {"type": "integer"}}, rest: False})

    assert one.accepts({"42": 1})
    assert [each.pointer for each in one.violations({"42": "x", "٤٢": 1, "4\n": 1})] == ["/42", "/٤٢", "/4\n"]


def test_properties_count_as_evaluated_wherever_a_schema_that_applies_names_them() -> None:
    one = judge(
        {
            "properties": {"a": True},
            "allOf": [{"properties": {"b": True}}],
            "anyOf": [{"required": ["c"], "properties": {"c": True}}, {"patternProperties": {"^d$": True}}],
            "if": {"required": ["e"], "properties": {"e": True}},
            "then": {"properties": {"f": True}},
            "else": {"properties": {"g": True}},
            "dependentSchemas": {"a": {"properties": {"h": True}}},
            "unevaluatedProperties": False,
        }
    )

    assert one.accepts(dict.fromkeys("abcdefh"))
    assert [each.pointer for each in one.violations(dict.fromkeys("abcdefgh"))] == ["/g"]
    assert [each.pointer for each in one.violations(dict.fromkeys("bcfgh"))] == ["/f", "/h"]


def test_the_dialect_that_a_schema_names_does_not_change_its_validation() -> None:
    schema: Json = {"$schema": "https://json-schema.org/draft/2020-12/schema", "pattern": r"^\d$"}

    assert not judge({"items": schema}).accepts(["٤"])


# Judges by pointer


def test_a_pointer_to_nothing_is_reported() -> None:
    with pytest.raises(BadData, match="the document has no schema at this location") as caught:
        Judges(document({})).judge("/components/schemas/None")

    assert caught.value.errors[0].pointer == "/components/schemas/None"


def test_a_judge_is_created_once() -> None:
    judges = Judges(document({}))

    assert judges.judge(ROOT) is judges.judge(ROOT)


# The same verdict as a second reading of OpenAPI 3.0


@dataclass(frozen=True, slots=True)
class Difference:
    """A case in which we disagree with the oracle on purpose."""

    name: str
    reason: str
    schema: Json  # with `value`, the smallest case; `verdict` is ours
    value: Json
    verdict: bool
    applies: Callable[[list[dict[str, Json]], list[Json]], bool] | None = None  # None: never generated


def has_null(values: list[Json]) -> bool:
    return any(each is None for each in values)


DIFFERENCES = (
    Difference(
        "nullable enum",
        "who writes nullable beside an enum means null too, and other tools read it so; 3.0.3 is stricter",
        {"type": "string", "enum": ["a"], "nullable": True},
        None,
        True,
        lambda schemas, values: (
            has_null(values) and any({"nullable", "enum"} <= each.keys() for each in schemas)
        ),
    ),
    Difference(
        "nullable beside other schemas",
        "3.0.3 lets nullable widen only the type beside it, which is not what {allOf: [X], nullable} says",
        {"allOf": [{"type": "string"}], "nullable": True},
        None,
        True,
        lambda schemas, values: (
            has_null(values)
            and any(
                "nullable" in each and {"allOf", "anyOf", "oneOf", "not", "$ref"} & each.keys()
                for each in schemas
            )
        ),
    ),
    Difference(
        "1.0 is an integer",
        "JSON has one kind of number, and JSON Schema 2020-12 says so; the oracle asks for Python's int",
        {"type": "integer"},
        1.0,
        True,
        lambda schemas, values: any(isinstance(each, float) and each.is_integer() for each in values),
    ),
    Difference(
        "decimal steps",
        "the oracle divides binary floats, where 0.3 is no multiple of 0.1",
        {"multipleOf": 0.1},
        0.3,
        True,
        lambda schemas, values: (
            any(isinstance(each, float) for each in values)
            and any(each.get("multipleOf") == 0.1 for each in schemas)
        ),
    ),
    Difference(
        "twins apart",
        "the oracle sorts and compares neighbours, and true sorts as 1",
        {"uniqueItems": True},
        [[1], [True], [1]],
        False,
        lambda schemas, values: (
            any("uniqueItems" in each for each in schemas) and any(isinstance(each, bool) for each in values)
        ),
    ),
    Difference(
        "siblings of $ref",
        "3.0 ignores them (Reference Object); the oracle does not",
        {"$ref": "#/components/schemas/Leaf", "maximum": 1},
        2,
        True,
    ),
    Difference(
        "keywords of later drafts",
        "3.0 does not know const; who writes it means it",
        {"const": 1},
        2,
        False,
    ),
    Difference(
        "read-only and required",
        "whose turn it is to send a property is for validation to say, which knows request from response",
        {"properties": {"a": {"readOnly": True}}, "required": ["a"]},
        {},
        False,
    ),
    Difference(
        "discriminator",
        "an annotation, as 3.1 says; the oracle judges by it instead of by the alternatives",
        {"anyOf": [{"type": "object"}], "discriminator": {"propertyName": "kind"}},
        {},
        True,
    ),
    Difference(
        "unicode patterns",
        "2020-12 asks for the u flag, without which \\p{L} is four plain characters",
        {"pattern": r"^\p{L}$"},
        "é",
        True,
    ),
)


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: each.name)
def test_each_known_difference_from_the_oracle_exists(difference: Difference) -> None:
    assert ours(difference.schema, difference.value) is difference.verdict
    assert oracle(difference.schema, difference.value) is not difference.verdict


def inside(value: Json) -> Iterator[Json]:
    """The value and all values in it."""
    yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from inside(child)


def knowingly_different(schema: Json, value: Json) -> bool:
    schemas = [each for each in inside([schema, *NAMED.values()]) if isinstance(each, dict)]
    values = list(inside(value))
    return any(each.applies is not None and each.applies(schemas, values) for each in DIFFERENCES)


NAMES = ("a", "b", "nullable")
SCALARS: tuple[Json, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    3,
    6,
    0.5,
    1.5,
    0.3,
    2.0,
    "",
    "a",
    "ab",
    "1",
    "42",
    "a\n",
)
PATTERNS = ("^a", "b$", r"^[1-9]\d*$", "^.{2}$", "^[^a]*$")


def some(optional: dict[str, st.SearchStrategy[Json]], **fixed: Json) -> st.SearchStrategy[Json]:
    """Schemas with the fixed keywords and any of the others."""
    return st.fixed_dictionaries({key: st.just(value) for key, value in fixed.items()}, optional=optional)


NULLABLE: dict[str, st.SearchStrategy[Json]] = {"nullable": st.booleans()}
BOUND = st.sampled_from([0, 1, 2, 0.5])
SIZE = st.integers(0, 2)
NUMBERS: dict[str, st.SearchStrategy[Json]] = {
    **dict.fromkeys(("minimum", "maximum"), BOUND),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), st.booleans()),
    "multipleOf": st.sampled_from([1, 2, 3, 0.5, 0.1]),
    **NULLABLE,
}
ENUMS: dict[str, st.SearchStrategy[Json]] = {
    "enum": st.lists(st.sampled_from(SCALARS), min_size=1, max_size=4),
    **NULLABLE,
}
TEXTS: dict[str, st.SearchStrategy[Json]] = {
    "minLength": SIZE,
    "maxLength": SIZE,
    "pattern": st.sampled_from(PATTERNS),
    **NULLABLE,
}
LEAVES = st.one_of(
    some(NUMBERS, type="integer"),
    some(NUMBERS, type="number"),
    some(NUMBERS),
    some(TEXTS, type="string"),
    some(ENUMS, type="string"),
    some(ENUMS),
    some(NULLABLE, type="boolean"),
    some({"nullable": st.just(True)}, **{"$ref": "#/components/schemas/Leaf"}),
    st.just({"$ref": "#/components/schemas/Tree"}),
)


def compound(children: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    several = st.lists(children, min_size=1, max_size=2)
    members: dict[str, st.SearchStrategy[Json]] = {
        "properties": st.dictionaries(st.sampled_from(NAMES), children, max_size=3),
        "required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
        "additionalProperties": st.booleans() | children,
        "minProperties": SIZE,
        "maxProperties": SIZE,
        **NULLABLE,
    }
    items: dict[str, st.SearchStrategy[Json]] = {
        "items": children,
        "minItems": SIZE,
        "maxItems": SIZE,
        "uniqueItems": st.booleans(),
        **NULLABLE,
    }
    parts: dict[str, st.SearchStrategy[Json]] = {
        "allOf": several,
        "anyOf": several,
        "oneOf": several,
        "not": children,
        **NULLABLE,
    }
    return st.one_of(some(members, type="object"), some(members), some(items, type="array"), some(parts))


SCHEMAS = st.recursive(LEAVES, compound, max_leaves=6)


@st.composite
def near(draw: st.DrawFn, schema: Json, depth: int = 0) -> Json:
    """A value that tries to fit the schema, and often does."""
    if not isinstance(schema, dict) or depth > 4 or draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from(SCALARS) | st.just([]) | st.just({}))
    if "$ref" in schema:
        return draw(near(NAMED[str(schema["$ref"]).rpartition("/")[2]], depth + 1))
    for keyword in ("allOf", "anyOf", "oneOf"):
        if isinstance(branches := schema.get(keyword), list):
            return draw(near(draw(st.sampled_from(branches)), depth + 1))
    if isinstance(values := schema.get("enum"), list):
        return draw(st.sampled_from(values))
    if schema.get("nullable") and draw(st.integers(0, 3)) == 0:
        return None
    return draw(near_typed(schema, depth))


def near_typed(schema: dict[str, Json], depth: int) -> st.SearchStrategy[Json]:
    match schema.get("type"):
        case "object":
            properties = schema.get("properties")
            known = properties if isinstance(properties, dict) else {}
            members = {name: near(known.get(name, {}), depth + 1) for name in NAMES}
            required = schema.get("required")
            needed = required if isinstance(required, list) else []
            fixed = {name: each for name, each in members.items() if name in needed}
            return st.fixed_dictionaries(
                fixed, optional={n: each for n, each in members.items() if n not in fixed}
            )
        case "array":
            return st.lists(near(schema.get("items", {}), depth + 1), max_size=3)
        case "integer" | "number":
            return st.sampled_from([each for each in SCALARS if type(each) in (int, float)])
        case "string":
            return st.sampled_from([each for each in SCALARS if isinstance(each, str)])
        case "boolean":
            return st.booleans()
    return st.sampled_from(SCALARS)


CASES = SCHEMAS.flatmap(lambda schema: st.tuples(st.just(schema), near(schema)))
BOUNDED = settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@BOUNDED
@given(CASES)
def test_values_are_valid_exactly_if_the_oracle_says_so(case: tuple[Json, Json]) -> None:
    schema, value = case
    assume(not knowingly_different(schema, value))

    assert ours(schema, value) is oracle(schema, value)


@BOUNDED
@given(CASES)
def test_the_pointers_of_violations_identify_parts_of_value_and_document(case: tuple[Json, Json]) -> None:
    schema, value = case
    whole = upgrade(document(schema, "3.0.3"))
    one = Judges(whole).judge(ROOT)

    violations = one.violations(value)

    assert one.accepts(value) is not bool(violations)
    for violation in violations:
        follow(value, violation.pointer)
        follow(whole, violation.schema_pointer)
        assert violation.schema_pointer.endswith(f"/{violation.keyword}")


def follow(value: Json, pointer: str) -> Json:
    for token in pointer.split("/")[1:]:
        if isinstance(value, list):
            value = value[int(token)]
        else:
            assert isinstance(value, dict)
            value = value[token]
    return value


def test_generated_cases_are_valid_and_invalid_and_few_are_skipped() -> None:
    reached: Counter[str] = Counter()

    @settings(BOUNDED, derandomize=True, database=None)
    @given(CASES)
    def count(case: tuple[Json, Json]) -> None:
        verdict = "accepted" if oracle(*case) else "refused"
        reached["left out" if knowingly_different(*case) else verdict] += 1

    count()

    total = reached.total()
    assert reached["accepted"] > total * 0.15
    assert reached["refused"] > total * 0.15
    assert reached["left out"] < total * 0.35


def test_the_first_wrong_values_get_a_suggestion_and_the_others_do_not() -> None:
    schema = {"type": "array", "items": {"enum": ["left", "right"]}}
    judges = Judges({"openapi": "3.1.0", "components": {"schemas": {"Root": schema}}})
    found = judges.judge("/components/schemas/Root").violations(["lefd"] * (MAX_SUGGESTIONS + 5))
    suggested = [each for each in found if each.message.endswith("; did you mean 'left'?")]
    assert (len(suggested), len(found)) == (MAX_SUGGESTIONS, MAX_SUGGESTIONS + 5)


def test_the_members_of_a_long_enum_are_values_not_texts() -> None:
    schema = {"enum": [*range(1, 300), True, "x", [1]]}
    judge = Judges({"openapi": "3.1.0", "components": {"schemas": {"Root": schema}}}).judge(
        "/components/schemas/Root"
    )
    assert all(map(judge.accepts, [1, 1.0, 299, True, "x", [1.0]]))
    assert not any(map(judge.accepts, [False, 0, "1", [True], None]))

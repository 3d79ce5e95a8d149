"""A value always comes: a valid one, or the best attempt with the reason why it is invalid."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.contract.operation import DirectedDocument, directed_documents
from mockserver.contract.sampling.context import Resolve
from mockserver.contract.sampling.generated_values import REMEMBERED
from mockserver.contract.sampling.generation import TOO_DEEP, Generated, Generation, Wanted, generate
from mockserver.contract.sampling.sampler import ENUM_CHOICES
from mockserver.contract.schema.judge import Judges
from mockserver.data.json import Json

ROOT = "/components/schemas/Root"


def answers(root: Json, **others: Json) -> DirectedDocument:
    """A document with this schema as `Root`, as it applies to answers."""
    document: dict[str, Json] = {"openapi": "3.1.0", "components": {"schemas": {"Root": root, **others}}}
    return directed_documents(document, Judges(document), formats=True)[1]


def generated(root: Json, seed: int | None = None, **others: Json) -> Generated:
    return answers(root, **others).generate(ROOT, seed)


STREET: Json = {"type": "object", "properties": {"street": {"type": "string"}}}
BOX: Json = {"type": "object", "properties": {"box": {"type": "string"}}}
CLOSED: Json = {
    "allOf": [
        {"additionalProperties": False, "required": ["id"], "properties": {"id": {"type": "integer"}}},
        {"type": "object", "required": ["nick"], "properties": {"nick": {"type": "string"}}},
    ]
}


@pytest.mark.parametrize("seed", [None, 1, 2])
@pytest.mark.parametrize(
    ("schema", "is_close"),
    [
        ({"oneOf": [STREET, STREET]}, lambda value: isinstance(value["street"], str)),
        (CLOSED, lambda value: isinstance(value["id"], int) and isinstance(value["nick"], str)),
        ({"type": "integer", "minimum": 5, "maximum": 4}, lambda value: isinstance(value, int)),
        ({"type": "string", "minLength": 5, "maxLength": 4}, lambda value: isinstance(value, str)),
        ({"type": "string", "pattern": "^(?!.)a$"}, lambda value: isinstance(value, str)),
        (
            {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 1},
            lambda value: isinstance(value, list),
        ),
        (
            {"type": "object", "required": ["a"], "properties": {"a": False}},
            lambda value: isinstance(value, dict),
        ),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, lambda value: isinstance(value, str | int)),
        ({"allOf": [{"enum": ["a"]}, {"enum": ["b"]}]}, lambda value: value in ("a", "b")),
        ({"type": "object", "minProperties": 3, "maxProperties": 1}, lambda value: isinstance(value, dict)),
        (False, lambda value: True),
        (
            {
                "type": "object",
                "required": ["ok", "no"],
                "properties": {"ok": {"const": 7}, "no": {"oneOf": [STREET, STREET]}},
            },
            lambda value: value["ok"] == 7 and "street" in value["no"],
        ),
        ({"$ref": "#/components/schemas/Endless"}, lambda value: isinstance(value["next"], dict)),
    ],
    ids=[
        "alternatives that always overlap",
        "a closed base with another required property",
        "contradictory bounds",
        "contradictory lengths",
        "a pattern without a match",
        "contradictory sizes",
        "a required property that cannot be",
        "types that exclude each other",
        "values that exclude each other",
        "contradictory numbers of properties",
        "the schema false",
        "a part that cannot be satisfied",
        "endless recursion",
    ],
)
def test_the_best_attempt_at_an_unsatisfiable_schema_is_flagged(schema, is_close, seed):
    endless: Json = {
        "type": "object",
        "required": ["next"],
        "properties": {"next": {"$ref": "#/components/schemas/Endless"}},
    }
    found = generated(schema, seed, Endless=endless)

    assert found.failure is not None
    assert is_close(found.value)


@pytest.mark.parametrize("seed", [None, 1, 2])
@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_a_success_has_null_for_a_required_failure_that_may_be_null(keyword: str, seed: int | None):
    error: Json = {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}}
    optional: Json = {keyword: [error, {"type": "null"}]}
    schema: Json = {"type": "object", "required": ["error"], "properties": {"error": optional}}

    assert answers(schema).generate(ROOT, seed, 200).value == {"error": None}
    assert answers(schema).generate(ROOT, seed, 400).value != {"error": None}


def test_loose_alternatives_that_a_value_can_tell_apart_are_satisfied():
    needs_box: Json = {**BOX, "required": ["box"]}  # type: ignore[dict-item]
    needs_street: Json = {**STREET, "required": ["street"]}  # type: ignore[dict-item]

    assert generated({"oneOf": [needs_street, needs_box]}).failure is None


def test_a_union_of_many_alternatives_is_satisfied():
    kinds: list[Json] = [
        {"type": "object", "required": ["kind"], "properties": {"kind": {"const": f"k{number}"}}}
        for number in range(19)
    ]

    assert generated({"type": "array", "minItems": 3, "items": {"oneOf": kinds}}, 3).failure is None


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"oneOf": [{"type": "null"}, {"type": "object"}]},
        {"type": ["string", "null"], "enum": ["a", None]},
    ],
    ids=["anyOf", "oneOf", "enum"],
)
def test_null_is_not_generated_where_only_lenient_clients_take_it(schema, seed):
    assert generated(schema, seed).value is not None


def test_an_example_that_breaks_its_format_is_passed_over():
    schema: Json = {
        "type": "object",
        "required": ["day", "note"],
        "properties": {
            "day": {"type": "string", "format": "date", "examples": ["tomorrow"]},
            "note": {"type": "string", "examples": ["kept"]},
        },
    }
    found = generated(schema)

    assert found.failure is None
    assert found.value == {"day": "2025-01-15", "note": "kept"}


def test_a_plain_value_is_generated_once_and_remembered_with_its_failure():
    document = answers({"oneOf": [STREET, STREET]})

    assert document.generate(ROOT) is document.generate(ROOT)


def test_a_bounded_number_of_values_is_remembered():
    document = answers({"type": "integer"})
    first = document.generate(ROOT, status=0)
    for status in range(1, REMEMBERED + 1):
        document.generate(ROOT, status=status)

    assert document.generate(ROOT, status=0) is not first


def test_a_seed_gives_the_same_value_whatever_was_generated_before():
    schema: Json = {"oneOf": [STREET, STREET, {"type": "array", "items": {"oneOf": [STREET, STREET]}}]}
    used = answers(schema)
    used.generate(ROOT)
    for seed in range(5):
        used.generate(ROOT, seed)

    assert used.generate(ROOT, 3).value == answers(schema).generate(ROOT, 3).value


# Any schema

NAMES = st.sampled_from(["a", "b", "kind", "status", "error", "next", "id"])
SCALARS: st.SearchStrategy[Json] = st.sampled_from([None, True, 0, 1, 2.5, "a", "b", "", [], {}])
COUNTS = st.integers(0, 3)
LEAVES: st.SearchStrategy[Json] = st.one_of(
    st.booleans(),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["string", "integer", "number", "boolean", "null"])},
        optional={
            "minimum": st.integers(-3, 3),
            "maximum": st.integers(-3, 3),
            "multipleOf": st.sampled_from([1, 2, 0.5]),
            "minLength": COUNTS,
            "maxLength": COUNTS,
            "pattern": st.sampled_from(["^a", "b$", "^[0-9]{2}$", "^$", "(?!a)a"]),
            "format": st.sampled_from(["date", "email", "uuid", "decimal"]),
            "examples": st.lists(SCALARS, max_size=2),
        },
    ),
    st.builds(lambda value: {"const": value}, SCALARS),
    st.builds(lambda values: {"enum": values}, st.lists(SCALARS, min_size=1, max_size=3)),
    st.sampled_from(["Root", "Other"]).map(lambda name: {"$ref": f"#/components/schemas/{name}"}),
)


def compound(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    several = st.lists(inner, min_size=1, max_size=3)
    named = st.dictionaries(NAMES, inner, max_size=3)
    objects = st.fixed_dictionaries(
        {"type": st.just("object")},
        optional={
            "properties": named,
            "required": st.lists(NAMES, max_size=2, unique=True),
            "additionalProperties": inner,
            "minProperties": COUNTS,
            "maxProperties": COUNTS,
        },
    )
    arrays = st.fixed_dictionaries(
        {"type": st.just("array")},
        optional={
            "items": inner,
            "contains": inner,
            "minItems": COUNTS,
            "maxItems": COUNTS,
            "uniqueItems": st.booleans(),
        },
    )
    unions = st.fixed_dictionaries(
        {},
        optional={
            "oneOf": several,
            "anyOf": several,
            "allOf": several,
            "not": inner,
            "discriminator": st.just({"propertyName": "kind"}),
        },
    )
    return st.one_of(objects, arrays, unions)


SCHEMAS = st.recursive(LEAVES, compound, max_leaves=8)


@settings(max_examples=60)
@given(SCHEMAS, SCHEMAS, st.none() | st.integers(0, 5), st.sampled_from([None, 200, 404]))
def test_a_generated_value_is_valid_or_flagged(root, other, seed, status):
    document = answers(root, Other=other)
    if document.judges.errors():
        return
    found = document.generate(ROOT, seed, status)

    assert (found.failure is None) is document.judges.judge(ROOT).accepts(found.value)
    again = answers(root, Other=other).generate(ROOT, seed, status)
    assert (again.value, str(again.failure)) == (found.value, str(found.failure))


# Large schemas


def tower(levels: int, parts: int) -> Resolve:
    """References `0` to `levels`; each but the last requires so many times what the next one requires."""

    def resolve(reference: str) -> Json:
        level = int(reference)
        if level == levels:
            return {"type": "object", "required": ["a"], "properties": {"a": {"const": 1}}}
        return {"allOf": [{"$ref": str(level + 1)}] * parts}

    return resolve


def test_a_schema_that_is_reached_by_many_ways_is_merged_once() -> None:
    assert generate({"$ref": "0"}, tower(60, 2)) == {"a": 1}


def test_a_schema_that_is_too_deep_is_a_failure_and_not_an_error() -> None:
    found = Generation({"$ref": "0"}, tower(20_000, 1), Wanted(), lambda value: True).best_attempt()
    assert found.failure is not None
    assert found.failure.reason == TOO_DEEP


def test_one_of_the_first_members_of_a_long_enum_is_chosen() -> None:
    schema: Json = {"type": "integer", "minimum": 7, "enum": list(range(100_000))}
    assert generate(schema, lambda _: True) == 7
    assert generate(schema, lambda _: True, seed=1) in range(7, 7 + ENUM_CHOICES)

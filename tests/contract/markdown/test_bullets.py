"""The bullets of a parameter, in the spellings of several generators."""

from pathlib import Path

import pytest

from mockserver.contract.markdown.bullets import read_bullets
from mockserver.contract.markdown.outline import Prose, outline
from mockserver.data.source import CannotRead

STRING, INTEGER = {"type": "string"}, {"type": "integer"}


def read(*bullets: str):
    lines = outline("# T\n\n" + "\n".join(f"- {bullet}" for bullet in bullets), Path("page.md")).parts
    return read_bullets([line for line in lines if isinstance(line, Prose)], Path("page.md"))


@pytest.mark.parametrize(
    ("written", "schema"),
    [
        ("`string`", STRING),
        ("Integer", INTEGER),
        ("`string` (uuid)", {"type": "string", "format": "uuid"}),
        ("`string` (format: `date-time`)", {"type": "string", "format": "date-time"}),
        ("`integer<int64>`", {"type": "integer", "format": "int64"}),
        ("`string[]`", {"type": "array", "items": STRING}),
        ("array of strings", {"type": "array", "items": STRING}),
        ("`array<integer>`", {"type": "array", "items": INTEGER}),
        ("array of array of `integer`", {"type": "array", "items": {"type": "array", "items": INTEGER}}),
        ("`array`", {"type": "array", "items": {}}),
        ("`string | null`", {"type": "string", "nullable": True}),
        ("`boolean`, nullable", {"type": "boolean", "nullable": True}),
    ],
)
def test_a_type_can_be_written_in_several_ways(written, schema):
    assert read(f"**Type:** {written}").schema == schema


@pytest.mark.parametrize(
    ("written", "schema"),
    [
        (r"pattern `^[1-9]\d*$`", {"pattern": r"^[1-9]\d*$"}),
        ("pattern: `^a, b$`, min length `3`", {"pattern": "^a, b$", "minLength": 3}),
        ("must match pattern `^1$`", {"pattern": "^1$"}),
        ("minimum 1, maximum 5", {"minimum": 1, "maximum": 5}),
        ("`minimum: 1`, `maximum=2.5`", {"minimum": 1, "maximum": 2.5}),
        (">= 1; <= 5", {"minimum": 1, "maximum": 5}),
        ("> `0`", {"minimum": 0, "exclusiveMinimum": True}),
        ("minimum `0`, exclusiveMinimum `true`", {"minimum": 0, "exclusiveMinimum": True}),
        ("minimum `0` (exclusive)", {"minimum": 0, "exclusiveMinimum": True}),
        ("exclusive maximum `9`", {"maximum": 9, "exclusiveMaximum": True}),
        (
            "minimum `0`, exclusiveMinimum, maximum `9`",
            {"minimum": 0, "exclusiveMinimum": True, "maximum": 9},
        ),
        ("multiple of `5`", {"multipleOf": 5}),
        ("min items 1, max items 3, unique items", {"minItems": 1, "maxItems": 3, "uniqueItems": True}),
        ("one of `A` or `B`", {"enum": ["A", "B"]}),
        ('enum `["A", 1]`', {"enum": ["A", 1]}),
        ("enum A, B", {"enum": ["A", "B"]}),
        ("format `uuid`, default `null`, nullable", {"format": "uuid", "default": None, "nullable": True}),
        ("as the law has it", {}),
    ],
)
def test_a_constraint_can_be_written_in_several_ways(written, schema):
    assert read(f"**Constraints:** {written}").schema == schema


@pytest.mark.parametrize(
    ("bullet", "schema"),
    [
        ("**Pattern:** `^a$`", {"pattern": "^a$"}),
        ("**Allowed values:** `a`, `b`", {"enum": ["a", "b"]}),
        ("_Min length:_ 3", {"minLength": 3}),
        ("**Max length**: `3`", {"maxLength": 3}),
        ("**Default:** 7", {"default": 7}),
    ],
)
def test_a_constraint_can_have_its_own_bullet(bullet, schema):
    assert read(bullet).schema == schema


@pytest.mark.parametrize("keyword", ["pattern", "format"])
def test_keywords_that_do_not_apply_to_arrays_apply_to_the_items(keyword):
    schema = read("**Type:** `string[]`", f"**Constraints:** {keyword} `date`, max items `2`").schema
    assert schema == {"type": "array", "items": {"type": "string", keyword: "date"}, "maxItems": 2}


@pytest.mark.parametrize(("type_", "value"), [("string", "42"), ("integer", 42)])
def test_a_value_is_read_by_the_type_even_if_the_type_comes_last(type_, value):
    found = read("**Example:** `42`", "**Constraints:** enum `42`, default `42`", f"**Type:** `{type_}`")
    assert found.examples == [value]
    assert found.schema == {"type": type_, "enum": [value], "default": value}


def test_an_example_is_parsed_as_json_or_kept_as_text():
    assert [read(f"**Example:** {each}").examples for each in ('`"a"`', "`[1]`", "`a: b`", "plain")] == [
        ["a"],
        [[1]],
        ["a: b"],
        ["plain"],
    ]


def test_other_lines_are_prose():
    assert [line.text for line in read("**Note:** mind the gap", "so there").prose] == [
        "Note: mind the gap",
        "so there",
    ]


@pytest.mark.parametrize(
    ("bullet", "message"),
    [
        ("**Type:** array of pearls", "unknown type 'pearls'"),
        ("**Type:** `nubmer`", "unknown type 'nubmer'; did you mean 'number'?"),
        ("**Constraints:** maximum `true`", "maximum is 'true'; expected a number"),
        ("**Constraints:** uniqueItems `3`", "uniqueItems is '3'; expected true or false"),
        ("**Constraints:** patern `a`", "unknown constraint 'patern'; did you mean 'pattern'?"),
    ],
)
def test_an_invalid_bullet_is_refused_with_its_line(bullet, message):
    with pytest.raises(CannotRead) as caught:
        read("prose", bullet)
    assert caught.value.findings[0].line == 4
    assert message in caught.value.findings[0].message

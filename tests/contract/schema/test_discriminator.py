"""A discriminator chooses whose violations are reported; it never changes a verdict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.schema.discriminator import TagMismatch, likely_branches
from mockserver.contract.schema.judge import Judges

CAT, DOG = {"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}
BRANCHES = [CAT, DOG]
PLAIN = {"propertyName": "kind"}
MAPPED = PLAIN | {
    "mapping": {"cat": "#/components/schemas/Cat", "pup": "Dog", "fish": "#/components/schemas/Fish"}
}


def likely(rule, branches, value):
    """The likely branches of a union with this discriminator whose branches pin nothing."""
    found = likely_branches({"discriminator": rule}, branches, [{} for _ in branches], value)
    return found if isinstance(found, TagMismatch) else list(found)


@pytest.mark.parametrize(
    ("rule", "given_kind", "index"),
    [
        (PLAIN, "Cat", 0),
        (PLAIN, "Dog", 1),
        (MAPPED, "cat", 0),
        (MAPPED, "pup", 1),
        (MAPPED, "Dog", 1),
        (PLAIN | {"mapping": {"Cat": "Dog"}}, "Cat", 1),
        (PLAIN | {"mapping": "nonsense"}, "Cat", 0),
    ],
    ids=[
        "implied",
        "implied too",
        "by reference",
        "by name",
        "implied beside a mapping",
        "mapped over",
        "no mapping",
    ],
)
def test_a_name_selects_the_branch(rule, given_kind, index):
    assert likely(rule, BRANCHES, {"kind": given_kind}) == [index]


@pytest.mark.parametrize(
    ("value", "message", "name"),
    [
        ({"kind": "catt"}, "unknown value 'catt' of the discriminator 'kind'; did you mean 'cat'?", "kind"),
        (
            {"kind": "fish"},
            "unknown value 'fish' of the discriminator 'kind'; valid: Cat, Dog, cat, pup",
            "kind",
        ),
        ({"kind": 1}, "expected the discriminator 'kind' to be a string, found a number", "kind"),
        ({}, "the discriminator 'kind' is missing; valid: Cat, Dog, cat, pup", None),
    ],
    ids=["nearly", "mapped to no branch", "no text", "missing"],
)
def test_an_unknown_or_missing_name_is_a_mismatch(value, message, name):
    assert likely(MAPPED, BRANCHES, value) == TagMismatch(message, name)


@pytest.mark.parametrize(
    ("rule", "branches", "value"),
    [
        (None, BRANCHES, {"kind": "Cat"}),
        ({}, BRANCHES, {"kind": "Cat"}),
        ({"propertyName": 1}, BRANCHES, {"kind": "Cat"}),
        (PLAIN, [CAT, {"type": "object"}], {"kind": "Cow"}),
        (PLAIN, BRANCHES, None),
        (PLAIN, BRANCHES, ["Cat"]),
    ],
    ids=["none", "no property", "no name", "an inline branch", "null", "a list"],
)
def test_with_a_discriminator_that_does_not_apply_all_branches_are_likely(rule, branches, value):
    assert likely(rule, branches, value) == [0, 1]


def test_a_branch_for_null_does_not_disable_the_discriminator():
    assert likely(PLAIN, [CAT, {"type": "null"}], {"kind": "Cat"}) == [0]


@given(st.dictionaries(st.sampled_from(["kind", "a"]), st.text() | st.integers()))
def test_every_object_has_a_branch_or_a_mismatch(value):
    found = likely(MAPPED, BRANCHES, value)
    assert isinstance(found, TagMismatch) or found in ([0], [1])


IT = "/components/schemas/It"


def judge(**schemas):
    return Judges({"openapi": "3.1.0", "components": {"schemas": schemas}}).judge(IT)


def reported(judge, value):
    return [(each.pointer, each.schema_pointer) for each in judge.violations(value)]


NAMED = {
    "Cat": {"required": ["lives"], "properties": {"bark": False}},
    "Dog": {"required": ["bark"], "properties": {"bark": {"type": "boolean"}, "lives": False}},
}


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
@pytest.mark.parametrize(
    ("value", "broken"),
    [
        ({"kind": "cat", "lives": 9}, []),
        ({"kind": "pup", "lives": 9}, []),
        ({"kind": "cow", "lives": 9}, []),
        ({"lives": 9}, []),
        ({"kind": "cat"}, [("", "/components/schemas/Cat/required")]),
        ({"kind": "pup", "bark": "loud"}, [("/bark", "/components/schemas/Dog/properties/bark/type")]),
        ({"kind": "cow"}, [("/kind", f"{IT}/discriminator")]),
        ({}, [("", f"{IT}/discriminator")]),
    ],
    ids=[
        "valid and named",
        "valid against another than the named branch",
        "valid, but unknown",
        "valid, but missing",
        "invalid, lacks a property",
        "invalid, of another type",
        "invalid and unknown",
        "invalid and missing",
    ],
)
def test_the_name_only_decides_which_violations_are_reported(keyword, value, broken):
    union = judge(It={keyword: BRANCHES, "discriminator": MAPPED}, **NAMED)

    assert reported(union, value) == broken
    assert union.accepts(value) is (not broken)


def test_a_value_that_two_branches_of_one_of_allow_is_invalid_whatever_its_name():
    loose = {"Cat": {"required": ["lives"]}, "Dog": {"properties": {"bark": {"type": "boolean"}}}}
    value = {"kind": "cat", "lives": 9}

    assert reported(judge(It={"oneOf": BRANCHES, "discriminator": MAPPED}, **loose), value) == [
        ("", f"{IT}/oneOf")
    ]
    assert reported(judge(It={"anyOf": BRANCHES, "discriminator": MAPPED}, **loose), value) == []


PARTS = {
    "Entry": {"oneOf": [{"$ref": "#/components/schemas/Media"}, {"$ref": "#/components/schemas/Note"}]},
    "Media": {"oneOf": [{"$ref": "#/components/schemas/Photo"}, {"$ref": "#/components/schemas/Clip"}]},
    "Photo": {
        "required": ["type", "width"],
        "properties": {"type": {"const": "photo"}, "width": {"type": "integer"}},
    },
    "Clip": {
        "allOf": [
            {"properties": {"type": {"$ref": "#/components/schemas/ClipType"}}},
            {"required": ["type", "seconds"], "properties": {"seconds": {"type": "number"}}},
        ]
    },
    "ClipType": {"type": "string", "enum": ["clip", "film"]},
    "Note": {
        "required": ["type", "text"],
        "properties": {"type": {"const": "note"}, "text": {"type": "string"}, "width": {"type": "integer"}},
    },
}


@pytest.mark.parametrize(
    "discriminator", [{}, {"discriminator": {"propertyName": "type"}}], ids=["pins", "named"]
)
@pytest.mark.parametrize(
    ("value", "broken"),
    [
        ({"type": "film", "seconds": 2.5}, []),
        ({"type": "film", "seconds": "2"}, [("/seconds", "/allOf/1/properties/seconds/type")]),
        ({"type": "photo", "width": "2"}, [("/width", "/properties/width/type")]),
        ({"type": "note", "width": "2"}, [("/width", "/properties/width/type"), ("", "/required")]),
    ],
)
def test_pinned_values_choose_the_branch_behind_references_and_nested_unions(discriminator, value, broken):
    pointers = [
        (pointer, rule.partition("/components/schemas/")[2].partition("/")[2])
        for pointer, rule in reported(judge(It=PARTS["Entry"] | discriminator, **PARTS), value)
    ]
    assert sorted(pointers) == sorted((pointer, rule[1:]) for pointer, rule in broken)


@pytest.mark.parametrize(
    "discriminator", [{}, {"discriminator": {"propertyName": "type"}}], ids=["pins", "named"]
)
def test_an_unknown_tag_is_reported_at_its_property_with_the_valid_ones(discriminator):
    violation, *others = judge(It=PARTS["Entry"] | discriminator, **PARTS).violations({"type": "nota"})

    assert (violation.pointer, others) == ("/type", [])
    assert "did you mean 'note'?" in violation.message


def test_a_mapping_for_one_branch_leaves_the_other_its_pinned_value():
    mapping = {"propertyName": "type", "mapping": {"photo": "#/components/schemas/Photo"}}
    union = {"oneOf": [{"$ref": "#/components/schemas/Photo"}, {"$ref": "#/components/schemas/Note"}]}
    partial = judge(It=union | {"discriminator": mapping}, **PARTS)

    assert reported(partial, {"type": "note", "text": "x"}) == []
    assert [each.pointer for each in partial.violations({"type": "note", "text": 1})] == ["/text"]


TAGS = st.sampled_from(["Cat", "Dog", "cat", "pup", "fish", 1, None])


@given(
    st.fixed_dictionaries({}, optional={"kind": TAGS, "lives": st.integers(), "bark": st.booleans()}),
    st.sampled_from(["oneOf", "anyOf"]),
    st.sampled_from([PLAIN, MAPPED]),
)
def test_the_verdict_is_that_of_the_union_without_a_discriminator(value, keyword, rule):
    plain, named = (
        judge(It={keyword: BRANCHES}, **NAMED),
        judge(It={keyword: BRANCHES, "discriminator": rule}, **NAMED),
    )

    assert named.accepts(value) is plain.accepts(value)
    assert (named.evaluated_violations(value) == []) is plain.accepts(value)


def test_a_value_that_is_not_an_object_is_validated_against_all_branches():
    union = judge(It={"oneOf": BRANCHES, "discriminator": MAPPED}, **NAMED)

    assert [each.keyword for each in union.violations("text")] == ["oneOf"]

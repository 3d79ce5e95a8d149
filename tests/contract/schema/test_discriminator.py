"""A value whose discriminator names a branch is validated against that branch only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.schema.discriminator import DiscriminatorMismatch, selected_branch
from mockserver.contract.schema.judge import Judges

CAT, DOG = {"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}
BRANCHES = [CAT, DOG]
PLAIN = {"propertyName": "kind"}
MAPPED = PLAIN | {
    "mapping": {"cat": "#/components/schemas/Cat", "pup": "Dog", "fish": "#/components/schemas/Fish"}
}


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
    assert selected_branch(rule, BRANCHES, {"kind": given_kind}) == index


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
    assert selected_branch(MAPPED, BRANCHES, value) == DiscriminatorMismatch(message, name)


@pytest.mark.parametrize(
    ("rule", "branches", "value"),
    [
        (None, BRANCHES, {"kind": "Cat"}),
        ({}, BRANCHES, {"kind": "Cat"}),
        ({"propertyName": 1}, BRANCHES, {"kind": "Cat"}),
        (PLAIN, [CAT, {"type": "object"}], {"kind": "Cat"}),
        (PLAIN, BRANCHES, None),
        (PLAIN, BRANCHES, ["Cat"]),
    ],
    ids=["none", "no property", "no name", "an inline branch", "null", "a list"],
)
def test_a_discriminator_that_does_not_apply_selects_nothing(rule, branches, value):
    assert selected_branch(rule, branches, value) is None


def test_a_branch_for_null_does_not_disable_the_discriminator():
    assert selected_branch(PLAIN, [CAT, {"type": "null"}], {"kind": "Cat"}) == 0


@given(st.dictionaries(st.sampled_from(["kind", "a"]), st.text() | st.integers()))
def test_every_object_has_a_branch_or_a_mismatch(value):
    found = selected_branch(MAPPED, BRANCHES, value)
    assert isinstance(found, DiscriminatorMismatch) or found in (0, 1)


IT = "/components/schemas/It"
NAMED = {"Cat": {"required": ["lives"]}, "Dog": {"properties": {"bark": {"type": "boolean"}}}}


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
@pytest.mark.parametrize(
    ("value", "broken"),
    [
        ({"kind": "cat", "lives": 9}, []),
        ({"kind": "cat"}, [("", "/components/schemas/Cat/required")]),
        ({"kind": "pup", "bark": "loud"}, [("/bark", "/components/schemas/Dog/properties/bark/type")]),
        ({"kind": "cow"}, [("/kind", f"{IT}/discriminator")]),
        ({}, [("", f"{IT}/discriminator")]),
    ],
    ids=["it fits", "it lacks", "it is of another type", "unknown", "missing"],
)
def test_only_violations_of_the_selected_branch_are_reported(keyword, value, broken):
    schemas = {"It": {keyword: BRANCHES, "discriminator": MAPPED}, **NAMED}
    judge = Judges({"openapi": "3.1.0", "components": {"schemas": schemas}}).judge(IT)

    assert [(each.pointer, each.schema_pointer) for each in judge.violations(value)] == broken


def test_a_value_that_is_not_an_object_is_validated_against_all_branches():
    schemas = {"It": {"oneOf": BRANCHES, "discriminator": MAPPED}, **NAMED}
    judge = Judges({"openapi": "3.1.0", "components": {"schemas": schemas}}).judge(IT)

    assert [each.keyword for each in judge.violations("text")] == ["oneOf"]

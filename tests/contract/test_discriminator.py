"""A value that says which branch it is of is judged by that branch alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from mockserver.contract import discriminator
from mockserver.contract.discriminator import Misfit, branch, decided

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
def test_a_name_decides_the_branch(rule, given_kind, index):
    assert branch(rule, BRANCHES, {"kind": given_kind}) == index


@pytest.mark.parametrize(
    ("value", "message", "name"),
    [
        ({"kind": "catt"}, "unknown value \"catt\" of the discriminator 'kind'; did you mean 'cat'?", "kind"),
        (
            {"kind": "fish"},
            "unknown value \"fish\" of the discriminator 'kind'; valid: Cat, Dog, cat, pup",
            "kind",
        ),
        ({"kind": 1}, "expected the discriminator 'kind' to be a text, found a number", "kind"),
        ({}, "the discriminator 'kind' is missing; valid: Cat, Dog, cat, pup", None),
    ],
    ids=["nearly", "mapped to no branch", "no text", "missing"],
)
def test_a_name_that_decides_nothing_is_a_misfit(value, message, name):
    assert branch(MAPPED, BRANCHES, value) == Misfit(message, name)


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
def test_where_the_discriminator_says_nothing_the_branches_are_tried(rule, branches, value):
    assert branch(rule, branches, value) is None


def test_a_branch_for_null_is_in_nobodys_way():
    assert branch(PLAIN, [CAT, {"type": "null"}], {"kind": "Cat"}) == 0


@given(st.dictionaries(st.sampled_from(["kind", "a"]), st.text() | st.integers()))
def test_every_object_has_a_branch_or_a_misfit(value):
    found = branch(MAPPED, BRANCHES, value)
    assert isinstance(found, Misfit) or found in (0, 1)


def _one_of(validator, branches, value, schema):
    errors = decided(validator, branches, value, schema)
    yield from (
        Draft202012Validator.VALIDATORS["oneOf"](validator, branches, value, schema)
        if errors is None
        else errors
    )


Judge = extend(Draft202012Validator, {**discriminator.KEYWORDS, "oneOf": _one_of})
SCHEMA = {
    "oneOf": BRANCHES,
    "discriminator": MAPPED,
    "components": {
        "schemas": {"Cat": {"required": ["lives"]}, "Dog": {"properties": {"bark": {"type": "boolean"}}}}
    },
}


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        ({"kind": "cat", "lives": 9}, []),
        ({"kind": "cat"}, [("", "required", "oneOf/0/required")]),
        ({"kind": "pup", "bark": "loud"}, [("bark", "type", "oneOf/1/properties/bark/type")]),
        ({"kind": "cow"}, [("kind", "discriminator", "discriminator")]),
        ({}, [("", "discriminator", "discriminator")]),
        ("text", [("", "oneOf", "oneOf")]),
    ],
    ids=["it fits", "it lacks", "it is of another type", "unknown", "missing", "no object"],
)
def test_only_the_chosen_branch_is_reported(value, broken):
    found = [
        ("/".join(map(str, error.path)), error.validator, "/".join(map(str, error.schema_path)))
        for error in Judge(SCHEMA).iter_errors(value)
    ]
    assert found == broken

"""A discriminator names branches by their component and by its mapping."""

import pytest

from mockserver.contract.document.discriminators import branch_names, mapping_reference
from mockserver.data.json import Json

CAT: Json = {"$ref": "#/components/schemas/Cat"}
DOG: Json = {"$ref": "#/components/schemas/Dog"}


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        (None, {"Cat": 0, "Dog": 2}),
        ({"puss": "Cat"}, {"Cat": 0, "Dog": 2, "puss": 0}),
        ({"woof": "#/components/schemas/Dog"}, {"Cat": 0, "Dog": 2, "woof": 2}),
        ({"Cat": "Dog"}, {"Cat": 2, "Dog": 2}),
        ({"fish": "Fish", "bird": 1}, {"Cat": 0, "Dog": 2}),
    ],
    ids=["none", "a name", "a reference", "a name that is taken", "no branch"],
)
def test_a_branch_has_the_name_of_its_component_and_those_of_the_mapping(
    mapping: Json, expected: dict[str, int]
) -> None:
    assert branch_names(mapping, [CAT, {"type": "null"}, DOG]) == expected


@pytest.mark.parametrize(
    ("target", "reference"),
    [
        ("Cat", "#/components/schemas/Cat"),
        ("Cat.v1", "#/components/schemas/Cat.v1"),
        ("cat.yaml", "cat.yaml"),
        ("#/components/schemas/Cat", "#/components/schemas/Cat"),
    ],
    ids=["a name", "a known name with a dot", "a file", "a reference"],
)
def test_a_mapping_has_names_of_components_and_references(target: str, reference: str) -> None:
    assert mapping_reference(target, {"Cat.v1": {}}) == reference

"""A generated member of a family of schemas names the child that describes it."""

import pytest

from mockserver.contract.sampling.families import Families
from mockserver.data.json import Json
from tests.contract.sampling.test_generation import ROOT, answers

VEHICLE: Json = {
    "type": "object",
    "required": ["plate", "kind"],
    "properties": {"plate": {"type": "string"}, "kind": {"type": "string"}},
    "discriminator": {"propertyName": "kind"},
}
PARENT: Json = {"$ref": "#/components/schemas/Vehicle"}
FAMILY: dict[str, Json] = {
    "Vehicle": VEHICLE,
    "Truck": {"allOf": [PARENT, {"required": ["axles"], "properties": {"axles": {"type": "integer"}}}]},
    "Scooter": {"allOf": [PARENT, {"required": ["watts"], "properties": {"watts": {"type": "integer"}}}]},
    "Tanker": {"allOf": [{"$ref": "#/components/schemas/Truck"}, {"required": ["litres"]}]},
}
OWN = {"Truck": "axles", "Scooter": "watts", "Tanker": "litres"}
MAPPING: Json = {"lorry": "#/components/schemas/Truck", "moped": "Scooter"}


@pytest.mark.parametrize("seed", [None, *range(8)])
def test_a_parent_is_generated_as_one_of_its_children(seed):
    found = answers(PARENT, **FAMILY).generate(ROOT, seed)

    assert found.failure is None
    assert isinstance(found.value, dict)
    assert found.value["kind"] in OWN
    assert OWN[str(found.value["kind"])] in found.value


@pytest.mark.parametrize("seed", [None, *range(4)])
@pytest.mark.parametrize("name", ["Scooter", "Tanker"])
def test_a_child_names_itself(name, seed):
    found = answers({"$ref": f"#/components/schemas/{name}"}, **FAMILY).generate(ROOT, seed).value

    assert isinstance(found, dict)
    assert found["kind"] == name


@pytest.mark.parametrize("seed", [None, *range(4)])
def test_names_of_the_mapping_go_before_those_of_schemas(seed):
    mapped: Json = {**VEHICLE, "discriminator": {"propertyName": "kind", "mapping": MAPPING}}  # type: ignore[dict-item]
    found = answers(PARENT, **{**FAMILY, "Vehicle": mapped}).generate(ROOT, seed).value

    assert isinstance(found, dict)
    assert found["kind"] in ("lorry", "moped", "Tanker")


def test_a_pinned_value_goes_before_the_name_of_the_schema():
    pinned: Json = {"allOf": [PARENT, {"properties": {"kind": {"const": "two wheels"}}}]}
    schemas: dict[str, Json] = {"Vehicle": VEHICLE, "Scooter": pinned}
    found = answers(PARENT, **schemas).generate(ROOT)

    assert found.failure is None
    assert isinstance(found.value, dict)
    assert found.value["kind"] == "two wheels"


@pytest.mark.parametrize(
    "parent",
    [
        {**VEHICLE, "discriminator": {}},  # type: ignore[dict-item]
        {**VEHICLE, "discriminator": {"propertyName": "kind", "mapping": {"ghost": "#/nowhere"}}},  # type: ignore[dict-item]
    ],
    ids=["no property", "a mapping to nothing"],
)
def test_a_parent_without_children_is_an_ordinary_schema(parent):
    document: Json = {"components": {"schemas": {"Vehicle": parent}}}

    assert Families(document).children(parent) == []
    assert answers(parent).generate(ROOT).failure is None

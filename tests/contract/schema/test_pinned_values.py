"""The values that `const` and `enum` allow for the properties of an object."""

import pytest

from mockserver.contract.schema.pinned_values import PinnedValues
from mockserver.data.json import Json

SCHEMAS: dict[str, Json] = {
    "cat": {"properties": {"kind": {"const": "cat"}, "name": {"type": "string"}}},
    "dog": {"properties": {"kind": {"$ref": "dog kind"}}},
    "dog kind": {"enum": ["dog", "pup"]},
    "loop": {"allOf": [{"$ref": "loop"}, {"$ref": "cat"}]},
}


def follow(reference: str, _: None) -> tuple[Json, None]:
    return SCHEMAS[reference], None


@pytest.mark.parametrize(
    ("schema", "pinned"),
    [
        (True, {}),
        ({"type": "object"}, {}),
        ({"$ref": "cat"}, {"kind": ["cat"]}),
        ({"$ref": "dog"}, {"kind": ["dog", "pup"]}),
        ({"$ref": "nothing"}, {}),
        ({"allOf": [{"$ref": "dog"}, {"properties": {"kind": {"enum": ["pup", "cub"]}}}]}, {"kind": ["pup"]}),
        ({"oneOf": [{"$ref": "cat"}, {"$ref": "dog"}]}, {"kind": ["cat", "dog", "pup"]}),
        ({"anyOf": [{"$ref": "cat"}, {"type": "null"}]}, {"kind": ["cat"]}),
        ({"oneOf": [{"$ref": "cat"}, {"type": "object"}]}, {}),
        ({"properties": {"on": {"anyOf": [{"const": True}, {"const": 1}]}}}, {"on": [True, 1]}),
        ({"$ref": "loop"}, {"kind": ["cat"]}),
    ],
    ids=[
        "the schema true",
        "no values",
        "const",
        "enum behind a reference",
        "a reference to nothing",
        "both of allOf",
        "a union",
        "a union with null",
        "a union in which one branch pins nothing",
        "true is not 1",
        "recursion",
    ],
)
def test_the_pinned_values_of(schema, pinned):
    found = PinnedValues[None](follow).of_properties(schema, None)

    assert {name: list(values.values()) for name, values in found.items()} == pinned

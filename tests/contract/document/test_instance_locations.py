"""The instance locations that a schema describes."""

from mockserver.contract.document.instance_locations import instance_locations
from mockserver.data.json import Json

DOCUMENT: Json = {
    "all": {
        "allOf": [{"$ref": "#/tree"}, {"properties": {"a/b": {"enum": [1]}}}],
        "items": {"items": {"type": "string"}},
    },
    "tree": {"properties": {"left": {"$ref": "#/tree"}}},
}


def test_each_location_is_listed_with_the_schemas_that_apply_to_it_and_recursion_ends():
    assert [(place, len(schemas)) for place, schemas in instance_locations(DOCUMENT, "/all")] == [
        ("", 4),
        ("/*", 1),
        ("/*/*", 1),
        ("/a~1b", 1),
        ("/left", 1),
    ]


def test_the_locations_start_with_a_given_one():
    assert [place for place, _ in instance_locations(DOCUMENT, "/tree", "body")] == ["body", "body/left"]

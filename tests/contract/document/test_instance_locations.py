"""The places that a schema names."""

from mockserver.contract.document.instance_locations import instance_locations
from mockserver.data.json import Json

DOCUMENT: Json = {
    "all": {
        "allOf": [{"$ref": "#/tree"}, {"properties": {"a/b": {"enum": [1]}}}],
        "items": {"items": {"type": "string"}},
    },
    "tree": {"properties": {"left": {"$ref": "#/tree"}}},
}


def test_each_place_is_named_with_the_schemas_that_speak_of_it_and_recursion_ends():
    assert [(place, len(schemas)) for place, schemas in instance_locations(DOCUMENT, "/all")] == [
        ("", 4),
        ("/*", 1),
        ("/*/*", 1),
        ("/a~1b", 1),
        ("/left", 1),
    ]


def test_a_place_may_begin_somewhere():
    assert [place for place, _ in instance_locations(DOCUMENT, "/tree", "body")] == ["body", "body/left"]

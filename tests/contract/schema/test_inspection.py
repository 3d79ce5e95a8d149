"""Malformed schemas and unresolvable references are reported before any value is validated."""

import pytest

from mockserver.contract.schema.judge import Judges
from mockserver.data.json import Json
from mockserver.data.reading import BadData

ROOT = "/components/schemas/Root"


ERRORS: dict[str, tuple[Json, str, str]] = {
    "misspelt type": (
        {"type": "strin"},
        "/type",
        "'strin' is not one of array, boolean, integer, null, number, object, string; did you mean 'string'?",
    ),
    "text for a bound": ({"minimum": "a"}, "/minimum", "expected a number, found a string"),
    "3.0 bound": (
        {"minimum": 1, "exclusiveMinimum": True},
        "/exclusiveMinimum",
        "expected a number, found a boolean; "
        "since draft 6, 'exclusiveMinimum' is the limit itself, without 'minimum'",
    ),
    "negative size": ({"maxLength": -1}, "/maxLength", "-1 is less than the minimum of 0"),
    "step of zero": ({"multipleOf": 0}, "/multipleOf", "0 is not greater than the exclusive minimum of 0"),
    "bad pattern": (
        {"pattern": "("},
        "/pattern",
        "'(' is not a valid ECMA 262 pattern: Unbalanced parenthesis",
    ),
    "bad property pattern": (
        {"patternProperties": {"/(": True}},
        "/patternProperties/~1(",
        "'/(' is not a valid ECMA 262 pattern: Unbalanced parenthesis",
    ),
    "list for a schema": (
        {"items": [{}]},
        "/items",
        "expected an object or a boolean, found an array; "
        "write several schemas under 'prefixItems', 'allOf', 'anyOf' or 'oneOf'",
    ),
    "object for a list": ({"allOf": {}}, "/allOf", "expected an array, found an object"),
    "empty list": ({"anyOf": []}, "/anyOf", "expected at least 1 item, found 0"),
    "list for a map": ({"properties": []}, "/properties", "expected an object, found an array"),
    "deep": (
        {"not": {"items": {"type": 5}}},
        "/not/items/type",
        "5 is not one of array, boolean, integer, null, number, object, string",
    ),
    "required of draft 3": (
        {"required": True},
        "/required",
        "expected an array, found a boolean; "
        "since draft 4, 'required' is an array of names beside 'properties'",
    ),
    "dangling": (
        {"$ref": "#/components/schemas/Leef"},
        "/$ref",
        "'#/components/schemas/Leef' cannot be resolved; did you mean 'Leaf'?",
    ),
    "not a schema": ({"$ref": "#/openapi"}, "/$ref", "'#/openapi' refers to a string, which is not a schema"),
    "through a text": (
        {"$ref": "#/openapi/x"},
        "/$ref",
        "'#/openapi/x' cannot be resolved; valid: Leaf, Root, Tree",
    ),
    "remote": (
        {"$ref": "https://example.com/a#/b"},
        "/$ref",
        "'https://example.com/a#/b' refers to 'https://example.com/a', "
        "which is neither this document nor an '$id' in it",
    ),
    "no uri": (
        {"$ref": "http://["},
        "/$ref",
        "'http://[' refers to 'http://[', which is neither this document nor an '$id' in it",
    ),
    "no anchor": (
        {"$ref": "#leef", "items": {"$anchor": "leaf"}},
        "/$ref",
        "'#leef' cannot be resolved; did you mean 'leaf'?",
    ),
    "an anchor that is no name": (
        {"$anchor": "#a"},
        "/$anchor",
        "'#a' does not match the pattern '^[A-Za-z_][-A-Za-z0-9._]*$'",
    ),
    "a pointer out of its resource": (
        {"$id": "https://example.com/root", "items": {"$ref": "#/components/schemas/Leaf"}},
        "/items/$ref",
        "'#/components/schemas/Leaf' cannot be resolved in 'https://example.com/root', "
        "the '$id' that it is relative to",
    ),
    "dynamic": ({"$dynamicRef": "#leaf"}, "/$dynamicRef", "'#leaf' cannot be resolved"),
    "dynamic circle": (
        {"$dynamicAnchor": "a", "allOf": [{"$dynamicRef": "#a"}]},
        "/allOf/0/$dynamicRef",
        "'#a' refers back to this schema for the same value, in an endless cycle",
    ),
    "circle": (
        {"$ref": f"#{ROOT}"},
        "/$ref",
        "'#/components/schemas/Root' refers back to this schema for the same value, in an endless cycle",
    ),
    "wide circle": (
        {"anyOf": [{"$ref": f"#{ROOT}"}, True]},
        "/anyOf/0/$ref",
        "'#/components/schemas/Root' refers back to this schema for the same value, in an endless cycle",
    ),
}


@pytest.mark.parametrize(("schema", "place", "message"), ERRORS.values(), ids=ERRORS.keys())
def test_a_malformed_schema_is_reported(schema: Json, place: str, message: str) -> None:
    judges = Judges({"openapi": "3.1.0", "components": {"schemas": {"Root": schema, "Leaf": {}, "Tree": {}}}})

    [error] = judges.errors()
    assert (error.pointer, error.message) == (ROOT + place, message)
    with pytest.raises(BadData) as caught:
        judges.judge(ROOT)
    assert caught.value.errors == (error,)


def test_a_judge_is_refused_only_for_errors_in_schemas_that_it_refers_to() -> None:
    schemas: dict[str, Json] = {
        "Good": {"items": {"$ref": "#/components/schemas/Good"}},
        "Far": {"properties": {"a": {"$ref": "#/components/schemas/Bad"}}},
        "Bad": {"type": "strin"},
    }
    judges = Judges({"openapi": "3.1.0", "components": {"schemas": schemas}})

    assert judges.judge("/components/schemas/Good").accepts([[[]]])
    with pytest.raises(BadData, match=r"/components/schemas/Bad/type"):
        judges.judge("/components/schemas/Far")

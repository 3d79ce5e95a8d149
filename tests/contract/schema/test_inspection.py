"""Schemas that are malformed, or that refer to nothing, are named before any value is judged."""

import pytest

from mockserver.contract.schema.judge import Judges
from mockserver.data.json import Json
from mockserver.data.reading import BadData

ROOT = "/components/schemas/Root"


FAULTS: dict[str, tuple[Json, str, str]] = {
    "misspelt type": (
        {"type": "strin"},
        "/type",
        "'strin' is none of array, boolean, integer, null, number, object, string; did you mean 'string'?",
    ),
    "text for a bound": ({"minimum": "a"}, "/minimum", "expected a number, found a string"),
    "3.0 bound": (
        {"minimum": 1, "exclusiveMinimum": True},
        "/exclusiveMinimum",
        "expected a number, found a boolean; "
        "since draft 6 the bound itself stands here, instead of 'minimum'",
    ),
    "negative size": ({"maxLength": -1}, "/maxLength", "-1 is less than 0"),
    "step of zero": ({"multipleOf": 0}, "/multipleOf", "0 is not greater than 0"),
    "bad pattern": ({"pattern": "("}, "/pattern", "'(' is no pattern of ECMA 262: Unbalanced parenthesis"),
    "bad property pattern": (
        {"patternProperties": {"/(": True}},
        "/patternProperties/~1(",
        "'/(' is no pattern of ECMA 262: Unbalanced parenthesis",
    ),
    "list for a schema": (
        {"items": [{}]},
        "/items",
        "expected an object or a boolean, found an array; "
        "several schemas stand under 'prefixItems', 'allOf', 'anyOf' or 'oneOf'",
    ),
    "object for a list": ({"allOf": {}}, "/allOf", "expected an array, found an object"),
    "empty list": ({"anyOf": []}, "/anyOf", "expected at least 1 item, found 0"),
    "list for a map": ({"properties": []}, "/properties", "expected an object, found an array"),
    "deep": (
        {"not": {"items": {"type": 5}}},
        "/not/items/type",
        "5 is none of array, boolean, integer, null, number, object, string",
    ),
    "required of draft 3": (
        {"required": True},
        "/required",
        "expected an array, found a boolean; since draft 4 the names stand in a list beside 'properties'",
    ),
    "dangling": (
        {"$ref": "#/components/schemas/Leef"},
        "/$ref",
        "'#/components/schemas/Leef' leads to nothing; did you mean 'Leaf'?",
    ),
    "not a schema": ({"$ref": "#/openapi"}, "/$ref", "'#/openapi' leads to a string, which is not a schema"),
    "through a text": (
        {"$ref": "#/openapi/x"},
        "/$ref",
        "'#/openapi/x' leads to nothing; valid: Leaf, Root, Tree",
    ),
    "remote": (
        {"$ref": "https://example.com/a#/b"},
        "/$ref",
        "'https://example.com/a#/b' leads to the document 'https://example.com/a', which was not loaded",
    ),
    "no uri": (
        {"$ref": "http://["},
        "/$ref",
        "'http://[' leads to the document 'http://[', which was not loaded",
    ),
    "no anchor": (
        {"$ref": "#leef", "items": {"$anchor": "leaf"}},
        "/$ref",
        "'#leef' leads to nothing; did you mean 'leaf'?",
    ),
    "an anchor that is no name": (
        {"$anchor": "#a"},
        "/$anchor",
        "'#a' is not matched by the pattern '^[A-Za-z_][-A-Za-z0-9._]*$'",
    ),
    "a pointer out of its resource": (
        {"$id": "https://example.com/root", "items": {"$ref": "#/components/schemas/Leaf"}},
        "/items/$ref",
        "'#/components/schemas/Leaf' leads to nothing in 'https://example.com/root', "
        "the '$id' that it is read against",
    ),
    "dynamic": ({"$dynamicRef": "#leaf"}, "/$dynamicRef", "'#leaf' leads to nothing"),
    "dynamic circle": (
        {"$dynamicAnchor": "a", "allOf": [{"$dynamicRef": "#a"}]},
        "/allOf/0/$dynamicRef",
        "'#a' leads back here without looking into the value",
    ),
    "circle": (
        {"$ref": f"#{ROOT}"},
        "/$ref",
        "'#/components/schemas/Root' leads back here without looking into the value",
    ),
    "wide circle": (
        {"anyOf": [{"$ref": f"#{ROOT}"}, True]},
        "/anyOf/0/$ref",
        "'#/components/schemas/Root' leads back here without looking into the value",
    ),
}


@pytest.mark.parametrize(("schema", "place", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_a_malformed_schema_is_named_at_load(schema: Json, place: str, message: str) -> None:
    judges = Judges({"openapi": "3.1.0", "components": {"schemas": {"Root": schema, "Leaf": {}, "Tree": {}}}})

    [fault] = judges.faults()
    assert (fault.pointer, fault.message) == (ROOT + place, message)
    with pytest.raises(BadData) as caught:
        judges.judge(ROOT)
    assert caught.value.errors == (fault,)


def test_a_judge_is_refused_for_a_fault_that_its_references_lead_to_and_for_no_other() -> None:
    schemas: dict[str, Json] = {
        "Good": {"items": {"$ref": "#/components/schemas/Good"}},
        "Far": {"properties": {"a": {"$ref": "#/components/schemas/Bad"}}},
        "Bad": {"type": "strin"},
    }
    judges = Judges({"openapi": "3.1.0", "components": {"schemas": schemas}})

    assert judges.judge("/components/schemas/Good").accepts([[[]]])
    with pytest.raises(BadData, match=r"/components/schemas/Bad/type"):
        judges.judge("/components/schemas/Far")

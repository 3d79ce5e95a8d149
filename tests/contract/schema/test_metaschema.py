"""Keywords without effect are reported in notices, which are not errors."""

import pytest

from mockserver.contract.document.dialect import SUBSCHEMAS
from mockserver.contract.schema.judge import Judges
from mockserver.contract.schema.keywords.interface import FALSE_KEYWORD
from mockserver.contract.schema.vocabulary import KEYWORDS
from mockserver.data.json import Json

ROOT = "/components/schemas/Root"


def judges(schema: Json, version: str = "3.1.0") -> Judges:
    return Judges({"openapi": version, "components": {"schemas": {"Root": schema}}})


NOTICES: dict[str, tuple[Json, str, str]] = {
    "misspelt": (
        {"minLenght": 1},
        "/minLenght",
        "unknown keyword 'minLenght', which has no effect; did you mean 'minLength'?",
    ),
    "of another case": (
        {"readonly": True},
        "/readonly",
        "unknown keyword 'readonly', which has no effect; did you mean 'readOnly'?",
    ),
    "like nothing": ({"@@": True}, "/@@", "unknown keyword '@@', which has no effect"),
    "deep": (
        {"properties": {"a/b": {"items": {"@@": True}}}},
        "/properties/a~1b/items/@@",
        "unknown keyword '@@', which has no effect",
    ),
    "3.0's nullable": (
        {"nullable": True},
        "/nullable",
        "the keyword 'nullable' has no effect in JSON Schema 2020-12; write 'null' as one of the types",
    ),
    "dependencies": (
        {"dependencies": {"a": ["b"]}},
        "/dependencies",
        "the keyword 'dependencies' has no effect in JSON Schema 2020-12; "
        "write 'dependentRequired' for names and 'dependentSchemas' for schemas",
    ),
    "definitions": (
        {"definitions": {}},
        "/definitions",
        "the keyword 'definitions' has no effect in JSON Schema 2020-12; "
        "write '$defs'; references by JSON Pointer still work",
    ),
    "id": ({"id": "a"}, "/id", "the keyword 'id' has no effect in JSON Schema 2020-12; write '$id'"),
    "an anchor as an id": (
        {"$id": "#leaf"},
        "/$id",
        "a fragment does not identify a resource; write '$anchor: leaf'",
    ),
    "another draft": (
        {"$schema": "http://json-schema.org/draft-07/schema#"},
        "/$schema",
        "the dialect 'http://json-schema.org/draft-07/schema#' is not supported; "
        "the schema is read as JSON Schema 2020-12",
    ),
    "a format of another spelling": (
        {"format": "datetime"},
        "/format",
        "unknown format 'datetime'; did you mean 'date-time'?",
    ),
}


@pytest.mark.parametrize(("schema", "place", "message"), NOTICES.values(), ids=NOTICES.keys())
def test_a_keyword_without_effect_is_reported_and_ignored(schema: Json, place: str, message: str) -> None:
    one = judges(schema)

    [notice] = one.remarks().notices
    assert notice.pointer == ROOT + place
    assert notice.message == message
    assert one.errors() == []
    assert one.judge(ROOT).accepts({})


@pytest.mark.parametrize("keyword", sorted({*KEYWORDS, *SUBSCHEMAS} - {FALSE_KEYWORD}))
def test_a_keyword_with_an_effect_has_no_notice(keyword: str) -> None:
    assert [each.message for each in judges({keyword: {}}).remarks().notices] == []


@pytest.mark.parametrize(
    "schema",
    [
        {"x-anything": 1, "x-": 2},
        {"title": "t", "description": "d", "default": 1, "examples": [], "example": 1, "$comment": "c"},
        {"discriminator": {}, "xml": {}, "externalDocs": {}, "deprecated": True, "readOnly": True},
        {"contentEncoding": "base64", "contentMediaType": "a/b", "minContains": 1, "maxContains": 2},
        {"properties": {"minLenght": {}}, "enum": [{"minLenght": 1}], "default": {"minLenght": 1}},
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "format": "phone"},
        {"$schema": "https://spec.openapis.org/oas/3.1/dialect/base"},
        True,
    ],
    ids=[
        "extensions",
        "annotations",
        "OpenAPI's",
        "beside others",
        "data",
        "dialect",
        "OpenAPI's dialect",
        "true",
    ],
)
def test_annotations_and_extensions_have_no_notice(schema: Json) -> None:
    assert judges(schema).remarks().notices == []

"""The metaschema of one schema object, and notices about keywords that have no effect.

The metaschemas of 2020-12 (core, section 8.1) require the same; with this one the messages are ours.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from mockserver.contract.document.dialect import SUBSCHEMAS
from mockserver.contract.schema.formats.formats import FORMATS
from mockserver.data.json import TYPE_PHRASES, Json
from mockserver.data.pointer import pointer_token
from mockserver.data.reading import DataError
from mockserver.data.suggest import nearest

_NUMBER: Json = {"type": "number"}
_COUNT: Json = {"type": "integer", "minimum": 0}
_STRING: Json = {"type": "string"}
_STRINGS: Json = {"type": "array", "items": _STRING}
_ANCHOR: Json = {"type": "string", "pattern": "^[A-Za-z_][-A-Za-z0-9._]*$"}
_TYPE: Json = {"enum": list(TYPE_PHRASES)}
_SHAPES: dict[str, Json] = {
    "Schema": {},
    "[Schema]": {"type": "array", "minItems": 1},
    "{Schema}": {"type": "object"},
}

# Without the subschemas, because each of them is inspected separately.
META_SCHEMA: dict[str, Json] = {
    "type": ["object", "boolean"],
    "properties": {
        **{keyword: _SHAPES[spec] for keyword, spec in SUBSCHEMAS.items()},
        **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _NUMBER),
        **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _COUNT),
        **dict.fromkeys(("minProperties", "maxProperties", "minContains", "maxContains"), _COUNT),
        **dict.fromkeys(("$id", "$ref", "$dynamicRef", "pattern", "format"), _STRING),
        **dict.fromkeys(("$anchor", "$dynamicAnchor"), _ANCHOR),
        "type": {"anyOf": [_TYPE, {"type": "array", "items": _TYPE, "minItems": 1, "uniqueItems": True}]},
        "multipleOf": {"type": "number", "exclusiveMinimum": 0},
        "uniqueItems": {"type": "boolean"},
        "enum": {"type": "array"},
        "required": _STRINGS,
        "dependentRequired": {"type": "object", "additionalProperties": _STRINGS},
    },
}

_DIALECTS = ("https://json-schema.org/draft/2020-12/schema", "https://spec.openapis.org/oas/3.1/dialect/")
_ANNOTATIONS = (
    *("title", "description", "default", "examples", "example", "deprecated", "readOnly", "writeOnly"),
    *("const", "$comment", "$schema", "$vocabulary", "contentEncoding", "contentMediaType"),
    *("discriminator", "xml", "externalDocs"),
)
_KNOWN = frozenset((*META_SCHEMA["properties"], *_ANNOTATIONS))  # type: ignore[misc]  # an object, see above
_FORMER: Mapping[str, str] = {  # of earlier drafts, of OpenAPI 3.0 and of Swagger
    "additionalItems": "write 'items' for the items after those of 'prefixItems'",
    "definitions": "write '$defs'; references by JSON Pointer still work",
    "dependencies": "write 'dependentRequired' for names and 'dependentSchemas' for schemas",
    "divisibleBy": "write 'multipleOf'",
    "extends": "write 'allOf'",
    "disallow": "write 'not'",
    "id": "write '$id'",
    "nullable": "write 'null' as one of the types",
    "$recursiveAnchor": "write '$dynamicAnchor'",
    "$recursiveRef": "write '$dynamicRef'",
}
_LIMIT_HINT = "; since draft 6, {!r} is the limit itself, without {!r}"
_HINTS: Mapping[tuple[str, type], str] = {  # valid in draft 3 or 4
    ("exclusiveMinimum", bool): _LIMIT_HINT.format("exclusiveMinimum", "minimum"),
    ("exclusiveMaximum", bool): _LIMIT_HINT.format("exclusiveMaximum", "maximum"),
    ("required", bool): "; since draft 4, 'required' is an array of names beside 'properties'",
}


def hint(schema: Json, pointer: str) -> str:
    """A hint to append to the message about this pointer in a malformed schema; usually empty."""
    if isinstance(schema, list):
        return "; write several schemas under 'prefixItems', 'allOf', 'anyOf' or 'oneOf'"
    keyword = pointer[1:]
    value = schema.get(keyword) if isinstance(schema, dict) else None
    return _HINTS.get((keyword, type(value)), "")


def notices(pointer: str, schema: Json) -> Iterator[DataError]:
    """What has no effect in the schema at this pointer: unknown keywords, formats and dialects."""
    for keyword, value in schema.items() if isinstance(schema, dict) else ():
        message = _notice(keyword, value)
        if message is not None:
            yield DataError(f"{pointer}/{pointer_token(keyword)}", message)


def _notice(keyword: str, value: Json) -> str | None:
    match keyword, value:
        case "format", str():
            known = {_alphanumeric(name): name for name in FORMATS}.get(_alphanumeric(value), value)
            return None if known == value else f"unknown format {value!r}; did you mean {known!r}?"
        case "$schema", str() if not value.startswith(_DIALECTS):
            return f"the dialect {value!r} is not supported; the schema is read as JSON Schema 2020-12"
        case "$id", str() if value.startswith("#"):
            return f"a fragment does not identify a resource; write '$anchor: {value[1:]}'"
    if keyword in _KNOWN or keyword.startswith("x-"):
        return None
    if keyword in _FORMER:
        return f"the keyword {keyword!r} has no effect in JSON Schema 2020-12; {_FORMER[keyword]}"
    return f"unknown keyword {keyword!r}, which has no effect{_suggestion(keyword)}"


def _alphanumeric(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


@lru_cache(maxsize=1024)
def _suggestion(keyword: str) -> str:
    match = nearest(keyword, _KNOWN)
    return f"; did you mean {match!r}?" if match else ""

"""What one schema object must look like, and which of its keywords say nothing here.

2020-12's own metaschemas (core, section 8.1) say the same; this one is told in sentences.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from mockserver.contract.document.dialect import SUBSCHEMAS
from mockserver.contract.schema.formats.formats import FORMATS
from mockserver.contract.schema.keywords.sentences import TYPES
from mockserver.data.json import Json
from mockserver.data.reading import DataError, pointer_token
from mockserver.data.suggest import nearest

_NUMBER: Json = {"type": "number"}
_COUNT: Json = {"type": "integer", "minimum": 0}
_TEXT: Json = {"type": "string"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_ANCHOR: Json = {"type": "string", "pattern": "^[A-Za-z_][-A-Za-z0-9._]*$"}
_TYPE: Json = {"enum": list(TYPES)}
_SHAPES: dict[str, Json] = {
    "Schema": {},
    "[Schema]": {"type": "array", "minItems": 1},
    "{Schema}": {"type": "object"},
}

# Without the subschemas: each of them is looked at in its turn.
META_SCHEMA: dict[str, Json] = {
    "type": ["object", "boolean"],
    "properties": {
        **{keyword: _SHAPES[spec] for keyword, spec in SUBSCHEMAS.items()},
        **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _NUMBER),
        **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _COUNT),
        **dict.fromkeys(("minProperties", "maxProperties", "minContains", "maxContains"), _COUNT),
        **dict.fromkeys(("$id", "$ref", "$dynamicRef", "pattern", "format"), _TEXT),
        **dict.fromkeys(("$anchor", "$dynamicAnchor"), _ANCHOR),
        "type": {"anyOf": [_TYPE, {"type": "array", "items": _TYPE, "minItems": 1, "uniqueItems": True}]},
        "multipleOf": {"type": "number", "exclusiveMinimum": 0},
        "uniqueItems": {"type": "boolean"},
        "enum": {"type": "array"},
        "required": _TEXTS,
        "dependentRequired": {"type": "object", "additionalProperties": _TEXTS},
    },
}

_DIALECTS = ("https://json-schema.org/draft/2020-12/schema", "https://spec.openapis.org/oas/3.1/dialect/")
_ANNOTATIONS = (
    *("title", "description", "default", "examples", "example", "deprecated", "readOnly", "writeOnly"),
    *("const", "$comment", "$schema", "$vocabulary", "contentEncoding", "contentMediaType"),
    *("discriminator", "xml", "externalDocs"),
)
_KNOWN = frozenset((*META_SCHEMA["properties"], *_ANNOTATIONS))  # type: ignore[misc]  # a mapping, see above
_LEFTOVERS: Mapping[str, str] = {  # of earlier drafts, of OpenAPI 3.0 and of Swagger
    "additionalItems": "write 'items' for the items after those of 'prefixItems'",
    "definitions": "write '$defs'; references by pointer still find what is in it",
    "dependencies": "write 'dependentRequired' for names and 'dependentSchemas' for schemas",
    "divisibleBy": "write 'multipleOf'",
    "extends": "write 'allOf'",
    "disallow": "write 'not'",
    "id": "write '$id'",
    "nullable": "write 'null' as one of the types",
    "$recursiveAnchor": "write '$dynamicAnchor'",
    "$recursiveRef": "write '$dynamicRef'",
}
_HINTS: Mapping[tuple[str, type], str] = {  # well formed once, in draft 3 or 4
    ("exclusiveMinimum", bool): "; since draft 6 the bound itself stands here, instead of 'minimum'",
    ("exclusiveMaximum", bool): "; since draft 6 the bound itself stands here, instead of 'maximum'",
    ("required", bool): "; since draft 4 the names stand in a list beside 'properties'",
}


def hint(schema: Json, pointer: str) -> str:
    """A clause for the message that names what is malformed at this pointer in a schema; mostly none."""
    if isinstance(schema, list):
        return "; several schemas stand under 'prefixItems', 'allOf', 'anyOf' or 'oneOf'"
    keyword = pointer[1:]
    value = schema.get(keyword) if isinstance(schema, dict) else None
    return _HINTS.get((keyword, type(value)), "")


def notices(pointer: str, schema: Json) -> Iterator[DataError]:
    """What the schema at this pointer says that nobody will hear."""
    for keyword, value in schema.items() if isinstance(schema, dict) else ():
        message = _unheard(keyword, value)
        if message is not None:
            yield DataError(f"{pointer}/{pointer_token(keyword)}", message)


def _unheard(keyword: str, value: Json) -> str | None:
    match keyword, value:
        case "format", str():
            known = {_letters(name): name for name in FORMATS}.get(_letters(value), value)
            return None if known == value else f"the format {value!r} is not known; did you mean {known!r}?"
        case "$schema", str() if not value.startswith(_DIALECTS):
            return f"{value!r} is not spoken here; the schema is read as JSON Schema 2020-12"
        case "$id", str() if value.startswith("#"):
            return f"a fragment names no resource; write '$anchor: {value[1:]}'"
    if keyword in _KNOWN or keyword.startswith("x-"):
        return None
    if keyword in _LEFTOVERS:
        return f"the keyword {keyword!r} says nothing in JSON Schema 2020-12; {_LEFTOVERS[keyword]}"
    return f"the keyword {keyword!r} is not known, and says nothing{_guess(keyword)}"


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


@cache
def _guess(keyword: str) -> str:
    match = nearest(keyword, _KNOWN)
    return f"; did you mean {match!r}?" if match else ""

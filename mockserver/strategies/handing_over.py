"""What hypothesis-jsonschema makes: schemas that mean in draft 7, which it reads, what they mean in 2020-12.

References, patterns (by ECMA 262 here, by Python's `re` there), formats, and multiples of fractions (exact
here, rounded there) are not for it.
"""

from collections.abc import Callable

from mockserver.contract.sampling.merging import mapping
from mockserver.model import Json

_PLAIN = {"type", "enum", "const", "minimum", "maximum", "minLength", "maxLength", "required"}
_PLAIN |= {"exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems", "uniqueItems"}
_PLAIN |= {"minProperties", "maxProperties"}
_ONE = {"items", "additionalProperties", "not"}
_SEVERAL = {"allOf", "anyOf", "oneOf"}
_ANNOTATIONS = {"title", "description", "default", "example", "examples", "deprecated", "$comment"}
_ANNOTATIONS |= {"readOnly", "writeOnly", "externalDocs"}


def handed_over(schema: Json) -> Json | None:
    """The schema without its annotations, or None where its values are to be made here."""
    if not isinstance(schema, dict):
        return schema
    kept: dict[str, Json] = {}
    for keyword, value in schema.items():
        if keyword in _ANNOTATIONS:
            continue
        part = _part(keyword, value)
        if part is None:
            return None
        kept[keyword] = part
    return kept


def _part(keyword: str, value: Json) -> Json | None:
    """The keyword's value as it goes over, None where it does not (no keyword of these has null)."""
    if keyword in _PLAIN:
        return value if value is not None else None
    if keyword == "multipleOf":
        return value if isinstance(value, int) else None
    if keyword in _ONE:
        return handed_over(value)
    if keyword in _SEVERAL and isinstance(value, list):
        parts = [handed_over(each) for each in value]
        return None if None in parts else parts
    if keyword == "properties":
        return _members(mapping({keyword: value}, keyword), handed_over)
    return None


def _members(schemas: dict[str, Json], turned: Callable[[Json], Json | None]) -> Json | None:
    found = {name: turned(schema) for name, schema in schemas.items()}
    return None if None in found.values() else found

"""The keywords of JSON Schema 2020-12 and of OpenAPI that assert something, each with its function."""

from collections.abc import Mapping
from types import NoneType

from mockserver.contract.schema import direction
from mockserver.contract.schema.keywords.assertions import ASSERTIONS, PYTHON_TYPES
from mockserver.contract.schema.keywords.child_applicators import TO_CHILDREN
from mockserver.contract.schema.keywords.in_place_applicators import IN_PLACE
from mockserver.contract.schema.keywords.interface import Rule, Schema
from mockserver.data.json import Json

KEYWORDS = {**ASSERTIONS, **IN_PLACE, **TO_CHILDREN, **direction.KEYWORDS}
_JSON_TYPES = frozenset((bool, int, float, str, NoneType, list, dict))  # others may be subclasses of these
# The keywords that can refuse only values of one type (2020-12 validation, section 6; core, section 10.3).
_REFUSED_TYPES: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), (int, float)),
    "multipleOf": (int, float),
    **dict.fromkeys(("minLength", "maxLength", "pattern"), (str,)),
    **dict.fromkeys(("minItems", "maxItems", "uniqueItems"), (list,)),
    **dict.fromkeys(("items", "prefixItems", "contains", "unevaluatedItems"), (list,)),
    **dict.fromkeys(("minProperties", "maxProperties", "required", "dependentRequired"), (dict,)),
    **dict.fromkeys(("properties", "patternProperties", "additionalProperties"), (dict,)),
    **dict.fromkeys(("propertyNames", "unevaluatedProperties"), (dict,)),
}


def rules_for(schema: Schema, kind: type) -> tuple[Rule, ...]:
    """The keywords of a schema that can refuse a value of a Python type, each with its function and value."""
    return tuple(
        (keyword, KEYWORDS[keyword], limit)
        for keyword, limit in schema.items()
        if keyword in KEYWORDS and _can_refuse(keyword, limit, kind)
    )


def _can_refuse(keyword: str, limit: Json, kind: type) -> bool:
    if kind not in _JSON_TYPES:
        return True
    if keyword == "type":
        return not isinstance(limit, str) or kind not in PYTHON_TYPES[limit]
    return kind in _REFUSED_TYPES.get(keyword, _JSON_TYPES)

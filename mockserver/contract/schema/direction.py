"""`readOnly` and `writeOnly`: a document as it applies to requests only, or to responses only.

A property that only the other side sends is refused, and never required (JSON Schema 2020-12 validation,
section 9.4; OpenAPI 3.0.3, section 4.7.24, where refusing it is stricter than the SHOULD NOT).
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from mockserver.contract.description import Direction
from mockserver.contract.document import dialect
from mockserver.contract.document.references import referenced_value
from mockserver.contract.schema.keywords.errors import KeywordError
from mockserver.contract.schema.keywords.interface import Errors, Evaluator, Schema
from mockserver.data.json import Json

REFUSED = "x-refused"  # marks the schema of a property that is not sent in this direction
FLAGS: Mapping[Direction, str] = {"request": "readOnly", "response": "writeOnly"}
_ALTERNATIVES = ("anyOf", "oneOf")
_INVERTED = ("not", "if")  # where requiring less would refuse more

Names: TypeAlias = frozenset[str]


def document_for_direction(document: dict[str, Json], direction: Direction) -> dict[str, Json]:
    """The document with its schemas changed for one direction; the same object if no schema needs a change.

    All pointers stay valid. The keywords in `KEYWORDS` report the properties that are refused.
    """
    flag = FLAGS[direction]
    if not any(
        isinstance(schema, dict) and schema.get(flag) is True for _, schema in dialect.schemas(document)
    ):
        return document
    optional = _optional_names(document, flag)

    def visit(pointer: str, schema: Json) -> Json:
        names = optional.get(pointer)
        if not isinstance(schema, dict) or names is None:
            return schema
        return _schema_for_direction(document, schema, names, flag)

    return dialect.map_schemas(document, visit)


def _schema_for_direction(
    document: Json, schema: dict[str, Json], names: Names, flag: str
) -> dict[str, Json]:
    """The schema with its own flagged properties refused, and with none of the names required."""
    changed = dict(schema)
    if isinstance(properties := schema.get("properties"), dict):
        changed["properties"] = {
            name: {flag: True, REFUSED: True} if _is_flagged(document, each, flag) else each
            for name, each in properties.items()
        }
    if isinstance(required := schema.get("required"), list):
        changed["required"] = [name for name in required if name not in names]
    if isinstance(dependent := schema.get("dependentRequired"), dict):
        changed["dependentRequired"] = {
            name: [each for each in others if each not in names] if isinstance(others, list) else others
            for name, others in dependent.items()
        }
    return changed


def _optional_names(document: dict[str, Json], flag: str) -> dict[str, Names | None]:
    """For each schema, by pointer, the names that it must not require; None if it must not be changed.

    A name counts wherever a flagged property is declared: in the schema, in the schema that it refers to, in
    its branches, and in the schemas around it that apply to the same value, but not in an alternative to it.
    """
    optional: dict[str, Names | None] = {}
    for pointer, schema in dialect.schemas(document):
        outer = optional.get(pointer, frozenset())
        for location, _ in dialect.in_place(pointer, schema):
            keyword = location[len(pointer) + 1 :].partition("/")[0]
            if outer is None or keyword in _INVERTED:
                optional[location] = None
            else:
                siblings = _without(schema, keyword) if keyword in _ALTERNATIVES else schema
                optional[location] = outer | _flagged_names(document, siblings, flag)
        optional[pointer] = None if outer is None else outer | _flagged_names(document, schema, flag)
    return optional


def _without(schema: Json, keyword: str) -> Json:
    return (
        {key: each for key, each in schema.items() if key != keyword} if isinstance(schema, dict) else schema
    )


def _flagged_names(document: Json, schema: Json, flag: str) -> Names:
    """The flagged properties that the schema declares, itself or through references and branches."""
    return frozenset(
        name
        for each in _applied_schemas(document, schema, ("allOf", *_ALTERNATIVES))
        if isinstance(properties := each.get("properties"), dict)
        for name, member in properties.items()
        if _is_flagged(document, member, flag)
    )


def _is_flagged(document: Json, schema: Json, flag: str) -> bool:
    return any(each.get(flag) is True for each in _applied_schemas(document, schema, ("allOf",)))


def _applied_schemas(document: Json, schema: Json, keywords: tuple[str, ...]) -> Iterator[dict[str, Json]]:
    """The schema, those that it refers to, and its branches under these keywords, each once."""
    waiting, seen = [schema], set()
    while waiting:
        each = waiting.pop()
        if not isinstance(each, dict) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        if isinstance(reference := each.get("$ref"), str):
            waiting.append(referenced_value(document, reference))
        for keyword in keywords:
            branches = each.get(keyword)
            waiting += branches if isinstance(branches, list) else []


def _read_only(_: Evaluator, __: Json, value: Json, schema: Schema) -> Errors:
    if REFUSED not in schema:
        return ()
    return (KeywordError("the property is read-only: the server sets it, so do not send it in a request"),)


def _write_only(_: Evaluator, __: Json, value: Json, schema: Schema) -> Errors:
    if REFUSED not in schema:
        return ()
    return (
        KeywordError("the property is write-only: the client sets it, so a response must not contain it"),
    )


KEYWORDS = {"readOnly": _read_only, "writeOnly": _write_only}

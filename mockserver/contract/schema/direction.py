"""`readOnly` and `writeOnly`: a contract as it holds for requests alone, and for answers alone.

A property that only the other side sends is refused and never required (JSON Schema 2020-12, validation,
section 9.4, and OpenAPI 3.0.3, section 4.7.24; refusing it is stricter than the SHOULD NOT there).
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from jsonschema.exceptions import ValidationError

from mockserver.contract.description import Direction
from mockserver.contract.document import dialect, references
from mockserver.contract.schema.keywords.interface import Schema, Validator
from mockserver.data.json import Json

REFUSED = "x-refused"  # beside the flag of a property that is not sent in this direction
FLAGS: Mapping[Direction, str] = {"request": "readOnly", "response": "writeOnly"}
_ALTERNATIVES = ("anyOf", "oneOf")
_INVERTED = ("not", "if")  # requiring less there would refuse more

Names: TypeAlias = frozenset[str]


def document_for_direction(document: dict[str, Json], direction: Direction) -> dict[str, Json]:
    """The document with its schemas as they hold in one direction; the same one where no schema says so.

    Every pointer stays what it was. The refused properties are for judges that know `KEYWORDS`.
    """
    flag = FLAGS[direction]
    if not any(
        isinstance(schema, dict) and schema.get(flag) is True for _, schema in dialect.schemas(document)
    ):
        return document
    lifted = _lifted(document, flag)

    def visit(pointer: str, schema: Json) -> Json:
        names = lifted.get(pointer)
        return (
            _turned(document, schema, names, flag)
            if isinstance(schema, dict) and names is not None
            else schema
        )

    return dialect.map_schemas(document, visit)


def _turned(document: Json, schema: dict[str, Json], names: Names, flag: str) -> dict[str, Json]:
    """One schema with its own properties refused, and none of the names required."""
    turned = dict(schema)
    if isinstance(properties := schema.get("properties"), dict):
        turned["properties"] = {
            name: {flag: True, REFUSED: True} if _is_flagged(document, each, flag) else each
            for name, each in properties.items()
        }
    if isinstance(required := schema.get("required"), list):
        turned["required"] = [name for name in required if name not in names]
    if isinstance(dependent := schema.get("dependentRequired"), dict):
        turned["dependentRequired"] = {
            name: [each for each in others if each not in names] if isinstance(others, list) else others
            for name, others in dependent.items()
        }
    return turned


def _lifted(document: dict[str, Json], flag: str) -> dict[str, Names | None]:
    """For each schema, by pointer, the names that it must not require; None where it stays as it is.

    A name counts wherever it is declared: in the schema, behind its reference, in its branches, and in the
    schemas around it that judge the same value, but not in an alternative to it.
    """
    lifted: dict[str, Names | None] = {}
    for pointer, schema in dialect.schemas(document):
        around = lifted.get(pointer, frozenset())
        for place, _ in dialect.in_place(pointer, schema):
            keyword = place[len(pointer) + 1 :].partition("/")[0]
            if around is None or keyword in _INVERTED:
                lifted[place] = None
            else:
                beside = _without(schema, keyword) if keyword in _ALTERNATIVES else schema
                lifted[place] = around | _declared(document, beside, flag)
        lifted[pointer] = None if around is None else around | _declared(document, schema, flag)
    return lifted


def _without(schema: Json, keyword: str) -> Json:
    return (
        {key: each for key, each in schema.items() if key != keyword} if isinstance(schema, dict) else schema
    )


def _declared(document: Json, schema: Json, flag: str) -> Names:
    """The flagged properties that the schema declares, itself or through references and branches."""
    return frozenset(
        name
        for part in _parts(document, schema, ("allOf", *_ALTERNATIVES))
        if isinstance(properties := part.get("properties"), dict)
        for name, each in properties.items()
        if _is_flagged(document, each, flag)
    )


def _is_flagged(document: Json, schema: Json, flag: str) -> bool:
    return any(part.get(flag) is True for part in _parts(document, schema, ("allOf",)))


def _parts(document: Json, schema: Json, keywords: tuple[str, ...]) -> Iterator[dict[str, Json]]:
    """The schema, what its reference leads to, and its branches under these keywords, each once."""
    waiting, seen = [schema], set()
    while waiting:
        part = waiting.pop()
        if not isinstance(part, dict) or id(part) in seen:
            continue
        seen.add(id(part))
        yield part
        if isinstance(reference := part.get("$ref"), str):
            waiting.append(references.value_at(document, references.pointer_of(reference)))
        for keyword in keywords:
            branches = part.get(keyword)
            waiting += branches if isinstance(branches, list) else []


def _read_only(validator: Validator, _: Any, value: Json, schema: Schema) -> Iterator[ValidationError]:
    if REFUSED in schema:
        yield ValidationError("the property is read-only: the server sets it, so leave it out of a request")


def _write_only(validator: Validator, _: Any, value: Json, schema: Schema) -> Iterator[ValidationError]:
    if REFUSED in schema:
        yield ValidationError(
            "the property is write-only: a client sends it, so it never stands in an answer"
        )


KEYWORDS = {"readOnly": _read_only, "writeOnly": _write_only}  # for the judge's table of keywords

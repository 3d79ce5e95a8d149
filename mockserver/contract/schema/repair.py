"""Removes malformed keywords from schemas, so that the rest of each schema still validates."""

from collections.abc import Iterable, Mapping

from mockserver.contract.document import dialect
from mockserver.contract.schema.judge import Judges
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token
from mockserver.data.reading import DataError


def repair(document: dict[str, Json], *, formats: bool) -> tuple[dict[str, Json], Judges, list[DataError]]:
    """The OpenAPI 3.1 document without the malformed keywords, its judges, and the errors found."""
    errors: list[DataError] = []
    judges = Judges(document, formats=formats)
    while found := judges.errors():
        errors = [*dict.fromkeys((*errors, *found))]  # one may take two rounds
        document = _without_malformed(document, found)
        judges = Judges(document, formats=formats)
    return document, judges, errors


def _without_malformed(document: dict[str, Json], errors: Iterable[DataError]) -> dict[str, Json]:
    """The document without the keywords at fault; what is not a schema at all becomes `true`.

    An error at a `true` is about the keyword that holds it, such as the pattern in `patternProperties`.
    """
    known = {pointer for pointer, schema in dialect.schemas(document) if schema is not True}
    dropped: dict[str, set[str]] = {}  # keywords by the pointer of their schema; "" is the schema itself
    for error in errors:
        pointer, keyword = error.pointer, ""
        while pointer not in known:
            pointer, _, keyword = pointer.rpartition("/")
        dropped.setdefault(pointer, set()).add(keyword)
    return dialect.map_schemas(document, lambda pointer, schema: _repaired(pointer, schema, dropped))


def _repaired(pointer: str, schema: Json, dropped: Mapping[str, set[str]]) -> Json:
    keywords = dropped.get(pointer)
    if keywords is None:
        return schema
    if not isinstance(schema, dict) or "" in keywords:
        return True
    return {key: value for key, value in schema.items() if pointer_token(key) not in keywords}

"""Schemas that cannot judge, mended: the keyword at fault is left out, so that the rest still holds."""

from collections.abc import Iterable, Mapping

from mockserver.contract.document import dialect
from mockserver.contract.schema.judge import Judges
from mockserver.data.json import Json
from mockserver.data.reading import DataError, pointer_token


def mend(document: dict[str, Json], *, formats: bool) -> tuple[dict[str, Json], Judges, list[DataError]]:
    """The OpenAPI 3.1 document with schemas that all can judge, their judges, and what was at fault."""
    faults: list[DataError] = []
    judges = Judges(document, formats=formats)
    while found := judges.faults():
        faults += found
        document = _without(document, found)
        judges = Judges(document, formats=formats)
    return document, judges, faults


def _without(document: dict[str, Json], faults: Iterable[DataError]) -> dict[str, Json]:
    """The document without the keywords that the faults are in; what is no schema at all allows anything."""
    known = {pointer for pointer, _ in dialect.schemas(document)}
    dropped: dict[str, set[str]] = {}  # by schema
    for fault in faults:
        pointer, keyword = fault.pointer, ""
        while pointer not in known:
            pointer, _, keyword = pointer.rpartition("/")
        dropped.setdefault(pointer, set()).add(keyword)
    return dialect.map_schemas(document, lambda pointer, schema: _mended(pointer, schema, dropped))


def _mended(pointer: str, schema: Json, dropped: Mapping[str, set[str]]) -> Json:
    keywords = dropped.get(pointer)
    if keywords is None:
        return schema
    if not isinstance(schema, dict) or "" in keywords:
        return True
    return {key: value for key, value in schema.items() if pointer_token(key) not in keywords}

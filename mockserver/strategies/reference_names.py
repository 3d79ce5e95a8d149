"""Finds the members of a body that refer to items of the state, or that are one of several codes."""

from collections.abc import Iterator
from itertools import islice

from mockserver.contract.sampling.merging import both, item_schema, listed, mapping, member_schemas
from mockserver.data.json import Json
from mockserver.strategies.known_values import Names, Position
from mockserver.strategies.values import Values

MOST = 64  # references of a body that are found
DEEP = 4  # objects and arrays around a reference that is found
FEW = 8  # alternatives of a schema that are looked at


def reference_names(values: Values, schema: Json, position: Position) -> list[Names]:
    """The names that lead to each reference in a value of the schema."""
    return list(dict.fromkeys(islice(_references(values, schema, position, 0), MOST)))


def _references(values: Values, schema: Json, position: Position, depth: int) -> Iterator[Names]:
    for alternative in values.alternatives(schema)[:FEW] if depth <= DEEP else ():
        keywords = alternative.keywords
        if position.names and (position.collection is not None or len(listed(keywords.get("enum", []))) > 1):
            yield position.names
        for name in mapping(keywords, "properties"):
            inner = both(*member_schemas(keywords, name))
            yield from _references(values, inner, position.member(name), depth + 1)
        if "items" in keywords:
            index = len(listed(keywords.get("prefixItems", [])))
            yield from _references(values, item_schema(keywords, index), position, depth + 1)

"""Bounds how often a compiled schema visits the same part of a value.

jsonschema-rs does not memoize across definitions: with branches that share their subschemas, the number of
visits doubles with each level of the value.
"""

from collections.abc import Mapping
from typing import Any

from mockserver.contract.schema.compiled.translate import NotCompilable, TranslatedSchema
from mockserver.data.json import Json

LEVELS = 16  # of the value, to which the visits are counted
MAX_VISITS = 1_000  # to one part of a value

_SAME_VALUE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")
_EITHER_CHILD = ("properties", "additionalProperties", "prefixItems", "items")  # one of them per child
_EACH_CHILD = ("contains", "propertyNames")  # in addition to those


class BranchingBound:
    """Counts the visits of a schema; raises NotCompilable if a part of a value has more than MAX_VISITS."""

    def __init__(self, schema: TranslatedSchema) -> None:
        self.is_deep = False  # whether the schema reaches deeper than LEVELS, which includes recursion
        self._definitions = schema.definitions
        self._memo: dict[tuple[str, int], int] = {}
        self.visits = self._visits_of_definition("0", LEVELS)  # to the most visited part of a value

    def _visits_of_definition(self, name: str, levels: int) -> int:
        if (name, levels) not in self._memo:
            self._memo[name, levels] = self._visits(self._definitions[name], levels)
        return self._memo[name, levels]

    def _visits(self, schema: Json, levels: int) -> int:
        """The visits to the most visited part of a value with so many levels."""
        if not isinstance(schema, dict):
            return 1
        if not levels:
            self.is_deep = True
            return 1
        visits = 0
        if isinstance(reference := schema.get("$ref"), str):
            visits += self._visits_of_definition(reference.rpartition("/")[2], levels)
        for subschema in _subschemas(schema, _SAME_VALUE):
            visits += self._visits(subschema, levels)
        for subschema in _subschemas(schema, _EACH_CHILD):
            visits += self._visits(subschema, levels - 1)
        most = 0
        for subschema in _subschemas(schema, _EITHER_CHILD):
            most = max(most, self._visits(subschema, levels - 1))
        if visits + most > MAX_VISITS:
            raise NotCompilable("branching")
        return max(1, visits + most)


def _subschemas(schema: Mapping[str, Json], keywords: tuple[str, ...]) -> list[Json]:
    """The subschemas under these keywords."""
    found: list[Json] = []
    for keyword in keywords:
        value: Any = schema.get(keyword)
        if keyword in ("properties", "dependentSchemas") and value is not None:
            found += value.values()
        elif isinstance(value, list):
            found += value
        elif value is not None:
            found.append(value)
    return found

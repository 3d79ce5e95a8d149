"""How far a plain schema leads into a value, and on how many ways: a compiled validator remembers nothing.

A schema whose branches share their children is followed on twice as many ways with every level of a value.
"""

from collections.abc import Mapping
from typing import Any

from mockserver.contract.schema.compiled.translate import NotCompilable, PlainSchema
from mockserver.data.json import Json

LEVELS = 16  # of a value, that a schema is followed for
MOST_WAYS = 1_000  # on which one part of a value may be come to

_SAME = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")  # about the same value
_ONE_OF_THESE = ("properties", "additionalProperties", "prefixItems", "items")  # about a part, one of them
_ALL_OF_THESE = ("contains", "propertyNames")  # about the same parts as those


class BranchingBound:
    """Raises NotCompilable where a schema leads to a part of a value on more than MOST_WAYS."""

    def __init__(self, schema: PlainSchema) -> None:
        self.is_deep = False  # whether it leads deeper than LEVELS, or nobody knows how deep
        self._definitions = schema.definitions
        self._ways: dict[tuple[str, int], int] = {}
        self._of_definition("0", LEVELS)

    def _of_definition(self, name: str, levels: int) -> int:
        if (name, levels) not in self._ways:
            self._ways[name, levels] = self._of(self._definitions[name], levels)
        return self._ways[name, levels]

    def _of(self, schema: Json, levels: int) -> int:
        """The ways to the part that most ways lead to, in a value of so many levels."""
        if not isinstance(schema, dict):
            return 1
        if not levels:
            self.is_deep = True
            return 1
        ways = 0
        if isinstance(reference := schema.get("$ref"), str):
            ways += self._of_definition(reference.rpartition("/")[2], levels)
        for part in _parts(schema, _SAME):
            ways += self._of(part, levels)
        for part in _parts(schema, _ALL_OF_THESE):
            ways += self._of(part, levels - 1)
        most = 0
        for part in _parts(schema, _ONE_OF_THESE):
            most = max(most, self._of(part, levels - 1))
        if ways + most > MOST_WAYS:
            raise NotCompilable("ways")
        return max(1, ways + most)


def _parts(schema: Mapping[str, Json], keywords: tuple[str, ...]) -> list[Json]:
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


def is_deeper(value: Json, levels: int) -> bool:
    """Whether lists and objects are nested in each other on more levels."""
    if not isinstance(value, dict | list):
        return False
    if not levels:
        return True
    parts = value.values() if isinstance(value, dict) else value
    return any(is_deeper(part, levels - 1) for part in parts if isinstance(part, dict | list))

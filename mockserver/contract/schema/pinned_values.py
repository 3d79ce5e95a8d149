"""The values that `const` and `enum` allow for the properties of an object: tags that tell branches apart.

References, `allOf` and nested unions are followed. A property is pinned by a union if each branch pins it.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import reduce
from typing import Generic, TypeAlias, TypeVar

from mockserver.data.equality import hashable
from mockserver.data.json import Json, array_or_empty, object_or_empty

Values: TypeAlias = Mapping[Hashable, Json]  # by a key that is the same for equal values
Pins: TypeAlias = Mapping[str, Values]  # by property name
ScopeT = TypeVar("ScopeT")

NULL: Json = {"type": "null"}


class PinnedValues(Generic[ScopeT]):
    """Finds pinned values, and remembers them by schema; the schemas must not change.

    `follow` resolves a reference in a scope to a schema and the scope there; it raises LookupError where the
    reference resolves to nothing.
    """

    def __init__(self, follow: Callable[[str, ScopeT], tuple[Json, ScopeT]]) -> None:
        self._follow = follow
        self._pins: dict[int, tuple[Json, Pins]] = {}  # by id() of the schema, which is kept alive
        self._values: dict[int, tuple[Json, Values | None]] = {}

    def of_properties(self, schema: Json, scope: ScopeT) -> Pins:
        """The allowed values of each property that the schema pins."""
        if not isinstance(schema, dict):
            return {}
        if id(schema) not in self._pins:
            self._pins[id(schema)] = schema, {}  # for a schema that applies to itself
            self._pins[id(schema)] = schema, reduce(_both, self._all_pins(schema, scope))
        return self._pins[id(schema)][1]

    def of_value(self, schema: Json, scope: ScopeT) -> Values | None:
        """The values that the schema lists; None if it does not list them."""
        if not isinstance(schema, dict):
            return None
        if id(schema) not in self._values:
            self._values[id(schema)] = schema, None
            self._values[id(schema)] = schema, reduce(_intersected, self._all_values(schema, scope), None)
        return self._values[id(schema)][1]

    def _all_pins(self, schema: dict[str, Json], scope: ScopeT) -> Iterator[Pins]:
        own = {
            name: self.of_value(member, scope)
            for name, member in object_or_empty(schema.get("properties")).items()
        }
        yield {name: values for name, values in own.items() if values is not None}
        for part, inner in self._parts(schema, scope):
            yield self.of_properties(part, inner)
        for branches in _unions(schema):
            yield _in_all([self.of_properties(branch, scope) for branch in branches])

    def _all_values(self, schema: dict[str, Json], scope: ScopeT) -> Iterator[Values | None]:
        if "const" in schema:
            yield _keyed([schema["const"]])
        if isinstance(listed := schema.get("enum"), list):
            yield _keyed(listed)
        for part, inner in self._parts(schema, scope):
            yield self.of_value(part, inner)
        for branches in _unions(schema):
            yield _united([self.of_value(branch, scope) for branch in branches])

    def _parts(self, schema: dict[str, Json], scope: ScopeT) -> list[tuple[Json, ScopeT]]:
        """The schemas that also hold: behind `$ref`, and in `allOf`."""
        parts: list[tuple[Json, ScopeT]] = [(each, scope) for each in array_or_empty(schema.get("allOf"))]
        if isinstance(reference := schema.get("$ref"), str):
            try:
                parts.append(self._follow(reference, scope))
            except LookupError:
                return parts
        return parts


def _unions(schema: Mapping[str, Json]) -> list[list[Json]]:
    """The branches of `oneOf` and of `anyOf`, without null."""
    unions = [
        [branch for branch in array_or_empty(schema.get(key)) if branch != NULL] for key in ("oneOf", "anyOf")
    ]
    return [branches for branches in unions if branches]


def _keyed(values: list[Json]) -> Values:
    return {hashable(each): each for each in values}


def _intersected(one: Values | None, other: Values | None) -> Values | None:
    if one is None or other is None:
        return other if one is None else one
    return {key: each for key, each in one.items() if key in other}


def _united(lists: list[Values | None]) -> Values | None:
    united: dict[Hashable, Json] = {}
    for values in lists:
        if values is None:
            return None
        united.update(values)
    return united


def _both(one: Pins, other: Pins) -> Pins:
    """The pins where both hold."""
    return {
        name: _intersected(one.get(name), other.get(name)) or {} for name in dict.fromkeys((*one, *other))
    }


def _in_all(branches: list[Pins]) -> Pins:
    """The pins that hold in each branch of a union."""
    first, *others = branches
    shared = [name for name in first if all(name in each for each in others)]
    return {name: _united([each[name] for each in branches]) or {} for name in shared}

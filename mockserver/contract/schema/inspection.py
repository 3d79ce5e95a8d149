"""What is wrong with schemas themselves: malformed keywords, references to nothing and in circles."""

from collections import deque
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeAlias

from mockserver.contract.document.dialect import IN_PLACE, children
from mockserver.contract.schema import ecma
from mockserver.contract.schema.metaschema import META_SCHEMA, hint
from mockserver.contract.schema.registry import SchemaLocation, SchemaRegistry, Scope, Unresolvable
from mockserver.contract.schema.validator import SchemaValidator
from mockserver.data.json import Json, type_phrase
from mockserver.data.reading import DataError, pointer_token
from mockserver.data.suggest import did_you_mean

Key: TypeAlias = tuple[str, Scope]


class Inspection:
    """Looks at the schemas of a library, at each of them once."""

    def __init__(self, library: SchemaRegistry) -> None:
        self._library = library
        self._faults: dict[Key, list[DataError]] = {}
        self._next: dict[Key, list[SchemaLocation]] = {}

    def faults(self, starts: Iterable[SchemaLocation]) -> list[DataError]:
        """What is wrong with these schemas, with those in them, and with those that they lead to."""
        found: list[DataError] = []
        waiting, seen = deque(starts), set()
        while waiting:
            place = waiting.popleft()
            key = place.address, place.scope
            if key in seen:
                continue
            seen.add(key)
            if key not in self._faults:
                self._faults[key] = list(self._faults_at(place))
            found += self._faults[key]
            waiting.extend(place.below(*tokens) for tokens, _ in children(place.schema))
            waiting.extend(self._targets(place))
        return found

    def _faults_at(self, place: SchemaLocation) -> Iterator[DataError]:
        for error in _META.iter_errors(place.schema):
            pointer = "".join(f"/{pointer_token(token)}" for token in error.path)
            yield DataError(place.address + pointer, error.message + hint(place.schema, pointer))
        if isinstance(place.schema, dict):
            yield from _bad_patterns(place.address, place.schema)
        for keyword, reference in _references(place.schema):
            problem = self._problem(place, keyword, reference)
            if problem:
                yield DataError(f"{place.address}/{keyword}", f"{reference!r} {problem}")

    def _problem(self, place: SchemaLocation, keyword: str, reference: str) -> str | None:
        """What is wrong with a reference at this place."""
        try:
            target = _target(place, keyword, reference)
        except Unresolvable as error:
            return self._leads_nowhere(place, reference, error.document)
        if not isinstance(target.schema, dict | bool):
            return f"leads to {type_phrase(target.schema)}, which is not a schema"
        if self._circles(place):
            return "leads back here without looking into the value"
        return None

    def _leads_nowhere(self, place: SchemaLocation, reference: str, unknown: str | None) -> str:
        if unknown is not None:
            return f"leads to the document {unknown!r}, which was not loaded"
        if not reference.startswith("#"):
            return "leads to nothing there"
        if not reference.startswith("#/"):
            return f"leads to nothing{did_you_mean(reference[1:], self._library.anchors())}"
        if place.scope.is_embedded:
            return f"leads to nothing in {place.scope.base!r}, the '$id' that it is read against"
        return f"leads to nothing{did_you_mean(reference.rpartition('/')[2], self._components)}"

    @cached_property
    def _components(self) -> list[str]:
        """The names to guess from."""
        parts = [each.address.split("/") for each in self._library.contract()]
        return [part[3] for part in parts if part[1:3] == ["components", "schemas"] and len(part) == 4]

    def _circles(self, start: SchemaLocation) -> bool:
        """Whether judging a value by this schema comes back to it with the same value, so never ends."""
        waiting, seen = [start], set()
        while waiting:
            place = waiting.pop()
            for following in self._about_the_same(place):
                key = following.address, following.scope
                if following.address == start.address:
                    return True
                if key not in seen:
                    seen.add(key)
                    waiting.append(following)
        return False

    def _about_the_same(self, place: SchemaLocation) -> list[SchemaLocation]:
        """The schemas that this one applies to the very same value."""
        key = place.address, place.scope
        if key not in self._next:
            below = [place.below(*tokens) for tokens, _ in children(place.schema) if tokens[0] in IN_PLACE]
            self._next[key] = below + self._targets(place)
        return self._next[key]

    def _targets(self, place: SchemaLocation) -> list[SchemaLocation]:
        """The schemas that the references at a place lead to."""
        found: list[SchemaLocation] = []
        for keyword, reference in _references(place.schema):
            try:
                found.append(_target(place, keyword, reference))
            except Unresolvable:
                continue  # a fault of its own
        return [each for each in found if isinstance(each.schema, dict | bool)]


def _target(place: SchemaLocation, keyword: str, reference: str) -> SchemaLocation:
    return place.scope.follow(reference, dynamic=keyword == "$dynamicRef")


def _references(schema: Json) -> Iterator[tuple[str, str]]:
    if isinstance(schema, dict):
        for keyword in ("$ref", "$dynamicRef"):
            if isinstance(reference := schema.get(keyword), str):
                yield keyword, reference


def _bad_patterns(pointer: str, schema: dict[str, Json]) -> Iterator[DataError]:
    places = [(f"{pointer}/pattern", schema.get("pattern"))]
    if isinstance(named := schema.get("patternProperties"), dict):
        places += [(f"{pointer}/patternProperties/{pointer_token(each)}", each) for each in named]
    for place, pattern in places:
        if isinstance(pattern, str):
            try:
                ecma.compile_pattern(pattern)
            except ecma.BadPattern as bad:
                yield DataError(place, str(bad))


_META = SchemaValidator(META_SCHEMA)

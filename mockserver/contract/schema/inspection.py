"""Finds what is wrong with schemas: malformed keywords, references that do not resolve, and cycles."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from sys import maxsize
from typing import TypeAlias

from mockserver.contract.document.dialect import IN_PLACE, children
from mockserver.contract.schema import ecma
from mockserver.contract.schema.evaluator import ScopedEvaluator
from mockserver.contract.schema.metaschema import META_SCHEMA, hint
from mockserver.contract.schema.pattern_matching import LONGEST_NESTED, needs_short_texts
from mockserver.contract.schema.registry import SchemaLocation, SchemaRegistry, Scope, Unresolvable
from mockserver.contract.schema.work import WorkBudget
from mockserver.data.json import Json, type_phrase
from mockserver.data.pointer import pointer_token
from mockserver.data.reading import DataError
from mockserver.data.suggest import did_you_mean

Key: TypeAlias = tuple[str, Scope]

_MAY_BACKTRACK = re.compile(r"\(\?<?[=!]|\\[1-9]|\\k<")  # a lookaround or a backreference


class Inspection:
    """Inspects the schemas of a registry, each of them once."""

    def __init__(self, registry: SchemaRegistry) -> None:
        self._registry = registry
        self._errors: dict[Key, list[DataError]] = {}
        self._sound: set[Key] = set()  # schemas without errors in all that they reach
        self._same_value: dict[Key, list[SchemaLocation]] = {}

    def errors(self, starts: Iterable[SchemaLocation]) -> list[DataError]:
        """The errors of these schemas, of their subschemas, and of all schemas that they refer to.

        Schemas that are known to reach no error are not visited again.
        """
        found: list[DataError] = []
        waiting, seen = deque(starts), set()
        while waiting:
            location = waiting.popleft()
            key = location.address, location.scope
            if key in seen or key in self._sound:
                continue
            seen.add(key)
            if key not in self._errors:
                self._errors[key] = list(self._errors_at(location))
            found += self._errors[key]
            waiting.extend(location.below(*tokens) for tokens, _ in children(location.schema))
            waiting.extend(_targets(location))
        if not found:
            self._sound |= seen
        return found

    def _errors_at(self, location: SchemaLocation) -> Iterator[DataError]:
        metaschema, evaluator = _metaschema()
        for error in evaluator.descend(location.schema, metaschema):
            pointer = "".join(f"/{pointer_token(token)}" for token in error.path)
            suggestion = error.suggestion() if error.suggestion else ""
            message = error.message + suggestion + hint(location.schema, pointer)
            yield DataError(location.address + pointer, message)
        if isinstance(location.schema, dict):
            yield from _pattern_errors(location.address, location.schema)
        for keyword, reference in _references(location.schema):
            problem = self._reference_error(location, keyword, reference)
            if problem:
                yield DataError(f"{location.address}/{keyword}", f"{reference!r} {problem}")

    def _reference_error(self, location: SchemaLocation, keyword: str, reference: str) -> str | None:
        """The predicate of a message about the reference; None if it is correct."""
        try:
            target = _target(location, keyword, reference)
        except Unresolvable as error:
            return self._unresolvable(location, reference, error.resource)
        if not isinstance(target.schema, dict | bool):
            return f"refers to {type_phrase(target.schema)}, which is not a schema"
        if self._is_in_cycle(location):
            return "refers back to this schema for the same value, in an endless cycle"
        return None

    def _unresolvable(self, location: SchemaLocation, reference: str, missing: str | None) -> str:
        if missing is not None:
            return f"refers to {missing!r}, which is neither this document nor an '$id' in it"
        if not reference.startswith("#"):
            return "cannot be resolved: that resource has no such schema"
        if not reference.startswith("#/"):
            return f"cannot be resolved{did_you_mean(reference[1:], self._registry.anchors())}"
        if location.scope.is_embedded:
            return f"cannot be resolved in {location.scope.base!r}, the '$id' that it is relative to"
        return f"cannot be resolved{did_you_mean(reference.rpartition('/')[2], self._component_names)}"

    @cached_property
    def _component_names(self) -> list[str]:
        parts = [each.address.split("/") for each in self._registry.locations()]
        return [part[3] for part in parts if part[1:3] == ["components", "schemas"] and len(part) == 4]

    def _is_in_cycle(self, start: SchemaLocation) -> bool:
        """Whether validating a value by this schema leads back to it with the same value, without end."""
        waiting, seen = [start], set()
        while waiting:
            location = waiting.pop()
            for following in self._applied_to_same_value(location):
                key = following.address, following.scope
                if following.address == start.address:
                    return True
                if key not in seen:
                    seen.add(key)
                    waiting.append(following)
        return False

    def _applied_to_same_value(self, location: SchemaLocation) -> list[SchemaLocation]:
        key = location.address, location.scope
        if key not in self._same_value:
            parts = [tokens for tokens, _ in children(location.schema) if tokens[0] in IN_PLACE]
            below = [location.below(*tokens) for tokens in parts]
            self._same_value[key] = below + _targets(location)
        return self._same_value[key]


def _targets(location: SchemaLocation) -> list[SchemaLocation]:
    """The schemas that the references of a schema resolve to."""
    found: list[SchemaLocation] = []
    for keyword, reference in _references(location.schema):
        try:
            found.append(_target(location, keyword, reference))
        except Unresolvable:
            continue  # reported as an error of this location
    return [each for each in found if isinstance(each.schema, dict | bool)]


def _target(location: SchemaLocation, keyword: str, reference: str) -> SchemaLocation:
    return location.scope.resolve(reference, dynamic=keyword == "$dynamicRef")


def _references(schema: Json) -> Iterator[tuple[str, str]]:
    """The references of a schema, each with its keyword."""
    if isinstance(schema, dict):
        for keyword in ("$ref", "$dynamicRef"):
            if isinstance(reference := schema.get(keyword), str):
                yield keyword, reference


def _pattern_errors(pointer: str, schema: dict[str, Json]) -> Iterator[DataError]:
    for location, pattern in _patterns(pointer, schema):
        try:
            ecma.compile_pattern(pattern)
        except ecma.BadPattern as bad:
            yield DataError(location, str(bad))


def foreign_patterns(pointer: str, schema: Json) -> Iterator[DataError]:
    """An error for each pattern of a schema that has constructs of another dialect than ECMA 262."""
    for location, pattern in _patterns(pointer, schema) if isinstance(schema, dict) else ():
        if constructs := ecma.foreign_constructs(pattern):
            found = " and ".join(constructs)
            message = f"the pattern {pattern[:60]!r} has {found} of another dialect than ECMA 262"
            yield DataError(location, f"{message}; it is read as {ecma.ecma_source(pattern)[:60]!r}")


def patterns_for_short_texts(pointer: str, schema: Json) -> Iterator[DataError]:
    """A remark for each pattern of a schema that is not judged for long texts."""
    for location, pattern in _patterns(pointer, schema) if isinstance(schema, dict) else ():
        if _MAY_BACKTRACK.search(pattern) and needs_short_texts(pattern):
            message = f"the pattern {pattern[:60]!r} needs backtracking and nests quantifiers"
            yield DataError(location, f"{message}; it is judged for at most {LONGEST_NESTED} characters")


def _patterns(pointer: str, schema: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """The pointers of a schema's patterns, with the patterns."""
    if isinstance(pattern := schema.get("pattern"), str):
        yield f"{pointer}/pattern", pattern
    named = schema.get("patternProperties")
    for each in named if isinstance(named, dict) else ():
        yield f"{pointer}/patternProperties/{pointer_token(each)}", each


@cache
def _metaschema() -> tuple[Json, ScopedEvaluator]:
    """The metaschema with its evaluator, whose budget never ends: the author of a document is trusted."""
    found = SchemaRegistry({"components": {"schemas": {"Schema": META_SCHEMA}}}).location(
        "/components/schemas/Schema"
    )
    budget = WorkBudget(visits=maxsize, comparisons=maxsize, steps=maxsize)
    return found.schema, ScopedEvaluator(found.scope, budget, formats=False)

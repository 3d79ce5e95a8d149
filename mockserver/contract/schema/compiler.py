"""Schemas compiled: each into its rules, at the first value that it is applied to."""

from collections.abc import Iterator
from typing import Protocol

from mockserver.contract.schema.assertions import ASSERTIONS, assertion
from mockserver.contract.schema.evaluation import Applied, Failure, Spot
from mockserver.contract.schema.in_place import IN_PLACE
from mockserver.contract.schema.inside import INSIDE
from mockserver.contract.schema.keyword import Keyword, Rule
from mockserver.contract.schema.library import Place
from mockserver.model import Json
from mockserver.reading import pointer_token

FALSE = "false schema"  # the keyword of a schema that is plain `false`

_APPLICATORS = {**IN_PLACE, **INSIDE}
_UNEVALUATED = ("unevaluatedProperties", "unevaluatedItems")


class References(Protocol):
    """What references lead to; a `Library` knows."""

    def follow(self, place: Place, reference: str) -> Place: ...
    def follow_dynamic(self, place: Place, reference: str) -> Place: ...


class Compiler:
    """The compiled schemas of all places; without `formats`, `format` is an annotation."""

    def __init__(self, references: References, *, formats: bool = True) -> None:
        self._references = references
        self._formats = formats
        self._schemas: dict[tuple[str, str, tuple[str, ...]], _Schema] = {}

    def schema(self, place: Place) -> Applied:
        """The schema at a place, well formed; there is one for each dynamic scope that leads there."""
        key = place.document, place.pointer, place.entered
        if key not in self._schemas:
            self._schemas[key] = _Schema(place, self)
        return self._schemas[key]

    def rules(self, place: Place) -> list[Rule]:
        """The rules of one schema in its own order; those on what the others leave come last."""
        if not isinstance(place.schema, dict):
            return [] if place.schema else [_never(place)]
        found: list[Rule] = []
        for name in sorted(place.schema, key=_UNEVALUATED.__contains__):
            if name in _APPLICATORS:
                found.append(_APPLICATORS[name](self._keyword(place, place.schema, name)))
            elif name in ASSERTIONS and (self._formats or name != "format"):
                found += assertion(self._keyword(place, place.schema, name))
        return found

    def _keyword(self, place: Place, schema: dict[str, Json], name: str) -> Keyword:
        return Keyword(
            name,
            schema[name],
            beside=schema,
            pointer=f"{place.address}/{pointer_token(name)}",
            below=lambda *tokens: self.schema(place.below(*tokens)),
            behind=lambda reference: self.schema(self._references.follow(place, reference)),
            behind_dynamic=lambda reference: self.schema(self._references.follow_dynamic(place, reference)),
        )


class _Schema:
    """A schema that compiles itself when it is needed."""

    __slots__ = ("_asks", "_compiler", "_place", "_rules")

    def __init__(self, place: Place, compiler: Compiler) -> None:
        self._place = place
        self._compiler = compiler
        self._rules: list[Rule] | None = None
        self._asks = isinstance(place.schema, dict) and not place.schema.keys().isdisjoint(_UNEVALUATED)

    def steps(self, spot: Spot) -> Iterator[tuple[Applied, Spot]]:
        if self._rules is None:
            self._rules = self._compiler.rules(self._place)
        own = Spot(spot.value, spot.path, spot.failures, set()) if self._asks else spot
        for rule in self._rules:
            yield from rule(own)
        if self._asks:
            spot.take(own)


def _never(place: Place) -> Rule:
    def rule(spot: Spot) -> tuple[()]:
        spot.fail([Failure(FALSE, place.address, spot.path, lambda: "no value is allowed here")])
        return ()

    return rule

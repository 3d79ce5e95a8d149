"""Hypothesis strategies for the values that a schema of the contract allows.

Schemas are expanded to alternatives as in `contract.sampling`. hypothesis-jsonschema is used only for numbers
and for arbitrary JSON, because it supports neither JSON Schema 2020-12 nor recursion, reads patterns as
Python does, and its strategies for objects fail with recent versions of Hypothesis.
"""

import json
from collections.abc import Callable
from functools import lru_cache, partial
from itertools import islice
from typing import TypeVar

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from hypothesis_jsonschema import from_schema

from mockserver.contract.document.references import reference_to, referenced_value
from mockserver.contract.operation import DirectedDocument
from mockserver.contract.sampling import Unsatisfiable
from mockserver.contract.sampling.alternatives import Alternative, SchemaAlternatives
from mockserver.contract.sampling.context import Keywords, SamplingContext
from mockserver.contract.sampling.fitting import Fitting
from mockserver.contract.sampling.merging import (
    both,
    count_limit,
    item_schema,
    listed,
    mapping,
    member_schemas,
)
from mockserver.contract.sampling.numbers import make_number
from mockserver.contract.sampling.strings import make_string
from mockserver.contract.schema.direction import REFUSED
from mockserver.contract.schema.ecma import BadPattern
from mockserver.data.json import Json
from mockserver.strategies.known_values import Meaning, Position
from mockserver.strategies.state_index import KnownValue

DEEP = 4  # objects and arrays around a value; at this depth only required members are drawn
ENDLESS = 40  # depth at which a draw is rejected, because required members recurse endlessly
MOST_ALTERNATIVES = 64  # of one schema that are used
MORE_ITEMS = 5  # most items of an array beyond its minimum
MORE_MEMBERS = 2  # most undeclared members of a map beyond its minimum
_TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")  # the simplest first
_NUMERIC = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_ANY_CHARACTER = st.characters(codec="utf-8")
_ANYTHING = from_schema(True)
T = TypeVar("T")


def as_key(value: Json) -> str:
    """A hashable key that is the same for equal values."""
    return json.dumps(value, sort_keys=True)


class Values:
    """Strategies for the values of one directed document.

    `characters` are the characters of strings without a pattern or format.
    """

    def __init__(self, side: DirectedDocument, characters: SearchStrategy[str] | None = None) -> None:
        self._side = side
        self._characters = characters
        self._expansion = SchemaAlternatives(self.resolve, allowance=2)
        self.fits = Fitting(self.resolve).fits
        self._value = st.composite(self._draw)  # once, because Hypothesis parses the source of the function
        self._alternatives: dict[str, list[Alternative]] = {}

    def for_pointer(self, pointer: str | None, position: Position | None = None) -> SearchStrategy[Json]:
        """A strategy for valid values of the schema at a pointer; None means any JSON value.

        With a position, most values that mean something in its state are drawn from there.
        """
        if pointer is None:
            return self.for_schema(True, position=position)
        judge = self._side.judges.judge(pointer)
        return self.for_schema({"$ref": reference_to(pointer)}, position=position).filter(judge.accepts)

    def resolve(self, reference: str) -> Json:
        """The schema that a `$ref` of the document names."""
        return referenced_value(self._side.document, reference)

    def for_schema(
        self, schema: Json, depth: int = 0, position: Position | None = None
    ) -> SearchStrategy[Json]:
        """A strategy for values of a schema that are valid in most cases."""
        return self._value(schema, depth, position)

    def alternatives(self, schema: Json) -> list[Alternative]:
        """The alternatives of a schema; empty if it allows no value."""
        key = as_key(schema)
        if key not in self._alternatives:
            try:
                self._alternatives[key] = list(
                    islice(self._expansion.alternatives(schema, SamplingContext(None)), MOST_ALTERNATIVES)
                )
            except (Unsatisfiable, BadPattern):
                self._alternatives[key] = []
        return self._alternatives[key]

    def _draw(self, draw: DrawFn, schema: Json, depth: int, position: Position | None) -> Json:
        alternatives = self.alternatives(schema)
        if not alternatives or depth > ENDLESS:
            return reject()
        if position is not None and (known := self._known(draw, schema, position)) is not None:
            return known.value
        if not alternatives[0].keywords:
            return draw(self._anything(depth))
        alternative = draw(st.sampled_from(alternatives))
        value = self._from_alternative(draw, alternative, depth, position)
        return value if not alternative.needs_check or self.fits(value, schema) else reject()

    def _known(self, draw: DrawFn, schema: Json, position: Position) -> KnownValue | None:
        """A value that the state has for the position, if it is drawn."""
        keywords = self.alternatives(schema)[0].keywords
        meaning = Meaning(
            as_key(schema), listed(keywords.get("enum", [])), listed(keywords.get("examples", []))
        )
        return position.draw(draw, partial(self.fits, schema=schema), meaning)

    def _from_alternative(
        self, draw: DrawFn, alternative: Alternative, depth: int, position: Position | None
    ) -> Json:
        keywords = alternative.keywords
        if "enum" in keywords:
            fitting = [each for each in listed(keywords["enum"]) if self.fits(each, keywords)]
            return draw(st.sampled_from(fitting)) if fitting else reject()
        named = listed(keywords["type"]) if "type" in keywords else list(_TYPES)
        match draw(st.sampled_from([each for each in _TYPES if each in named])):
            case "null":
                return None
            case "boolean":
                return draw(st.booleans())
            case "integer":
                return _number(draw, keywords, whole=True)
            case "number":
                return _number(draw, keywords, whole=False)
            case "string":
                return self._string(draw, keywords)
            case "array":
                return self._array(draw, keywords, depth, position)
        return self._object(draw, keywords, depth, position)

    def _anything(self, depth: int) -> SearchStrategy[Json]:
        """A strategy for any JSON value: strings if `characters` was given, null in a deep value."""
        if self._characters is not None:
            return st.text(self._characters)
        return _ANYTHING if depth < DEEP else st.none()

    def _string(self, draw: DrawFn, keywords: Keywords) -> Json:
        if keywords.keys() & {"pattern", "format", "contentEncoding"}:
            return _sampled(draw, lambda context: make_string(keywords, context))
        low, high = _bounds(keywords, "Length")
        characters = _ANY_CHARACTER if self._characters is None else self._characters
        return draw(st.text(characters, min_size=low, max_size=high))

    def _array(self, draw: DrawFn, keywords: Keywords, depth: int, position: Position | None) -> Json:
        low, high = _bounds(keywords, "Items")
        front = [
            item_schema(keywords, index) for index in range(len(listed(keywords.get("prefixItems", []))))
        ]
        if "contains" in keywords:
            least = count_limit(keywords, "minContains")
            wanted = 1 if least is None else least
            front += [both(keywords["contains"], item_schema(keywords, len(front)))] * wanted
        rest = item_schema(keywords, len(front))
        most = low if depth >= DEEP or not self.alternatives(rest) else low + MORE_ITEMS
        most = most if high is None else min(most, high)
        made = [
            draw(self.for_schema(each, depth + 1, position))
            for each in front[: most if high is not None else None]
        ]
        unique = as_key if keywords.get("uniqueItems") is True else None
        return made + draw(
            st.lists(
                self.for_schema(rest, depth + 1, position),
                min_size=max(0, low - len(made)),
                max_size=max(0, most - len(made), low - len(made)),
                unique_by=unique,
            )
        )

    def _object(self, draw: DrawFn, keywords: Keywords, depth: int, position: Position | None) -> Json:
        required = [str(each) for each in listed(keywords.get("required", []))]
        made: dict[str, Json] = {}
        optional = [name for name in mapping(keywords, "properties") if name not in required]
        if position is not None:
            position = position.in_record(draw, (*required, *optional))
        _, high = _bounds(keywords, "Properties")
        dependents = mapping(keywords, "dependentRequired")
        for name in [*required, *optional]:
            schema = both(*member_schemas(keywords, name))
            if name not in required:
                full = depth >= DEEP or (high is not None and len(made) >= high)
                if full or not self._is_sent(schema) or not is_present(draw, position, name):
                    continue
                required += [str(each) for each in listed(dependents.get(name, []))]
            made[name] = draw(self.for_schema(schema, depth + 1, position and position.member(name)))
        for name in dict.fromkeys(required):  # those that drawn members require
            if name not in made:
                made[name] = draw(self.for_schema(both(*member_schemas(keywords, name)), depth + 1))
        return self._with_undeclared(draw, keywords, made, depth)

    def _with_undeclared(self, draw: DrawFn, keywords: Keywords, made: dict[str, Json], depth: int) -> Json:
        """Add undeclared members: as many as minProperties requires, and some more in a map."""
        is_map = isinstance(keywords.get("additionalProperties"), dict) or "patternProperties" in keywords
        low, high = _bounds(keywords, "Properties")
        most = low if not is_map or depth >= DEEP else max(low, len(made) + MORE_MEMBERS)
        most = most if high is None else min(most, high)
        wanted = draw(st.integers(max(0, low - len(made)), max(0, most - len(made))))
        names = draw(st.lists(self._undeclared_names(keywords), min_size=wanted, max_size=wanted))
        for name in names:
            schema = both(*member_schemas(keywords, name))
            if name not in made and self.alternatives(schema):
                made[name] = draw(self.for_schema(schema, depth + 1))
        if len(made) < low:
            reject()
        return made

    def _undeclared_names(self, keywords: Keywords) -> SearchStrategy[str]:
        """A strategy for names of undeclared members, which match one of the patterns if there are any."""
        schemas: list[Json] = [{"pattern": each} for each in mapping(keywords, "patternProperties")]
        if keywords.get("additionalProperties") is not False:
            schemas.append({})
        rule = keywords.get("propertyNames", True)
        return (
            st.sampled_from(schemas)
            .flatmap(lambda each: self.for_schema(both({"type": "string"}, each, rule)))
            .map(str)
        )

    def _is_sent(self, schema: Json) -> bool:
        """Whether a member may be sent in this direction: not if it is readOnly in a request, for example."""
        return any(REFUSED not in each.keywords for each in self.alternatives(schema))


def is_present(draw: DrawFn, position: Position | None, name: str) -> bool:
    """Draw whether an optional member is present."""
    return draw(st.booleans()) if position is None else position.is_present(draw, name)


def _bounds(keywords: Keywords, what: str) -> tuple[int, int | None]:
    """The minimum and maximum of a size; rejects the draw if they contradict each other."""
    low, high = count_limit(keywords, f"min{what}") or 0, count_limit(keywords, f"max{what}")
    return (low, high) if high is None or low <= high else reject()


def _number(draw: DrawFn, keywords: Keywords, *, whole: bool) -> Json:
    """Draw a number; hypothesis-jsonschema neither knows formats nor draws exact multiples of fractions."""
    rules: dict[str, Json] = {keyword: keywords[keyword] for keyword in _NUMERIC if keyword in keywords}
    if "format" in keywords or isinstance(keywords.get("multipleOf"), float):
        return _sampled(draw, lambda context: make_number(keywords, context, whole=whole))
    return draw(_numbers(as_key({**rules, "type": "integer" if whole else "number"})))


@lru_cache(maxsize=256)
def _numbers(schema: str) -> SearchStrategy[Json]:
    return from_schema(json.loads(schema))


def _sampled(draw: DrawFn, make: Callable[[SamplingContext], T]) -> T:
    """Draw a value with a generator of `contract.sampling`, with randomness that Hypothesis can shrink."""
    try:
        return make(SamplingContext(draw(st.randoms(use_true_random=False))))
    except Unsatisfiable:
        return reject()

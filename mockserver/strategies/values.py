"""Hypothesis strategies for the values that a schema of the contract allows.

The schema is flattened as for samples (references, `allOf`, one branch of each choice). hypothesis-jsonschema
makes numbers and free JSON; the rest is made here: its objects ask for parts of Hypothesis that newer ones
no longer have, it knows neither 2020-12 nor recursion, and its patterns are Python's.
"""

import json
from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from hypothesis_jsonschema import from_schema

from mockserver.contract.document.references import pointer_of, reference_to, value_at
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

DEEP = 4  # objects and lists around a value; deeper ones keep to what is required
ENDLESS = 40  # ... and here nothing ends what is required
WAYS = 64  # of meeting one schema, that are tried
MORE = 5  # items of a list beyond the least
MORE_MEMBERS = 2  # of a map
_TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")  # the simplest first
_NUMERIC = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_TEXT = st.characters(codec="utf-8")
_ANYTHING = from_schema(True)
T = TypeVar("T")


def as_key(value: Json) -> str:
    """A text that is the same for the same value; a list or an object cannot be looked up by itself."""
    return json.dumps(value, sort_keys=True)


class Values:
    """Strategies for one side of a document; `characters` are those of texts that no pattern governs."""

    def __init__(self, side: DirectedDocument, characters: SearchStrategy[str] | None = None) -> None:
        self._side = side
        self._characters = characters
        self._alternatives = SchemaAlternatives(self.resolve, allowance=2)
        self.fits = Fitting(self.resolve).fits
        self._value = st.composite(self._draw)  # once, for Hypothesis reads the source of what it is given
        self._ways: dict[str, list[Alternative]] = {}

    def for_pointer(self, pointer: str | None) -> SearchStrategy[Json]:
        """The values that the side's judge accepts by the schema at a pointer; None: any JSON."""
        if pointer is None:
            return self.for_schema(True)
        judge = self._side.judges.judge(pointer)
        return self.for_schema({"$ref": reference_to(pointer)}).filter(judge.accepts)

    def resolve(self, reference: str) -> Json:
        """The schema that a `$ref` of this side's document names."""
        return value_at(self._side.document, pointer_of(reference))

    def for_schema(self, schema: Json, depth: int = 0) -> SearchStrategy[Json]:
        """Values for a schema, near enough that a judge rarely rejects one."""
        return self._value(schema, depth)

    def ways(self, schema: Json) -> list[Alternative]:
        """The ways to meet a schema, each as flat keywords; none where it allows nothing."""
        key = as_key(schema)
        if key not in self._ways:
            try:
                self._ways[key] = list(
                    islice(self._alternatives.alternatives(schema, SamplingContext(None)), WAYS)
                )
            except (Unsatisfiable, BadPattern):
                self._ways[key] = []
        return self._ways[key]

    def _draw(self, draw: DrawFn, schema: Json, depth: int) -> Json:
        ways = self.ways(schema)
        if not ways or depth > ENDLESS:
            return reject()
        if not ways[0].keywords:
            return draw(self._anything(depth))
        alternative = draw(st.sampled_from(ways))
        value = self._made(draw, alternative, depth)
        return value if not alternative.needs_check or self.fits(value, schema) else reject()

    def _made(self, draw: DrawFn, alternative: Alternative, depth: int) -> Json:
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
                return self._text(draw, keywords)
            case "array":
                return self._list(draw, keywords, depth)
        return self._object(draw, keywords, depth)

    def _anything(self, depth: int) -> SearchStrategy[Json]:
        """Any JSON; but a text where the characters matter, and nothing large deep down."""
        if self._characters is not None:
            return st.text(self._characters)
        return _ANYTHING if depth < DEEP else st.none()

    def _text(self, draw: DrawFn, keywords: Keywords) -> Json:
        if keywords.keys() & {"pattern", "format", "contentEncoding"}:
            return _tried(draw, lambda context: make_string(keywords, context))
        low, high = _bounds(keywords, "Length")
        characters = _TEXT if self._characters is None else self._characters
        return draw(st.text(characters, min_size=low, max_size=high))

    def _list(self, draw: DrawFn, keywords: Keywords, depth: int) -> Json:
        low, high = _bounds(keywords, "Items")
        front = [
            item_schema(keywords, index) for index in range(len(listed(keywords.get("prefixItems", []))))
        ]
        if "contains" in keywords:
            least = count_limit(keywords, "minContains")
            wanted = 1 if least is None else least
            front += [both(keywords["contains"], item_schema(keywords, len(front)))] * wanted
        rest = item_schema(keywords, len(front))
        most = low if depth >= DEEP or not self.ways(rest) else low + MORE
        most = most if high is None else min(most, high)
        made = [
            draw(self.for_schema(each, depth + 1)) for each in front[: most if high is not None else None]
        ]
        unique = as_key if keywords.get("uniqueItems") is True else None
        return made + draw(
            st.lists(
                self.for_schema(rest, depth + 1),
                min_size=max(0, low - len(made)),
                max_size=max(0, most - len(made), low - len(made)),
                unique_by=unique,
            )
        )

    def _object(self, draw: DrawFn, keywords: Keywords, depth: int) -> Json:
        required = [str(each) for each in listed(keywords.get("required", []))]
        made: dict[str, Json] = {}
        optional = [name for name in mapping(keywords, "properties") if name not in required]
        _, high = _bounds(keywords, "Properties")
        dependents = mapping(keywords, "dependentRequired")
        for name in [*required, *optional]:
            schema = both(*member_schemas(keywords, name))
            if name not in required:
                full = depth >= DEEP or (high is not None and len(made) >= high)
                if full or not self._may_stand(schema) or not draw(st.booleans()):
                    continue
                required += [str(each) for each in listed(dependents.get(name, []))]
            made[name] = draw(self.for_schema(schema, depth + 1))
        for name in dict.fromkeys(required):  # those that others depend on
            if name not in made:
                made[name] = draw(self.for_schema(both(*member_schemas(keywords, name)), depth + 1))
        return self._with_others(draw, keywords, made, depth)

    def _with_others(self, draw: DrawFn, keywords: Keywords, made: dict[str, Json], depth: int) -> Json:
        """The object with members that no property names: as many as it needs, in a map more."""
        is_map = isinstance(keywords.get("additionalProperties"), dict) or "patternProperties" in keywords
        low, high = _bounds(keywords, "Properties")
        most = low if not is_map or depth >= DEEP else max(low, len(made) + MORE_MEMBERS)
        most = most if high is None else min(most, high)
        wanted = draw(st.integers(max(0, low - len(made)), max(0, most - len(made))))
        names = draw(st.lists(self._names(keywords), min_size=wanted, max_size=wanted))
        for name in names:
            schema = both(*member_schemas(keywords, name))
            if name not in made and self.ways(schema):
                made[name] = draw(self.for_schema(schema, depth + 1))
        if len(made) < low:
            reject()
        return made

    def _names(self, keywords: Keywords) -> SearchStrategy[str]:
        """Names of members that no property names, by the patterns where there are any."""
        schemas: list[Json] = [{"pattern": each} for each in mapping(keywords, "patternProperties")]
        if keywords.get("additionalProperties") is not False:
            schemas.append({})
        rule = keywords.get("propertyNames", True)
        return (
            st.sampled_from(schemas)
            .flatmap(lambda each: self.for_schema(both({"type": "string"}, each, rule)))
            .map(str)
        )

    def _may_stand(self, schema: Json) -> bool:
        """Whether a member can be there at all: not where the other direction alone sends it."""
        return any(REFUSED not in way.keywords for way in self.ways(schema))


def _bounds(keywords: Keywords, what: str) -> tuple[int, int | None]:
    """The least and the greatest size; nothing is drawn where they exclude each other."""
    low, high = count_limit(keywords, f"min{what}") or 0, count_limit(keywords, f"max{what}")
    return (low, high) if high is None or low <= high else reject()


def _number(draw: DrawFn, keywords: Keywords, *, whole: bool) -> Json:
    """A number; a multiple of a fraction is ours, for hypothesis-jsonschema rounds it, and so are formats."""
    rules: dict[str, Json] = {keyword: keywords[keyword] for keyword in _NUMERIC if keyword in keywords}
    if "format" in keywords or isinstance(keywords.get("multipleOf"), float):
        return _tried(draw, lambda context: make_number(keywords, context, whole=whole))
    return draw(_numbers(as_key({**rules, "type": "integer" if whole else "number"})))


@lru_cache(maxsize=256)
def _numbers(schema: str) -> SearchStrategy[Json]:
    return from_schema(json.loads(schema))


def _tried(draw: DrawFn, make: Callable[[SamplingContext], T]) -> T:
    """What `contract.sampling` makes, with Hypothesis for its dice, so that it shrinks."""
    try:
        return make(SamplingContext(draw(st.randoms(use_true_random=False))))
    except Unsatisfiable:
        return reject()

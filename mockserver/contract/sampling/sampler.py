"""Values for schemas: the ways to meet a schema are tried in order, until one holds."""

from collections.abc import Callable, Iterator
from random import Random

from msgspec import Struct

from mockserver.contract.description import Direction
from mockserver.contract.sampling.alternatives import Alternative, SchemaAlternatives
from mockserver.contract.sampling.arrays import make_array
from mockserver.contract.sampling.context import (
    LIFELIKE_DEPTH,
    Keywords,
    Resolve,
    SamplingContext,
    Unsatisfiable,
)
from mockserver.contract.sampling.fitting import Fitting
from mockserver.contract.sampling.merging import listed, mapping
from mockserver.contract.sampling.numbers import make_number
from mockserver.contract.sampling.objects import hidden, make_object
from mockserver.contract.sampling.strings import make_string
from mockserver.contract.schema.ecma import BadPattern
from mockserver.data.json import Json

ATTEMPTS = 12  # whole bodies made until the caller accepts one
TRIES = 40  # values made for one schema whose keywords need checking
BUSY = 2_000  # values after which only what is required is made
STEPS = 40_000  # values, over all attempts, after which the search is given up
MISSES = 2_000  # ... and values that did not hold
SHOWN = 0.3  # the chance of a schema's own example in a varied body
ABSENT = 0.15  # the chance of null where it is allowed

_TYPES = ("string", "integer", "number", "object", "array", "boolean", "null")
_HINTS = {
    "object": ("properties", "required", "additionalProperties", "patternProperties", "minProperties"),
    "array": ("items", "prefixItems", "minItems", "contains"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


def generate(
    schema: Json,
    resolve: Resolve,
    *,
    seed: int | None = None,
    direction: Direction = "response",
    accepts: Callable[[Json], bool] | None = None,
) -> Json:
    """A value that is valid against the schema (JSON Schema 2020-12 as OpenAPI 3.1 uses it).

    `resolve` gives the schema that a `$ref` names. Without a seed the value is the plain one: the schema's
    own examples, else short and readable; with a seed it varies, and is the same for the same seed. A
    request leaves out what is `readOnly`, a response what is `writeOnly`, unless it is required.
    `accepts` judges a whole value; others are tried, a few times. Raises Unsatisfiable; what `resolve`
    raises passes through.
    """
    failure: Unsatisfiable | None = None
    spent = _Spent()
    for attempt in range(ATTEMPTS):
        sampler = _Sampler(resolve, direction, allowance=1 + attempt % 3, spent=spent)
        rng = None
        if seed is not None or attempt >= ATTEMPTS // 4:
            rng = Random(f"{seed}/{attempt}")
        try:
            value = sampler.sample(schema, SamplingContext(rng))
        except Unsatisfiable as error:
            failure = error
        except _Exhausted as exhausted:
            raise failure or exhausted.failure from None
        else:
            if accepts is None or accepts(value):
                return value
    raise failure or Unsatisfiable("", "the values that were found were not accepted")


class _Exhausted(Exception):
    """The search is over, for all who would try on: so it is none of the failures that they catch."""

    def __init__(self, failure: Unsatisfiable) -> None:
        super().__init__(str(failure))
        self.failure = failure


class _Spent(Struct):
    """What all attempts at a value have cost together."""

    steps: int = 0  # values that were begun
    misses: int = 0  # values that did not hold


class _Sampler:
    """One attempt at a body."""

    def __init__(self, resolve: Resolve, direction: Direction, *, allowance: int, spent: _Spent) -> None:
        self.direction = direction
        self.fits = Fitting(resolve).fits
        self._alternatives = SchemaAlternatives(resolve, allowance)
        self._spare = Random(0)  # for plain values whose first form does not hold
        self._spent = spent
        self._steps = 0

    @property
    def is_busy(self) -> bool:
        return self._steps > BUSY

    def sample(self, schema: Json, context: SamplingContext) -> Json:
        """A value for the schema; raises Unsatisfiable."""
        self._steps += 1
        self._spent.steps += 1
        if self._spent.steps > STEPS or self._spent.misses > MISSES:
            raise _Exhausted(context.refuse(f"no value was found in {self._spent.steps - 1} steps"))
        failure = None
        try:
            for alternative in self._alternatives.alternatives(schema, context):
                try:
                    return self._met(alternative, schema)
                except Unsatisfiable as error:
                    failure = failure or error
        except BadPattern as error:
            raise context.refuse(str(error)) from None
        raise failure or context.refuse("no value was found")

    def _met(self, alternative: Alternative, schema: Json) -> Json:
        """A value of this alternative that the schema allows."""
        keywords, context = alternative.keywords, alternative.context
        if not _PREFERRED.isdisjoint(keywords) and (context.rng is None or context.chance(SHOWN)):
            for value in self._preferred(keywords, context):
                if self.fits(value, schema) and self.fits(value, keywords):
                    return value
        if "enum" in keywords:
            return self._member(alternative, schema)
        failure = None
        for type_ in _types(keywords, context):
            try:
                return self._tried(type_, alternative, schema)
            except Unsatisfiable as error:
                failure = failure or error
        raise failure or context.refuse("no type is allowed")

    def _preferred(self, keywords: Keywords, context: SamplingContext) -> Iterator[Json]:
        """The schema's own examples and its default."""
        own = listed(keywords.get("examples", []))
        own = [*own, *([keywords["default"]] if "default" in keywords else [])]
        for value in own if context.rng is None else context.rng.sample(own, len(own)):
            yield self._shown(value, keywords) if isinstance(value, dict) else value

    def _shown(self, value: dict[str, Json], keywords: Keywords) -> Json:
        """An example without the members that stay out of this direction."""
        required = listed(keywords.get("required", []))
        properties = mapping(keywords, "properties")
        return {
            name: member
            for name, member in value.items()
            if name in required or not hidden(properties.get(name), self)
        }

    def _member(self, alternative: Alternative, schema: Json) -> Json:
        allowed = listed(alternative.keywords["enum"])
        valid = [
            each for each in allowed if self.fits(each, schema) and self.fits(each, alternative.keywords)
        ]
        if not valid:
            raise alternative.context.refuse("no value of enum or const is valid beside the other keywords")
        return valid[0] if alternative.context.rng is None else alternative.context.rng.choice(valid)

    def _tried(self, type_: str, alternative: Alternative, schema: Json) -> Json:
        context = alternative.context
        for _ in range(TRIES):
            value = self._of_type(type_, alternative.keywords, context)
            if not alternative.needs_check or self.fits(value, schema):
                return value
            self._spent.misses += 1
            context = context.with_rng(context.rng or self._spare)
        raise context.refuse(f"no value of type {type_} was found that also meets not, oneOf, if or contains")

    def _of_type(self, type_: str, keywords: Keywords, context: SamplingContext) -> Json:
        match type_:
            case "object":
                return make_object(keywords, context, self)
            case "array":
                return make_array(keywords, context, self)
            case "string":
                return make_string(keywords, context)
            case "integer" | "number":
                return make_number(keywords, context, whole=type_ == "integer")
            case "boolean":
                return context.rng is None or context.rng.random() < 0.5
            case "null":
                return None
        raise context.refuse(f"the type {type_!r} is unknown")


_PREFERRED = frozenset(("examples", "default"))


def _types(keywords: Keywords, context: SamplingContext) -> list[str]:
    """The types to try, in order: as written or as the keywords suggest, null last or, at times, first."""
    if "type" in keywords:
        types = [str(each) for each in listed(keywords["type"])]
    else:
        suggested = [each for each, hints in _HINTS.items() if not keywords.keys().isdisjoint(hints)]
        return list(dict.fromkeys((*suggested, *_TYPES)))
    if context.rng is not None:
        types = context.rng.sample(types, len(types))
    null_first = context.depth > LIFELIKE_DEPTH or context.chance(ABSENT)
    return sorted(types, key=lambda each: (each == "null") != null_first)

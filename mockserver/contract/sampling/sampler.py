"""Generate a value for a schema: its alternatives are tried in order until one yields a valid value."""

from collections.abc import Callable, Iterator
from random import Random

from msgspec import Struct

from mockserver.contract.description import Direction
from mockserver.contract.sampling.alternatives import Alternative, SchemaAlternatives
from mockserver.contract.sampling.arrays import make_array
from mockserver.contract.sampling.context import (
    REALISTIC_DEPTH,
    Keywords,
    Resolve,
    SamplingContext,
    Unsatisfiable,
)
from mockserver.contract.sampling.fitting import Fitting
from mockserver.contract.sampling.merging import listed, mapping
from mockserver.contract.sampling.numbers import make_number
from mockserver.contract.sampling.objects import is_omitted, make_object
from mockserver.contract.sampling.strings import make_string
from mockserver.contract.schema.ecma import BadPattern
from mockserver.data.json import Json

ATTEMPTS = 12  # whole values generated until the caller accepts one
TRIES = 40  # values generated for one schema until one is valid
BUSY = 2_000  # values after which only required members are generated
STEPS = 40_000  # values generated in all attempts before the search ends
MISSES = 2_000  # invalid values generated in all attempts before the search ends
EXAMPLE_PROBABILITY = 0.3  # of using a schema's own example in a varied value
NULL_PROBABILITY = 0.15  # of null in a varied value, if it is allowed

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
    """Generate a value that is valid against the schema (JSON Schema 2020-12 as OpenAPI 3.1 uses it).

    `resolve` returns the schema that a `$ref` names; its errors are not caught. Without a seed the value is
    plain: the schema's own example, else short and readable. With a seed it varies, but is the same for the
    same seed. Optional properties are omitted if they are `readOnly` in a request or `writeOnly` in a
    response. `accepts` validates a whole value; if it returns False, another value is generated, up to
    ATTEMPTS times. Raises Unsatisfiable.
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
    raise failure or Unsatisfiable("", "no generated value was valid")


class _Exhausted(Exception):
    """The search has reached a limit; not an Unsatisfiable, so that no caller tries another alternative."""

    def __init__(self, failure: Unsatisfiable) -> None:
        super().__init__(str(failure))
        self.failure = failure


class _Spent(Struct):
    """What all attempts have used of the limits."""

    steps: int = 0  # values begun
    misses: int = 0  # invalid values


class _Sampler:
    """One attempt to generate a value."""

    def __init__(self, resolve: Resolve, direction: Direction, *, allowance: int, spent: _Spent) -> None:
        self.direction = direction
        self.fits = Fitting(resolve).fits
        self._alternatives = SchemaAlternatives(resolve, allowance)
        self._fallback_rng = Random(0)  # for plain values whose first form is invalid
        self._spent = spent
        self._steps = 0

    @property
    def is_busy(self) -> bool:
        return self._steps > BUSY

    def sample(self, schema: Json, context: SamplingContext) -> Json:
        """Generate a value for the schema; raises Unsatisfiable."""
        self._steps += 1
        self._spent.steps += 1
        if self._spent.steps > STEPS or self._spent.misses > MISSES:
            raise _Exhausted(context.unsatisfiable(f"no value was found in {self._spent.steps - 1} steps"))
        failure = None
        try:
            for alternative in self._alternatives.alternatives(schema, context):
                try:
                    return self._from_alternative(alternative, schema)
                except Unsatisfiable as error:
                    failure = failure or error
        except BadPattern as error:
            raise context.unsatisfiable(str(error)) from None
        raise failure or context.unsatisfiable("no value was found")

    def _from_alternative(self, alternative: Alternative, schema: Json) -> Json:
        """Generate a value of this alternative that is valid against the schema."""
        keywords, context = alternative.keywords, alternative.context
        if not _PREFERRED.isdisjoint(keywords) and (
            context.rng is None or context.chance(EXAMPLE_PROBABILITY)
        ):
            for value in self._preferred(keywords, context):
                if self.fits(value, schema) and self.fits(value, keywords):
                    return value
        if "enum" in keywords:
            return self._enum_value(alternative, schema)
        failure = None
        for type_ in _types(keywords, context):
            try:
                return self._valid_of_type(type_, alternative, schema)
            except Unsatisfiable as error:
                failure = failure or error
        raise failure or context.unsatisfiable("no type is allowed")

    def _preferred(self, keywords: Keywords, context: SamplingContext) -> Iterator[Json]:
        """The schema's own examples, then its default."""
        own = listed(keywords.get("examples", []))
        own = [*own, *([keywords["default"]] if "default" in keywords else [])]
        for value in own if context.rng is None else context.rng.sample(own, len(own)):
            yield self._without_omitted(value, keywords) if isinstance(value, dict) else value

    def _without_omitted(self, value: dict[str, Json], keywords: Keywords) -> Json:
        """An example without the properties that are omitted in this direction."""
        required = listed(keywords.get("required", []))
        properties = mapping(keywords, "properties")
        return {
            name: member
            for name, member in value.items()
            if name in required or not is_omitted(properties.get(name), self)
        }

    def _enum_value(self, alternative: Alternative, schema: Json) -> Json:
        allowed = listed(alternative.keywords["enum"])
        valid = [
            each for each in allowed if self.fits(each, schema) and self.fits(each, alternative.keywords)
        ]
        if not valid:
            raise alternative.context.unsatisfiable("no value of enum or const satisfies the other keywords")
        return valid[0] if alternative.context.rng is None else alternative.context.rng.choice(valid)

    def _valid_of_type(self, type_: str, alternative: Alternative, schema: Json) -> Json:
        context = alternative.context
        for _ in range(TRIES):
            value = self._of_type(type_, alternative.keywords, context)
            if not alternative.needs_check or self.fits(value, schema):
                return value
            self._spent.misses += 1
            context = context.with_rng(context.rng or self._fallback_rng)
        raise context.unsatisfiable(
            f"no value of type {type_} was found that also satisfies not, oneOf, if or contains"
        )

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
        raise context.unsatisfiable(f"{type_!r} is not a valid type")


_PREFERRED = frozenset(("examples", "default"))


def _types(keywords: Keywords, context: SamplingContext) -> list[str]:
    """The types to try: as in the schema or as its keywords suggest; null comes last or, sometimes, first."""
    if "type" in keywords:
        types = [str(each) for each in listed(keywords["type"])]
    else:
        suggested = [each for each, hints in _HINTS.items() if not keywords.keys().isdisjoint(hints)]
        return list(dict.fromkeys((*suggested, *_TYPES)))
    if context.rng is not None:
        types = context.rng.sample(types, len(types))
    null_first = context.depth > REALISTIC_DEPTH or context.chance(NULL_PROBABILITY)
    return sorted(types, key=lambda each: (each == "null") != null_first)

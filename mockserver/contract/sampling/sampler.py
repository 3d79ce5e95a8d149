"""Generate a value for a schema: its alternatives are tried in order until one yields a valid value."""

from collections.abc import Iterator
from itertools import islice
from random import Random

from msgspec import Struct, field

from mockserver.contract.description import Direction
from mockserver.contract.sampling.alternatives import Alternative, SchemaAlternatives
from mockserver.contract.sampling.arrays import make_array
from mockserver.contract.sampling.coherence import coherent_choices, coherent_values, is_left_out
from mockserver.contract.sampling.context import (
    PREFERRED,
    REALISTIC_DEPTH,
    Keywords,
    Resolve,
    SamplingContext,
    Unsatisfiable,
)
from mockserver.contract.sampling.families import NO_FAMILIES, Families
from mockserver.contract.sampling.fitting import Fitting
from mockserver.contract.sampling.merging import listed, mapping
from mockserver.contract.sampling.numbers import make_number
from mockserver.contract.sampling.objects import is_omitted, make_object
from mockserver.contract.sampling.strings import make_string
from mockserver.contract.schema.ecma import BadPattern
from mockserver.data.json import Json

TRIES = 40  # scalars generated for one schema until one is valid
LARGE_TRIES = 12  # objects and arrays, likewise
BUSY = 2_000  # values after which only required members are generated
ENUM_CHOICES = 500  # valid members of an enum from which one is chosen
STEPS = 12_000  # values generated in all attempts before the search ends
MISSES = 2_000  # invalid values generated in all attempts before the search ends
EXAMPLE_PROBABILITY = 0.3  # of using a schema's own example in a varied value
NULL_PROBABILITY = 0.15  # of null in a varied value, if it is allowed

_TYPES = ("string", "integer", "number", "object", "array", "boolean", "null")
_HINTS = {
    "object": ("properties", "required", "additionalProperties", "patternProperties", "minProperties"),
    "array": ("items", "prefixItems", "minItems", "contains"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


class Exhausted(Exception):
    """The search has reached a limit; not an Unsatisfiable, so that no caller tries another alternative."""

    def __init__(self, failure: Unsatisfiable) -> None:
        super().__init__(str(failure))
        self.failure = failure


class Spent(Struct):
    """What all attempts may still use, and the schemas that they gave up."""

    steps_left: int = STEPS  # values begun
    misses_left: int = MISSES  # invalid values
    hopeless: dict[int, tuple[Json, Unsatisfiable]] = field(default_factory=dict)  # by id() of the schema


class SchemaSampler:
    """One attempt to generate a value.

    A lenient one raises nothing: where keywords cannot be satisfied, it ignores all but the structure.
    `uses_examples` is whether the schemas' own examples and defaults are used.
    """

    def __init__(
        self,
        resolve: Resolve,
        direction: Direction,
        allowance: int,
        spent: Spent,
        *,
        families: Families = NO_FAMILIES,
        lenient: bool = False,
        uses_examples: bool = True,
    ) -> None:
        self.direction = direction
        self.fits = Fitting(resolve).fits
        self._alternatives = SchemaAlternatives(resolve, allowance, families, lenient=lenient)
        self._fallback_rng = Random(0)  # for plain values whose first form is invalid
        self._spent = spent
        self._steps = 0
        self._lenient = lenient
        self._uses_examples = uses_examples

    @property
    def is_busy(self) -> bool:
        return self._steps > BUSY

    def sample(self, schema: Json, context: SamplingContext) -> Json:
        """Generate a value for the schema; raises Unsatisfiable, Exhausted."""
        self._steps += 1
        self._spent.steps_left -= 1
        if self._lenient:
            return self._best_value(schema, context)
        if self._spent.steps_left < 0 or self._spent.misses_left < 0:
            steps = STEPS - self._spent.steps_left - 1
            raise Exhausted(context.unsatisfiable(f"no value was found in {steps} steps"))
        if id(schema) in self._spent.hopeless:
            raise self._spent.hopeless[id(schema)][1]
        return self._value(schema, context)

    def _value(self, schema: Json, context: SamplingContext) -> Json:
        """A value of the first alternative that has one; null where a coherent answer has no such member."""
        if is_left_out(context.name, context) and self.fits(None, schema):
            return None
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

    def _best_value(self, schema: Json, context: SamplingContext) -> Json:
        """A value that satisfies at least the types and the structure, or is empty."""
        if self._spent.steps_left < 0:
            return empty_value(schema)
        try:
            return self._value(schema, context)
        except Unsatisfiable:
            pass
        try:
            for alternative in self._alternatives.alternatives(schema, context):
                keywords = structure_of(alternative.keywords)
                return self._of_type(_types(keywords, alternative.context)[0], keywords, alternative.context)
        except (Unsatisfiable, BadPattern, IndexError):
            pass
        return empty_value(schema)

    def _from_alternative(self, alternative: Alternative, schema: Json) -> Json:
        """Generate a value of this alternative that is valid against the schema."""
        keywords, context = alternative.keywords, alternative.context
        for value in self._first_choices(keywords, context):
            if self.fits(value, keywords) and self.fits(value, schema):
                return value
        if (
            self._uses_examples
            and not _OWN_VALUES.isdisjoint(keywords)
            and (context.rng is None or context.chance(EXAMPLE_PROBABILITY))
        ):
            for value in self._own_values(keywords, context):
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

    def _first_choices(self, keywords: Keywords, context: SamplingContext) -> Iterator[Json]:
        """The tags of a discriminator, and what agrees with the answer."""
        if PREFERRED in keywords:
            tags = listed(keywords[PREFERRED])
            yield from tags if context.rng is None else context.rng.sample(tags, len(tags))
        yield from coherent_values(keywords, context)

    def _own_values(self, keywords: Keywords, context: SamplingContext) -> Iterator[Json]:
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
        keywords, context = alternative.keywords, alternative.context
        others = {keyword: value for keyword, value in keywords.items() if keyword != "enum"}
        accepted = (
            each
            for each in listed(keywords["enum"])
            if self.fits(each, others) and (not alternative.needs_check or self.fits(each, schema))
        )
        valid = list(islice(accepted, ENUM_CHOICES)) or (listed(keywords["enum"]) if self._lenient else [])
        if not valid:
            raise context.unsatisfiable("no value of enum or const satisfies the other keywords")
        choices = coherent_choices(valid, context)
        return choices[0] if context.rng is None else context.rng.choice(choices)

    def _valid_of_type(self, type_: str, alternative: Alternative, schema: Json) -> Json:
        context = alternative.context
        first = value = self._of_type(type_, alternative.keywords, context)
        tries = LARGE_TRIES if type_ in ("object", "array") else TRIES
        for _ in range(tries if alternative.needs_check else 0):
            if self.fits(value, schema):
                return value
            self._spent.misses_left -= 1
            if self._spent.misses_left < 0:
                break
            context = context.with_rng(context.rng or self._fallback_rng)
            value = self._of_type(type_, alternative.keywords, context)
        if self._lenient or not alternative.needs_check:
            return first
        failure = context.unsatisfiable(
            f"no value of type {type_} was found that also satisfies not, oneOf, if or contains"
        )
        self._spent.hopeless[id(schema)] = schema, failure
        raise failure

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


_OWN_VALUES = frozenset(("examples", "default"))


_STRUCTURE = ("type", "properties", "required", "additionalProperties", "prefixItems", "items", "format")


def structure_of(keywords: Keywords) -> Keywords:
    """The keywords that give a value its types and its parts, without limits."""
    return {keyword: keywords[keyword] for keyword in _STRUCTURE if keyword in keywords}


def empty_value(schema: Json) -> Json:
    """The empty value of the first type that the schema itself names; an empty object if it names none."""
    types = listed(schema["type"]) if isinstance(schema, dict) and "type" in schema else ["object"]
    empty: dict[str, Json] = {"string": "", "integer": 0, "number": 0, "array": [], "boolean": False}
    return None if types[0] == "null" else empty.get(str(types[0]), {})


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

"""Patterns by ECMA 262, as JSON Schema says (2020-12 core, section 6.4), and the keywords that read them.

Python's `re` takes `٤٢` for `\\d` and lets `$` match before a last line break; ECMA 262 does neither.
The engine backtracks: a pattern such as `(a+)+$` takes exponential time on a text that does not match.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Protocol

from jsonschema.exceptions import ValidationError
from regress import Regex, RegressError

from mockserver.model import Json
from mockserver.nearest import did_you_mean

Schema = Mapping[str, Json]

FALSE = "false schema"
NOTHING: Json = {FALSE: True}  # how the judge writes a plain `false`

LIMIT_GUESSES = 20  # beyond so many unknown properties the body is of another kind: no guessing
_UNICODE_ONLY = (r"\p{", r"\P{", r"\u{")  # without the u flag these would silently mean plain letters
_IN_PLACE_LISTS = ("allOf", "anyOf", "oneOf")


class BadPattern(ValueError):
    """A pattern that ECMA 262 refuses; `reason` is the engine's."""

    def __init__(self, pattern: str, reason: str) -> None:
        super().__init__(f"{pattern[:60]!r} is no pattern of ECMA 262: {reason}")
        self.pattern = pattern
        self.reason = reason


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Regex:
    """The compiled pattern, read with the u flag, else (for old escapes such as `\\-`) without it.

    Raises BadPattern where both refuse it.
    """
    try:
        return Regex(pattern, "u")
    except UnicodeEncodeError:
        raise BadPattern(pattern, "it holds half of a surrogate pair") from None
    except RegressError as error:
        reason = str(error)
    if not any(each in pattern for each in _UNICODE_ONLY):
        try:
            return Regex(pattern)
        except RegressError:
            pass  # the reason of the first, stricter reading is told
    raise BadPattern(pattern, reason)


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found anywhere in the text; raises BadPattern."""
    regex = compile_pattern(pattern)
    try:
        return regex.find(text) is not None
    except UnicodeEncodeError:
        return regex.find(_well_formed(text)) is not None


def _well_formed(text: str) -> str:
    """Surrogate pairs joined, and lone surrogates (which the engine cannot take) as U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class Resolved(Protocol):
    contents: Json
    resolver: "Resolver"


class Resolver(Protocol):
    def lookup(self, ref: str) -> Resolved: ...


class Validator(Protocol):
    """What a keyword sees of jsonschema's validator."""

    _resolver: Resolver

    def is_type(self, instance: Json, type: str) -> bool: ...
    def is_valid(self, instance: Json) -> bool: ...
    def evolve(self, *, schema: Json, _resolver: Resolver = ...) -> "Validator": ...
    def descend(
        self, instance: Json, schema: Json, path: str | int | None = ..., schema_path: str | int | None = ...
    ) -> Iterator[ValidationError]: ...


def pattern_properties(
    validator: Validator, patterns: dict[str, Json], value: Json, schema: Schema
) -> Iterator[ValidationError]:
    """`patternProperties`."""
    if isinstance(value, dict):
        for pattern, subschema in patterns.items():
            for name, member in value.items():
                if matches(pattern, name):
                    yield from validator.descend(member, subschema, path=name, schema_path=pattern)


def additional_properties(
    validator: Validator, subschema: Json, value: Json, schema: Schema
) -> Iterator[ValidationError]:
    """`additionalProperties`: what neither `properties` nor `patternProperties` speak of."""
    if isinstance(value, dict):
        named = _named(schema, value)
        yield from _rest(validator, subschema, value, schema, [name for name in value if name not in named])


def unevaluated_properties(
    validator: Validator, subschema: Json, value: Json, schema: Schema
) -> Iterator[ValidationError]:
    """`unevaluatedProperties`: what no schema that applies to this object speaks of."""
    if isinstance(value, dict):
        own = {key: each for key, each in schema.items() if key != "unevaluatedProperties"}
        known = _evaluated(validator, own, value)
        yield from _rest(validator, subschema, value, schema, [name for name in value if name not in known])


def _rest(
    validator: Validator, subschema: Json, value: dict[str, Json], schema: Schema, names: list[str]
) -> Iterator[ValidationError]:
    properties = schema.get("properties")
    known = properties if isinstance(properties, dict) and len(names) <= LIMIT_GUESSES else ()
    for name in names:
        if subschema == NOTHING:
            guess = did_you_mean(name, known) if len(name) <= 100 else ""
            yield ValidationError(f"the property {name[:60]!r} is not known{guess}", path=(name,))
        else:
            yield from validator.descend(value[name], subschema, path=name)


def _named(schema: Schema, value: dict[str, Json]) -> set[str]:
    properties, patterns = schema.get("properties"), schema.get("patternProperties")
    named = set(properties).intersection(value) if isinstance(properties, dict) else set()
    if isinstance(patterns, dict):
        named.update(name for name in value if any(matches(pattern, name) for pattern in patterns))
    return named


def _evaluated(validator: Validator, schema: Json, value: dict[str, Json]) -> set[str]:
    """The properties that a schema which accepts the value has looked at (2020-12 core, section 11.3)."""
    if not isinstance(schema, dict):
        return set()
    if "additionalProperties" in schema or "unevaluatedProperties" in schema:
        return set(value)
    known = _named(schema, value)
    for part, subschema in _in_place(validator, schema, value):
        if part.is_valid(value):
            known |= _evaluated(part, subschema, value)
    return known


def _in_place(
    validator: Validator, schema: dict[str, Json], value: dict[str, Json]
) -> Iterator[tuple[Validator, Json]]:
    """The subschemas that apply to the same value, each with the validator that it is read by."""
    for keyword in ("$ref", "$dynamicRef"):
        if isinstance(ref := schema.get(keyword), str):
            target = validator._resolver.lookup(ref)  # jsonschema shows a keyword no other way
            yield validator.evolve(schema=target.contents, _resolver=target.resolver), target.contents
    parts: list[Json] = []
    for keyword in _IN_PLACE_LISTS:
        parts += branches if isinstance(branches := schema.get(keyword), list) else []
    if isinstance(dependent := schema.get("dependentSchemas"), dict):
        parts += [each for name, each in dependent.items() if name in value]
    if "if" in schema:
        holds = validator.evolve(schema=schema["if"]).is_valid(value)
        parts += [schema["if"], schema.get("then", True)] if holds else [schema.get("else", True)]
    for part in parts:
        yield validator.evolve(schema=part), part

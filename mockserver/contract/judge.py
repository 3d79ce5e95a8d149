"""Judges values by the schemas of an OpenAPI 3.1 document, and the schemas by their own rules.

The walk through a value is jsonschema's (2020-12); patterns follow ECMA 262, `multipleOf` is exact, and the
sentences are ours. `format` is an annotation, as 2020-12 has it: to assert it, add a row to `_KEYWORDS`.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Any, TypeAlias
from urllib.parse import quote, unquote, urldefrag

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from mockserver.contract import dialect, ecma
from mockserver.contract.ecma import Schema, Validator
from mockserver.model import Json
from mockserver.nearest import did_you_mean, nearest
from mockserver.reading import MISSING, BadData, Cursor, Fault, kind, pointer_token

_DOCUMENT = "contract:document"  # the base URI of the one document; never fetched
_QUOTED = 60  # characters of a value that a message quotes
_LISTED = 12  # values of an enum that a message lists
_TYPE_WORDS = {
    "array": "a list",
    "boolean": "a boolean",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a text",
}

Errors: TypeAlias = Iterator[ValidationError]
Keyword: TypeAlias = Callable[[Validator, Any, Json, Schema], Errors]


@dataclass(frozen=True, slots=True)
class SchemaViolation:
    """One rule that a value breaks.

    `pointer` leads into the value, `schema_pointer` into the document, to the rule (both by RFC 6901).
    The keyword of a schema that is plain `false` is "false schema".
    """

    pointer: str
    keyword: str
    message: str
    schema_pointer: str


class Judge:
    """Judges values by one schema; made by `Judges.at`."""

    def __init__(self, schema: Schema, registry: "Registry[Any]") -> None:
        self._validator = _Validator(schema, registry=registry)

    def accepts(self, value: Json) -> bool:
        """Whether the value breaks no rule; stops at the first that it breaks."""
        return bool(self._validator.is_valid(value))

    def violations(self, value: Json) -> list[SchemaViolation]:
        """Every rule that the value breaks, in the order of the schema."""
        return [_violation(error) for error in self._validator.iter_errors(value)]


class Judges:
    """The judges of one OpenAPI 3.1 document (a 3.0 one goes through `dialect.upgrade` first)."""

    def __init__(self, document: dict[str, Json]) -> None:
        self._document = dialect.map_schemas(document, _prepared)
        resource = DRAFT202012.create_resource(self._document)
        self._registry: Registry[Any] = Registry().with_resource(_DOCUMENT, resource)
        self._resolver = self._registry.resolver(_DOCUMENT)
        self._judges: dict[str, Judge] = {}

    def at(self, pointer: str) -> Judge:
        """The judge of the schema at this JSON Pointer of the document.

        Raises BadData where that schema, or one that it leads to, is malformed or refers to nothing.
        """
        if pointer not in self._judges:
            if self._found(_reference(pointer)) is MISSING:
                raise BadData([Fault(pointer, "the document has no schema here")])
            faults = [fault for each in self._reachable(pointer) for fault in self._faults_at(*each)]
            if faults:
                raise BadData(faults)
            self._judges[pointer] = Judge({"$ref": _DOCUMENT + _reference(pointer)}, self._registry)
        return self._judges[pointer]

    def faults(self) -> list[Fault]:
        """What is wrong with the document's schemas themselves, in document order."""
        return [fault for each in dialect.schemas(self._document) for fault in self._faults_at(*each)]

    def _faults_at(self, pointer: str, schema: Json) -> Iterator[Fault]:
        for violation in _META_JUDGE.violations(schema):
            yield Fault(pointer + violation.pointer, violation.message)
        if isinstance(schema, dict):
            yield from _bad_patterns(pointer, schema)
            yield from self._bad_reference(pointer, schema)

    def _bad_reference(self, pointer: str, schema: dict[str, Json]) -> Iterator[Fault]:
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return
        target = self._found(reference)
        if target is MISSING:
            names = [at.rpartition("/")[2] for at, _ in dialect.schemas(self._document) if _is_component(at)]
            guess = did_you_mean(reference.rpartition("/")[2], names)
            yield Fault(f"{pointer}/$ref", f"{reference!r} leads to nothing{guess}")
        elif not isinstance(target, dict | bool):
            yield Fault(f"{pointer}/$ref", f"{reference!r} leads to {kind(target)}, which is no schema")
        elif self._circles(pointer):
            yield Fault(f"{pointer}/$ref", f"{reference!r} leads back here without looking into the value")

    def _found(self, reference: str) -> object:
        """What a reference in the document leads to, or MISSING."""
        if not _is_local(reference):
            try:
                return self._resolver.lookup(reference).contents
            except (Unresolvable, ValueError):  # ValueError: no URI at all
                return MISSING
        place = Cursor(self._document)
        for token in unquote(reference).split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            place /= int(key) if isinstance(place.value, list) and key.isdecimal() else key
        return place.value

    def _reachable(self, pointer: str) -> Iterator[tuple[str, Json]]:
        """The schema at the pointer, its subschemas, and all that their references lead to, each once."""
        waiting, seen = [pointer], set()
        while waiting:
            start = waiting.pop()
            for at, schema in dialect.subschemas(start, self._schema(start)) if start not in seen else ():
                if at not in seen:
                    yield at, schema
                seen.add(at)
                waiting += self._target(schema)

    def _circles(self, pointer: str) -> bool:
        """Whether judging a value by this schema comes back to it with the same value, so never ends."""
        waiting, seen = [pointer], set()
        while waiting:
            at = waiting.pop()
            schema = self._schema(at)
            nexts = [*self._target(schema), *(each for each, _ in dialect.in_place(at, schema))]
            if pointer in nexts:
                return True
            waiting += [each for each in nexts if each not in seen]
            seen.update(nexts)
        return False

    def _target(self, schema: Json) -> list[str]:
        """Where in the document the schema's reference leads, if it has one that leads anywhere."""
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        if isinstance(reference, str) and _is_local(reference):
            return [unquote(reference[1:])] if isinstance(self._found(reference), dict | bool) else []
        return []

    def _schema(self, pointer: str) -> Json:
        return self._found(_reference(pointer))  # type: ignore[return-value]  # only asked of places that exist


def _is_local(reference: str) -> bool:
    return reference == "#" or reference.startswith("#/")


def _reference(pointer: str) -> str:
    return "#" + quote(pointer)


def _is_component(pointer: str) -> bool:
    return pointer.startswith("/components/schemas/") and pointer.count("/") == 3


def _prepared(_: str, schema: Json) -> Json:
    """The schema so that in jsonschema a plain `false` keeps its place and `$schema` switches no dialect."""
    if schema is False:
        return ecma.NOTHING
    return (
        {key: each for key, each in schema.items() if key != "$schema"}
        if isinstance(schema, dict)
        else schema
    )


def _bad_patterns(pointer: str, schema: dict[str, Json]) -> Iterator[Fault]:
    places = [(f"{pointer}/pattern", schema.get("pattern"))]
    if isinstance(named := schema.get("patternProperties"), dict):
        places += [(f"{pointer}/patternProperties/{pointer_token(each)}", each) for each in named]
    for place, pattern in places:
        if isinstance(pattern, str):
            try:
                ecma.compile_pattern(pattern)
            except ecma.BadPattern as bad:
                yield Fault(place, str(bad))


class _Target(str):
    """The pointer that a `$ref` led to, in an error's schema path."""


def _violation(error: ValidationError) -> SchemaViolation:
    rule = ""
    for token in error.schema_path:
        rule = token if isinstance(token, _Target) else f"{rule}/{pointer_token(token)}"
    return SchemaViolation(
        "".join(f"/{pointer_token(token)}" for token in error.path),
        str(error.validator),
        error.message.encode("utf-8", "backslashreplace").decode(),
        rule.removesuffix(f"/{ecma.FALSE}"),
    )


def _quoted(value: Json) -> str:
    """A value as a message shows it: short, on one line."""
    match value:
        case str():
            return repr(value if len(value) <= _QUOTED else value[:_QUOTED] + "…")
        case bool():
            return "true" if value else "false"
        case int() if value.bit_length() > 3 * _QUOTED:  # Python refuses to write out the longest ones
            return f"a number of about {round(value.bit_length() * 0.30103)} digits"
        case int() | float():
            return repr(value)
    return kind(value)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _frozen(value: Json) -> Hashable:
    """Equal for values that JSON Schema calls equal: 1 and 1.0, but not 1 and true."""
    match value:
        case dict():
            return frozenset((name, _frozen(member)) for name, member in value.items())
        case list():
            return tuple(map(_frozen, value))
        case bool():
            return (bool, value)
    return value


def _is_multiple(value: float, step: float) -> bool:
    """Exact, as the decimals are written: 19.99 is a multiple of 0.01."""
    return _is_finite(step) and _is_finite(value) and _exact(value) % _exact(step) == 0


def _is_finite(value: float) -> bool:
    return isinstance(value, int) or isfinite(value)


def _exact(number: float) -> Fraction:
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def _twins(items: list[Json]) -> tuple[int, int] | None:
    """The indexes of the first two items that are equal."""
    seen: dict[Hashable, int] = {}
    for index, item in enumerate(items):
        first = seen.setdefault(_frozen(item), index)
        if first != index:
            return first, index
    return None


def _type_sentence(value: Json, types: str | list[str]) -> str:
    words = [_TYPE_WORDS[each] for each in ([types] if isinstance(types, str) else types)]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"expected {' or '.join(words)}, found {_quoted(value) if is_number else kind(value)}"


def _enum_sentence(value: Json, values: list[Json]) -> str:
    shown = [each if isinstance(each, str) and each else _quoted(each) for each in values[:_LISTED]]
    listed = ", ".join(shown) + (f" and {len(values) - _LISTED} more" if len(values) > _LISTED else "")
    match = None
    if isinstance(value, str) and len(value) <= _QUOTED:
        match = nearest(value, [each for each in values if isinstance(each, str)])
    return f"{_quoted(value)} is none of {listed}" + (f"; did you mean {match!r}?" if match else "")


def _rule(kind_of: str, holds: Callable[[Any, Any], bool], sentence: Callable[[Any, Any], str]) -> Keyword:
    """A keyword that looks at values of one type, and at nothing but the value and its own limit."""

    def keyword(validator: Validator, limit: Any, value: Json, schema: Schema) -> Errors:
        if validator.is_type(value, kind_of) and not holds(value, limit):
            yield ValidationError(sentence(value, limit))

    return keyword


def _size(kind_of: str, one: str, many: str) -> tuple[Keyword, Keyword]:
    """The keywords for the least and the greatest size of a text, list or object."""

    def sentence(bound: str) -> Callable[[Any, int], str]:
        return lambda value, limit: f"expected at {bound} {_count(limit, one, many)}, found {len(value)}"

    least = _rule(kind_of, lambda value, limit: len(value) >= limit, sentence("least"))
    return least, _rule(kind_of, lambda value, limit: len(value) <= limit, sentence("most"))


def _type(validator: Validator, types: str | list[str], value: Json, schema: Schema) -> Errors:
    if not any(validator.is_type(value, each) for each in ([types] if isinstance(types, str) else types)):
        yield ValidationError(_type_sentence(value, types))


def _enum(validator: Validator, values: list[Json], value: Json, schema: Schema) -> Errors:
    frozen = _frozen(value)
    if all(_frozen(each) != frozen for each in values):
        yield ValidationError(_enum_sentence(value, values))


def _const(validator: Validator, constant: Json, value: Json, schema: Schema) -> Errors:
    if _frozen(value) != _frozen(constant):
        yield ValidationError(f"expected {_quoted(constant)} and nothing else, found {_quoted(value)}")


def _false(validator: Validator, _: Json, value: Json, schema: Schema) -> Errors:
    yield ValidationError("no value is allowed here")


def _required(validator: Validator, names: list[str], value: Json, schema: Schema) -> Errors:
    if isinstance(value, dict):
        for name in names:
            if name not in value:
                yield ValidationError(f"the property {name!r} is missing")


def _dependent_required(validator: Validator, needs: dict[str, list[str]], value: Json, _: Schema) -> Errors:
    if isinstance(value, dict):
        for given, names in needs.items():
            for name in names:
                if given in value and name not in value:
                    yield ValidationError(
                        f"the property {name!r} is missing, which {given!r} needs beside it"
                    )


def _property_names(validator: Validator, subschema: Json, value: Json, schema: Schema) -> Errors:
    if isinstance(value, dict):
        for name in value:
            for error in validator.descend(name, subschema):
                error.message = f"the name of the property {_quoted(name)}: {error.message}"
                yield error


def _items(validator: Validator, subschema: Json, value: Json, schema: Schema) -> Errors:
    prefix = schema.get("prefixItems")
    first = len(prefix) if isinstance(prefix, list) else 0
    for index, item in enumerate(value) if isinstance(value, list) else ():
        if index >= first and subschema == ecma.NOTHING:
            yield ValidationError(
                f"the list may have {_count(first, 'item', 'items')}, no more", path=(index,)
            )
        elif index >= first:
            yield from validator.descend(item, subschema, path=index)


def _contains(validator: Validator, subschema: Json, value: Json, schema: Schema) -> Errors:
    if isinstance(value, list):
        part = validator.evolve(schema=subschema)
        fitting = sum(1 for item in value if part.is_valid(item))
        least, most = schema.get("minContains", 1), schema.get("maxContains")
        if isinstance(least, int | float) and fitting < least:
            yield ValidationError(f"expected at least {least} fitting among the items, found {fitting}")
        if isinstance(most, int | float) and fitting > most:
            yield ValidationError(f"expected at most {most} fitting among the items, found {fitting}")


def _unevaluated_items(validator: Validator, subschema: Json, value: Json, schema: Schema) -> Errors:
    for _ in _STANDARD["unevaluatedItems"](validator, subschema, value, schema):
        yield ValidationError("the list has items that no part of its schema allows")


def _not(validator: Validator, subschema: Json, value: Json, schema: Schema) -> Errors:
    if validator.evolve(schema=subschema).is_valid(value):
        yield ValidationError(f"{_quoted(value)} is what the schema under 'not' rules out")


def _any_of(validator: Validator, branches: list[Json], value: Json, schema: Schema) -> Errors:
    failed: list[list[ValidationError]] = []
    for index, branch in enumerate(branches):
        errors = list(validator.descend(value, branch, schema_path=index))
        if not errors:
            return
        failed.append(errors)
    yield from _closest(branches, failed, value)


def _one_of(validator: Validator, branches: list[Json], value: Json, schema: Schema) -> Errors:
    tried = [list(validator.descend(value, each, schema_path=index)) for index, each in enumerate(branches)]
    fitting = [index for index, errors in enumerate(tried) if not errors]
    if not fitting:
        yield from _closest(branches, tried, value)
    elif len(fitting) > 1:
        numbers = ", ".join(str(index + 1) for index in fitting)
        yield ValidationError(f"{_quoted(value)} fits the alternatives {numbers}, and may fit only one")


def _closest(branches: list[Json], failed: list[list[ValidationError]], value: Json) -> Errors:
    """The errors of the alternative that was meant, where one stands out, else one error for all of them."""
    meant = [errors for errors in failed if not _is_of_another_type(errors)]
    meant = meant or [
        errors for branch, errors in zip(branches, failed, strict=True) if branch != {"type": "null"}
    ]
    ranked = sorted(meant, key=_distance)
    if len(ranked) == 1 or (ranked and _distance(ranked[0]) < _distance(ranked[1])):
        yield from ranked[0]
    else:
        yield ValidationError(f"{_quoted(value)} fits none of the {len(failed)} alternatives")


def _is_of_another_type(errors: list[ValidationError]) -> bool:
    return any(error.validator == "type" and not error.path for error in errors)


def _distance(errors: list[ValidationError]) -> tuple[bool, int]:
    """Lower is nearer; a fixed value that differs, such as a discriminator's, outweighs all else."""
    return any(error.validator in ("const", "enum") for error in errors), len(errors)


def _ref(validator: Validator, reference: str, value: Json, schema: Schema) -> Errors:
    target = _Target(unquote(urldefrag(reference).fragment))
    for error in _STANDARD["$ref"](validator, reference, value, schema):
        error.schema_path.appendleft(target)
        yield error


def _twin_sentence(value: list[Json], _: bool) -> str:
    return "the items {} and {} (counted from 0) are equal".format(*_twins(value) or ())


def _than(comparison: str) -> Callable[[Any, Any], str]:
    return lambda value, limit: f"{_quoted(value)} is {comparison} {_quoted(limit)}"


_STANDARD = Draft202012Validator.VALIDATORS
_MIN_LENGTH, _MAX_LENGTH = _size("string", "character", "characters")
_MIN_ITEMS, _MAX_ITEMS = _size("array", "item", "items")
_MIN_PROPERTIES, _MAX_PROPERTIES = _size("object", "property", "properties")
_KEYWORDS: dict[str, Keyword] = {
    "minimum": _rule("number", lambda value, limit: value >= limit, _than("less than")),
    "maximum": _rule("number", lambda value, limit: value <= limit, _than("greater than")),
    "exclusiveMinimum": _rule("number", lambda value, limit: value > limit, _than("not greater than")),
    "exclusiveMaximum": _rule("number", lambda value, limit: value < limit, _than("not less than")),
    "multipleOf": _rule("number", _is_multiple, _than("not a multiple of")),
    "minLength": _MIN_LENGTH,
    "maxLength": _MAX_LENGTH,
    "pattern": _rule(
        "string", lambda value, limit: ecma.matches(limit, value), _than("not matched by the pattern")
    ),
    "minItems": _MIN_ITEMS,
    "maxItems": _MAX_ITEMS,
    "uniqueItems": _rule("array", lambda value, limit: not limit or _twins(value) is None, _twin_sentence),
    "minProperties": _MIN_PROPERTIES,
    "maxProperties": _MAX_PROPERTIES,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "required": _required,
    "dependentRequired": _dependent_required,
    "propertyNames": _property_names,
    "patternProperties": ecma.pattern_properties,
    "additionalProperties": ecma.additional_properties,
    "unevaluatedProperties": ecma.unevaluated_properties,
    "items": _items,
    "contains": _contains,
    "unevaluatedItems": _unevaluated_items,
    "not": _not,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "$ref": _ref,
    ecma.FALSE: _false,
}
_Validator = extend(Draft202012Validator, _KEYWORDS)  # type: ignore[no-untyped-call]
_META_JUDGE = Judge(dialect.META_SCHEMA, Registry())

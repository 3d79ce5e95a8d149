"""The alternatives of a schema, each as one flat set of keywords.

References are followed, `allOf` is merged, and one branch is chosen of each `anyOf`, `oneOf`, `if` and
dependent schema.
"""

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.document.discriminators import branch_names
from mockserver.contract.sampling.context import (
    PREFERRED,
    Keywords,
    Resolve,
    SamplingContext,
    Unsatisfiable,
)
from mockserver.contract.sampling.families import NO_FAMILIES, Families
from mockserver.contract.sampling.merging import both, listed, mapping, merge
from mockserver.contract.schema.pinned_values import NULL
from mockserver.data.json import Json

_STRUCTURE = frozenset(
    ("$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas")
) | {"const", "example", "discriminator"}
_TO_CHECK = frozenset(
    ("oneOf", "if", "not", "contains", "dependentSchemas")
)  # what merging alone does not guarantee
_NESTING = ("$ref", "anyOf", "oneOf", "allOf", "properties", "items")


class Alternative(Struct, frozen=True):
    """One way to satisfy a schema."""

    keywords: Keywords
    context: SamplingContext
    needs_check: bool  # whether a value that satisfies the keywords can still be invalid


_Choice: TypeAlias = tuple[list[Json], ...]  # schemas of which one must hold; later lists are fallbacks


class _Flat(Struct, frozen=True):
    """Keywords that always hold, and the choices that are still open."""

    keywords: Keywords
    choices: tuple[_Choice, ...]
    context: SamplingContext
    needs_check: bool


class SchemaAlternatives:
    """Finds the alternatives of the schemas of one document.

    `allowance` limits how often one reference may be followed within itself. If `lenient`, of keywords that
    exclude each other one is dropped, and the schema false allows any value.
    """

    def __init__(
        self, resolve: Resolve, allowance: int, families: Families = NO_FAMILIES, *, lenient: bool = False
    ) -> None:
        self._resolve = resolve
        self._allowance = allowance
        self._families = families
        self._lenient = lenient

    def alternatives(self, schema: Json, context: SamplingContext) -> Iterator[Alternative]:
        """All alternatives, the preferred ones first; raises Unsatisfiable if all are contradictory."""
        if isinstance(schema, dict) and _STRUCTURE.isdisjoint(schema) and not self._families.tags(schema):
            yield Alternative(schema, context, not _TO_CHECK.isdisjoint(schema))
            return
        yield from self._expanded(self._flat(schema, context))

    def _expanded(self, flat: _Flat) -> Iterator[Alternative]:
        if not flat.choices:
            yield Alternative(flat.keywords, flat.context, flat.needs_check)
            return
        choice, *rest = flat.choices
        settled = replace(flat, choices=tuple(rest))
        failure, found = flat.context.unsatisfiable("anyOf or oneOf has no schemas"), False
        for option in _ordered(choice, flat.context):
            try:
                for alternative in self._expanded(self._joined(settled, self._flat(option, flat.context))):
                    found = True
                    yield alternative
            except Unsatisfiable as error:
                failure = error
        if not found:
            raise failure

    def _flat(
        self, schema: Json, context: SamplingContext, merged: set[tuple[str, bool]] | None = None
    ) -> _Flat:
        """The schema with its references and `allOf` merged.

        `merged` has the references that were merged already, with `is_child`: schemas that are reached by
        several ways are merged once, because the number of ways may double with each level.
        """
        merged = set() if merged is None else merged
        if not isinstance(schema, dict):
            if schema is False and not self._lenient:
                raise context.unsatisfiable("the schema false allows no value")
            return _Flat({}, (), context, False)
        choices = _choices(schema)
        if self._families.is_child(schema):
            context = context.as_child()
        elif not context.is_child and (children := self._families.children(schema)):
            choices = ((children, [True]), *choices)
        keywords = _direct_keywords(schema, context)
        if (tags := self._families.tags(schema)) is not None:
            keywords = merge(tags, keywords, context)
        flat = _Flat(keywords, choices, context, not _TO_CHECK.isdisjoint(schema))
        for keyword in ("$ref", "$dynamicRef"):
            if isinstance(ref := schema.get(keyword), str):
                flat = self._joined(flat, self._referenced(ref, context, merged, alone=len(schema) == 1))
        for part in listed(schema.get("allOf", [])):
            flat = self._joined(flat, self._flat(part, context, merged))
        return flat

    def _referenced(
        self, ref: str, context: SamplingContext, merged: set[tuple[str, bool]], *, alone: bool
    ) -> _Flat:
        key = ref, context.is_child
        if key in merged:
            return _Flat({}, (), context, False)
        allowance = self._allowance + context.is_child  # a child refers to the parent that it replaces
        if context.open_references.count(ref) >= allowance:
            raise context.unsatisfiable(f"{ref} refers to itself endlessly")
        flat = self._flat(self._resolve(ref), context.behind(ref, alone=alone), merged)
        merged.add(key)
        return flat

    def _joined(self, one: _Flat, other: _Flat) -> _Flat:
        try:
            keywords = merge(one.keywords, other.keywords, one.context)
        except Unsatisfiable:
            if not self._lenient:
                raise
            keywords = {**other.keywords, **one.keywords}
        return _Flat(
            keywords,
            one.choices + other.choices,
            other.context.joined_with(one.context),
            one.needs_check or other.needs_check,
        )


def _direct_keywords(schema: Keywords, context: SamplingContext) -> Keywords:
    """The schema's keywords that apply directly, with `const` as an `enum` of one value."""
    direct = {keyword: value for keyword, value in schema.items() if keyword not in _STRUCTURE}
    if "const" in schema:
        direct = merge({"enum": [schema["const"]]}, direct, context)
    if "example" in schema:
        direct["examples"] = [schema["example"], *listed(direct.get("examples", []))]
    return direct


def _choices(schema: Keywords) -> tuple[_Choice, ...]:
    choices: list[_Choice] = [
        (_discriminated(schema, options), options)
        for options in (listed(schema[keyword]) for keyword in ("anyOf", "oneOf") if keyword in schema)
    ]
    if "if" in schema:
        condition = schema["if"]
        otherwise = both({"not": condition}, schema.get("else", True))
        choices.append(([both(condition, schema.get("then", True)), otherwise],))
    for name, dependent in mapping(schema, "dependentSchemas").items():
        choices.append(([both({"required": [name]}, dependent), {"properties": {name: False}}],))
    return tuple(choices)


def _discriminated(schema: Keywords, options: list[Json]) -> list[Json]:
    """The named options, each with its tag (OpenAPI 3.1.1, section 4.8.25)."""
    discriminator = mapping(schema, "discriminator")
    name = discriminator.get("propertyName")
    if not isinstance(name, str):
        return []
    names = branch_names(discriminator.get("mapping"), options)
    tags = {
        index: each for each, index in names.items()
    }  # the last name of a branch is that from `mapping`, if it has one
    return [
        both(options[index], {"required": [name], "properties": {name: {PREFERRED: [tags[index]]}}})
        for index in sorted(tags)
    ]


def _ordered(choice: _Choice, context: SamplingContext) -> Iterator[Json]:
    """The options in document order, or shuffled for variety; in a deep value the simple ones first.

    Null comes last: `nullable` beside `anyOf` or `$ref` allows it (OpenAPI 3.0), but some clients do not.
    """
    for options in choice:
        shuffled = options if context.rng is None else context.rng.sample(options, len(options))
        simple_first = sorted(shuffled, key=_is_nesting) if context.is_deep else shuffled
        yield from sorted(simple_first, key=_is_null)


def _is_null(schema: Json) -> bool:
    return schema == NULL


def _is_nesting(schema: Json) -> bool:
    return isinstance(schema, dict) and any(keyword in schema for keyword in _NESTING)

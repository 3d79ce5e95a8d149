"""Decide whether a value is valid against a subschema, without error messages.

Most keywords use jsonschema's own functions. Patterns follow ECMA 262 and multiples are exact decimals, as in
`contract.schema`. No jsonschema validator class is created, because that would cost more than generating a
body. `unevaluatedProperties` and `unevaluatedItems` are not checked: generated values satisfy them already.
"""

from collections.abc import Iterable, Iterator

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from msgspec import Struct

from mockserver.contract.sampling.context import Keywords, Resolve
from mockserver.contract.schema.formats.formats import FORMATS
from mockserver.contract.schema.keywords.child_applicators import additional_properties, pattern_properties
from mockserver.contract.schema.pattern_matching import matches
from mockserver.contract.schema.work import WorkBudget
from mockserver.data.decimals import exact_decimal
from mockserver.data.json import Json

_UNCHECKED = ("unevaluatedProperties", "unevaluatedItems")


class Fitting(Struct, frozen=True):
    """Validates values against the subschemas of one document.

    It has the methods of a jsonschema validator that jsonschema's keyword functions call.
    """

    resolve: Resolve
    schema: Json = True

    def fits(self, value: Json, schema: Json) -> bool:
        """Whether the value is valid against the schema."""
        return next(self.descend(value, schema), None) is None

    def is_valid(self, instance: Json) -> bool:
        return self.fits(instance, self.schema)

    def evolve(self, schema: Json) -> "Fitting":
        return Fitting(self.resolve, schema)

    @property
    def work(self) -> WorkBudget:
        """A new budget for each keyword, because the value is our own."""
        return WorkBudget()

    def is_type(self, instance: Json, type: str) -> bool:
        return bool(Draft202012Validator.TYPE_CHECKER.is_type(instance, type))

    def descend(
        self, instance: Json, schema: Json, path: object = None, schema_path: object = None
    ) -> Iterator[ValidationError]:
        if schema is False:
            yield ValidationError("the schema false allows no value")
        for keyword, value in schema.items() if isinstance(schema, dict) else ():
            if keyword in _CHECKS:
                yield from _CHECKS[keyword](self, value, instance, schema) or ()


def _reference(fitting: Fitting, ref: str, value: Json, _: Keywords) -> Iterable[ValidationError]:
    return fitting.descend(value, fitting.resolve(ref))


def _pattern(_: Fitting, pattern: str, value: Json, __: Keywords) -> Iterator[ValidationError]:
    if isinstance(value, str) and not matches(pattern, value):
        yield ValidationError(f"does not match {pattern}")


def _format(_: Fitting, name: str, value: Json, __: Keywords) -> Iterator[ValidationError]:
    known = FORMATS.get(name)
    if known is not None and not known.holds(value):
        yield ValidationError(f"is not a valid {known.noun}")


def _multiple_of(_: Fitting, step: Json, value: Json, __: Keywords) -> Iterator[ValidationError]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and exact_decimal(value) % exact_decimal(step):
        yield ValidationError(f"is not a multiple of {step}")


_CHECKS = {
    **{key: check for key, check in Draft202012Validator.VALIDATORS.items() if key not in _UNCHECKED},
    "$ref": _reference,
    "$dynamicRef": _reference,
    "format": _format,
    "multipleOf": _multiple_of,
    "pattern": _pattern,
    "patternProperties": pattern_properties,
    "additionalProperties": additional_properties,
}

"""Whether a value is valid against a subschema: yes or no, with the caller's references.

The keywords are jsonschema's own functions, but those that read a pattern as Python does,
or a multiple by the rounding of floats. Making a
class of jsonschema's for each body would cost more than the body.
`unevaluatedProperties` and `unevaluatedItems` are left aside: generated values keep them by construction.
"""

from collections.abc import Iterable, Iterator

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from msgspec import Struct

from mockserver.contract.sampling.context import Keywords, Resolve
from mockserver.contract.sampling.merging import exact
from mockserver.contract.schema import ecma
from mockserver.contract.schema.keywords.child_applicators import additional_properties, pattern_properties
from mockserver.data.json import Json

_LEFT_ASIDE = ("format", "unevaluatedProperties", "unevaluatedItems")


class Fitting(Struct, frozen=True):
    """Judges values against the subschemas of one document; to jsonschema's functions it is a validator."""

    resolve: Resolve
    schema: Json = True

    def fits(self, value: Json, schema: Json) -> bool:
        return next(self.descend(value, schema), None) is None

    def is_valid(self, instance: Json) -> bool:
        return self.fits(instance, self.schema)

    def evolve(self, schema: Json) -> "Fitting":
        return Fitting(self.resolve, schema)

    def is_type(self, instance: Json, type: str) -> bool:
        return bool(Draft202012Validator.TYPE_CHECKER.is_type(instance, type))

    def descend(
        self, instance: Json, schema: Json, path: object = None, schema_path: object = None
    ) -> Iterator[ValidationError]:
        if schema is False:
            yield ValidationError("nothing is allowed here")
        for keyword, value in schema.items() if isinstance(schema, dict) else ():
            if keyword in _CHECKS:
                yield from _CHECKS[keyword](self, value, instance, schema) or ()


def _reference(fitting: Fitting, ref: str, value: Json, _: Keywords) -> Iterable[ValidationError]:
    return fitting.descend(value, fitting.resolve(ref))


def _pattern(_: Fitting, pattern: str, value: Json, __: Keywords) -> Iterator[ValidationError]:
    if isinstance(value, str) and not ecma.matches(pattern, value):
        yield ValidationError(f"does not match {pattern}")


def _multiple_of(_: Fitting, step: Json, value: Json, __: Keywords) -> Iterator[ValidationError]:
    if isinstance(value, int | float) and not isinstance(value, bool) and exact(value) % exact(step):
        yield ValidationError(f"is not a multiple of {step}")


_CHECKS = {
    **{key: check for key, check in Draft202012Validator.VALIDATORS.items() if key not in _LEFT_ASIDE},
    "$ref": _reference,
    "$dynamicRef": _reference,
    "multipleOf": _multiple_of,
    "pattern": _pattern,
    "patternProperties": pattern_properties,
    "additionalProperties": additional_properties,
}

"""Compiles a schema with jsonschema-rs to a function that accepts valid values quickly.

It accepts only values that are certainly valid. All others are left to the evaluator (`judge`), which decides
and reports the violations.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from mockserver.contract.schema.compiled.cost import LEVELS, BranchingBound
from mockserver.contract.schema.compiled.translate import (
    PYTHON_CHECK,
    NotCompilable,
    PythonCheck,
    translate,
)
from mockserver.contract.schema.registry import SchemaLocation
from mockserver.contract.schema.work import MAX_COMPILED_VISITS, WorkBudget
from mockserver.data.json import Json
from mockserver.data.nesting import is_deeper

Verdict: TypeAlias = Callable[[Json], bool]


def always_undecided(_: Json) -> bool:
    """The verdict for a schema that is left to the evaluator."""
    return False


class Compiled(Struct, frozen=True):
    """A compiled schema: its verdict, and the most values in a value for which it takes little work."""

    verdict: Verdict
    most_values: int = MAX_COMPILED_VISITS


UNDECIDED = Compiled(always_undecided)


def compiled(location: SchemaLocation, *, formats: bool) -> Compiled:
    """The compiled form of a well-formed schema, whose verdict is true for a value that is certainly valid.

    UNDECIDED if the schema cannot be compiled. `formats` is whether `format` is asserted. Values are
    JSON: numbers are finite and have at most 4,300 digits, Python's limit for reading them.
    """
    try:
        schema = translate(location, formats=formats)
        bound = BranchingBound(schema)
    except (NotCompilable, RecursionError):  # RecursionError: nested too deeply to be worth compiling
        return UNDECIDED
    is_valid = _validator(schema.root, schema.checks, schema.work)
    work = schema.work if schema.checks else None

    def verdict(value: Json) -> bool:
        if work is not None:
            work.renew()
        try:
            return is_valid(value) and (work is None or not work.is_short)
        except ValueError:  # a string with an unpaired surrogate
            return False

    def shallow(value: Json) -> bool:
        return not is_deeper(value, LEVELS) and verdict(value)  # jsonschema-rs does not limit its recursion

    is_deep = bound.is_deep or schema.compares_values
    return Compiled(shallow if is_deep else verdict, MAX_COMPILED_VISITS // bound.visits)


def _validator(schema: dict[str, Json], checks: Sequence[PythonCheck], work: WorkBudget) -> Verdict:
    from jsonschema_rs import Draft202012Validator  # noqa: PLC0415  # 30 ms that many commands do not need

    class CheckKeyword:
        """The implementation of PYTHON_CHECK for jsonschema-rs."""

        def __init__(self, parent_schema: dict[str, Any], value: Any, schema_path: list[str | int]) -> None:
            self._checks = [checks[index] for index in value]

        def validate(self, instance: Any) -> None:
            for holds in self._checks:
                if not work.spend_check() or not holds(instance):
                    raise ValueError

    return Draft202012Validator(schema, keywords={PYTHON_CHECK: CheckKeyword}, offline=True).is_valid

"""Compiles a schema with jsonschema-rs to a function that accepts valid values quickly.

It accepts only values that are certainly valid. All others are left to the evaluator (`judge`), which decides
and reports the violations.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from mockserver.contract.schema.compiled.cost import LEVELS, BranchingBound, is_deeper
from mockserver.contract.schema.compiled.translate import (
    PYTHON_CHECK,
    NotCompilable,
    PythonCheck,
    translate,
)
from mockserver.contract.schema.registry import SchemaLocation
from mockserver.data.json import Json

Verdict: TypeAlias = Callable[[Json], bool]


def always_undecided(_: Json) -> bool:
    """The verdict for a schema that is left to the evaluator."""
    return False


def compiled(location: SchemaLocation, *, formats: bool) -> Verdict:
    """The verdict of a well-formed schema: true for a value that is certainly valid.

    `always_undecided` if the schema cannot be compiled. `formats` is whether `format` is asserted. Values are
    JSON: numbers are finite and have at most 4,300 digits, Python's limit for reading them.
    """
    try:
        schema = translate(location, formats=formats)
        is_deep = BranchingBound(schema).is_deep or schema.compares_values
    except (NotCompilable, RecursionError):  # RecursionError: nested too deeply to be worth compiling
        return always_undecided
    is_valid = _validator(schema.root, schema.checks)
    work = schema.work if schema.checks else None

    def verdict(value: Json) -> bool:
        if work is not None:
            work.renew()
        try:
            return is_valid(value)
        except ValueError:  # a string with an unpaired surrogate
            return False

    def shallow(value: Json) -> bool:
        return not is_deeper(value, LEVELS) and verdict(value)  # jsonschema-rs does not limit its recursion

    return shallow if is_deep else verdict


def _validator(schema: dict[str, Json], checks: Sequence[PythonCheck]) -> Verdict:
    from jsonschema_rs import Draft202012Validator  # noqa: PLC0415  # 30 ms that many commands do not need

    class CheckKeyword:
        """The implementation of PYTHON_CHECK for jsonschema-rs."""

        def __init__(self, parent_schema: dict[str, Any], value: Any, schema_path: list[str | int]) -> None:
            self._checks = [checks[index] for index in value]

        def validate(self, instance: Any) -> None:
            if not all(holds(instance) for holds in self._checks):
                raise ValueError

    return Draft202012Validator(schema, keywords={PYTHON_CHECK: CheckKeyword}, offline=True).is_valid

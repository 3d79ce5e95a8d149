"""The verdict "valid", quickly: a schema compiled by jsonschema-rs, where that is sure to agree with ours.

What is wrong with a value is told by jsonschema alone (`judge`), which also has the last word on it.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from mockserver.contract.schema.compiled.cost import LEVELS, BranchingBound, is_deeper
from mockserver.contract.schema.compiled.translate import (
    PYTHON_CHECK,
    NotCompilable,
    PythonCheck,
    plain_schema,
)
from mockserver.contract.schema.registry import SchemaLocation
from mockserver.data.json import Json

Verdict: TypeAlias = Callable[[Json], bool]


def always_undecided(_: Json) -> bool:
    """The verdict on a schema that is left to jsonschema."""
    return False


def compiled(place: SchemaLocation, *, formats: bool) -> Verdict:
    """Whether a value is valid for certain, by the schema at a place that was found well formed.

    `always_undecided` where the schema leaves anything to jsonschema. `formats`: `format` is a rule.
    Values are JSON's: numbers are finite, and no longer than Python reads them (4,300 digits).
    """
    try:
        schema = plain_schema(place, formats=formats)
        is_deep = BranchingBound(schema).is_deep or schema.compares
    except (NotCompilable, RecursionError):  # nested as deep as Python's stack: it would be slow anyway
        return always_undecided
    is_valid = _validator(schema.root, schema.questions)

    def verdict(value: Json) -> bool:
        try:
            return is_valid(value)
        except ValueError:  # a text that is no Unicode
            return False

    def shallow(value: Json) -> bool:
        return not is_deeper(value, LEVELS) and verdict(value)  # the validator has no bottom of its own

    return shallow if is_deep else verdict


def _validator(schema: dict[str, Json], questions: Sequence[PythonCheck]) -> Verdict:
    from jsonschema_rs import Draft202012Validator  # noqa: PLC0415  # 30 ms that many runs can do without

    class Asked:
        """The validator's keyword for what it asks us."""

        def __init__(self, parent_schema: dict[str, Any], value: Any, schema_path: list[str | int]) -> None:
            self._questions = [questions[index] for index in value]

        def validate(self, instance: Any) -> None:
            if not all(holds(instance) for holds in self._questions):
                raise ValueError

    return Draft202012Validator(schema, keywords={PYTHON_CHECK: Asked}, offline=True).is_valid

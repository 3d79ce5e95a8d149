"""The interface between the evaluator and the keyword functions, and what these functions share."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, Self, TypeAlias

from mockserver.contract.schema.keywords.errors import KeywordError, NotJudgedError
from mockserver.contract.schema.pinned_values import Pins
from mockserver.contract.schema.work import WorkBudget
from mockserver.data.json import Json

Schema: TypeAlias = Mapping[str, Json]
Errors: TypeAlias = Iterable[KeywordError]
Keyword: TypeAlias = "Callable[[Evaluator, Any, Any, Schema], Errors]"
Rule: TypeAlias = tuple[str, Keyword, Any]  # a keyword of a schema, its function, and its value there

MAX_ERRORS = 1_000  # reported for one value; a body can hold 500,000
FALSE_KEYWORD = "false schema"  # the keyword of a violation of the schema `false`
FALSE_SCHEMA: Json = {FALSE_KEYWORD: True}  # replaces `false`, which has no identity and so no location


class Evaluator(Protocol):
    """Applies subschemas for a keyword function; `formats` is whether `format` is asserted."""

    formats: bool
    work: WorkBudget

    def descend(self, value: Any, schema: Json, path: str | int | None = ...) -> Iterator[KeywordError]: ...
    def descend_once(self, value: Any, schema: Json) -> Errors: ...
    def follow(self, reference: str, *, dynamic: bool = ...) -> tuple[Json, Self]: ...
    def inside(self, schema: Json) -> Self: ...
    def pins(self, schema: Json) -> Pins: ...


def is_valid(
    evaluator: Evaluator, value: Json, schema: Json, undecided: list[KeywordError] | None = None
) -> bool:
    """Whether the value is valid against the schema; stops at the first violation.

    A value that is valid only because keywords were not judged counts as valid; their errors are added to
    `undecided`.
    """
    for error in evaluator.descend(value, schema):
        if not isinstance(error, NotJudgedError):
            return False
        if undecided is not None:
            undecided.append(error)
    return True

"""The interface between jsonschema and our keyword functions, and what these functions share."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias

from jsonschema import FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Resource

from mockserver.contract.schema.pinned_values import Pins
from mockserver.contract.schema.work import NotJudgedError, WorkBudget
from mockserver.data.json import Json

Schema: TypeAlias = Mapping[str, Json]
Errors: TypeAlias = Iterable[ValidationError]
Keyword: TypeAlias = "Callable[[Validator, Any, Any, Schema], Errors]"

MAX_ERRORS = 1_000  # reported for one value; a body can hold 500,000
FALSE_KEYWORD = "false schema"  # the keyword of a violation of the schema `false`
FALSE_SCHEMA: Json = {FALSE_KEYWORD: True}  # replaces `false`, because jsonschema would lose its location


class SuggestingError(ValidationError):
    """An error whose message may end with a suggestion, which is made if it is asked for.

    A suggestion compares a value with all those that are allowed, so a body with many errors gets only some.
    """

    def __init__(self, message: str, suggestion: Callable[[], str], path: Iterable[str] = ()) -> None:
        super().__init__(message, path=path)
        self.suggestion = suggestion


class Resolver(Protocol):
    """Resolves references relative to a schema, as jsonschema passes it from schema to schema."""

    @property
    def work(self) -> WorkBudget: ...
    def in_subresource(self, subresource: Resource[Any]) -> "Resolver": ...
    def lookup(self, reference: str, *, dynamic: bool = False) -> "tuple[Json, Resolver]": ...
    def inside(self, schema: Json) -> "Resolver": ...
    def pins(self, schema: Json) -> Pins: ...
    def memoized(self, schema: Json, value: Json, errors: Callable[[], Errors]) -> Errors: ...


class Validator(Protocol):
    """The part of jsonschema's validator that a keyword uses."""

    @property
    def format_checker(self) -> FormatChecker | None: ...
    @property
    def _resolver(self) -> Resolver: ...  # jsonschema offers no public name for it
    def is_type(self, instance: Json, type: str) -> bool: ...
    def evolve(self, *, schema: Json, _resolver: Resolver = ...) -> "Validator": ...
    def descend(
        self,
        instance: Json,
        schema: Json,
        path: str | int | None = ...,
        schema_path: str | int | None = ...,
        resolver: Resolver | None = ...,
    ) -> Iterator[ValidationError]: ...


def is_valid(
    validator: Validator, value: Json, schema: Json, undecided: list[ValidationError] | None = None
) -> bool:
    """Whether the value is valid against the schema; stops at the first violation.

    A value that is valid only because keywords were not judged counts as valid; their errors are added to
    `undecided`.
    """
    for error in validator.descend(value, schema):
        if not isinstance(error, NotJudgedError):
            return False
        if undecided is not None:
            undecided.append(error)
    return True

"""The form that jsonschema gives to a keyword, and what its functions here share."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias

from jsonschema import FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Resource

from mockserver.data.json import Json

Schema: TypeAlias = Mapping[str, Json]
Errors: TypeAlias = Iterable[ValidationError]
Keyword: TypeAlias = "Callable[[Validator, Any, Any, Schema], Errors]"

MOST = 1_000  # errors that are listed of one value; a body can hold 500,000
FALSE = "false schema"
NOTHING: Json = {FALSE: True}  # a plain `false`: jsonschema would forget its place


class References(Protocol):
    """What references are read against; jsonschema calls it a resolver, and hands it on."""

    def in_subresource(self, subresource: Resource[Any]) -> "References": ...
    def lead(self, reference: str, *, dynamic: bool = False) -> "tuple[Json, References]": ...
    def inside(self, schema: Json) -> "References": ...
    def judged(self, schema: Json, value: Json, errors: Callable[[], Errors]) -> Errors: ...


class Validator(Protocol):
    """What a keyword sees of jsonschema's validator."""

    @property
    def format_checker(self) -> FormatChecker | None: ...
    @property
    def _resolver(self) -> References: ...  # jsonschema shows it to a keyword by no other name
    def is_type(self, instance: Json, type: str) -> bool: ...
    def evolve(self, *, schema: Json, _resolver: References = ...) -> "Validator": ...
    def descend(
        self,
        instance: Json,
        schema: Json,
        path: str | int | None = ...,
        schema_path: str | int | None = ...,
        resolver: References | None = ...,
    ) -> Iterator[ValidationError]: ...


def fits(validator: Validator, value: Json, schema: Json) -> bool:
    """Whether the value breaks nothing; stops at the first error."""
    return next(validator.descend(value, schema), None) is None

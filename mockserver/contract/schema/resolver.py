"""Resolves references for jsonschema while one value is validated, and memoizes what they found."""

from collections.abc import Callable, Iterable, Iterator
from itertools import tee
from typing import Any

from jsonschema.exceptions import ValidationError
from msgspec import Struct, field
from referencing import Resource

from mockserver.contract.schema.pinned_values import Pins
from mockserver.contract.schema.registry import Scope
from mockserver.contract.schema.work import NotJudgedError, WorkBudget
from mockserver.data.json import Json


class MemoResolver(Struct, frozen=True):
    """The resolver of one scope; the resolvers of one validation share their memo and their budget.

    A schema behind a reference validates each object or array only once. Otherwise, a recursive schema whose
    branches share their subschemas would take time that doubles with each level of the value.
    """

    scope: Scope
    work: WorkBudget = field(default_factory=WorkBudget)
    memo: dict[tuple[int, int, int], Iterator[ValidationError]] = field(default_factory=dict)

    def in_subresource(self, subresource: Resource[Any]) -> "MemoResolver":
        self.work.visit()  # jsonschema asks once for each application of a schema
        return self.inside(subresource.contents)

    def inside(self, schema: Json) -> "MemoResolver":
        """The resolver within a subschema of this scope."""
        return self._for_scope(self.scope.inside(schema))

    def lookup(self, reference: str, *, dynamic: bool = False) -> "tuple[Json, MemoResolver]":
        """The schema that a reference resolves to, and the resolver there."""
        self.work.visit()
        location = self.scope.resolve(reference, dynamic=dynamic)
        return location.schema, self._for_scope(location.scope)

    def pins(self, schema: Json) -> Pins:
        """The values that a schema of this scope pins for its properties."""
        return self.scope.pins(schema)

    def memoized(
        self, schema: Json, value: Json, errors: Callable[[], Iterable[ValidationError]]
    ) -> Iterable[ValidationError]:
        """The errors of a value by a schema of this scope; `errors` is called for the first time only."""
        if not isinstance(value, dict | list):
            return errors()
        key = id(schema), id(self.scope), id(value)
        found, self.memo[key] = tee(self.memo[key] if key in self.memo else errors())
        return map(_copy, found)  # because jsonschema changes an error's path

    def _for_scope(self, scope: Scope) -> "MemoResolver":
        return self if scope is self.scope else MemoResolver(scope, self.work, self.memo)


def _copy(error: ValidationError) -> ValidationError:
    kind = NotJudgedError if isinstance(error, NotJudgedError) else ValidationError
    return kind.create_from(error)

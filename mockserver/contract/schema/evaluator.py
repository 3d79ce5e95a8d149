"""Evaluates values by schemas (JSON Schema 2020-12 core, section 7): each keyword, in the schema's order.

An application of a schema creates no objects but its errors, and is counted: a request has a budget of work.
"""

from collections.abc import Iterator
from itertools import tee
from typing import TypeAlias

from msgspec.structs import replace

from mockserver.contract.schema.keywords.errors import KeywordError
from mockserver.contract.schema.keywords.interface import Errors
from mockserver.contract.schema.pinned_values import Pins
from mockserver.contract.schema.registry import Scope
from mockserver.contract.schema.vocabulary import rules_for
from mockserver.contract.schema.work import VisitsExhausted, WorkBudget
from mockserver.data.json import Json

Memo: TypeAlias = dict[tuple[int, int, int], Iterator[KeywordError]]


class ScopedEvaluator:
    """Evaluates the schemas of one scope; the evaluators of one validation share their memo and budget.

    A schema behind a reference evaluates each object or array only once. Otherwise, a recursive schema whose
    branches share their subschemas would take time that doubles with each level of the value.
    """

    __slots__ = ("_memo", "formats", "scope", "work")

    def __init__(self, scope: Scope, work: WorkBudget, memo: Memo | None = None, *, formats: bool) -> None:
        self.scope = scope
        self.work = work
        self.formats = formats
        self._memo: Memo = {} if memo is None else memo

    def descend(self, value: Json, schema: Json, path: str | int | None = None) -> Iterator[KeywordError]:
        """The errors of a value by a schema of this scope, found one by one.

        `path` is the token that leads to the value from the one that has it. Raises VisitsExhausted.
        """
        if not isinstance(schema, dict):
            return  # the schema `true`; registries replace `false` by an object
        work = self.work
        work.visits -= 1  # as `WorkBudget.visit` does, without the call
        if work.visits < 0:
            raise VisitsExhausted
        evaluator = self.inside(schema) if "$id" in schema else self
        key = id(schema), type(value)
        rules = self.scope.rules.get(key)
        if rules is None:
            rules = self.scope.rules[key] = rules_for(schema, type(value))
        for keyword, function, limit in rules:
            for error in function(evaluator, limit, value, schema):
                if error.schema is None:
                    error.schema = schema
                    error.keyword = error.keyword or keyword
                if path is not None:
                    error.path = (path, *error.path)
                yield error

    def descend_once(self, value: Json, schema: Json) -> Errors:
        """The errors of a value by a schema of this scope, found once for each object and array."""
        if not isinstance(value, (dict, list)):
            return self.descend(value, schema)
        key = id(schema), id(self.scope), id(value)
        found, self._memo[key] = tee(self._memo.get(key) or self.descend(value, schema))
        return map(replace, found)  # because the path of an error is changed on its way

    def follow(self, reference: str, *, dynamic: bool = False) -> "tuple[Json, ScopedEvaluator]":
        """The schema that a reference resolves to, and the evaluator there; raises VisitsExhausted."""
        self.work.visit()
        location = self.scope.resolve(reference, dynamic=dynamic)
        return location.schema, self._in(location.scope)

    def inside(self, schema: Json) -> "ScopedEvaluator":
        """The evaluator within a subschema of this scope."""
        return self._in(self.scope.inside(schema))

    def pins(self, schema: Json) -> Pins:
        """The values that a schema of this scope pins for its properties."""
        return self.scope.pins(schema)

    def _in(self, scope: Scope) -> "ScopedEvaluator":
        if scope is self.scope:
            return self
        return type(self)(scope, self.work, self._memo, formats=self.formats)

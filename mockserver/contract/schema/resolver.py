"""One value's way through the schemas, as jsonschema takes it: to that library, a trail is a resolver."""

from collections.abc import Callable, Iterable, Iterator
from itertools import tee
from typing import Any

from jsonschema.exceptions import ValidationError
from msgspec import Struct, field
from referencing import Resource

from mockserver.contract.schema.registry import Scope
from mockserver.data.json import Json


class MemoResolver(Struct, frozen=True):
    """Where the way has come to, and what was found out on it so far.

    A schema behind a reference judges one object or list once: a recursive schema whose branches share their
    children would else take time that doubles with every level.
    """

    scope: Scope
    known: dict[tuple[int, int, int], Iterator[ValidationError]] = field(default_factory=dict)

    def in_subresource(self, subresource: Resource[Any]) -> "MemoResolver":
        return self.inside(subresource.contents)

    def inside(self, schema: Json) -> "MemoResolver":
        """The trail in a schema that stands here."""
        return self._to(self.scope.inside(schema))

    def lead(self, reference: str, *, dynamic: bool = False) -> "tuple[Json, MemoResolver]":
        """What a reference leads to, and the trail there."""
        place = self.scope.follow(reference, dynamic=dynamic)
        return place.schema, self._to(place.scope)

    def judged(
        self, schema: Json, value: Json, errors: Callable[[], Iterable[ValidationError]]
    ) -> Iterable[ValidationError]:
        """The errors of this value by the schema that the trail has come to, found out when somebody asks."""
        if not isinstance(value, dict | list):
            return errors()
        key = id(schema), id(self.scope), id(value)
        found, self.known[key] = tee(self.known[key] if key in self.known else errors())
        return map(ValidationError.create_from, found)  # copies: jsonschema writes the path into an error

    def _to(self, scope: Scope) -> "MemoResolver":
        return self if scope is self.scope else MemoResolver(scope, self.known)

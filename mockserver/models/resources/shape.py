"""The schema of a value in answers or requests: what fits it, and how a value is fitted to it."""

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.operation import DirectedDocument, Operation
from mockserver.data.bounded_cache import BoundedCache
from mockserver.data.json import Json, array_or_empty
from mockserver.models.resources.fitting import fitted

_REMEMBERED = 4_096  # values that do not fit as they are, such as an item in a list of short forms
_MOST_BRANCHES = 40  # alternatives of a schema for which values are generated


class Shape(Struct, frozen=True, eq=False, dict=True):
    """The schema at a pointer into a document as it applies to answers or to requests; None allows anything.

    `status` is that of the answer whose body has the shape.
    """

    directed: DirectedDocument
    schema: str | None
    status: int | None = None

    @classmethod
    def of_answer(cls, operation: Operation, status: int | None = None) -> "Shape":
        """The shape of the body of an operation's answer, by default of the one for success."""
        status = operation.success if status is None else status
        response = operation.response(status)
        media = response.media if response is not None else None
        return cls(operation.answers, media.schema if media is not None else None, status)

    @cached_property
    def view(self) -> SchemaView:
        """What the schema states directly."""
        return SchemaView.for_schema(self.directed.document, self.schema)

    @cached_property
    def sample(self) -> Json:
        """A generated value for the schema, the best attempt if no valid one is found; it must not change."""
        if self.schema is None:
            return None
        return self.directed.generate(self.schema, status=self.status).value

    @cached_property
    def samples(self) -> list[Json]:
        """The sample, and one for each alternative of the schema."""
        branches = [Shape(self.directed, each, self.status).sample for each in self._branches()]
        return [self.sample, *branches]

    def _branches(self) -> Iterator[str]:
        """The pointers of the schema's alternatives, where it has several."""
        found = 0
        for pointer, schema in self.view.schemas.items():
            for keyword in ("oneOf", "anyOf"):
                for index in range(len(array_or_empty(schema.get(keyword)))):
                    found += 1
                    if found <= _MOST_BRANCHES:
                        yield f"{pointer}/{keyword}/{index}"

    def accepts(self, value: Json) -> bool:
        """Whether the value is valid against the schema."""
        return self.schema is None or self.directed.judges.judge(self.schema).accepts(value)

    def fitted(self, value: Json, base: Json = None) -> Json:
        """The value with the fewest changes that make it valid; `base` has what is missing.

        By default it is the sample.
        """
        if self.schema is None or self.accepts(value):
            return value
        known = self._fitted.get(id(value))
        if base is None and known is not None and known[0] is value:
            return known[1]
        judge = self.directed.judges.judge(self.schema)
        result = fitted(value, self.sample if base is None else base, judge, self.directed.document)
        if base is None:
            self._fitted.put(id(value), (value, result))
        return result

    @cached_property
    def _fitted(self) -> BoundedCache[int, tuple[Json, Json]]:
        """Values that were fitted, by their id(): an item is fitted once, not in each answer."""
        return BoundedCache(_REMEMBERED)

    def at(self, path: tuple[str, ...], *, in_array: bool = False) -> "Shape":
        """The shape of the member at a path, or of the items of the array there."""
        view = self.view
        for name in path:
            view = view.member(name)
        pointers = (view.items if in_array else view).pointers
        if not path and not in_array:
            return self
        return Shape(self.directed, pointers[0] if pointers else None, self.status)

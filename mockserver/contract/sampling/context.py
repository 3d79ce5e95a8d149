"""The position in a schema at which a value is generated, and the error that names it."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.description import Direction
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token
from mockserver.http.problem import ProblemError

Keywords = dict[str, Json]
Resolve = Callable[[str], Json]  # from a `$ref` to the schema that it names

PREFERRED = "x-preferred"  # our keyword: values to try first, which other keywords may still refuse

REALISTIC_DEPTH = 4  # objects around a value; values at this depth and deeper have required members only


class Unsatisfiable(ProblemError):
    """No value was found for a schema.

    `pointer` is a JSON Pointer from the given schema or, below a reference, the reference followed by the
    pointer from there (`#/components/schemas/Cart/properties/rent`). For keywords merged from `allOf` it is
    the pointer of the schema that has the `allOf`. `operation` is the id of the operation, if known.
    """

    kind = "no-body"

    def __init__(self, pointer: str, reason: str, operation: str | None = None) -> None:
        owner = "" if operation is None else f"{operation}, "
        super().__init__(f"{owner}{pointer or '(the whole schema)'}: {reason}")
        self.pointer = pointer
        self.reason = reason
        self.operation = operation


class SamplingContext(Struct, frozen=True):
    """The position in the schema, the source of randomness, and what the value is for."""

    rng: Random | None  # None generates the plain, readable value
    pointer: str = ""
    name: str = ""  # of the nearest property
    depth: int = 0  # number of objects around the value
    open_references: tuple[str, ...] = ()  # the references that were followed to this position
    status: int | None = None  # of the answer whose body is generated
    is_child: bool = False  # whether a schema that extends a parent with a discriminator applies

    @property
    def is_deep(self) -> bool:
        """Whether only required members should be generated."""
        return self.depth >= REALISTIC_DEPTH

    @property
    def is_success(self) -> bool:
        """Whether the value is for the body of a successful answer."""
        return self.status is not None and self.status < 400

    @property
    def is_error(self) -> bool:
        """Whether the value is for the body of an error."""
        return self.status is not None and self.status >= 400

    def below(self, *tokens: str | int) -> "SamplingContext":
        """The context of an item's schema, or of a property name's."""
        return replace(self, pointer=self._pointer_to(*tokens), is_child=False)

    def member(self, name: str, *tokens: str | int) -> "SamplingContext":
        """The context of a property's schema."""
        return SamplingContext(
            self.rng, self._pointer_to(*tokens), name, self.depth + 1, self.open_references, self.status
        )

    def as_child(self) -> "SamplingContext":
        """The same context in a schema that extends a parent with a discriminator."""
        return replace(self, is_child=True)

    def with_rng(self, rng: Random) -> "SamplingContext":
        """The same context with a source of randomness."""
        return replace(self, rng=rng)

    def behind(self, ref: str, *, alone: bool) -> "SamplingContext":
        """The context behind a reference; `alone` says that the `$ref` has no sibling keywords."""
        return replace(
            self, pointer=ref if alone else self.pointer, open_references=(*self.open_references, ref)
        )

    def joined_with(self, other: "SamplingContext") -> "SamplingContext":
        """The same context with the open references of both; both are about the same value."""
        if self.open_references == other.open_references or not other.open_references:
            return self
        counts = Counter(self.open_references) | Counter(other.open_references)
        return replace(self, open_references=tuple(counts.elements()))

    def chance(self, probability: float) -> bool:
        """A random decision for variety; always False without a source of randomness."""
        return self.rng is not None and self.rng.random() < probability

    def unsatisfiable(self, reason: str) -> Unsatisfiable:
        """The error for this position."""
        return Unsatisfiable(self.pointer, reason)

    def _pointer_to(self, *tokens: str | int) -> str:
        return self.pointer + "".join(f"/{pointer_token(token)}" for token in tokens)


class Sampler(Protocol):
    """What generators of objects and arrays need: values for their members, and validation."""

    direction: Direction

    @property
    def is_busy(self) -> bool:
        """Whether the value is so large already that only required members should follow."""

    def sample(self, schema: Json, context: SamplingContext) -> Json:
        """Generate a value for the schema; raises Unsatisfiable."""

    def fits(self, value: Json, schema: Json) -> bool:
        """Whether the value is valid against the schema."""

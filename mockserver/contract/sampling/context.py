"""Where in the schema a value is being made, and the error that names the context."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.description import Direction
from mockserver.data.json import Json
from mockserver.data.reading import pointer_token
from mockserver.http.problem import ProblemError

Keywords = dict[str, Json]
Resolve = Callable[[str], Json]

LIFELIKE_DEPTH = 4  # objects around a value; deeper ones keep to what is required


class Unsatisfiable(ProblemError):
    """No value was found for a schema.

    `pointer` is a JSON Pointer from the schema given, or, below a reference, the reference and the pointer
    from there (`#/components/schemas/Cart/properties/rent`). What `allOf` merges is named at its holder.
    `operation` is the id of the one whose schema it is, where that is known.
    """

    kind = "no-body"

    def __init__(self, pointer: str, reason: str, operation: str | None = None) -> None:
        owner = "" if operation is None else f"{operation}, "
        super().__init__(f"{owner}{pointer or '(the whole schema)'}: {reason}")
        self.pointer = pointer
        self.reason = reason
        self.operation = operation


class SamplingContext(Struct, frozen=True):
    """One context of the schema on the way down, and how free the choice is there."""

    rng: Random | None  # None: the plain, readable value
    pointer: str = ""
    name: str = ""  # of the nearest property
    depth: int = 0  # objects around
    open: tuple[str, ...] = ()  # the references that lead here

    @property
    def is_deep(self) -> bool:
        return self.depth >= LIFELIKE_DEPTH

    def below(self, *tokens: str | int) -> "SamplingContext":
        """The context of a subschema about the same object or list."""
        return replace(self, pointer=self._below(*tokens))

    def member(self, name: str, *tokens: str | int) -> "SamplingContext":
        """The context of a property's schema."""
        return SamplingContext(self.rng, self._below(*tokens), name, self.depth + 1, self.open)

    def with_rng(self, rng: Random) -> "SamplingContext":
        """The same context with a freer choice."""
        return replace(self, rng=rng)

    def behind(self, ref: str, *, alone: bool) -> "SamplingContext":
        """The context behind a reference; siblings of the `$ref` keep the pointer at their own schema."""
        return replace(self, pointer=ref if alone else self.pointer, open=(*self.open, ref))

    def joined_with(self, other: "SamplingContext") -> "SamplingContext":
        """The context with what stands open at another of the same value."""
        return replace(self, open=tuple((Counter(self.open) | Counter(other.open)).elements()))

    def chance(self, probability: float) -> bool:
        """Whether to do something for variety; never in the plain form."""
        return self.rng is not None and self.rng.random() < probability

    def refuse(self, reason: str) -> Unsatisfiable:
        return Unsatisfiable(self.pointer, reason)

    def _below(self, *tokens: str | int) -> str:
        return self.pointer + "".join(f"/{pointer_token(token)}" for token in tokens)


class Sampler(Protocol):
    """What objects and lists ask for: values of their members, and whether a value is valid."""

    direction: Direction

    @property
    def is_busy(self) -> bool:
        """Whether so much was made already that only what is required should follow."""

    def sample(self, schema: Json, context: SamplingContext) -> Json:
        """A value for the schema; raises Unsatisfiable."""

    def fits(self, value: Json, schema: Json) -> bool:
        """Whether the value is valid."""

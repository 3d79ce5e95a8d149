"""A keyword as a schema holds it, and what it compiles to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from mockserver.contract.schema.evaluation import Applied, Failure, Spot, Steps

Rule: TypeAlias = Callable[[Spot], Steps]
Compile: TypeAlias = "Callable[[Keyword], Rule]"


class Below(Protocol):
    """The compiled subschema at these tokens below the schema that holds the keyword."""

    def __call__(self, *tokens: str | int) -> Applied: ...


@dataclass(frozen=True, slots=True)
class Keyword:
    """One keyword of a schema that is well formed."""

    name: str
    value: Any
    beside: Mapping[str, Any]  # the whole schema
    pointer: str
    below: Below
    behind: Callable[[str], Applied]  # what a `$ref` leads to
    behind_dynamic: Callable[[str], Applied]  # what a `$dynamicRef` leads to

    def fail(self, spot: Spot, sentence: Callable[[], str]) -> None:
        spot.fail([Failure(self.name, self.pointer, spot.path, sentence)])

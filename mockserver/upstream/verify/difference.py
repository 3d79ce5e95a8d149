"""How answers of the two sides differ, as values."""

from typing import Literal, TypeAlias

from msgspec import Struct

from mockserver.data.json import Json
from mockserver.upstream.verify.pointers import generalized
from mockserver.upstream.verify.sequence import Sequence

Kind: TypeAlias = Literal["status", "error", "body", "made", "text", "contract", "no-answer"]
Key: TypeAlias = tuple[str, ...]


class Difference(Struct, frozen=True):
    """One way in which the provider's answer differs from the mock's, or breaks the contract.

    `pointer` leads into the body; it is empty where the whole answer differs. `expected` and `found` are what
    tells kinds of one pointer apart, such as error codes.
    """

    kind: Kind
    operation: str
    pointer: str
    sentence: str
    expected: str = ""
    found: str = ""

    @property
    def key(self) -> Key:
        """What is equal for differences of one kind."""
        return self.kind, self.operation, generalized(self.pointer), self.expected, self.found


class Discovery(Struct, frozen=True):
    """A difference with the sequence that shows it in its last step.

    `mock` and `provider` are the answers to that step, and `why` is the trail of the mock's. `violations` are
    what the provider's answer breaks in the contract. `is_confirmed`
    is false if the sequence showed the difference only once.
    """

    difference: Difference
    sequence: Sequence
    mock: dict[str, Json]
    provider: dict[str, Json]
    why: tuple[str, ...]
    path: tuple[str, ...]  # what the mock made of each step: an event, a status class
    violations: tuple[str, ...] = ()
    has_rules: bool = True  # a model has the business rules, and so a state that lasts
    is_confirmed: bool = True

    @property
    def key(self) -> Key:
        """What is equal for discoveries of one kind: of the difference, and of the steps before it."""
        return *self.difference.key, *self.path

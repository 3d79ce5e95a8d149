"""Leniencies: spellings in a request that the contract does not describe, but whose meaning is clear."""

from typing import Literal, TypeAlias

from msgspec import Struct

from mockserver.contract.description import RequestPart
from mockserver.data.json import Json

SpellingKind: TypeAlias = Literal[
    "accept", "boolean", "brackets", "delimiter", "emptyObject", "repeated", "trailingSlash", "unbracketed"
]


class Leniency(Struct, frozen=True):
    """One part of a request that was not valid as sent, and was read as what the client meant.

    `pointer` is a JSON Pointer into the body, or `/NAME` for a parameter. `message` is a sentence for people.
    """

    location: RequestPart
    pointer: str
    kind: SpellingKind
    message: str
    name: str | None = None  # the parameter's name

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}" if self.location == "body" and self.pointer else self.message

    def as_json(self) -> dict[str, Json]:
        """The leniency as an item of `leniencies` in the journal; its members are those of a violation."""
        named: dict[str, Json] = {} if self.name is None else {"name": self.name}
        return {
            "in": self.location,
            **named,
            "pointer": self.pointer,
            "keyword": self.kind,
            "message": self.message,
        }

"""Deviations from the contract: violations, and spellings whose meaning is clear, which are leniencies."""

from typing import Literal, Self, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.description import RequestPart
from mockserver.contract.schema.work import NotJudged
from mockserver.data.json import Json
from mockserver.http.redaction import redact

NOT_JUDGED = "notJudged"
Side: TypeAlias = Literal["request", "answer"]


class Deviation(Struct, frozen=True):
    """One part of a request or answer that is not as the contract describes it: a violation or a leniency.

    `pointer` is a JSON Pointer into the body, or `/NAME` for a parameter. `message` is a sentence for people.
    """

    location: RequestPart
    pointer: str
    keyword: str
    message: str
    name: str | None = None  # the parameter's name

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}" if self.location == "body" and self.pointer else self.message

    def masked(self) -> Self:
        """The deviation with the secrets masked that its text may quote from a request."""
        return replace(self, message=redact(self.message), pointer=redact(self.pointer))

    def as_json(self) -> dict[str, Json]:
        """The deviation as an item of `violations` or `leniencies`, in an answer or in the journal."""
        named: dict[str, Json] = {} if self.name is None else {"name": self.name}
        return {
            "in": self.location,
            **named,
            "pointer": self.pointer,
            "keyword": self.keyword,
            "message": self.message,
        }


class Leniency(Deviation, frozen=True):
    """One part of a request that was not valid as sent, and was read as what the client meant.

    `keyword` is the kind of the spelling. With the keyword NOT_JUDGED, it is a part of a request or answer
    that a keyword of the contract was not applied to, because that takes too much work.
    """

    side: Side = "request"


def not_judged_leniency(found: NotJudged, side: Side = "request") -> Leniency:
    """The leniency for a keyword that was not judged in a body."""
    return Leniency("body", found.pointer, NOT_JUDGED, found.message, side=side)

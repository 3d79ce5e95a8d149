"""Deviations from the contract: violations, and spellings whose meaning is clear, which are leniencies."""

from collections.abc import Callable
from typing import Literal, Self, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.description import RequestPart
from mockserver.contract.schema.work import NotJudged
from mockserver.data.json import Json
from mockserver.data.quoting import without_values
from mockserver.http.secret_names import SecretNames

NOT_JUDGED = "notJudged"
Side: TypeAlias = Literal["request", "answer", "provider"]


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

    def is_about_secret(self, names: SecretNames) -> bool:
        """Whether it is about the value of a secret name."""
        return names.mark_pointer(self.pointer) or (self.name is not None and self.name in names)

    def masked(self, masked_text: Callable[[str], str], names: SecretNames, *, conceal: bool = False) -> Self:
        """The deviation with the secrets masked that its text may quote from a request.

        `masked_text` masks secrets in a text. A message about a value whose name is secret, or one to
        `conceal`, quotes no value.
        """
        message = self.message
        if conceal or self.is_about_secret(names):
            message = without_values(message)
        message, pointer = masked_text(message), masked_text(self.pointer)
        is_same = message == self.message and pointer == self.pointer
        return self if is_same else replace(self, message=message, pointer=pointer)

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

"""One thing that a connection does: bytes to send, what becomes of them, and who judges the answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from wire import Ask, Reply

Judge = Callable[[Reply], Iterable[str]]  # what is wrong with an answer
Fate = Literal[
    "answered",  # and the connection goes on
    "refused",  # by a 4xx or by closing; the connection is not used any more
    "dropped",  # by the client, before there can be an answer
]


@dataclass(frozen=True, slots=True)
class Step:
    kind: str
    sent: bytes
    judge: Judge
    fate: Fate = "answered"

    @classmethod
    def of(cls, kind: str, ask: Ask, judge: Judge) -> "Step":
        return cls(kind, ask.encoded(), judge)

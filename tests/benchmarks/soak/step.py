"""One thing that a connection does: bytes to send, what becomes of them, and who judges the answer."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from tests.support.wire import Ask, Reply

Judge = Callable[[Reply], Iterable[str]]  # what is wrong with an answer
Fate = Literal[
    "answered",  # and the connection goes on
    "refused",  # by a 4xx or by closing; the connection is not used any more
    "dropped",  # by the client, before there can be an answer
]


def chunked(ask: Ask, size: int) -> bytes:
    """The request with its body in chunks of so many bytes (RFC 9112, section 7.1)."""
    head = replace(ask, headers={**ask.headers, "transfer-encoding": "chunked"}).encoded()
    head = re.sub(rb"content-length: [0-9]+\r\n", b"", head[: head.index(b"\r\n\r\n") + 4])
    chunks = [ask.body[at : at + size] for at in range(0, len(ask.body), size)]
    return head + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in [*chunks, b""])


@dataclass(frozen=True, slots=True)
class Step:
    kind: str
    sent: bytes
    judge: Judge
    fate: Fate = "answered"

    @classmethod
    def of(cls, kind: str, ask: Ask, judge: Judge) -> "Step":
        return cls(kind, ask.encoded(), judge)

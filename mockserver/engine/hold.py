"""What holds up the event loop, so that no other client is answered."""

import traceback
from collections.abc import Sequence
from types import FrameType

from msgspec import Struct

from mockserver.engine.internal_error import Origin
from mockserver.http.redaction import redact

FRAMES = 30  # of a stack in the log, the innermost ones


class Hold(Struct, frozen=True):
    """One callback of the event loop that takes too long."""

    origin: Origin
    seconds: float  # so far
    location: str  # `lamps.py:12`
    stack: str

    def __str__(self) -> str:
        so_far = f"{self.seconds * 1000:,.0f} ms so far"
        return f"{self.origin} holds up all other requests, for {so_far}, at {self.location}"


def stack_as_text(frames: Sequence[tuple[FrameType, int]]) -> str:
    """A stack like a traceback, the innermost frame last; no value of a variable is in it."""
    summary = traceback.StackSummary.extract(iter(frames[-FRAMES:]), lookup_lines=False)
    return redact("".join(summary.format()).rstrip("\n"))

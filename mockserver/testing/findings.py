"""Why the guard fails a test, as values; `mockserver.testing.verdict` renders them."""

from typing import TypeAlias

from msgspec import Struct

from mockserver.testing.breaks import Breaks
from mockserver.testing.views import ExchangeView


class BrokenContract(Struct, frozen=True):
    """Violations in a session that the test must not have, and the exchanges that the journal still has."""

    session: str
    breaks: Breaks
    exchanges: list[ExchangeView]


class KeylessRequests(Struct, frozen=True):
    """Requests without a session key, on a server that refuses them."""

    exchanges: list[ExchangeView]


class Failure(Struct, frozen=True):
    """Another reason, such as a session that could not be read."""

    reason: str


Finding: TypeAlias = BrokenContract | KeylessRequests | Failure

"""Types of what a test passes to the calls of a session, for editors and type checkers."""

from collections.abc import Mapping
from typing import TypedDict

from mockserver.data.json import ReadOnlyJson


class StubMatch(TypedDict, total=False):
    """Which requests a stub is for: the members of its `match` in the control API."""

    method: str
    path: str
    pathPattern: str
    header: Mapping[str, str]
    query: Mapping[str, str]
    body: ReadOnlyJson
    bodyPartial: ReadOnlyJson
    bodySchema: ReadOnlyJson


class RequestPatternDict(StubMatch, total=False):
    """Which exchanges match: the members of `match` in the control API."""

    operation: str | None
    status: int
    scenario: str | None
    valid: bool


class RespondFields(TypedDict, total=False):
    """What a stub answers: the members of `respond` in the control API and in scenario files."""

    error: str
    status: int
    body: ReadOnlyJson
    text: str
    headers: Mapping[str, str]
    delay: str | Mapping[str, ReadOnlyJson]
    fault: str | Mapping[str, ReadOnlyJson]
    probability: float
    offContract: bool


class Bounds(TypedDict, total=False):
    """How many exchanges must match, both bounds included."""

    atLeast: int
    atMost: int


class Filters(TypedDict, total=False):
    """Which exchanges of the journal `MockSession.requests` returns."""

    operation: str
    status: int
    scenario: str
    valid: bool

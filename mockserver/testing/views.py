"""The shapes of what the control API shows a test, for editors and type checkers."""

from typing import Any, TypedDict

from mockserver.data.json import Json


class Pair(TypedDict):
    name: str
    value: str


class AskedView(TypedDict):
    """The request of an exchange; a body is JSON where it was JSON, else text, or None."""

    method: str
    path: str
    query: list[Pair]
    headers: dict[str, str]
    body: Any
    size: int


class AnsweredView(TypedDict):
    status: int
    headers: dict[str, str]
    body: Any
    size: int


ViolationView = TypedDict(
    "ViolationView",
    {"in": str, "name": str, "pointer": str, "keyword": str, "message": str, "rule": str},
)


class ReasonView(TypedDict):
    step: str
    decided: str
    where: str | None


class ExchangeView(TypedDict):
    """One exchange of the journal; `id` is None where it was only explained."""

    id: str | None
    at: str
    session: str
    operation: str | None
    request: AskedView
    response: AnsweredView
    violations: list[ViolationView]
    off_contract: list[ViolationView]
    valid: bool
    scenario: str | None
    source: str
    duration_ms: float
    trail: list[ReasonView]


class RequestPatternDict(TypedDict, total=False):
    """What an exchange is to be like: the members of the control API's `match`."""

    operation: str | None
    method: str
    path: str
    pathPattern: str
    header: dict[str, str]
    query: dict[str, str]
    body: Json
    bodyPartial: Json
    bodySchema: Json
    status: int
    scenario: str | None
    valid: bool


class Bounds(TypedDict, total=False):
    """How many exchanges are to match, at least and at most."""

    atLeast: int
    atMost: int


class Filters(TypedDict, total=False):
    """Which exchanges of the journal are shown."""

    operation: str
    status: int
    scenario: str
    valid: bool

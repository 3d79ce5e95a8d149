"""Types of what the control API shows a test, for editors and type checkers."""

from typing import Literal, TypedDict

from mockserver.data.json import Json


class QueryParameterView(TypedDict):
    name: str
    value: str


class RequestView(TypedDict):
    """The request of an exchange; `body` is decoded JSON, else the text, or None; `size` is in bytes."""

    method: str
    path: str
    query: list[QueryParameterView]
    headers: dict[str, str]
    body: Json
    size: int


class ResponseView(TypedDict):
    """The answer of an exchange; `body` and `size` as in RequestView."""

    status: int
    headers: dict[str, str]
    body: Json
    size: int


ViolationView = TypedDict(
    "ViolationView",
    {"in": str, "name": str, "pointer": str, "keyword": str, "message": str, "rule": str},
)


SideView = Literal["request", "answer", "provider"]  # who broke a rule: client, mock or real backend


BreakView = TypedDict(  # a row of GET violations: a violation, and the exchange that has it
    "BreakView",
    {
        "exchange": str,
        "session": str,
        "at": str,
        "side": SideView,
        "operation": str | None,
        "method": str,
        "path": str,
        "lenient": bool,
        "in": str,
        "pointer": str,
        "keyword": str,
        "message": str,
        "rule": str,
    },
)


LeniencyView = TypedDict(
    "LeniencyView", {"in": str, "name": str, "pointer": str, "keyword": str, "message": str}
)


class ReasonView(TypedDict):
    """One entry of an exchange's trail; `where` is the file and line that decided, if there is one."""

    step: str
    decided: str
    where: str | None


class ExchangeView(TypedDict):
    """One exchange; `id` is None if it was explained, not made."""

    id: str | None
    at: str
    session: str
    operation: str | None
    request: RequestView
    response: ResponseView
    violations: list[ViolationView]
    off_contract: list[ViolationView]
    intended: bool
    leniencies: list[LeniencyView]
    valid: bool
    scenario: str | None
    source: str
    duration_ms: float
    trail: list[ReasonView]

"""The errors of control calls, as problems; those that the pipeline has too are rendered by its own page."""

from typing import get_args

from mockserver.contract.mutations import UnknownMutation
from mockserver.contract.operation import UnknownOperation
from mockserver.control.exchange_calls import UnknownExchange
from mockserver.control.guard import Forbidden, TokenNeeded
from mockserver.control.matching import Difference
from mockserver.control.request import UnreadableBody
from mockserver.control.verification import NotVerified
from mockserver.data.json import Json
from mockserver.data.reading import BadData
from mockserver.data.suggest import did_you_mean
from mockserver.engine.problems import Trouble, problem_of
from mockserver.engine.sessions import UnknownSession
from mockserver.http.problem import Problem
from mockserver.http.redaction import redact
from mockserver.journal.record import Record
from mockserver.model import TransitionRefused, UnknownSubject


class UnknownCall(LookupError):
    """The control API has no such path."""

    def __init__(self, path: str, calls: tuple[str, ...]) -> None:
        super().__init__(f"the control API has no {path}{did_you_mean(path, calls)}")


Refusal = (
    Forbidden
    | TokenNeeded
    | UnknownCall
    | UnreadableBody
    | BadData
    | UnknownSession
    | UnknownSubject
    | UnknownExchange
    | TransitionRefused
    | NotVerified
    | UnknownMutation
    | UnknownOperation
    | Trouble
)
REFUSALS = get_args(Refusal)


def refusal_of(error: Refusal) -> Problem:
    """The problem that tells the caller of an error."""
    detail = str(error)
    match error:
        case Forbidden():
            return Problem("forbidden", 403, "Not from there", detail)
        case TokenNeeded():
            challenge = [("www-authenticate", "Bearer")]
            return Problem("control-token", 401, "The control token is needed", detail, {}, challenge)
        case UnknownCall():
            return Problem("unknown-call", 404, "No such control call", detail)
        case UnreadableBody():
            return Problem("bad-body", error.status, "The body cannot be read", detail)
        case BadData():
            faults: list[Json] = [
                {"pointer": redact(each.pointer), "message": redact(each.message)} for each in error.faults
            ]
            return Problem("bad-data", 422, "The data does not fit", detail, {"faults": faults})
        case UnknownSession():
            return Problem("unknown-session", 404, "No such session", detail)
        case UnknownSubject():
            return Problem("unknown-subject", 404, "No such thing in the state", detail, _valid(error.valid))
        case UnknownExchange():
            return Problem("unknown-exchange", 404, "No such exchange", detail)
        case TransitionRefused():
            members: dict[str, Json] = {"state": error.state, "allowed": list(error.allowed)}
            return Problem("transition-refused", 409, "Not from this state", detail, members)
        case NotVerified():
            nearest: list[Json] = [_miss(record, differing) for record, differing in error.misses]
            members = {"expected": error.expected, "actual": error.actual, "nearest": nearest}
            return Problem("not-verified", 422, "The exchanges are not as expected", detail, members)
        case UnknownMutation():
            return Problem("unknown-mutation", 404, "No such mutation", detail, _valid(error.valid))
        case UnknownOperation():
            return Problem("unknown-operation", 404, "No such operation", detail, _valid(error.valid))
    return problem_of(error)


def _valid(names: tuple[str, ...]) -> dict[str, Json]:
    return {"valid": [redact(each) for each in names]}


def _miss(record: Record, differing: list[Difference]) -> Json:
    """A near miss: which exchange, and each difference by a pointer into the match."""
    return {
        "id": record.id,
        "request": f"{record.method} {record.path}",
        "status": record.status,
        "differences": [
            {"pointer": redact(each.pointer), "expected": each.expected, "found": each.found}
            for each in differing
        ],
    }

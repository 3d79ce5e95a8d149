"""Answers by a model, in the session's state or in the one that a scenario gives."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import isfinite
from typing import Any

from msgspec.structs import replace

from mockserver.contract.operation import Operation
from mockserver.data.json import Json
from mockserver.engine.answers.by_contract import answer_with_body, documented_answer
from mockserver.engine.exchange import Exchange
from mockserver.engine.reason import Reason
from mockserver.engine.selection import NO_SELECTION
from mockserver.http import header_rules
from mockserver.http.message import Answer, json_answer
from mockserver.model import (
    Absent,
    AnyModel,
    Call,
    Conflict,
    Outcome,
    Rejected,
    UnlistedCode,
)
from mockserver.scenarios.stub import Given


class NotJson(Exception):
    """A model answers with a body that is not a JSON value."""

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(f"the model {model!r} answers with a body that is not JSON: {reason}")


class InvalidOutcome(Exception):
    """A model answers with a status or a header that cannot be sent."""

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(f"the model {model!r} answers with {reason}")


def model_answer(model: AnyModel, exchange: Exchange, call: Call, scheme: str) -> Answer:
    """The model's answer; its new state becomes the session's. `scheme` is that of the server's URL.

    A `given` that is not laid for the session changes a copy of the state, which is dropped afterwards.
    Raises Absent, Conflict, Unanswered, UnlistedCode, Unencodable, NotJson, InvalidOutcome, and BadData for a
    body that the model cannot take.
    """
    given = _given_once(exchange) if exchange.selection is not NO_SELECTION else None
    state = exchange.session.states[model.name]
    if given is not None and model.name in given.changes:
        state = model.lay(state, given.changes[model.name])
    try:
        outcome = model.handle(state, call)
    except Rejected as rejected:
        return rejection("answer", rejected, exchange)
    except Absent as absent:
        return not_found(exchange, absent)
    except Conflict as conflict:
        return conflicting(exchange, conflict)
    if given is None:
        exchange.session = exchange.session.with_state(model.name, outcome.state)
    for remark in outcome.notes:
        exchange.note("answer", remark)
    exchange.trail.append(_answered_by(model.name))
    answer = _with_body(model, exchange.facts.match.operation, outcome, exchange.accept)
    if not outcome.headers and outcome.created is None:
        return answer
    headers = list(_headers(model, outcome.headers))
    if outcome.created is not None and all(name != "location" for name, _ in headers):
        location = _location(exchange, answer, outcome.created, scheme)
        headers += [] if location is None else [("location", location)]
    return _with_headers(answer, headers)


@lru_cache(64)
def _answered_by(name: str) -> Reason:
    """The entry of the trail for an answer by the model of this name."""
    return Reason("answer", f"the model {name} answers")


def _given_once(exchange: Exchange) -> Given | None:
    """The chosen `given`, if it holds for this request alone."""
    chosen = exchange.selection.answering
    if chosen is None or chosen.is_laid or not isinstance(chosen.stub.action, Given):
        return None
    kind = "the scenario's" if chosen.scenario is not None else f"{chosen.name}: its"
    exchange.note("answer", f"{kind} 'given' holds for this request alone", chosen.stub.source_location)
    return chosen.stub.action


def _headers(model: AnyModel, given: Mapping[str, str | Sequence[str]]) -> Iterator[tuple[str, str]]:
    """The headers of a model's answer, with names in lower case; raises InvalidOutcome."""
    for name, values in given.items():
        for value in [values] if isinstance(values, str) else values:
            if rule := header_rules.violation(name, value):
                raise InvalidOutcome(model.name, f"the header {name!r}: {rule}")
            yield name.lower(), value


def _with_headers(answer: Answer, headers: list[tuple[str, str]]) -> Answer:
    """The answer with these headers, which replace those of the same names."""
    names = {name for name, _ in headers}
    return replace(answer, headers=[*(each for each in answer.headers if each[0] not in names), *headers])


def _status(model: AnyModel, status: int | None, operation: Operation) -> int:
    """The status of a model's answer; raises InvalidOutcome."""
    if status is None:
        return operation.success
    if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:
        raise InvalidOutcome(model.name, f"the status {status!r}; expected an integer from 200 to 599")
    return status


def _with_body(model: AnyModel, operation: Operation, outcome: Outcome[Any], accept: str) -> Answer:
    """The answer with a model's status and body; raises InvalidOutcome, NotJson, Unencodable."""
    body, status = outcome.body, _status(model, outcome.status, operation)
    try:
        answer = answer_with_body(operation, status, body, accept)
    except (TypeError, ValueError, RecursionError) as error:  # what encoders raise
        raise NotJson(model.name, str(error)) from error
    if b"null" in answer.body and (number := _number_beyond_json(body)) is not None:
        raise NotJson(model.name, f"found the number {number}")  # it would be sent as null
    return answer


def _number_beyond_json(value: Json) -> float | None:
    """The first number in a value that JSON cannot express (RFC 8259, section 6): an infinity or NaN."""
    if isinstance(value, float):
        return None if isfinite(value) else value
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    found = (_number_beyond_json(item) for item in items)
    return next((number for number in found if number is not None), None)


def _location(exchange: Exchange, answer: Answer, created: str, scheme: str) -> str | None:
    """The Location of a created resource (RFC 9110, section 10.2.2), None where it is not documented.

    It is the path, or the whole URI where the contract requires one (`format: uri`).
    """
    response = exchange.matched_operation.response(answer.status)
    if answer.status != 201 or response is None:
        return None
    header = next((each for each in response.headers if each.name.lower() == "location"), None)
    if header is None or header.content is not None:
        return None
    path = f"{exchange.request.head.path.rstrip('/')}/{created}"
    judges = exchange.matched_operation.answers.judges
    accepts = judges.judge(header.schema).accepts if header.schema else None
    candidates = (path, f"{scheme}://{exchange.request.head.header('host') or 'localhost'}{path}")
    valid = (each for each in candidates if accepts is None or accepts(each))
    return next((each for each in valid if header_rules.violation("location", each) is None), None)


def not_found(exchange: Exchange, absent: Absent) -> Answer:
    """The documented 404; raises the error again where the contract documents none."""
    operation = exchange.matched_operation
    exchange.note("answer", str(absent), operation.source_location)
    if operation.response(404) is None:
        raise absent
    return documented_answer(operation, 404, exchange.accept)[1]


def conflicting(exchange: Exchange, conflict: Conflict) -> Answer:
    """The documented answer for a conflict; raises the error again where the contract documents none."""
    operation = exchange.matched_operation
    exchange.note("answer", str(conflict), operation.source_location)
    exact = (status for status in conflict.statuses if str(status) in operation.responses)
    covered = (status for status in conflict.statuses if operation.response(status) is not None)
    status = next(exact, None) or next(covered, None)
    if status is None:
        raise conflict
    return documented_answer(operation, status, exchange.accept)[1]


def rejection(step: str, rejected: Rejected, exchange: Exchange) -> Answer:
    """The answer to a rejected call, under the status that lists its code; raises UnlistedCode."""
    operation = exchange.matched_operation
    status = operation.status_of(rejected.code)
    if status is None:
        raise UnlistedCode(rejected.code, operation.id)
    number = "" if rejected.check is None else f"check {rejected.check}, "
    exchange.note(step, f"{number}{rejected.code}: {rejected.reason}", operation.source_location)
    return json_answer(status, {"error": rejected.code})

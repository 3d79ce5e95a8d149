"""JSON representations of exchanges in the control API."""

from mockserver.contract.bodies.json_or_text import json_or_text
from mockserver.contract.parameters import Leniency
from mockserver.contract.validation import Violation
from mockserver.data.decoding import decode
from mockserver.data.json import Json
from mockserver.data.timestamp import timestamp
from mockserver.engine.reason import Reason
from mockserver.http.message import Headers, as_utf8, joined_headers
from mockserver.journal.change import Change
from mockserver.journal.record import Body, Record
from mockserver.journal.violation_log import ContractBreak


def exchange_view(record: Record) -> dict[str, Json]:
    """An exchange of the journal as JSON."""
    masked = record.masked
    headers = record.headers_of(masked)
    answer_headers, answer_body = record.masked_answer(masked)
    return {
        "id": record.id,
        "at": timestamp(record.at),
        "session": record.session,
        "operation": record.operation,
        "request": {
            "method": record.method,
            "path": masked.path,
            "query": [{"name": name, "value": value} for name, value in query_parameters(masked.query)],
            "headers": {**joined_headers(headers)},
            **_body(record.body_of(masked), headers),
        },
        "response": {
            "status": record.status,
            "headers": {**joined_headers(answer_headers)},
            **_body(answer_body, answer_headers),
        },
        "violations": [_violation(each) for each in record.violations],
        "off_contract": [_violation(each) for each in record.own_violations],
        "intended": record.intended,
        "leniencies": [each.as_json() for each in record.leniencies],
        "valid": record.valid,
        "scenario": record.scenario,
        "source": record.source,
        "duration_ms": round(record.duration * 1000, 3),
        "trail": [_reason(each) for each in record.trail],
    }


def violation_view(entry: ContractBreak) -> dict[str, Json]:
    """A violation or leniency with its exchange as JSON."""
    found = entry.found
    return {
        "exchange": entry.exchange,
        "session": entry.session,
        "at": timestamp(entry.at),
        "side": entry.side,
        "operation": entry.operation,
        "method": entry.method,
        "path": entry.path,
        "lenient": isinstance(found, Leniency),
        **found.as_json(),
        **({"rule": found.rule} if isinstance(found, Violation) else {}),
    }


def change_view(change: Change) -> dict[str, Json]:
    """A change of the journal as JSON; its body is decoded."""
    return {
        "after": f"x{change.after}" if change.after else None,
        "at": timestamp(change.at),
        "call": change.call,
        "body": decode(change.body) if change.body else None,
    }


def decoded_body(body: Body, headers: Headers) -> Json:
    """A body: decoded if it is JSON and was kept completely, otherwise as a string; None if empty."""
    return json_or_text(body.data, () if body.cut else headers)


def _body(body: Body, headers: Headers) -> dict[str, Json]:
    cut: dict[str, Json] = {"truncated": True} if body.cut else {}
    return {"body": decoded_body(body, headers), "size": body.size, **cut}


def query_parameters(query: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Query parameters as strings that JSON can carry."""
    return [(as_utf8(name), as_utf8(value)) for name, value in query]


def _violation(violation: Violation) -> Json:
    return {**violation.as_json(), "rule": violation.rule}


def _reason(reason: Reason) -> Json:
    return {
        "step": reason.step,
        "decided": reason.decided,
        "where": str(reason.where) if reason.where else None,
    }

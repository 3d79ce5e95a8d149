"""Calls about exchanges: the journal, verification, coverage and explain."""

import json
from itertools import islice

from mockserver.contract.operation import METHODS
from mockserver.control.desk import Ask
from mockserver.control.verification import read_expectation, verify
from mockserver.control.view import exchange_view
from mockserver.coverage import report
from mockserver.journal import Record, record_of
from mockserver.message import Answer, Request, json_answer
from mockserver.model import Json
from mockserver.pipeline import Pipeline
from mockserver.reading import MISSING, Cursor
from mockserver.sessions import DEFAULT, session_key

PAGE = 50  # exchanges
LARGEST_PAGE = 1_000


class UnknownExchange(LookupError):
    """The session's journal holds no exchange of this id."""

    def __init__(self, exchange: str, session: str) -> None:
        super().__init__(f"the journal of session {session!r} holds no exchange {exchange!r}")
        self.exchange = exchange
        self.session = session


def list_requests(ask: Ask) -> Answer:
    """The session's exchanges, newest first: filtered, and a page at a time."""
    query = Cursor(dict(ask.request.query))
    query.keys(("operation", "status", "scenario", "valid", "limit", "cursor"))
    limit = _whole(query / "limit", PAGE, LARGEST_PAGE)
    before = _whole(query / "cursor", None, None)
    wanted: dict[str, object] = {
        "operation": ask.query("operation"),
        "status": _whole(query / "status", None, 599),
        "scenario": ask.query("scenario"),
        "valid": _truth(query / "valid"),
    }
    query.finish()
    found = (
        record
        for record in ask.server.journal.of(ask.session.key)
        if (before is None or record.number < before) and _matches(record, wanted)
    )
    page = list(islice(found, limit))
    following = str(page[-1].number) if page and next(found, None) is not None else None
    requests: list[Json] = [exchange_view(record) for record in page]
    return json_answer(200, {"requests": requests, "next": following})


def clear_requests(ask: Ask) -> Answer:
    ask.server.journal.clear(ask.session.key)
    return Answer(204)


def show_request(ask: Ask) -> Answer:
    record = ask.server.journal.find(ask.session.key, ask.values["id"])
    if record is None:
        raise UnknownExchange(ask.values["id"], ask.session.key)
    return json_answer(200, exchange_view(record))


def verify_requests(ask: Ask) -> Answer:
    """The ids of the exchanges that match as expected; raises NotVerified."""
    expectation = read_expectation(ask.body())
    records = list(ask.server.journal.of(ask.session.key))[::-1]
    ids: list[Json] = [record.id for record in verify(expectation, records)]
    return json_answer(200, {"matched": ids, "count": len(ids)})


def show_coverage(ask: Ask) -> Answer:
    query = Cursor(dict(ask.request.query))
    query.keys(("scope",))
    scope = (query / "scope").choice(("session", "all"), "scope") if (query / "scope").present else "session"
    query.finish()
    key = None if scope == "all" else ask.session.key
    return json_answer(200, report(ask.server.backend.contract, ask.server.journal.covered(key)))


def explain(ask: Ask) -> Answer:
    """What a request would be answered, and why; nothing changes by it."""
    request = _described(ask)
    server = ask.server
    sessions = server.sessions.shadow(session_key(request) or DEFAULT)
    exchange = Pipeline(server.backend, server.settings, sessions, None).run(request)
    return json_answer(200, {**exchange_view(record_of(exchange)), "id": None})


def _described(ask: Ask) -> Request:
    """The request that a body describes: method, path (with a query), headers, body."""
    body = ask.body()
    body.keys(("method", "path", "headers", "body"), required=("method", "path"))
    method = (body / "method").text().upper()
    if method.lower() not in METHODS:
        (body / "method").choice([each.upper() for each in METHODS], "method")
    path, _, query = (body / "path").text().partition("?")
    headers = [(name.lower(), value.text()) for name, value in (body / "headers").entries()]
    names = {name for name, _ in headers}
    if "x-mock-session" not in names:
        headers.append(("x-mock-session", ask.key))
    content = body / "body"
    data = content.value if isinstance(content.value, str) else json.dumps(content.json, ensure_ascii=False)
    if content.present and "content-type" not in names:
        headers.append(("content-type", "application/json"))
    body.finish()
    return Request(method, path, query, headers, data.encode() if content.value is not MISSING else b"")


def _whole(cursor: Cursor, default: int | None, largest: int | None) -> int | None:
    """A query member as a whole number from 1; faults go to the cursor."""
    text = cursor.value
    if not isinstance(text, str):
        return default
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 16 and int(text) > 0):
        cursor.fault(f"expected a whole number from 1, found {text[:40]!r}")
        return default
    if largest is not None and int(text) > largest:
        cursor.fault(f"{text} is above {largest}")
        return default
    return int(text)


def _truth(cursor: Cursor) -> bool | None:
    return cursor.choice(("true", "false"), "truth value") == "true" if cursor.present else None


def _matches(record: Record, wanted: dict[str, object]) -> bool:
    found = {
        "operation": record.operation.id if record.operation is not None else None,
        "status": record.status,
        "scenario": record.scenario,
        "valid": record.valid,
    }
    return all(value is None or found[name] == value for name, value in wanted.items())

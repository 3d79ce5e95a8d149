"""Calls about exchanges: the journal, verification, coverage and explain."""

import json
import re
from itertools import islice

from msgspec.structs import replace

from mockserver.contract.document.structure import METHODS
from mockserver.control.request import ControlRequest
from mockserver.control.serializers import exchange_view
from mockserver.control.verification import read_expectation, verify
from mockserver.data.json import Json
from mockserver.data.reading import Cursor
from mockserver.engine.pipeline import Pipeline
from mockserver.engine.sessions import DEFAULT, BadSessionKey, session_key
from mockserver.http.message import Answer, Head, Request, json_answer
from mockserver.http.problem import ProblemError
from mockserver.journal.coverage import report
from mockserver.journal.record import Record, record_of

_OF_THE_JOURNAL = ("x-mock-exchange", "link")  # what was only tried has no entry there
PAGE = 50  # exchanges
LARGEST_PAGE = 1_000
_NUMBER = re.compile(r"[1-9][0-9]{0,14}")


class UnknownExchange(ProblemError):
    """The session's journal has no exchange with this id."""

    kind = "unknown-exchange"

    def __init__(self, exchange: str, session: str) -> None:
        super().__init__(f"the journal of session {session!r} holds no exchange {exchange!r}")
        self.exchange = exchange
        self.session = session


def list_requests(ask: ControlRequest) -> Answer:
    """The session's exchanges, newest first: filtered, and a page at a time."""
    query = ask.query(("operation", "status", "scenario", "valid", "limit", "cursor"))
    limit = _whole(query / "limit", 1, LARGEST_PAGE) or PAGE
    before = _whole(query / "cursor")
    wanted: dict[str, Json] = {
        "operation": (query / "operation").json,
        "status": _whole(query / "status", 100, 599),
        "scenario": (query / "scenario").json,
        "valid": _truth(query / "valid"),
    }
    query.finish()
    found = (
        record
        for record in ask.runtime.journal.records(ask.session.key)
        if (before is None or record.number < before) and _matches(record, wanted)
    )
    page = list(islice(found, limit))
    following = str(page[-1].number) if page and next(found, None) is not None else None
    requests: list[Json] = [exchange_view(record) for record in page]
    return json_answer(200, {"requests": requests, "next": following})


def clear_requests(ask: ControlRequest) -> Answer:
    ask.runtime.journal.clear(ask.session.key)
    return Answer(204)


def show_request(ask: ControlRequest) -> Answer:
    record = ask.runtime.journal.find(ask.session.key, ask.values["id"])
    if record is None:
        raise UnknownExchange(ask.values["id"], ask.session.key)
    return json_answer(200, exchange_view(record))


def verify_requests(ask: ControlRequest) -> Answer:
    """The ids of the exchanges that match as expected; raises NotVerified."""
    expectation = read_expectation(ask.body())
    records = list(ask.runtime.journal.records(ask.session.key))[::-1]
    ids: list[Json] = [record.id for record in verify(expectation, records)]
    return json_answer(200, {"matched": ids, "count": len(ids)})


def show_coverage(ask: ControlRequest) -> Answer:
    query = ask.query(("scope",))
    scope = (query / "scope").choice(("session", "all"), "scope") if (query / "scope").present else "session"
    query.finish()
    if scope == "all":
        session_key(ask.request.head)  # none is needed, but one that is no key is refused as everywhere
    key = None if scope == "all" else ask.session.key
    return json_answer(200, report(ask.runtime.backend.contract, ask.runtime.journal.covered_facts(key)))


def explain(ask: ControlRequest) -> Answer:
    """What a request would be answered, and why; nothing changes by it."""
    runtime, key = ask.runtime, ask.key
    request = _described(ask)
    try:
        own_key = session_key(request.head)
    except BadSessionKey:  # the answer will be that it is none
        own_key = DEFAULT
    if own_key is None:
        head = replace(request.head, headers=[*request.head.headers, ("x-mock-session", key)])
        request = replace(request, head=head)
    sessions = runtime.sessions.trial_copy(own_key or key)
    exchange = Pipeline(runtime.backend, runtime.settings, sessions, None).run(request)
    record = record_of(exchange)
    headers = [(name, value) for name, value in record.unmasked_headers if name not in _OF_THE_JOURNAL]
    return json_answer(200, {**exchange_view(replace(record, unmasked_headers=headers)), "id": None})


def _described(ask: ControlRequest) -> Request:
    """The request that a body describes: method, path (with a query), headers, body."""
    body = ask.body()
    body.keys(("method", "path", "headers", "body"), required=("method", "path"))
    method = (body / "method").choice([each.upper() for each in METHODS], "method")
    path, _, query = (body / "path").string().partition("?")
    headers = [(name.lower(), value.string()) for name, value in (body / "headers").entries()]
    data = _sent(body / "body")
    if data and "content-type" not in {name for name, _ in headers}:
        headers.append(("content-type", "application/json"))
    body.finish()
    limit = ask.runtime.settings.body_limit
    over = limit if len(data) > limit else None
    return Request(Head(method, path, query, headers), b"" if over else data, over)


def _sent(body: Cursor) -> bytes:
    """The bytes of a described body: a text as it stands, all else as JSON."""
    if not body.present:
        return b""
    text = body.value if isinstance(body.value, str) else json.dumps(body.json, ensure_ascii=False)
    return text.encode()


def _whole(cursor: Cursor, least: int = 1, most: int = 10**15 - 1) -> int | None:
    """A query member as a whole number within bounds, None where it is not given; faults go to the cursor."""
    if not cursor.present:
        return None
    text = cursor.string()
    if _NUMBER.fullmatch(text) and least <= int(text) <= most:
        return int(text)
    cursor.error(f"expected an integer from {least} to {most}, found {text[:40]!r}")
    return None


def _truth(cursor: Cursor) -> bool | None:
    return cursor.choice(("true", "false"), "truth value") == "true" if cursor.present else None


def _matches(record: Record, wanted: dict[str, Json]) -> bool:
    found: dict[str, Json] = {
        "operation": record.operation,
        "status": record.status,
        "scenario": record.scenario,
        "valid": record.valid,
    }
    return all(value is None or found[name] == value for name, value in wanted.items())

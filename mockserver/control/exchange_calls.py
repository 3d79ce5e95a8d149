"""Control calls about exchanges: journal, verification, coverage and explain."""

import json
from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from mockserver.contract.document.structure import METHODS
from mockserver.contract.parameters import Side
from mockserver.control.missed_stubs import missed_stubs
from mockserver.control.pages import PAGE, PAGING, first_rows, next_window, page_limit, page_window
from mockserver.control.request import ControlRequest, query_integer
from mockserver.control.serializers import change_view, exchange_view, violation_view
from mockserver.control.session_scope import key_in_scope, read_scope
from mockserver.control.verification import read_expectation, verify
from mockserver.data.json import Json, array_or_empty, object_or_empty
from mockserver.data.reading import Cursor
from mockserver.engine.exchange import Exchange
from mockserver.engine.session_keys import BadSessionKey
from mockserver.engine.session_path import SessionPaths
from mockserver.http.message import Answer, Head, Request, json_answer
from mockserver.http.problem import ProblemError
from mockserver.journal.bounded_log import Entry
from mockserver.journal.coverage import report
from mockserver.journal.record import Record, record_of
from mockserver.journal.violation_log import SIDES

_DESCRIBED_BY = 'rel="describedby"'  # the end of a link to a journal entry


class UnknownExchange(ProblemError):
    """The session's journal has no exchange with this id."""

    kind = "unknown-exchange"

    def __init__(self, exchange: str, session: str) -> None:
        super().__init__(f"the journal of session {session!r} has no exchange {exchange!r}")
        self.exchange = exchange
        self.session = session


def list_requests(call: ControlRequest) -> Answer:
    """A page of the exchanges of the session, or of all sessions, newest first, filtered by the query."""
    query = call.query(("operation", "status", "scenario", "valid", "scope", "limit", "cursor"))
    limit, before = _page(query)
    scope = read_scope(query)
    wanted: dict[str, Json] = {
        "operation": _operation(call, query / "operation"),
        "status": query_integer(query / "status", 100, 599),
        "scenario": (query / "scenario").json,
        "valid": _query_boolean(query / "valid"),
    }
    query.finish()
    found = (
        record
        for record in call.runtime.journal.records(key_in_scope(call, scope))
        if (before is None or record.sequence < before) and _matches(record, wanted)
    )
    page, following = _first(limit, found)
    requests: list[Json] = [exchange_view(record) for record in page]
    return json_answer(200, {"requests": requests, "next": following})


def _operation(call: ControlRequest, cursor: Cursor) -> str | None:
    """The full name of the operation in the query; raises UnknownOperation, AmbiguousOperation."""
    return _full_name(call, cursor.string()) if cursor.present else None


def _full_name(call: ControlRequest, name: str) -> str:
    """The full name of an operation of the contract, or of one that the journal still names.

    Raises UnknownOperation, AmbiguousOperation.
    """
    names = call.runtime.backend.contract.names
    if not names.candidates(name) and any(
        record.operation == name for record in call.runtime.journal.records(None)
    ):
        return name  # a reload has removed it
    return names.resolve(name)


def list_changes(call: ControlRequest) -> Answer:
    """A page of the control calls that changed the session between its exchanges, newest first."""
    query = call.query(("limit", "cursor"))
    limit, before = _page(query)
    query.finish()
    changes = call.runtime.journal.changes(call.session.key)
    found = (change for change in changes if before is None or change.sequence < before)
    page, following = _first(limit, found)
    rows: list[Json] = [change_view(change) for change in page]
    return json_answer(200, {"changes": rows, "next": following})


def clear_requests(call: ControlRequest) -> Answer:
    key = call.session.key
    call.runtime.journal.clear(key)
    call.runtime.publisher.publish_change(key, ("requests",))
    return Answer(204)


def show_request(call: ControlRequest) -> Answer:
    record = call.runtime.journal.find(call.session.key, call.values["id"])
    if record is None:
        raise UnknownExchange(call.values["id"], call.session.key)
    return json_answer(200, exchange_view(record))


def list_violations(call: ControlRequest) -> Answer:
    """A page of what broke the contract since the session's birth, oldest first, and the number of all."""
    query = call.query(("leniencies", "side", "scope", *PAGING))
    scope = read_scope(query)
    sides = _sides(query / "side")
    leniencies = _query_boolean(query / "leniencies") or False
    limit, after = page_limit(query), query_integer(query / "cursor") or 0
    query.finish()
    key = key_in_scope(call, scope)
    log = call.runtime.journal.violations
    entries = log.entries(key, leniencies=leniencies, sides=sides)
    found = (each for each in entries if each.sequence > after)
    page, has_more = first_rows(limit, found)
    rows: list[Json] = [violation_view(each) for each in page]
    following = str(page[-1].sequence) if has_more else None
    count = log.count(key, leniencies=leniencies, sides=sides)
    return json_answer(200, {"violations": rows, "count": count, "next": following})


def clear_violations(call: ControlRequest) -> Answer:
    call.runtime.journal.violations.clear(call.session.key)
    return Answer(204)


def verify_requests(call: ControlRequest) -> Answer:
    """The ids of the exchanges that match as expected; raises NotVerified."""
    expectation = read_expectation(call.body(), partial(_full_name, call))
    records = list(call.runtime.journal.records(call.session.key))[::-1]
    ids: list[Json] = [record.id for record in verify(expectation, records, call.runtime.backend.secrets)]
    return json_answer(200, {"matched": ids, "count": len(ids)})


def show_coverage(call: ControlRequest) -> Answer:
    """A page of the operations with what was covered of each, and the totals of all of them."""
    query = call.query(("scope", *PAGING))
    scope = read_scope(query)
    window = page_window(query)
    covered = call.runtime.journal.covered_facts(key_in_scope(call, scope))
    whole = object_or_empty(report(call.runtime.backend.contract, covered))
    operations = array_or_empty(whole["operations"])
    page: dict[str, Json] = {"operations": operations[window], "next": next_window(window, operations)}
    return json_answer(200, {**whole, **page})


def explain(call: ControlRequest) -> Answer:
    """How a request would be answered, and why; no state changes."""
    key = call.key
    request = _described_request(call)
    try:
        own_key = call.runtime.pipeline.facts(request.head).session_key_of(request)
    except BadSessionKey:  # the explained answer says that the key is not valid
        own_key = call.runtime.keyless_session
    if own_key is None:
        head = replace(request.head, headers=[*request.head.headers, ("x-mock-session", key)])
        request = replace(request, head=head)
    exchange = _explained(call, request, own_key or key)
    record = record_of(exchange)
    headers = [each for each in record.unmasked_headers if not _is_of_journal(*each)]
    return json_answer(200, {**exchange_view(replace(record, unmasked_headers=headers)), "id": None})


def _is_of_journal(name: str, value: str) -> bool:
    """Whether a header refers to the journal, which has no entry of an explained request."""
    return name == "x-mock-exchange" or (name == "link" and value.endswith(_DESCRIBED_BY))


def _explained(call: ControlRequest, request: Request, key: str) -> Exchange:
    """The exchange for a request in the session with this key, which stays as it is.

    Raises SessionEvicted if that is the session of the call itself.
    """
    sessions, pipeline, now = call.runtime.sessions, call.runtime.pipeline, call.runtime.clock()
    facts, evicted = pipeline.facts(request.head), sessions.eviction(key)
    if evicted is None:
        session = sessions.peek(key) if key in sessions else sessions.new(key, now)
        started = call.runtime.timer()
        exchange = pipeline.run(request, facts, session, now)
        exchange.duration += call.runtime.timer() - started
        names = exchange.masked.names
        for sentence in missed_stubs(request, exchange.operation, session, pipeline.stubs, names):
            exchange.note("pick_scenario", sentence)
        return exchange
    if key == call.key:
        raise evicted
    return pipeline.refuse(request, facts, sessions.new(key, now), now, evicted)


def _described_request(call: ControlRequest) -> Request:
    """The request that a call's body describes: method, path with query, headers, body."""
    body = call.body()
    body.keys(("method", "path", "headers", "body"), required=("method", "path"))
    method = (body / "method").choice([each.upper() for each in METHODS], "method")
    path, _, query = (body / "path").string().partition("?")
    headers = [(name.lower(), value.string()) for name, value in (body / "headers").entries()]
    data = _body_bytes(body / "body")
    if data and "content-type" not in {name for name, _ in headers}:
        headers.append(("content-type", "application/json"))
    body.finish()
    limit = call.runtime.settings.body_limit
    over = limit if len(data) > limit else None
    request = Request(Head(method, path, query, headers), b"" if over else data, over)
    return SessionPaths(call.runtime.settings.control_prefix).read(request)


def _body_bytes(body: Cursor) -> bytes:
    """The bytes of a described body: a string as it is, any other value as JSON."""
    if not body.present:
        return b""
    text = body.value if isinstance(body.value, str) else json.dumps(body.json, ensure_ascii=False)
    return text.encode()


def _page(query: Cursor) -> tuple[int, int | None]:
    """A page's number of rows, and the sequence number before which it begins; errors go to the cursor."""
    return page_limit(query, PAGE), query_integer(query / "cursor")


def _first(limit: int, found: Iterator[Entry]) -> tuple[list[Entry], str | None]:
    """The first entries, and the cursor of the page after them; None if no entry is left."""
    page, has_more = first_rows(limit, found)
    return page, str(page[-1].sequence) if has_more else None


def _sides(cursor: Cursor) -> tuple[Side, ...]:
    """Whose violations a call is about; errors go to the cursor."""
    if not cursor.present:
        return SIDES
    side = cursor.choice(SIDES, "side")
    return tuple(each for each in SIDES if each == side)


def _query_boolean(cursor: Cursor) -> bool | None:
    """A query parameter as a boolean, or None if it is absent."""
    return cursor.choice(("true", "false"), "boolean") == "true" if cursor.present else None


def _matches(record: Record, wanted: dict[str, Json]) -> bool:
    """Whether a record has all wanted values; None means any value."""
    found: dict[str, Json] = {
        "operation": record.operation,
        "status": record.status,
        "scenario": record.scenario,
        "valid": record.valid,
    }
    return all(value is None or found[name] == value for name, value in wanted.items())

"""Exchanges and violations as text, for whoever reads why a test failed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from mockserver.testing.views import ExchangeView, ViolationView

SHOWN = 20  # exchanges of a session
HINT = "does the client send mock_session.headers to mock_session.url?"
LONGEST = 2_000  # characters of a body


def exchanges(rows: Sequence[ExchangeView], key: str) -> str:
    """A session's exchanges, oldest first: the last ones, where they are many."""
    if not rows:
        return f"no request came in the session {key}; {HINT}"
    return _last(rows)


def strays(rows: Sequence[ExchangeView]) -> str:
    """Why a test fails whose requests broke the contract."""
    count = "1 request" if len(rows) == 1 else f"{len(rows)} requests"
    lines = [f"{count} of this test broke the contract:", *(line for row in rows for line in _brief(row))]
    hint = "Mark the test with @pytest.mark.mock_allow_violations where that is meant."
    return "\n".join([*lines, hint, "", _last(rows)])


def exchange(row: ExchangeView) -> str:
    """Request line, violations, trail and answer."""
    asked, answered = row["request"], row["response"]
    scenario = f", scenario {row['scenario']}" if row["scenario"] else ""
    lines = [f"{row['id']}  {request_line(row)}", *_body("  sent ", asked["body"])]
    lines += [f"  violation: {violation(each)}" for each in row["violations"]]
    lines += [f"  the mock's own answer is off contract: {violation(each)}" for each in row["off_contract"]]
    lines += [
        f"  {reason['step']}: {reason['decided']}" + (f"  ({reason['where']})" if reason["where"] else "")
        for reason in row["trail"]
    ]
    lines.append(f"  answered {_status(answered['status'])} (source: {row['source']}{scenario})")
    return "\n".join([*lines, *_body("  ", answered["body"])])


def request_line(row: ExchangeView) -> str:
    query = urlencode([(each["name"], each["value"]) for each in row["request"]["query"]])
    return f"{row['request']['method']} {row['request']['path']}{'?' if query else ''}{query}"


def violation(row: ViolationView) -> str:
    """Where, and what is wrong there: `body /order_items/0/product_id: …`."""
    return f"{row['in']} {row['pointer']}: {row['message']}"


def misses(match: Mapping[str, object], problem: Mapping[str, Any]) -> str:
    """What was expected of the requests, and the nearest that came."""
    lines = [str(problem["detail"]), f"  match: {_short(match)}"]
    for miss in problem["nearest"]:
        lines.append(f"  nearest: {miss['id']}  {miss['request']} -> {miss['status']}")
        lines += [
            f"    {each['pointer']}: expected {_short(each['expected'])}, found {_short(each['found'])}"
            for each in miss["differences"]
        ]
    if not problem["nearest"] and not problem["actual"]:
        lines.append(f"  no request came in this session; {HINT}")
    return "\n".join(lines)


def _last(rows: Sequence[ExchangeView]) -> str:
    earlier = len(rows) - SHOWN
    head = [f"… {earlier} earlier ones"] if earlier > 0 else []
    return "\n\n".join([*head, *map(exchange, rows[-SHOWN:])])


def _brief(row: ExchangeView) -> Iterator[str]:
    """A line for each violation, or for what else the request did that the contract does not know."""
    at = f"  {row['id']}  {request_line(row)}: "
    if not row["violations"]:
        yield at + row["trail"][0]["decided"]
    yield from (at + violation(each) for each in row["violations"])


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:  # none that is registered
        return str(status)


def _body(before: str, body: object) -> list[str]:
    return [] if body is None else [before + _short(body)]


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"

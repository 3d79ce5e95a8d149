"""Renders exchanges as text for the report of a failed test.

Control characters are escaped, because the report is printed on a terminal.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from mockserver.data.quoting import printable, printable_lines
from mockserver.testing.views import BreakView, ExchangeView, ViolationView

SHOWN = 20  # exchanges of a session
HINT = "does the client send mock_session.headers to mock_session.url?"
LONGEST = 2_000  # characters of a body


def exchanges(rows: Sequence[ExchangeView], key: str) -> str:
    """The last exchanges of a session, oldest first."""
    if not rows:
        return f"no request came in session {key}; {HINT}"
    return last_exchanges(rows)


def exchange(row: ExchangeView) -> str:
    """One exchange: request line, violations, trail and answer."""
    request, response = row["request"], row["response"]
    scenario = f", scenario {row['scenario']}" if row["scenario"] else ""
    sent = [f"{row['id']}  {request_line(row)}", *_body_lines("  sent ", request["body"])]
    lines = [f"  violation: {violation_line(each)}" for each in row["violations"]]
    lines += [
        f"  the mock's answer breaks the contract: {violation_line(each)}" for each in row["off_contract"]
    ]
    lines += [
        f"  {reason['step']}: {reason['decided']}" + (f"  ({reason['where']})" if reason["where"] else "")
        for reason in row["trail"]
    ]
    lines.append(f"  answered {_status(response['status'])} (source: {row['source']}{scenario})")
    return "\n".join([*sent, *map(printable, lines), *_body_lines("  ", response["body"])])


def nearest_misses(expected: object, problem: Mapping[str, Any]) -> str:
    """A failed verification: the pattern or sequence that was expected, and how exchanges differ from it."""
    name = "match" if isinstance(expected, Mapping) else "sequence"
    lines = [str(problem["detail"]), f"  {name}: {_shortened(expected)}"]
    for miss in problem["nearest"]:
        lines.append(f"  nearest: {miss['id']}  {miss['request']} -> {miss['status']}")
        lines += [f"    {_difference(each)}" for each in miss["differences"]]
    if not problem["nearest"] and not problem["actual"]:
        lines.append(f"  no request came in this session; {HINT}")
    return "\n".join(map(printable, lines))


def _difference(row: Mapping[str, object]) -> str:
    return f"{row['pointer']}: expected {_shortened(row['expected'])}, found {_shortened(row['found'])}"


def last_exchanges(rows: Sequence[ExchangeView]) -> str:
    earlier = len(rows) - SHOWN
    head = [f"… {earlier} earlier exchange{'s' if earlier > 1 else ''}"] if earlier > 0 else []
    return "\n\n".join([*head, *map(exchange, rows[-SHOWN:])])


def request_line(row: ExchangeView) -> str:
    query = urlencode([(each["name"], each["value"]) for each in row["request"]["query"]])
    return printable(f"{row['request']['method']} {row['request']['path']}{'?' if query else ''}{query}")


def violation_line(row: ViolationView | BreakView) -> str:
    """Location and message: `body /order_items/0/product_id: …`."""
    return f"{row['in']} {row['pointer']}".rstrip() + f": {row['message']}"


def _status(status: int) -> str:
    """The status with its reason phrase, if it is registered."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _body_lines(prefix: str, body: object) -> list[str]:
    return [] if body is None else [prefix + printable_lines(_shortened(body))]


def _shortened(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"

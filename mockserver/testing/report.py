"""Renders exchanges as text for the report of a failed test.

Control characters are escaped, because the report is printed on a terminal.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from mockserver.data.quoting import printable, printable_lines
from mockserver.engine.session_keys import ADOPTED
from mockserver.testing.paths import relative_path
from mockserver.testing.views import BreakView, ExchangeView, ReasonView, ViolationView

SHOWN = 20  # exchanges of a session
HINT = "does the client send mock_session.headers to mock_session.url?"
KEY_HINT = "a client that takes mock_session.base_url as its base URL sends the key with each request"
LONGEST = 2_000  # characters of a body
_MASK = quote("…")  # what a secret is masked with, in a URL
_CHECK = re.compile(r"^check \d+[:,] ")  # the number of a check, at the beginning of a trail's sentence


def exchanges(rows: Sequence[ExchangeView], key: str, hint: str = HINT, base: Path | None = None) -> str:
    """The last exchanges of a session, oldest first; `hint` says why there may be none.

    Paths are relative to the folder `base`, by default the working directory.
    """
    if not rows:
        return f"no request came in session {key}; {hint}"
    earlier = len(rows) - SHOWN
    head = [f"… {earlier} earlier exchange{'s' if earlier > 1 else ''}"] if earlier > 0 else []
    shown = rows[-SHOWN:]
    return "\n\n".join([*head, *(exchange(row, base) for row in shown), *adopted(shown)])


def adopted(rows: Iterable[ExchangeView]) -> list[str]:
    """A hint where requests had no session key."""
    ids = [str(row["id"]) for row in rows if any(map(_is_adoption, row["trail"]))]
    if not ids:
        return []
    verbs = ("has", "belongs") if len(ids) == 1 else ("have", "belong")
    return [f"{', '.join(ids)} {verbs[0]} no session key and {verbs[1]} to the running test; {KEY_HINT}"]


def _is_adoption(reason: ReasonView) -> bool:
    return reason["step"] == "open_session" and reason["decided"].endswith(ADOPTED)


def exchange(row: ExchangeView, base: Path | None = None) -> str:
    """One exchange: its headline, the request's body, violations, trail and answer."""
    request, response = row["request"], row["response"]
    scenario = f", scenario {row['scenario']}" if row["scenario"] else ""
    sent = [headline(row), *_body_lines("  sent ", request["body"])]
    lines = [f"  violation: {violation_line(each)}" for each in row["violations"]]
    whose = "backend" if row["source"] == "upstream" else "mock"
    off_contract = map(violation_line, row["off_contract"])
    lines += [f"  the {whose}'s answer breaks the contract: {each}" for each in off_contract]
    for reason in row["trail"]:
        where = f"  ({relative_path(reason['where'], base)})" if reason["where"] else ""
        lines.append(f"  {reason['step']}: {reason['decided']}{where}")
    lines.append(f"  answered {_status(response['status'])} (source: {row['source']}{scenario})")
    return "\n".join([*sent, *map(printable, lines), *_body_lines("  ", response["body"])])


def headline(row: ExchangeView) -> str:
    """The id, the request, the status and, if the exchange failed, the reason: what a reader wants first."""
    reason = _reason(row)
    status = _status(row["response"]["status"])
    line = f"{row['id']}  {request_line(row)} -> {status}{': ' if reason else ''}{reason}"
    return printable(line)


def _reason(row: ExchangeView) -> str:
    """Why an exchange failed; empty if it did not."""
    found = row["violations"] or ([] if row["intended"] else row["off_contract"])
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        whose = "" if row["violations"] or found[0]["keyword"] == "internal" else "the answer: "
        return whose + violation_line(found[0]) + more
    if row["response"]["status"] < 400 or not row["trail"]:
        return ""
    if row["scenario"] is not None:
        return f"scenario {row['scenario']}"
    decisive = row["trail"][0]  # the path or the method, if there is no operation
    if row["operation"] is not None:
        decisive = [each for each in row["trail"] if each["step"] != "check_answer"][-1]
    return _CHECK.sub("", decisive["decided"])


def nearest_misses(expected: object, problem: Mapping[str, Any], hint: str = HINT) -> str:
    """A failed verification: the pattern or sequence that was expected, and how exchanges differ from it.

    `hint` says why there may be no exchange.
    """
    name = "match" if isinstance(expected, Mapping) else "sequence"
    lines = [str(problem["detail"]), f"  {name}: {_shortened(expected)}"]
    for miss in problem["nearest"]:
        lines.append(f"  nearest: {miss['id']}  {miss['request']} -> {miss['status']}")
        lines += [f"    {_difference(each)}" for each in miss["differences"]]
    if not problem["nearest"] and not problem["actual"]:
        lines.append(f"  no request came in this session; {hint}")
    return "\n".join(map(printable, lines))


def _difference(row: Mapping[str, object]) -> str:
    return f"{row['pointer']}: expected {_shortened(row['expected'])}, found {_shortened(row['found'])}"


def request_line(row: ExchangeView) -> str:
    """The method and the path with its query."""
    pairs = [(each["name"], each["value"]) for each in row["request"]["query"]]
    query = urlencode(pairs).replace(_MASK, "…")
    return printable(f"{row['request']['method']} {row['request']['path']}{'?' if query else ''}{query}")


def violation_line(row: ViolationView | BreakView) -> str:
    """Location and message: `body /order_items/0/product_id: …`; the message alone if it says where."""
    if row["keyword"] in ("paths", "security", "internal"):
        return _CHECK.sub("", row["message"])
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

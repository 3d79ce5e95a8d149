"""Renders why the guard fails a test, as text for the test's report.

Control characters are escaped, because the report is printed on a terminal.
"""

from collections.abc import Iterator, Sequence

from mockserver.data.quoting import printable, printable_lines
from mockserver.engine.session_keys import ADOPTED
from mockserver.testing.breaks import INTERNAL, SIDES
from mockserver.testing.findings import BrokenContract, Finding, KeylessRequests, Unreadable
from mockserver.testing.report import SHOWN, last_exchanges, request_line, violation_line
from mockserver.testing.views import BreakView, ExchangeView, SideView

KEY_HINT = "a client that takes mock_session.base_url as its base URL sends the key with each request"
WHOLE_REQUEST = ("paths", "security", INTERNAL)  # keywords of violations whose message says where they are


def verdict(findings: Sequence[Finding]) -> str:
    """Why a test fails: what was found against it, and then the exchanges that show it."""
    parts = [*_unreadable(findings), *_keyless(findings)]
    broken = [each for each in findings if isinstance(each, BrokenContract)]
    rows = [row for each in broken for row in each.breaks.rows]
    internal = [row for row in rows if row["keyword"] == INTERNAL]
    for side, unlisted in _unlisted(broken).items():
        listed = [row for row in rows if row["side"] == side and row["keyword"] != INTERNAL]
        if listed or unlisted:
            parts.append(_broken_side(side, listed, unlisted))
    if internal:
        head = f"the mock failed with an exception in {_requests(internal)}; the log has the traceback:"
        parts.insert(0, "\n".join([head, *_lines(internal)]))
    shown = [row for each in findings if not isinstance(each, Unreadable) for row in each.exchanges]
    return "\n\n".join(["\n".join(parts + _adopted(shown)), *([last_exchanges(shown)] if shown else [])])


def _unreadable(findings: Sequence[Finding]) -> list[str]:
    reasons = (each.reason for each in findings if isinstance(each, Unreadable))
    return [printable_lines(each) for each in dict.fromkeys(reasons)]


def _keyless(findings: Sequence[Finding]) -> list[str]:
    rows = [row for each in findings if isinstance(each, KeylessRequests) for row in each.exchanges]
    if not rows:
        return []
    count = "1 request" if len(rows) == 1 else f"{len(rows)} requests"
    head = f"{count} of this test had no session key, which mockserver_keyless = refuse does not permit:"
    return ["\n".join([head, *(f"  {row['id']}  {request_line(row)}" for row in rows[-SHOWN:]), KEY_HINT])]


def _unlisted(broken: Sequence[BrokenContract]) -> dict[SideView, int]:
    """How many violations are only counted, by side."""
    return {side: sum(each.breaks.unlisted(side) for each in broken) for side in SIDES}


def _broken_side(side: SideView, rows: Sequence[BreakView], unlisted: int) -> str:
    """What the requests of a test broke, or the answers of the mock, and how to permit it."""
    if side == "request":
        head, marker = f"{_requests(rows)} broke the contract:", "mock_allow_violations"
    else:
        answers = _numbered("answer", rows)
        head = f"{answers} of the mock broke the contract, which no scenario, stub or mutation asked for:"
        marker = "mock_allow_off_contract"
    lines = list(_lines(rows))
    if unlisted:
        are = "violation, which is" if unlisted == 1 else "violations, which are"
        lines.append(f"  … and {unlisted:,} more {are} only counted")
    hint = f"If that is intended, mark the test with @pytest.mark.{marker}."
    return "\n".join([head, *lines, hint])


def _requests(rows: Sequence[BreakView]) -> str:
    return f"{_numbered('request', rows)} of this test"


def _numbered(noun: str, rows: Sequence[BreakView]) -> str:
    """The number of the exchanges that the violations are in, with a noun."""
    number = len({(row["session"], row["exchange"]) for row in rows})
    return f"{number} {noun}" if number == 1 else f"{number or 'further'} {noun}s"


def _lines(rows: Sequence[BreakView]) -> Iterator[str]:
    """A line for each violation."""
    for row in rows:
        found = row["message"] if row["keyword"] in WHOLE_REQUEST else violation_line(row)
        yield printable(f"  {row['exchange']}  {row['method']} {row['path']}: {found}")


def _adopted(rows: Sequence[ExchangeView]) -> list[str]:
    """A hint where requests had no session key."""
    ids = [str(row["id"]) for row in rows if _is_adopted(row)]
    if not ids:
        return []
    verbs = ("has", "belongs") if len(ids) == 1 else ("have", "belong")
    return [f"{', '.join(ids)} {verbs[0]} no session key and {verbs[1]} to the running test; {KEY_HINT}"]


def _is_adopted(row: ExchangeView) -> bool:
    return any(each["step"] == "open_session" and each["decided"].endswith(ADOPTED) for each in row["trail"])

"""Renders why the guard fails a test, as text for the test's report.

Control characters are escaped, because the report is printed on a terminal.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct, field

from mockserver.data.quoting import printable, printable_lines
from mockserver.testing.breaks import INTERNAL, SIDES
from mockserver.testing.findings import BrokenContract, Failure, Finding, KeylessRequests
from mockserver.testing.report import KEY_HINT, SHOWN, adopted, exchange, headline, violation_line
from mockserver.testing.views import BreakView, ExchangeView, SideView

# by the side that broke the contract: who did, and the marker that permits it
HEADS: dict[SideView, tuple[str, str]] = {
    "request": ("of this test", "mock_allow_violations"),
    "answer": ("of the mock, which no scenario, stub or mutation asked for,", "mock_allow_off_contract"),
    "provider": ("of the real backend", "mock_allow_off_contract"),
}
Id = tuple[str, str]  # of an exchange: the key of its session, and its id in the session


class _Exchanges(Struct):
    """The exchanges that a verdict can show, by id, each of which it shows once.

    `elsewhere` are those that the report of the same test shows already. Paths are relative to `base`.
    """

    left: dict[Id, ExchangeView]
    elsewhere: Collection[Id]
    base: Path | None
    shown: set[Id] = field(default_factory=set)

    def blocks(self, ids: Iterable[Id]) -> Iterator[str]:
        """The text of the exchanges with these ids that were not shown yet."""
        for key in ids:
            row = self.left.pop(key, None)
            if row is not None:
                self.shown.add(key)
                yield exchange(row, self.base)


def verdict(findings: Sequence[Finding], shown: Collection[Id] = (), base: Path | None = None) -> str:
    """Why a test fails: what was found against it, with the exchanges that show it.

    `shown` are exchanges that the report of the test shows already. Paths are relative to the folder `base`.
    """
    rows = [row for each in findings if not isinstance(each, Failure) for row in each.exchanges]
    left = {exchange_id(row): row for row in rows[-SHOWN:] if exchange_id(row) not in shown}
    exchanges = _Exchanges(left, shown, base)
    reasons = [each.reason for each in findings if isinstance(each, Failure)]
    broken = [each for each in findings if isinstance(each, BrokenContract)]
    violations = [row for each in broken for row in each.breaks.rows]
    keyless = [row for each in findings if isinstance(each, KeylessRequests) for row in each.exchanges]
    parts = [printable_lines(each) for each in dict.fromkeys(reasons)]
    parts += _internal([row for row in violations if row["keyword"] == INTERNAL], exchanges)
    parts += _keyless(keyless, exchanges)
    for side in SIDES:
        listed = [row for row in violations if row["side"] == side and row["keyword"] != INTERNAL]
        parts += _broken(side, listed, sum(each.breaks.unlisted(side) for each in broken), exchanges)
    return "\n\n".join([*parts, *adopted(row for row in rows if exchange_id(row) in exchanges.shown)])


def summary(findings: Sequence[Finding]) -> list[str]:
    """A line for each violation, and for each other reason why a test fails."""
    lines: list[str] = []
    for found in findings:
        match found:
            case Failure(reason=reason):
                lines.append(reason)
            case KeylessRequests(exchanges=rows):
                lines += map(headline, rows)
            case BrokenContract(breaks=breaks):
                lines += map(_line, breaks.rows)
                unlisted = sum(map(breaks.unlisted, SIDES))
                lines += [_more(unlisted)] if unlisted else []
    return [printable(line) for line in dict.fromkeys(lines)]


def exchange_id(row: ExchangeView) -> Id:
    return row["session"], str(row["id"])


def _internal(rows: Sequence[BreakView], exchanges: _Exchanges) -> list[str]:
    """The exceptions of the mock."""
    if not rows:
        return []
    requests = _numbered("request", rows)
    head = f"the mock failed with an exception in {requests} of this test; the log has the traceback:"
    return ["\n".join([head, *_lines(rows, exchanges)]), *exchanges.blocks(map(_id, rows))]


def _keyless(rows: Sequence[ExchangeView], exchanges: _Exchanges) -> list[str]:
    """The requests that were refused because they have no key."""
    if not rows:
        return []
    count = "1 request" if len(rows) == 1 else f"{len(rows)} requests"
    head = f"{count} of this test had no session key, which mockserver_keyless = refuse does not permit:"
    return [head, *exchanges.blocks(map(exchange_id, rows)), KEY_HINT]


def _broken(side: SideView, rows: Sequence[BreakView], unlisted: int, exchanges: _Exchanges) -> list[str]:
    """What the requests of a test broke, or the answers of the mock, and how to permit it."""
    if not rows and not unlisted:
        return []
    whose, marker = HEADS[side]
    head = f"{_numbered('request' if side == 'request' else 'answer', rows)} {whose} broke the contract:"
    lines = [head, *_lines(rows, exchanges), *([f"  … and {_more(unlisted)}"] if unlisted else [])]
    hint = f"If that is intended, mark the test with @pytest.mark.{marker}."
    return ["\n".join(lines), *exchanges.blocks(map(_id, rows)), hint]


def _numbered(noun: str, rows: Sequence[BreakView]) -> str:
    """The number of the exchanges that the violations are in, with a noun."""
    number = len({_id(row) for row in rows})
    return f"{number} {noun}" if number == 1 else f"{number or 'further'} {noun}s"


def _more(unlisted: int) -> str:
    are = "violation, which is" if unlisted == 1 else "violations, which are"
    return f"{unlisted:,} more {are} only counted"


def _lines(rows: Sequence[BreakView], exchanges: _Exchanges) -> Iterator[str]:
    """A line for each violation whose exchange is not shown after these lines."""
    for row in rows:
        if _id(row) in exchanges.elsewhere:
            sentence = f"{violation_line(row)}; the failure of the test shows the exchange"
            yield printable(f"  {row['exchange']}: {sentence}")
        elif _id(row) in exchanges.shown:
            yield printable(f"  {row['exchange']}: {violation_line(row)}")
        elif _id(row) not in exchanges.left:
            yield printable(f"  {row['exchange']}  {_line(row)}")


def _line(row: BreakView) -> str:
    """The request of a violation, and what it broke."""
    return f"{row['method']} {row['path']}: {violation_line(row)}"


def _id(row: BreakView) -> Id:
    return row["session"], row["exchange"]

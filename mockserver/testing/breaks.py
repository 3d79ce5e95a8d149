"""What broke the contract in a session, as `GET violations` lists it: no later exchange empties that list."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import get_args

from msgspec import Struct, field

from mockserver.testing.session import MockSession
from mockserver.testing.views import BreakView, ExchangeView, SideView

SIDES: tuple[SideView, ...] = get_args(SideView)
INTERNAL = "internal"  # the keyword of an exception of the mock


class Breaks(Struct, frozen=True):
    """Violations of a session: `rows` are those that the server lists, oldest first; `counts` counts all."""

    rows: tuple[BreakView, ...] = ()
    counts: Counter[SideView] = field(default_factory=Counter)

    def since(self, earlier: "Breaks") -> "Breaks":
        """Those that came after an earlier reading of the same session."""
        last = max(map(_number, earlier.rows), default=0)
        rows = tuple(row for row in self.rows if _number(row) > last)
        counts = Counter(row["side"] for row in rows)
        for side in SIDES:  # fewer than earlier if the list was emptied in between
            counts[side] = max(counts[side], self.counts[side] - earlier.counts[side])
        return Breaks(rows, +counts)

    def without(self, permitted: Collection[SideView]) -> "Breaks":
        """Those of the other sides, and the exceptions of the mock."""
        rows = tuple(row for row in self.rows if row["side"] not in permitted or row["keyword"] == INTERNAL)
        counts = Counter(row["side"] for row in rows)
        counts.update({side: self.unlisted(side) for side in SIDES if side not in permitted})
        return Breaks(rows, +counts)

    def unlisted(self, side: SideView) -> int:
        """How many violations of a side are only counted."""
        return self.counts[side] - sum(row["side"] == side for row in self.rows)


def read_breaks(session: MockSession) -> Breaks:
    """What broke the contract in a session until now; raises CallRefused and NoAnswer."""
    rows, count = session.violations()
    counts = Counter(row["side"] for row in rows)
    if count > len(rows):
        counts = Counter({side: session.violations(side)[1] for side in SIDES})
    return Breaks(tuple(rows), +counts)


def exchanges_of(session: MockSession, rows: Iterable[BreakView], limit: int) -> list[ExchangeView]:
    """The last exchanges of some violations, oldest first, as far as the journal still has them."""
    ids = list(dict.fromkeys(row["exchange"] for row in rows))
    found = (session.exchange(each) for each in ids[-limit:])
    return [each for each in found if each is not None]


def _number(row: BreakView) -> int:
    """The number of a violation's exchange in its session: 12 for `x12`."""
    return int(row["exchange"].removeprefix("x"))

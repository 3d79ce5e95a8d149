"""What broke the contract without being meant to, by session: kept apart from the records of the journal.

A reset and the bounds of the journal leave it alone. Of each session the first entries are kept in full, and
further ones are only counted.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import get_args

from msgspec import Struct, field

from mockserver.contract.parameters import Leniency, Side
from mockserver.contract.validation import Violation
from mockserver.engine.masked_request import MaskedRequest
from mockserver.journal.record import Record

KEPT = 100  # violations of a session that are kept in full, and as many leniencies
KEPT_IN_ALL = 20_000  # over all sessions
BUDGET = 16 * 1024 * 1024  # bytes of what is kept in full, over all sessions
SIDES: tuple[Side, ...] = get_args(Side)
OVERHEAD = 600  # about how many bytes an entry takes besides its path and its message


class ContractBreak(Struct, frozen=True):
    """One violation or leniency, and the exchange that has it."""

    sequence: int  # its position in the order of all entries
    session: str
    exchange: str  # the id
    at: float  # seconds since the epoch
    side: Side
    operation: str | None
    method: str
    path: str
    found: Violation | Leniency

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes."""
        return OVERHEAD + len(self.path) + len(str(self.found))


class _Session(Struct):
    """The entries of one session, oldest first, and how many there were."""

    violations: list[ContractBreak] = field(default_factory=list)
    leniencies: list[ContractBreak] = field(default_factory=list)
    violation_counts: Counter[Side] = field(default_factory=Counter)  # without zeros
    leniency_counts: Counter[Side] = field(default_factory=Counter)


class ViolationLog:
    """The violations and leniencies of all sessions."""

    def __init__(self) -> None:
        self._sessions: dict[str, _Session] = {}
        # of all sessions since the server started; `clear` leaves them alone
        self.answers_off_contract = 0  # without being meant to
        self.intended_answers = 0  # off contract, and meant to
        self._kept = 0
        self._added = 0
        self.weight = 0  # about how many bytes of memory the entries take that are kept

    def add(self, record: Record, masked: MaskedRequest) -> None:
        """Add what a record's request broke, and its answer, unless that was meant to break it.

        `masked` is the record's request, which the record would mask again.
        """
        if record.intended:
            self.intended_answers += 1
            answers: Sequence[Violation] = ()
        else:
            answers = record.own_violations
            self.answers_off_contract += bool(answers) and record.side == "answer"
        requests = record.violations or (() if record.valid else (_refusal(record),))
        session = self._sessions.get(record.session)
        if session is None:
            session = self._sessions[record.session] = _Session()
        if requests:
            session.violation_counts["request"] += len(requests)
        if answers:
            session.violation_counts[record.side] += len(answers)
        if len(session.violations) < KEPT:
            self._keep(session.violations, record, masked, "request", requests)
            self._keep(session.violations, record, masked, record.side, answers)
        if record.leniencies:
            for side in SIDES:
                found = [each for each in record.leniencies if each.side == side]
                session.leniency_counts[side] += len(found)
                self._keep(session.leniencies, record, masked, side, found)

    def _keep(
        self,
        kept: list[ContractBreak],
        record: Record,
        masked: MaskedRequest,
        side: Side,
        found: Sequence[Violation | Leniency],
    ) -> None:
        if not found or len(kept) >= KEPT:
            return
        room = found[: min(KEPT - len(kept), KEPT_IN_ALL - self._kept)]
        if not room:
            return
        exchange = record.session, record.id, record.at, side, record.operation, record.method, masked.path
        for each in room:
            if self.weight > BUDGET:
                return
            self._added += 1
            self._kept += 1
            kept.append(entry := ContractBreak(self._added, *exchange, each))
            self.weight += entry.weight

    def add_counts(self, session: str, counts: Mapping[Side, int]) -> None:
        """Add violations of a session by their numbers alone."""
        if counts:
            self._sessions.setdefault(session, _Session()).violation_counts.update(counts)

    def entries(
        self, session: str | None, *, leniencies: bool, sides: Collection[Side] = SIDES
    ) -> list[ContractBreak]:
        """What a session (None: any session) broke, oldest first; `leniencies`: its leniencies, too."""
        found = chain.from_iterable(
            (*each.violations, *(each.leniencies if leniencies else ())) for each in self._of(session)
        )
        return sorted((each for each in found if each.side in sides), key=lambda each: each.sequence)

    def count(self, session: str | None, *, leniencies: bool, sides: Collection[Side] = SIDES) -> int:
        """How many entries there were, those that are not kept included."""
        return sum(
            each.violation_counts[side] + (each.leniency_counts[side] if leniencies else 0)
            for each in self._of(session)
            for side in sides
        )

    def counts(self, session: str) -> Mapping[Side, int]:
        """How many violations a session's requests and answers had; empty if none had one."""
        return {side: number for each in self._of(session) for side, number in each.violation_counts.items()}

    def clear(self, session: str) -> None:
        """Forget what a session broke."""
        forgotten = self._sessions.pop(session, None)
        if forgotten is not None:
            entries = [*forgotten.violations, *forgotten.leniencies]
            self._kept -= len(entries)
            self.weight -= sum(entry.weight for entry in entries)

    def _of(self, session: str | None) -> Iterator[_Session]:
        if session is None:
            yield from self._sessions.values()
        elif session in self._sessions:
            yield self._sessions[session]


def _refusal(record: Record) -> Violation:
    """The violation of a request that was refused before validation: by its path, method or credential."""
    step = "match" if record.operation is None else "authenticate"
    sentences = [each.decided for each in record.trail if each.step == step]
    message = sentences[-1] if sentences else "the contract has no operation for the request"
    if record.operation is None:
        return Violation("path", "", "paths", message)
    return Violation("header", "/authorization", "security", message)

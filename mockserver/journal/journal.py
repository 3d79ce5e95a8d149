"""The journal: the exchanges of each session, and the control calls that changed it between them.

Both are kept within bounds for one session and over all sessions. The coverage of a session includes that of
its dropped records.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from operator import or_
from threading import Lock

from mockserver.contract.parameters import Side
from mockserver.data.decoding import Undecodable, decode
from mockserver.data.json import Json
from mockserver.data.reading import MISSING
from mockserver.engine.exchange import Exchange
from mockserver.engine.internal_error import InternalError, internal_error, origin_of
from mockserver.http.message import Answer
from mockserver.journal.bounded_log import BoundedLog
from mockserver.journal.change import Change
from mockserver.journal.coverage import LONG_BODY, VALUES_LIMIT, Fact, FactBits, first_values
from mockserver.journal.record import Record, record_of
from mockserver.journal.violation_log import ViolationLog

PENDING_LIMIT = 100  # exchanges that are not records yet
BUDGET = 32 * 1024 * 1024  # bytes of records, and as many of changes, over all sessions


class Journal:
    """The records and the changes of all sessions.

    At most `size` of each kind are kept for a session, and `budget` bytes of each kind in all.
    """

    def __init__(
        self,
        size: int,
        budget: int = BUDGET,
        on_error: Callable[[InternalError], None] = lambda error: None,
    ) -> None:
        """`on_error` gets each exception that nothing expected."""
        self._on_error = on_error
        self._records: BoundedLog[Record] = BoundedLog(size, budget, self._count_dropped)
        self._changes: BoundedLog[Change] = BoundedLog(size, budget, lambda change: None)
        self._covered: dict[str, int] = {}  # by session: the bits of the facts that it covered
        self._bit_positions: dict[Fact, int] = {}
        self._fact_bits: dict[str, FactBits] = {}  # by the operation's full name
        self._pending: deque[Exchange] = deque()
        self._flushing = Lock()  # a test may read while a server on another thread answers
        self._dropped = 0
        self._violations = ViolationLog()

    def __len__(self) -> int:
        self.flush()
        return len(self._records)

    @property
    def weight(self) -> int:
        """About how many bytes of memory the records and the changes take."""
        self.flush()
        return self._records.weight + self._changes.weight

    @property
    def dropped(self) -> int:
        """How many records were dropped."""
        self.flush()
        return self._dropped

    def record(self, exchange: Exchange) -> None:
        """Keep an exchange; `flush` makes a record of it later."""
        self._pending.append(exchange)
        if len(self._pending) >= PENDING_LIMIT:
            self.flush()

    def record_change(self, change: Change) -> None:
        """Keep a change, which comes after the exchanges that were recorded so far."""
        self._changes.add(change)

    def flush(self) -> None:
        """Make records of the pending exchanges; a batch takes half the time of the single ones."""
        pending, add = self._pending, self._records.add
        with self._flushing:
            while pending:
                exchange = pending.popleft()
                try:
                    record = record_of(exchange)
                    self._cover(exchange)
                except Exception as error:
                    record = self._bare_record(exchange, error)
                add(record)
                if not record.valid or exchange.own_violations or exchange.leniencies:
                    self._violations.add(record, exchange.masked)

    def _bare_record(self, exchange: Exchange, error: Exception) -> Record:
        """The record of an exchange whose bodies cannot be recorded."""
        internal = internal_error(error, origin_of(exchange))
        self._on_error(internal)
        exchange.note_unmasked("record", f"the bodies are not recorded: {internal}")
        exchange.drop_bodies()
        return record_of(exchange)

    def records(self, session: str | None) -> Iterator[Record]:
        """The records of a session (None: of all sessions), newest first."""
        self.flush()
        return reversed(self._records if session is None else self._records.of_session(session))

    def changes(self, session: str) -> Iterator[Change]:
        """A session's changes, newest first."""
        return reversed(self._changes.of_session(session))

    def count(self, session: str) -> int:
        """How many records a session has."""
        self.flush()
        return len(self._records.of_session(session))

    def violation_counts(self, session: str) -> Mapping[Side, int]:
        """How many violations a session's requests and answers had, until they were deleted."""
        return self.violations.counts(session)

    def count_violations(self, session: str, counts: Mapping[Side, int]) -> None:
        """Add violations to those of a session, by their numbers alone."""
        self.violations.add_counts(session, counts)

    def find(self, session: str, record_id: str) -> Record | None:
        """A session's record by its id, None where it has no such record."""
        return next((record for record in self.records(session) if record.id == record_id), None)

    @property
    def violations(self) -> ViolationLog:
        """What broke the contract; clearing a session's records leaves it alone."""
        self.flush()
        return self._violations

    def covered_facts(self, session: str | None) -> set[Fact]:
        """The facts that a session (None: any session) covered, by records that were dropped, too."""
        self.flush()
        covered = self._covered
        bits = reduce(or_, covered.values(), 0) if session is None else covered.get(session, 0)
        return {fact for fact, position in self._bit_positions.items() if bits >> position & 1}

    def clear(self, session: str) -> None:
        """Forget a session's records with their coverage, and its changes."""
        self.flush()
        self._records.remove_session(session)
        self._changes.remove_session(session)
        self._covered.pop(session, None)

    def forget_session(self, session: str) -> None:
        """Drop what a session that no longer exists has left; its coverage still counts in total."""
        self.flush()
        self._records.drop_session(session)
        self._violations.clear(session)
        self._changes.drop_session(session)
        covered = self._covered.pop(session, 0)
        self._covered[""] = self._covered.get("", 0) | covered

    def weight_of(self, session: str) -> int:
        """About how many bytes of memory a session's records and changes take."""
        self.flush()
        return self._records.weight_of(session) + self._changes.weight_of(session)

    def shorten(self, session: str | None, weight: int) -> None:
        """Free so many bytes, as far as possible, by the oldest records and changes of a session.

        None stands for all sessions.
        """
        left = self.weight - weight
        self._records.shorten(session, weight)
        if self.weight > left:
            self._changes.shorten(session, self.weight - left)

    def swap_contract(self) -> list[Record]:
        """Prepare for another contract; return the records, because their trails refer to the old one."""
        self.flush()
        self._fact_bits.clear()
        return list(self._records)

    def _count_dropped(self, record: Record) -> None:
        self._dropped += 1

    def _cover(self, exchange: Exchange) -> None:
        """Add the facts that an exchange covers to those of its session."""
        operation, answer = exchange.operation, exchange.answer
        if operation is None or answer is None or answer.outside:
            return
        fact_bits = self._fact_bits.get(operation.id)
        if fact_bits is None:
            fact_bits = self._fact_bits[operation.id] = FactBits(operation, self._bit_of)
        head = exchange.request.head
        query = head.pairs if head.query_string else ()
        bits = fact_bits.covered(answer.status, _error_member(answer), query, _request_body(exchange))
        session = exchange.session.key
        known = self._covered.get(session, 0)
        if bits | known != known:
            self._covered[session] = bits | known

    def _bit_of(self, fact: Fact) -> int:
        return 1 << self._bit_positions.setdefault(fact, len(self._bit_positions))


def _error_member(answer: Answer) -> Json:
    """The member `error` of an answer's body, None where it has none."""
    value = answer.value
    if value is MISSING and b'"error"' in answer.body:
        value = _json_or_none(answer.body)
    return value.get("error") if isinstance(value, dict) else None


def _request_body(exchange: Exchange) -> Json:
    """The request's body as a value, None where it is not JSON; of a long body, its first values."""
    raw = exchange.request.body
    body = exchange.call.body if exchange.call is not None else _json_or_none(raw)
    return body if len(raw) <= LONG_BODY else first_values(body, VALUES_LIMIT)


def _json_or_none(body: bytes) -> Json:
    try:
        return decode(body)
    except Undecodable:
        return None

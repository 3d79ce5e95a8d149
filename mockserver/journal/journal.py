"""The journal: what each session exchanged, newest last, bounded for a session and over all of them.

What drops out leaves its part of the coverage behind.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator
from functools import reduce
from operator import or_
from threading import Lock

from mockserver.data.decoding import Undecodable, decode
from mockserver.data.json import Json
from mockserver.data.reading import MISSING
from mockserver.engine.exchange import Exchange
from mockserver.http.message import Answer
from mockserver.journal.coverage import Chart, Fact
from mockserver.journal.record import Record, record_of

MOST_WAITING = 100  # exchanges that are no records yet
BUDGET = 32 * 1024 * 1024  # bytes, over all sessions


class Journal:
    """The records of all sessions; the oldest go first where a bound is reached."""

    def __init__(self, size: int, budget: int = BUDGET) -> None:
        self._size = size
        self._budget = budget
        self._all: OrderedDict[int, Record] = OrderedDict()
        self._sessions: dict[str, deque[Record]] = {}
        self._covered: dict[str, int] = {}  # by what dropped out: sessions are many, so each fact is a bit
        self._places: dict[Fact, int] = {}  # of the facts' bits
        self._charts: dict[str, Chart] = {}  # by operationId
        self._waiting: deque[Exchange] = deque()
        self._settling = Lock()  # a test may look while a server on another thread answers
        self._weight = 0
        self._dropped = 0

    def __len__(self) -> int:
        self.flush()
        return len(self._all)

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes."""
        self.flush()
        return self._weight

    @property
    def dropped(self) -> int:
        """How many records had to go."""
        self.flush()
        return self._dropped

    def record(self, exchange: Exchange) -> None:
        """Keep an exchange; it becomes a record with the others of its turn (`settle`)."""
        self._waiting.append(exchange)
        if len(self._waiting) >= MOST_WAITING:
            self.flush()

    def flush(self) -> None:
        """Make records of the exchanges that wait. Several in a row take half the time of each by itself."""
        with self._settling:
            while self._waiting:
                self._keep(self._waiting.popleft())

    def _keep(self, exchange: Exchange) -> None:
        record = record_of(exchange)
        record.shown = self._shown(exchange)
        mine = self._sessions.setdefault(record.session, deque())
        mine.append(record)
        self._all[record.number] = record
        self._weight += record.weight
        while len(mine) > self._size:
            self._drop(mine[0])
        while self._weight > self._budget:
            self._drop(next(iter(self._all.values())))

    def of(self, session: str) -> Iterator[Record]:
        """A session's records, newest first."""
        self.flush()
        return reversed(self._sessions.get(session, ()))

    def everything(self) -> Iterator[Record]:
        """All sessions' records, oldest first."""
        self.flush()
        return iter(self._all.values())

    def count(self, session: str) -> int:
        self.flush()
        return len(self._sessions.get(session, ()))

    def find(self, session: str, record_id: str) -> Record | None:
        return next((record for record in self.of(session) if record.id == record_id), None)

    def covered(self, session: str | None) -> set[Fact]:
        """What of the contract a session (None: any) saw, in what is kept and in what dropped out."""
        self.flush()
        bits = reduce(or_, self._covered.values(), 0) if session is None else self._covered.get(session, 0)
        for record in self.everything() if session is None else self.of(session):
            bits |= record.shown
        return {fact for fact, place in self._places.items() if bits >> place & 1}

    def clear(self, session: str) -> None:
        """Forget a session's exchanges, and what they covered."""
        self.flush()
        for record in self._sessions.pop(session, ()):
            del self._all[record.number]
            self._weight -= record.weight
        self._covered.pop(session, None)

    def forget_session(self, session: str) -> None:
        """Forget a session that is gone; what it covered still counts for all of them."""
        self.flush()
        for record in list(self._sessions.get(session, ())):
            self._drop(record)
        self._covered[""] = self._covered.get("", 0) | self._covered.pop(session, 0)

    def swap_contract(self) -> list[Record]:
        """Another contract serves from now on; the records, whose trails alone still hold the old one."""
        self.flush()
        self._charts.clear()
        return list(self._all.values())

    def _drop(self, record: Record) -> None:
        """The oldest record of its session leaves."""
        mine = self._sessions[record.session]
        mine.popleft()
        if not mine:  # an empty deque takes more memory than a session
            del self._sessions[record.session]
        del self._all[record.number]
        self._weight -= record.weight
        self._dropped += 1
        self._covered[record.session] = self._covered.get(record.session, 0) | record.shown

    def _shown(self, exchange: Exchange) -> int:
        """What of the contract an exchange shows: what else a client says is not kept."""
        operation, answer = exchange.operation, exchange.answer
        if operation is None or answer is None or answer.outside:
            return 0
        chart = self._charts.get(operation.id)
        if chart is None:
            chart = self._charts[operation.id] = Chart(operation, self._bit_of)
        head = exchange.request.head
        query = head.pairs if head.query_string else ()
        return chart.shown(answer.status, _error(answer), query, _asked(exchange))

    def _bit_of(self, fact: Fact) -> int:
        return 1 << self._places.setdefault(fact, len(self._places))


def _error(answer: Answer) -> Json:
    """The member `error` of an answer, None where it has none."""
    value = answer.value
    if value is MISSING and b'"error"' in answer.body:
        value = _json(answer.body)
    return value.get("error") if isinstance(value, dict) else None


def _asked(exchange: Exchange) -> Json:
    """What the request's body says; None where it is no JSON."""
    return exchange.call.body if exchange.call is not None else _json(exchange.request.body)


def _json(body: bytes) -> Json:
    try:
        return decode(body)
    except Undecodable:
        return None

"""A log of entries that belong to sessions, within bounds for one session and over all sessions."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar


class LogEntry(Protocol):
    """What a log keeps; `sequence` is its position in the order of all entries, which the log assigns."""

    session: str
    sequence: int

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes."""


Entry = TypeVar("Entry", bound=LogEntry)


class BoundedLog(Generic[Entry]):
    """At most `size` entries of each session and `budget` bytes in all; the oldest are dropped first.

    `on_drop` gets each entry that is dropped for a bound or with its session.
    """

    def __init__(self, size: int, budget: int, on_drop: Callable[[Entry], None]) -> None:
        self._size = size
        self._budget = budget
        self._on_drop = on_drop
        self._added = 0
        self._all: OrderedDict[int, Entry] = OrderedDict()  # by sequence
        self._sessions: dict[str, deque[Entry]] = {}
        self.weight = 0  # about how many bytes of memory all entries take

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Entry]:
        """The entries of all sessions, oldest first."""
        return iter(self._all.values())

    def __reversed__(self) -> Iterator[Entry]:
        """The entries of all sessions, newest first."""
        return reversed(self._all.values())

    def of_session(self, session: str) -> deque[Entry]:
        """A session's entries, oldest first; the caller must not change them."""
        return self._sessions.get(session) or deque()

    def add(self, entry: Entry) -> None:
        """Add an entry, and drop the oldest ones as long as a bound is exceeded."""
        of_session = self._sessions.get(entry.session)
        if of_session is None:
            of_session = self._sessions[entry.session] = deque()
        of_session.append(entry)
        self._added = entry.sequence = sequence = self._added + 1
        self._all[sequence] = entry
        self.weight += entry.weight
        if len(of_session) > self._size:
            self._drop(of_session[0])
        while self.weight > self._budget:
            self._drop(next(iter(self._all.values())))

    def weight_of(self, session: str) -> int:
        """About how many bytes of memory a session's entries take."""
        return sum(entry.weight for entry in self.of_session(session))

    def shorten(self, session: str | None, weight: int) -> None:
        """Drop the oldest entries of a session (None: of all), until so many bytes are free, if possible."""
        left = self.weight - weight
        while self.weight > left:
            oldest = next(iter(self if session is None else self.of_session(session)), None)
            if oldest is None:
                return
            self._drop(oldest)

    def drop_session(self, session: str) -> None:
        """Drop a session's entries."""
        for entry in list(self.of_session(session)):
            self._drop(entry)

    def remove_session(self, session: str) -> None:
        """Remove a session's entries as if they had never been added; `on_drop` does not get them."""
        for entry in self._sessions.pop(session, ()):
            del self._all[entry.sequence]
            self.weight -= entry.weight

    def _drop(self, entry: Entry) -> None:
        """Drop an entry, which is the oldest of its session."""
        of_session = self._sessions[entry.session]
        of_session.popleft()
        if not of_session:  # an empty deque takes more memory than a session
            del self._sessions[entry.session]
        del self._all[entry.sequence]
        self.weight -= entry.weight
        self._on_drop(entry)

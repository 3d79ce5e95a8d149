"""Tells open streams of events what happens in the sessions (publish-subscribe).

A subscriber gets no exchanges, only a call that wakes it: it reads them from the journal, from its own
position on. So nothing grows for one that is slow, and a server without subscribers only checks that it has
none.
"""

from collections.abc import Callable, Iterable
from threading import Lock

from mockserver.engine.session import Session, StubKind

MOST_CHANGED = 1_000  # sessions
PARTS = ("scenario", "network", "stubs", "state", "mutation", "upstream")  # of a session, which can change
ALL_PARTS = (*PARTS, "requests")  # with the journal
_KINDS: tuple[StubKind, ...] = ("scenario", "network", "stub")  # the first three of these


class Subscriber:
    """Follows a session (None: all of them); `wake` is called when there may be something new.

    At most MOST_CHANGED changed sessions wait to be taken. Any thread may make the calls.
    """

    def __init__(self, session: str | None, reloads: int, wake: Callable[[], None]) -> None:
        self.session = session
        self.wake = wake
        self._reloads = reloads
        self._changed: dict[str, set[str]] = {}
        self._lock = Lock()

    def note(self, session: str, changed: Iterable[str]) -> None:
        """A session has changed, in these parts."""
        with self._lock:
            self._changed.setdefault(session, set()).update(changed)
            if len(self._changed) > MOST_CHANGED:
                del self._changed[next(iter(self._changed))]

    def take_changed(self) -> dict[str, set[str]]:
        """The sessions that have changed since the last call, and what has changed in each."""
        with self._lock:
            taken, self._changed = self._changed, {}
        return taken

    def has_missed_reload(self, reloads: int) -> bool:
        """Whether the number of reloads is another one than at the last call."""
        known, self._reloads = self._reloads, reloads
        return reloads != known


class Publisher:
    """Wakes the subscribers; `reloads` counts the reloads of the contract's files, failed ones included."""

    def __init__(self) -> None:
        self.subscribers: tuple[Subscriber, ...] = ()
        self.reloads = 0
        self.is_closed = False  # the server is stopping

    def subscribe(self, session: str | None, wake: Callable[[], None]) -> Subscriber:
        """A new subscriber of a session (None: of all), which `unsubscribe` must get at its end."""
        subscriber = Subscriber(session, self.reloads, wake)
        self.subscribers = (*self.subscribers, subscriber)
        return subscriber

    def unsubscribe(self, subscriber: Subscriber) -> None:
        self.subscribers = tuple(each for each in self.subscribers if each is not subscriber)

    def publish_exchange(self, before: Session, after: Session) -> None:
        """An exchange was recorded, which made a session from its predecessor."""
        changed = changed_parts(before, after)
        for subscriber in self._of(after.key):
            if changed:
                subscriber.note(after.key, changed)
            subscriber.wake()

    def publish_change(self, session: str, changed: Iterable[str]) -> None:
        """A control call changed a session, in these parts."""
        for subscriber in self._of(session):
            subscriber.note(session, changed)
            subscriber.wake()

    def publish_reload(self) -> None:
        """The files of the contract were loaded again, or could not be."""
        self.reloads += 1
        self._wake_all()

    def open(self) -> None:
        """Let streams begin, also after an earlier server of the application has stopped."""
        self.is_closed = False

    def close(self) -> None:
        """End all streams, because the server is stopping."""
        self.is_closed = True
        self._wake_all()

    def _of(self, session: str) -> Iterable[Subscriber]:
        return (each for each in self.subscribers if each.session in (None, session))

    def _wake_all(self) -> None:
        for subscriber in self.subscribers:
            subscriber.wake()


def changed_parts(before: Session, after: Session) -> set[str]:
    """Which of PARTS differ between a session and its predecessor.

    That a stub matched once more is no change, unless it is used up.
    """
    changed: set[str] = set()
    if before.stubs is not after.stubs:
        changed.update(
            name
            for name, kind in zip(PARTS, _KINDS, strict=False)
            if _entries(before, kind) != _entries(after, kind)
        )
    if any(after.states.get(name) is not state for name, state in before.states.items()):
        changed.add("state")
    if before.mutation != after.mutation:
        changed.add("mutation")
    if before.mocked != after.mocked:
        changed.add("upstream")
    return changed


def _entries(session: Session, kind: StubKind) -> list[tuple[str, str, int | None, bool]]:
    entries = (each for each in session.stubs if each.kind == kind)
    return [(each.id, each.data, each.times, each.is_used_up) for each in entries]

"""Keeps the memory of all sessions and their journals within `--memory-limit`.

The memory is estimated, by counts that are the same on every machine: what sessions received since the last
time is weighed when it is as much as `UNWEIGHED`, or when somebody asks.
"""

from collections.abc import Callable, Iterable
from itertools import chain

from mockserver.engine.evictions import EvictionReason
from mockserver.engine.session import Session
from mockserver.engine.session_keys import DEFAULT
from mockserver.engine.session_weight import OVERHEAD, content_weight
from mockserver.engine.sessions import Sessions
from mockserver.engine.states import Models
from mockserver.journal.journal import Journal
from mockserver.model import StateFull
from mockserver.settings import Settings

UNWEIGHED = 512 * 1024  # bytes that are received before the sessions that received them are weighed
PER_EXCHANGE = 4_000  # bytes that an exchange counts as received, besides its body
_MEMORY: EvictionReason = "memory"


class MemoryLimit:
    """The memory of all sessions, and its bound; `models` returns the present models, by name.

    Where the bound is exceeded, sessions are evicted, the oldest idle ones first. A session that exceeds it
    alone loses its oldest records before others are evicted. If `default` and the session in use are too
    large together, they lose their records, and then their states: a state is not cut.
    """

    def __init__(
        self, settings: Settings, sessions: Sessions, journal: Journal, models: Callable[[], Models]
    ) -> None:
        self._limit = limit = settings.memory_limit
        self._largest_state = settings.largest_state
        self._sessions = sessions
        self._journal = journal
        self._models = models
        self.patience = min(UNWEIGHED, limit // 64)  # bytes that may be received before `enforce` is called
        self.unweighed = 0  # bytes that were received since the sessions were weighed
        self._weighed_at = 0.0  # a time of the sessions' timer
        self._touched: set[str] = set()  # sessions that changed without being used
        self._contents: dict[str, int] = {}  # by key: the weight of a session's content, if it has any
        self._content = 0  # the weight of all contents

    @property
    def used(self) -> int:
        """About how many bytes all sessions and their journals take."""
        self._weigh()
        return self._used

    def note(self, key: str, received: int) -> None:
        """Note that a session received a body of so many bytes, and keep the bound.

        `Runtime.run` does the same for each exchange, without a call.
        """
        self.unweighed += PER_EXCHANGE + received
        if self.unweighed > self.patience:
            self.enforce(key)

    def enforce(self, in_use: str) -> None:
        """Weigh the sessions that changed, and evict others until the bound is kept."""
        self._weigh()
        if self._used > self._limit:
            self._relieve(in_use)

    def check(self, session: Session, changed: Session) -> None:
        """Raise StateFull if a control call makes a session's content too large, and larger."""
        kept = session.states, self._sessions.first.states
        if changed.stubs is session.stubs and any(changed.states is states for states in kept):
            return
        models = self._models()
        size = content_weight(changed, models)
        if size > self._largest_state and size > content_weight(session, models):
            raise StateFull(
                f"the state would take about {size:,} bytes of memory, but a session may have"
                f" {self._largest_state:,}, a quarter of --memory-limit"
            )

    def touch(self, keys: Iterable[str]) -> None:
        """Note that sessions changed without being used."""
        self._touched.update(keys)

    def forget(self, key: str) -> None:
        """Forget a session that was dropped."""
        self._touched.discard(key)
        self._content -= self._contents.pop(key, 0)

    @property
    def _used(self) -> int:
        journal = self._journal
        return OVERHEAD * len(self._sessions) + self._content + journal.weight + journal.violations.weight

    def _weigh(self) -> None:
        """Weigh the sessions that may have changed since the last time."""
        models, sessions = self._models(), self._sessions
        touched = [sessions.peek(key) for key in self._touched if key in sessions]
        used = sessions.used_since(self._weighed_at)
        contents = self._contents
        for session in chain(touched, used):
            weight = content_weight(session, models)
            self._content += weight - contents.get(session.key, 0)
            contents[session.key] = weight
        self._touched.clear()
        self.unweighed, self._weighed_at = 0, sessions.timer()

    def _relieve(self, in_use: str) -> None:
        own = self._contents.get(in_use, 0) + self._journal.weight_of(in_use)
        if own > self._limit:
            self._journal.shorten(in_use, own - self._limit)
        while self._used > self._limit and self._sessions.evict_one(_MEMORY, in_use):
            pass
        if self._used > self._limit:
            self._journal.shorten(None, self._used - self._limit)
        for key in (in_use, DEFAULT):
            if self._used > self._limit and self._contents.get(key, 0):
                self._sessions.evict(key, _MEMORY)

"""The order in which sessions are evicted: those with violations, and those used recently, go last."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from itertools import chain

RECENT = 60.0  # seconds after a use in which a session is spared


class EvictionOrder:
    """When each session was used last, on a monotonic clock, in seconds.

    `has_violations` is asked only when a session could be evicted: one that has some then moves from the
    queue `_used` to the queue `_spared`, until it is used again. Both are sorted by the last use.
    """

    def __init__(self, has_violations: Callable[[str], bool]) -> None:
        self._has_violations = has_violations
        self._used: OrderedDict[str, float] = OrderedDict()
        self._spared: OrderedDict[str, float] = OrderedDict()

    def __iter__(self) -> Iterator[str]:
        """The keys, the most recently used first."""
        if not self._spared:
            return reversed(self._used)
        uses = chain(reversed(self._used.items()), reversed(self._spared.items()))
        return (key for key, _ in sorted(uses, key=lambda use: -use[1]))

    def used_since(self, time: float) -> Iterator[str]:
        """The keys of the sessions that were used since a time."""
        for queue in (self._used, self._spared):
            for key, used in reversed(queue.items()):
                if used < time:
                    break
                yield key

    def use(self, key: str, now: float) -> None:
        """Note that a session is used now."""
        self._used[key] = now
        self._used.move_to_end(key)
        if self._spared:
            self._spared.pop(key, None)

    def remove(self, key: str) -> None:
        """Forget a session."""
        if self._used.pop(key, None) is None:
            del self._spared[key]

    def last_used(self, key: str) -> float:
        """When a session was used last."""
        used = self._used.get(key)
        return self._spared[key] if used is None else used

    def unused_since(self, time: float) -> Iterator[str]:
        """The sessions that were used last before a time; each must be removed before the next one."""
        for queue in (self._used, self._spared):
            while queue and (oldest := next(iter(queue.items())))[1] < time:
                yield oldest[0]

    def next(self, now: float, spare: str) -> str | None:
        """The session to evict next, but not `spare`; None if there is no other one.

        The least recently used one goes first: of those without violations and not used recently, then of
        those with violations and not used recently, then without violations, then with them.
        """
        recent = now - RECENT
        while self._used:
            key, used = next(iter(self._used.items()))
            if key == spare:  # the most recently used one
                break
            if used > recent and self._spared and (oldest := next(iter(self._spared.items())))[1] <= recent:
                return oldest[0]
            if not self._has_violations(key):
                return key
            self._spared[key] = self._used.pop(key)
        return next((key for key in self._spared if key != spare), None)

"""A bounded cache."""

from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


MOST = 500


class BoundedCache(Generic[Key, Value]):
    """A cache of at most `most` entries; adding one more evicts the oldest."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: dict[Key, Value] = {}
        self.get = self._known.get  # the dictionary's own method, because each request calls it

    def put(self, key: Key, value: Value) -> Value:
        """Store a value, and return it."""
        if key not in self._known and len(self._known) >= self._most:
            self._known.pop(next(iter(self._known)), None)  # None: another thread has evicted it
        self._known[key] = value
        return value

"""What came lately, found by its key."""

from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


MOST = 500


class BoundedCache(Generic[Key, Value]):
    """Holds `most` values; one more, and the oldest is forgotten."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: dict[Key, Value] = {}
        self.get = self._known.get  # the dictionary's own, for it is asked with each request

    def put(self, key: Key, value: Value) -> Value:
        """Remember a value, and return it."""
        if key not in self._known and len(self._known) >= self._most:
            self._known.pop(next(iter(self._known)), None)  # None: another thread was quicker
        self._known[key] = value
        return value

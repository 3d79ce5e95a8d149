"""Which keys a reader of data accepts."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from unittest import mock

from mockserver.data.reading import Cursor

Keys = tuple[set[str], set[str]]  # allowed and required


@contextmanager
def recorded_keys() -> Iterator[dict[str, Keys]]:
    """The keys of each object that is read meanwhile, by its pointer; only of the data that is read first."""
    cursors: list[Cursor] = []
    found: dict[str, Keys] = {}
    keys = Cursor.keys

    def recording(self: Cursor, allowed: Iterable[str], required: Iterable[str] = ()) -> bool:
        allowed, required = set(allowed), set(required)
        cursors.append(self)
        if self.errors is cursors[0].errors:
            found[self.pointer] = allowed, required
        return keys(self, allowed, required)

    with mock.patch.object(Cursor, "keys", recording):
        yield found

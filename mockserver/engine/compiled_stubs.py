"""The stubs of sessions, compiled for one backend; a session has them as plain data."""

from mockserver.data.bounded_cache import BoundedCache
from mockserver.data.decoding import decode
from mockserver.data.reading import Cursor
from mockserver.engine.backend import Backend
from mockserver.engine.session import StubEntry
from mockserver.scenarios.network import read_network
from mockserver.scenarios.stub import Stub
from mockserver.scenarios.stub_fields import read_stub

MOST = 5_000  # compiled stubs that are kept
MOST_CHARACTERS = 8 * 1024 * 1024  # of their JSON


class CompiledStubs:
    """The latest stubs by their data."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._known: BoundedCache[tuple[str, str], Stub] = BoundedCache(MOST)
        self._characters = 0

    def stub(self, entry: StubEntry) -> Stub:
        """The stub of an entry; raises BadData if the contract has changed, and it no longer fits."""
        key = entry.data, entry.origin
        return self._known.get(key) or self._keep(key, self._read(entry))

    def _keep(self, key: tuple[str, str], stub: Stub) -> Stub:
        """Keep a compiled stub; where all would be too large, the ones before it are forgotten."""
        self._characters += len(key[0])
        if self._characters > MOST_CHARACTERS:
            self._known, self._characters = BoundedCache(MOST), len(key[0])
        return self._known.put(key, stub)

    def _read(self, entry: StubEntry) -> Stub:
        of_file = self.backend.stub_of_file(entry.origin) if entry.origin else None
        if of_file is not None and of_file.data == entry.data:
            return of_file.stub
        cursor = Cursor(decode(entry.data.encode()))
        read = read_network if entry.kind == "network" else read_stub
        stub = read(cursor, self.backend.context)
        cursor.finish()
        return stub

"""`--watch`: the files that a backend was read from, and a thread that reads them again when they change.

Files are compared by their times, sizes and inodes, four times a second, rather than by the system's notices
of change: so those replaced by renaming, folders that vanish and come back, and mounts that send no notices
are seen alike, and nothing is missed between two watches.
"""

import asyncio
import os
import re
import sys
import threading
import time
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import TypeVar

from mockserver.data.source import CannotRead, Finding, InvalidFiles
from mockserver.engine.backend import Backend
from mockserver.loading import load_backend
from mockserver.runtime import Log, Runtime
from mockserver.scenarios.choice import UnknownChoice
from mockserver.server.garbage import no_collections
from mockserver.server.reload import Succession

PAUSE = 0.25  # seconds between two looks
SETTLING = 0.05  # seconds without a change until what was written is taken to be whole
LONGEST_SETTLING = 0.4  # seconds
_OF_EDITORS = re.compile(r"\..*\.sw.|4913|.*~|\.#.*|#.*#")  # what they put beside the file being edited

Stamp = frozenset[tuple[str, int, int, int, int]]
Result = TypeVar("Result")


class Sources:
    """Files and folders, each as it was when it was added; whether there is anything there or not."""

    def __init__(self) -> None:
        self._stamps: dict[Path, Stamp] = {}

    def add(self, path: Path) -> None:
        self._stamps.setdefault(path, stamp(path))

    def __iter__(self) -> Iterator[Path]:
        return iter(self._stamps)

    @property
    def changed(self) -> bool:
        return any(stamp(path) != before for path, before in self._stamps.items())


def stamp(path: Path) -> Stamp:
    """What tells a file, or all those below a folder, from what was there before; nothing there: empty."""
    if path.is_dir():
        below = (
            os.path.join(folder, name)
            for folder, _, names in os.walk(path)
            for name in names
            if not _OF_EDITORS.fullmatch(name)
        )
        return frozenset(each for file in below for each in _stamp(file))
    return frozenset(_stamp(str(path)))


def _stamp(file: str) -> Iterator[tuple[str, int, int, int, int]]:
    try:
        found = os.stat(file)
    except OSError:
        return
    yield file, found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


class Watch(threading.Thread):
    """Loads what changed beside the server's work, and has it served between two exchanges of its loop."""

    def __init__(self, runtime: Runtime, sources: Sources, log: Log, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(name="mockserver-watch", daemon=True)
        self._runtime = runtime
        self._sources = sources
        self._log = log
        self._loop = loop

    def run(self) -> None:
        while True:
            time.sleep(PAUSE)
            if self._sources.changed:
                self._settle()
                self._reload()

    def _settle(self) -> None:
        """Wait until nobody writes; a file may be empty before it is written anew."""
        give_up = time.monotonic() + LONGEST_SETTLING
        seen: list[Stamp] = []
        while (now := [stamp(path) for path in self._sources]) != seen and time.monotonic() < give_up:
            seen = now
            time.sleep(SETTLING)

    def _reload(self) -> None:
        sources = Sources()
        try:
            with no_collections():  # each would stop the server
                backend = load_backend(self._runtime.settings, before_read=sources.add)
        except (CannotRead, InvalidFiles) as unread:
            self._on_loop(self._fail(unread.findings))
        except UnknownChoice as gone:
            self._on_loop(self._fail((Finding(Path("--scenario"), None, "", str(gone)),)))
        except OSError as error:  # it went while it was read
            reason = f"cannot be read: {error.strerror}"
            self._on_loop(self._fail((Finding(Path(error.filename or ""), None, "", reason),)))
        else:
            self._follow(backend)
            self._sources = sources
            return
        for path in self._sources:  # what was not reached this time may be again
            sources.add(path)
        self._sources = sources

    def _follow(self, backend: Backend) -> None:
        succession = Succession(self._runtime, backend)
        succession.prepare(self._on_loop(self._states()))
        self._on_loop(self._serve(succession))
        succession.finish()

    async def _states(self) -> list[dict[str, object]]:
        return [dict(session.states) for session in self._runtime.sessions]

    async def _serve(self, succession: Succession) -> None:
        self._log.reloaded(succession.take())

    async def _fail(self, findings: tuple[Finding, ...]) -> None:
        self._runtime.reload_findings = findings
        self._log.reload_failed(findings)

    def _on_loop(self, work: Coroutine[None, None, Result]) -> Result:
        """What awaits nothing is done between two exchanges; the thread ends once the loop has."""
        if self._loop.is_closed():
            work.close()
            sys.exit()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

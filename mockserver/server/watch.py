"""`--watch`: a thread that reloads the backend when the files change that it was loaded from.

Times, sizes and inodes of the files are compared four times a second. Unlike the file system's notifications,
this also sees files that are replaced by renaming, folders that vanish and come back, and changes on mounts
that send no notifications.
"""

import asyncio
import os
import re
import sys
import threading
import time
from collections.abc import Coroutine, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from mockserver.data.source import CannotRead, Finding, InvalidFiles
from mockserver.engine.backend import Backend
from mockserver.engine.internal_error import Origin, internal_error
from mockserver.loading import load_backend
from mockserver.runtime import Log, Runtime
from mockserver.scenarios.choice import UnknownChoice
from mockserver.server.garbage import no_collections
from mockserver.server.reload import BackendReplacement

PAUSE = 0.25  # seconds between two comparisons
SETTLING = 0.05  # seconds without a change until files count as written
LONGEST_SETTLING = 0.4  # seconds
_EDITOR_FILES = re.compile(r"\..*\.sw.|4913|.*~|\.#.*|#.*#")  # temporary files beside the edited one

Stamp = frozenset[tuple[str, int, int, int, int]]
Result = TypeVar("Result")


class WatchedPaths:
    """Files and folders, existing or not, with their stamps of the moment when each was added."""

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
    """A value that changes with a file, or with any file below a folder; empty if nothing exists."""
    if path.is_dir():
        below = (
            os.path.join(folder, name)
            for folder, _, names in os.walk(path)
            for name in names
            if not _EDITOR_FILES.fullmatch(name)
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
    """Loads changed files while the server runs, and replaces its backend between two exchanges."""

    def __init__(
        self, runtime: Runtime, sources: WatchedPaths, log: Log, loop: asyncio.AbstractEventLoop
    ) -> None:
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
                try:
                    self._reload()
                except Exception as error:  # of a model, or ours: the old backend continues to serve
                    self._on_loop(self._crash(error))

    def _settle(self) -> None:
        """Wait until no file changes any more: editors empty a file before they write it."""
        give_up = time.monotonic() + LONGEST_SETTLING
        seen: list[Stamp] = []
        while (now := [stamp(path) for path in self._sources]) != seen and time.monotonic() < give_up:
            seen = now
            time.sleep(SETTLING)

    def _reload(self) -> None:
        sources = WatchedPaths()
        try:
            with no_collections():  # each would pause the server
                backend = load_backend(self._runtime.settings, before_read=sources.add)
        except (CannotRead, InvalidFiles) as unread:
            self._on_loop(self._fail(unread.findings))
        except UnknownChoice as gone:
            self._on_loop(self._fail((Finding(Path("--scenario"), None, "", str(gone)),)))
        except OSError as error:  # deleted while it was read
            reason = f"cannot be read: {error.strerror}"
            self._on_loop(self._fail((Finding(Path(error.filename or ""), None, "", reason),)))
        else:
            self._sources = sources
            self._replace(backend)
            return
        for path in self._sources:  # a load that failed did not reach all of them
            sources.add(path)
        self._sources = sources

    def _replace(self, backend: Backend) -> None:
        replacement = BackendReplacement(self._runtime, backend)
        replacement.prepare(self._on_loop(self._states()))
        self._on_loop(self._serve(replacement))
        replacement.finish()

    async def _states(self) -> list[Mapping[str, object]]:
        return [session.states for session in self._runtime.sessions]

    async def _serve(self, replacement: BackendReplacement) -> None:
        self._log.reloaded(replacement.replace())

    async def _fail(self, findings: tuple[Finding, ...]) -> None:
        self._runtime.reload_findings = findings
        self._runtime.publisher.publish_reload()
        self._log.reload_failed(findings)

    async def _crash(self, error: Exception) -> None:
        internal = internal_error(error, Origin("reload"), self._runtime.backend.distinct_models.values())
        self._log.internal_error(internal)
        await self._fail((Finding(Path(internal.location), None, "", f"the reload failed with {internal}"),))

    def _on_loop(self, work: Coroutine[None, None, Result]) -> Result:
        """Run a coroutine that awaits nothing between two exchanges; end the thread if the loop is closed."""
        if self._loop.is_closed():
            work.close()
            sys.exit()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

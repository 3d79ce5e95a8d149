"""A fork server in a pytest process: it starts each run of a suite as a copy of itself.

That saves a run the start of Python, and the import of pytest, its plugins and installed packages. The
process becomes a server before it reads any file of the suite. `mockserver mutate` asks for it by an
environment variable, and connects to it once for each run: see `fork_client`.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
import sysconfig
import threading
import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from mockserver.testing.mutation_run import FORKS

SOCKET = "socket"  # a Unix socket, on which the server listens
MODULES = "modules"  # the names of modules to import, a line each
POLL = 0.01  # seconds between two looks at the runs
_INSTALLED = ("site-packages", "dist-packages")  # folders of installed packages


def serve_forks(parent: int, folder: str) -> None:
    """Serve until the parent process has ended; returns only in copies of this process.

    The folder has the file of modules, and gets the socket.
    """
    _import_modules(Path(folder, MODULES).read_text(encoding="utf-8").split())
    if threading.active_count() > 1:  # a copy would have none of the other threads, but their locks
        os._exit(1)
    sys.stdout.flush()
    sys.stderr.flush()
    gc.freeze()  # else each copy would walk what it shares, and so copy its memory
    _ForkServer(parent).serve(str(Path(folder, SOCKET)))


def variables(folder: str) -> dict[str, str]:
    """The environment variables that ask a child of this process for a server."""
    return {FORKS: f"{os.getpid()}:{folder}"}


def installed_modules() -> list[str]:
    """The names of the imported modules that belong to installed packages or to Python, in their order."""
    own, standard = __name__.partition(".")[0], sysconfig.get_path("stdlib")
    names = []
    for name, module in [*sys.modules.items()]:
        path = getattr(getattr(module, "__spec__", None), "origin", None) or ""
        is_installed = path.startswith(standard) or any(each in path for each in _INSTALLED)
        if is_installed or name.partition(".")[0] == own:
            names.append(name)
    return names


def _import_modules(names: Iterable[str]) -> None:
    """Import modules; those that cannot be imported without the suite are left to its runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            with suppress(Exception):  # whatever a module raises
                import_module(name)


class _ForkServer:
    """Copies this process for each connection, and tells the process id and later the exit status."""

    def __init__(self, parent: int) -> None:
        self._parent = parent
        self._connections: dict[int, socket.socket] = {}  # by the process id of the run

    def serve(self, path: str) -> None:
        """Serve until the parent process has ended; returns in each copy."""
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen()
            while os.getppid() == self._parent:
                if select.select([listener], [], [], POLL)[0]:
                    connection, _ = listener.accept()
                    if self._start_run(connection):
                        return
                self._report_ended_runs()
        self._end()

    def _start_run(self, connection: socket.socket) -> bool:
        """Fork for a request; whether this is the copy."""
        with connection.makefile("rb") as lines:
            line = lines.readline()
        if not line:  # a look whether the server listens
            connection.close()
            return False
        request = json.loads(line)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads that are not Python's
            process = os.fork()
        if process:
            self._connections[process] = connection
            _send(connection, {"pid": process})
            return False
        for each in (connection, *self._connections.values()):
            each.close()
        _become_run(request["variables"], request["output"])
        return True

    def _report_ended_runs(self) -> None:
        for process in [*self._connections]:
            ended, status, usage = os.wait4(process, os.WNOHANG)
            if ended:
                processor_time = usage.ru_utime + usage.ru_stime
                with self._connections.pop(process) as connection:
                    exit_status = os.waitstatus_to_exitcode(status)
                    _send(connection, {"status": exit_status, "processor_time": processor_time})

    def _end(self) -> NoReturn:
        for process in self._connections:
            os.killpg(process, signal.SIGKILL)
        os._exit(0)


def _become_run(variables: Mapping[str, str], output: str) -> None:
    """Lead a session of processes, so that all can be killed, with other variables and another output."""
    os.setsid()
    os.environ.update(variables)
    descriptor = os.open(output, os.O_WRONLY | os.O_APPEND)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    os.close(descriptor)


def _send(connection: socket.socket, answer: Mapping[str, object]) -> None:
    with suppress(OSError):  # nobody waits for it any more
        connection.sendall(json.dumps(answer).encode() + b"\n")

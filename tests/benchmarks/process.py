"""A server process under measurement: its start, its first answer, its memory, its end."""

import http.client
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.load import HEADERS, Load
from tests.benchmarks.machine import environment, pinned
from tests.support.live import stop

PATIENCE = 60.0  # seconds that a server may take to start, or to stop
PAUSE = 0.002  # seconds between two tries of the first answer
PORT = "{port}"  # stands in a command for the port


class NeverReady(Exception):
    """A server gave no right answer in time, or ended."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers; `first_answer` came so many seconds after its process was started."""

    process: subprocess.Popen[bytes]
    port: int
    first_answer: float

    def resident(self) -> float:
        """MiB that the process and all below it have in memory."""
        return sum(resident(process) for process in _tree(self.process.pid))


@contextmanager
def running(command: Sequence[str], load: Load, core: int | None) -> Iterator[Running]:
    """A server on one core, from its first right answer until it has stopped. Raises NeverReady."""
    port = _free_port()
    filled = [part.replace(PORT, str(port)) for part in command]
    started = time.perf_counter()
    with pinned(core):
        process = subprocess.Popen(
            filled,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    try:
        _await_answer(process, port, load)
        yield Running(process, port, time.perf_counter() - started)
    finally:
        stop(process, PATIENCE)


def resident(process: int) -> float:
    """MiB that one process has in memory; Linux alone tells it this way."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _tree(process: int) -> Iterator[int]:
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in children.read_text(encoding="ascii").split():
            yield from _tree(int(child))


def _await_answer(process: subprocess.Popen[bytes], port: int, load: Load) -> None:
    give_up = time.monotonic() + PATIENCE
    status = None
    while process.poll() is None and time.monotonic() < give_up:
        try:
            status = _ask(port, load)
        except (OSError, http.client.HTTPException):  # it does not listen yet, or does no more than that
            status = None
        if status == load.status:
            return
        time.sleep(PAUSE)
    raise NeverReady(f"{process.args!r}: expected a first answer of {load.status}, and got {status}")


def _ask(port: int, load: Load) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(load.method, load.target, load.body, {**HEADERS, **load.headers})
        return connection.getresponse().status
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

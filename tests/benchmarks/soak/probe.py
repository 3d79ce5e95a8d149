"""`python -m tests.benchmarks.soak.probe HOST PORT PID`: how long a client waits, until stdin ends.

It is a process of its own, so that the work of the other clients does not count. PID is that of the server.
The processes share the cores of the machine, so a part of a wait may be due to the operating system: the time
in which the server, or the probe, could have run and did not (its run delay, /proc/PID/schedstat of Linux).
It prints a Report as JSON.
"""

import select
import socket
import sys
import time
from pathlib import Path

import msgspec

INTERVAL = 0.005  # seconds between two requests
LONGEST = 20  # waits in the report
REQUEST = b"GET /__mock/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


class Wait(msgspec.Struct, frozen=True):
    """A wait for an answer in milliseconds: the whole, how long the server ran, and the run delays in it."""

    total: float
    server_ran: float
    server_delayed: float
    probe_delayed: float

    @property
    def without_delay(self) -> float:
        """The wait less the longer one of both run delays, because these may overlap."""
        return max(0.0, round(self.total - max(self.server_delayed, self.probe_delayed), 1))


class Report(msgspec.Struct, frozen=True):
    """The number of requests, and the longest waits, longest first: as a whole, and without run delays."""

    requests: int
    longest: list[Wait]
    longest_without_delay: list[Wait]


class Schedule:
    """The times that Linux keeps of the main thread of a process; all are 0 on other systems."""

    def __init__(self, pid: int | str) -> None:
        self._file = Path(f"/proc/{pid}/schedstat")
        self._exists = self._file.exists()

    def now(self) -> tuple[float, float]:
        """The milliseconds so far in which the thread ran, and in which it waited to run."""
        if not self._exists:
            return 0.0, 0.0
        ran, delayed, _ = map(int, self._file.read_bytes().split())
        return ran / 1e6, delayed / 1e6


def watch(host: str, port: int, pid: int) -> Report:
    """Send requests until stdin ends."""
    server, probe = Schedule(pid), Schedule("self")
    waits: list[Wait] = []
    with socket.create_connection((host, port), timeout=30) as connection:
        while not select.select([sys.stdin], [], [], INTERVAL)[0]:
            ran, server_delayed = server.now()
            _, probe_delayed = probe.now()
            started = time.perf_counter()
            connection.sendall(REQUEST)
            _receive(connection)
            total = 1000 * (time.perf_counter() - started)
            ended = server.now()
            waits.append(
                Wait(total, ended[0] - ran, ended[1] - server_delayed, probe.now()[1] - probe_delayed)
            )
    by_total = sorted(waits, key=lambda wait: -wait.total)
    by_rest = sorted(waits, key=lambda wait: -wait.without_delay)
    return Report(len(waits), by_total[:LONGEST], by_rest[:LONGEST])


def _receive(connection: socket.socket) -> None:
    answer = b""
    while b"}}\n" not in answer and not answer.rstrip().endswith(b"}}"):
        answer += connection.recv(65_536)


if __name__ == "__main__":
    print(msgspec.json.encode(watch(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))).decode())

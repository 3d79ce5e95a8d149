"""Drives by asyncio, where there is no wrk: slower than a quick server, so its rates are too low for one."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import httptools

from tests.benchmarks.latency import interval
from tests.benchmarks.load import CONNECTIONS, Load
from tests.benchmarks.round import Round, latency_figures


@dataclass(slots=True)
class Tally:
    """What all connections saw together; how many requests had a latency, by microseconds."""

    latencies: Counter[int] = field(default_factory=Counter)
    errors: int = 0
    broken: int = 0


class Sender(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, requests: Iterator[bytes], tally: Tally) -> None:
        self._requests = requests
        self._tally = tally
        self._open: asyncio.Transport | None = None
        self._answer = httptools.HttpResponseParser(self)
        self._sent = 0.0
        self._over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._open = transport
            self._send()

    def data_received(self, data: bytes) -> None:
        self._answer.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open = None
        self._tally.broken += not self._over

    def on_message_complete(self) -> None:
        """httptools has read a whole answer."""
        if self._over:
            return
        self._tally.latencies[int((time.perf_counter() - self._sent) * 1e6)] += 1
        self._tally.errors += self._answer.get_status_code() >= 400
        self._send()

    def stop(self) -> None:
        """The round is over; an answer that comes yet does not count."""
        self._over = True
        if self._open is not None:
            self._open.close()

    def _send(self) -> None:
        if self._open is not None:
            self._sent = time.perf_counter()
            self._open.write(next(self._requests))


def send(load: Load, port: int, seconds: float) -> Round:
    """Drives for so many seconds."""
    return asyncio.run(_send(load, port, seconds))


async def _send(load: Load, port: int, seconds: float) -> Round:
    loop, tally = asyncio.get_running_loop(), Tally()
    sent = load.in_turn(port)
    started = time.perf_counter()
    senders = [
        (await loop.create_connection(lambda: Sender(sent, tally), "127.0.0.1", port))[1]
        for _ in range(CONNECTIONS)
    ]
    await asyncio.sleep(seconds)
    for sender in senders:
        sender.stop()
    took = time.perf_counter() - started
    await asyncio.sleep(0)  # the connections close
    requests = tally.latencies.total()
    expected = interval(requests, int(took * 1e6), CONNECTIONS)
    figures = latency_figures(tally.latencies, expected)
    return Round(requests, took, tally.errors, tally.broken, **figures)

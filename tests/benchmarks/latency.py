"""Latencies as they were, and corrected for coordinated omission.

A connection that waits for an answer sends nothing meanwhile: a pause of 100 ms is one long latency, though a
client that sent at a constant rate would have met it many times. The correction adds the requests that were
not sent: for a latency over the interval between two requests of a connection, further ones that are shorter
by one, two, three intervals. wrk reports only corrected latencies; `uncorrected` takes the additions away.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

Latencies = Mapping[int, int]  # how many requests had a latency, by the latency in microseconds


def interval(requests: int, microseconds: int, connections: int) -> int:
    """The mean time between two requests of one connection, in microseconds, as wrk computes it."""
    return microseconds // max(requests // connections, 1)


def corrected(measured: Latencies, expected: int) -> Counter[int]:
    """Latencies with the requests that would have been sent at a constant interval of `expected`."""
    found = Counter(measured)
    for latency, count in measured.items():
        for added in _omitted(latency, expected):
            found[added] += count
    return found


def uncorrected(reported: Latencies, expected: int) -> Counter[int]:
    """The latencies of the requests that were sent, from those that wrk has corrected."""
    found = Counter(reported)
    for latency in sorted(reported, reverse=True):  # what is added to a latency comes from longer ones
        for added in _omitted(latency, expected):
            found[added] -= found[latency]
    return +found


def _omitted(latency: int, expected: int) -> Iterator[int]:
    """The latencies of the requests that were not sent while one of this latency was under way."""
    if latency >= 2 * expected:
        yield from range(latency - expected, expected, -expected)


def percentile(latencies: Latencies, share: float) -> float:
    """The latency in milliseconds that this share of the requests does not exceed; 0 without requests."""
    left = share * sum(latencies.values())
    for latency in sorted(latencies):
        left -= latencies[latency]
        if left <= 0:
            return latency / 1e3
    return 0.0

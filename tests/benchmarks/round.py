"""What one round of load found."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.benchmarks.latency import Latencies, corrected, percentile


@dataclass(frozen=True, slots=True)
class Round:
    """Counts of one round, its length in seconds, and latencies in milliseconds.

    `p50` and `p99` are those of the requests that were sent; the corrected ones count the requests, too, that
    waiting kept from being sent (coordinated omission). No pause of the server was longer than `longest`.
    """

    requests: int
    seconds: float
    errors: int  # answers of 4xx and 5xx
    broken: int  # requests without an answer: refused, cut off, too late
    p50: float
    p99: float
    corrected_p50: float
    corrected_p99: float
    longest: float  # latency of all requests

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def latency_figures(sent: Latencies, expected: int) -> Mapping[str, float]:
    """The latencies of a round, by the names of its fields; `expected` is as in `corrected`."""
    filled = corrected(sent, expected)
    return {
        "p50": percentile(sent, 0.5),
        "p99": percentile(sent, 0.99),
        "corrected_p50": percentile(filled, 0.5),
        "corrected_p99": percentile(filled, 0.99),
        "longest": percentile(sent, 1.0),
    }

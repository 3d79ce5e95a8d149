"""What one round of load found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Round:
    """Counts of one round, its length in seconds, and latencies in milliseconds."""

    requests: int
    seconds: float
    errors: int  # answers of 4xx and 5xx
    broken: int  # requests without an answer: refused, cut off, too late
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

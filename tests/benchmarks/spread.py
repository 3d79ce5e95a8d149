"""Several measurements of one thing, as their median and how far they lie apart."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, least and most."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Of one value at least."""
        return cls(statistics.median(values), min(values), max(values))

    @classmethod
    def of_ratios(cls, values: Sequence[float], others: Sequence[float]) -> "Spread":
        """Each value over the other of the same round, so that what slows a round slows both."""
        return cls.of([value / other for value, other in zip(values, others, strict=True)])

    def text(self, shown: Callable[[float], str]) -> str:
        """`median (low–high)`; the median alone where all are shown alike."""
        median, low, high = shown(self.median), shown(self.low), shown(self.high)
        return median if low == high else f"{median} ({low}–{high})"

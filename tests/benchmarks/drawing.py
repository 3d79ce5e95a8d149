"""How many requests does Hypothesis draw in a second, with a state beside without one?

Bodies of hypothesis-jsonschema would be another measure, but its strategies for objects fail with the current
versions of Hypothesis.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from mockserver import strategies
from mockserver.loading import load_backend
from mockserver.settings import Settings
from tests.benchmarks.table import Table

ABOUT = "requests for a PATCH that are drawn in a second, with a state beside without one"
ROUNDS = 7
DRAWS = 300
PLAIN = "requests without a state"
REACHING = "requests that reach the state"


def run() -> Table:
    """Medians; the strategies take turns, so that a busy machine slows all alike."""
    drawn = _strategies()
    rates: dict[str, list[float]] = {name: [] for name in drawn}
    for number in range(ROUNDS):
        for name, strategy in drawn.items():
            rates[name].append(_rate(strategy, number))
    medians = {name: statistics.median(each) for name, each in rates.items()}
    ratios = {
        name: statistics.median(rate / plain for rate, plain in zip(each, rates[PLAIN], strict=True))
        for name, each in rates.items()
    }
    rows = [(name, f"{medians[name]:,.0f}", f"{ratios[name]:.2f}") for name in drawn]
    verdict = f"Requests that reach the state are drawn at {ratios[REACHING]:.2f} times the rate of others."
    return Table(("", "draws/s", "ratio"), rows, verdict)


def _strategies() -> Mapping[str, Callable[[], SearchStrategy[Any]]]:
    backend = load_backend(Settings())
    (model,) = backend.distinct_models.values()
    world = SimpleNamespace(state=model.dump(model.initial))
    return {
        PLAIN: lambda: strategies.requests("update-a-cart"),
        REACHING: lambda: strategies.requests("update-a-cart", world=world),
        "bodies alone": lambda: strategies.bodies("update-a-cart"),
        "invalid requests": lambda: strategies.invalid_requests("update-a-cart"),
    }


def _rate(make: Callable[[], SearchStrategy[Any]], number: int) -> float:
    """Draws in a second of the processor's time."""
    drawn = 0

    @seed(number)
    @settings(
        max_examples=DRAWS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(make())
    def count(_: object) -> None:
        nonlocal drawn
        drawn += 1

    started = time.process_time()
    count()
    return drawn / (time.process_time() - started)

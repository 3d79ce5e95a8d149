"""Measures how the time of a call grows with the size of its input, for tests against slow algorithms."""

from collections.abc import Callable
from time import process_time

from mockserver.server.garbage import no_collections

ROUNDS = 5
SLACK = 4.0  # a busy machine disturbs even the best of several rounds


def best_seconds(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The shortest of several measurements of a call, in seconds of processor time.

    Garbage is not collected meanwhile: in a long run of tests, that costs more than the call.
    """
    times = []
    with no_collections():
        for _ in range(rounds):
            started = process_time()
            call()
            times.append(process_time() - started)
    return min(times)


def assert_linear(call: Callable[[int], object], small: int, large: int) -> None:
    """Fail if a call with the size `large` takes more time, in proportion, than one with the size `small`.

    Choose sizes whose ratio is well above SLACK, so that quadratic growth shows.
    """
    growth = best_seconds(lambda: call(large)) / best_seconds(lambda: call(small))
    assert growth < SLACK * large / small, f"{large / small:g} times the input, {growth:.1f} times the time"

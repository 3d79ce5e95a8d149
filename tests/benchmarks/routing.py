"""Does matching a path stay cheap? A document of 2,000 paths beside one of 20."""

import statistics
import time
from collections.abc import Sequence

from mockserver.contract.routing.router import Router
from tests.benchmarks.table import Table
from tests.support.documents import contract_of

ABOUT = "matching a path of a document with 2,000 paths, beside one with 20"
SIZES = (20, 2_000)
ROUNDS = 400
CALLS = 100  # matches that are timed together: the clock is too coarse for one
ALLOWED = 1.5

Ask = tuple[str, str]  # method and path


def run() -> Table:
    """Medians of one match in microseconds, and how much dearer the large document is."""
    routers = [Router(contract_of(_document(size)).operations) for size in SIZES]
    kinds = {"a fixed path": "/r3/all", "a templated path": "/r3/42", "a nested one": "/r3/42/parts/9"}
    rows, ratios = [], []
    for kind, path in kinds.items():
        small, large = _medians(routers, ("GET", path))
        ratios.append(large / small)
        rows.append((kind, f"{small:.2f}", f"{large:.2f}", f"{large / small:.2f}"))
    return Table(
        ("", *(f"{size:,} paths: µs" for size in SIZES), "ratio"),
        rows,
        f"With {SIZES[1]:,} paths a match costs at most {max(ratios):.2f} times what it costs with "
        f"{SIZES[0]}; allowed is {ALLOWED}.",
    )


def _document(paths: int) -> str:
    """A quarter of the paths each: a collection, a fixed child, an item, and an item's parts."""
    lines = ["paths:"]
    for number in range(paths // 4):
        for path in ("", "/all", "/{id}", "/{id}/parts/{part}"):
            lines += [f"  /r{number}{path}:", '    get: {responses: {"204": {description: Done}}}']
    return "\n".join(lines) + "\n"


def _medians(routers: Sequence[Router], ask: Ask) -> list[float]:
    """Microseconds of one match by each router; they take turns, so that a busy machine slows all alike."""
    measured: list[list[float]] = [[] for _ in routers]
    for _ in range(ROUNDS):
        for router, times in zip(routers, measured, strict=True):
            started = time.perf_counter()
            for _ in range(CALLS):
                router.match(*ask)
            times.append((time.perf_counter() - started) / CALLS * 1e6)
    return [statistics.median(times) for times in measured]

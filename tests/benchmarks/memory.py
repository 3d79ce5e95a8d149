"""Does memory stay flat? Many sessions follow each other on one server, and all are left behind."""

import asyncio
from collections.abc import Callable, Mapping

from tests.benchmarks.process import resident
from tests.benchmarks.table import Table
from tests.support.live import Live, serve
from tests.support.wire import Ask, connect, patch

ABOUT = "resident memory of a server that gets 100,000 requests of 20,000 sessions, one after the other"
REQUESTS = 100_000
SESSIONS = 20_000
ROWS = 10
FIRST = REQUESTS // 5  # what the end is compared with
ALLOWED = 1.2

ORDERS: Mapping[str, Callable[[int], int]] = {  # the session of each request, by its number
    "in turn": lambda number: number % SESSIONS,
    "each to its end": lambda number: number * SESSIONS // REQUESTS,
}
LINE = {"product_id": 201, "delivery_country": "FR", "user_id": 12}
LAPTOP = {"product_id": 101, "delivery_country": "FR", "keyboard_layout": "FRENCH_AZERTY"}
CALLS: tuple[tuple[dict[str, object], dict[str, str]], ...] = (  # what is sent again and again: body, headers
    ({"purchaser_id": 12}, {}),
    ({"order_items": [LINE, LAPTOP, LAPTOP]}, {}),
    ({"acquisition_mode": "BUY"}, {"x-mock-scenario": "submitted-elsewhere"}),
    ({}, {"x-mock-scenario": "order-not-cart"}),
    ({"purchaser_id": 0, "acquisition_mode": "RENT"}, {}),
)


def run() -> Table:
    """The server's resident memory after each tenth of the requests, for both orders of the sessions."""
    measured = []
    for order in ORDERS.values():
        with serve() as live:
            measured.append(asyncio.run(_measure(live, order)))
    marks = [REQUESTS // ROWS * row for row in range(1, ROWS + 1)]
    rows = [
        (f"{mark:,}", *(cell for each in measured for cell in (f"{each[mark]:.1f}", _of_first(each, mark))))
        for mark in marks
    ]
    head = [cell for name in ORDERS for cell in (f"{name}: MiB", f"of that at {FIRST:,}")]
    ends = " and ".join(_of_first(each, REQUESTS) for each in measured)
    return Table(
        ("requests", *head),
        rows,
        f"At the end {ends} times the memory of a fifth of the way; flat is at most {ALLOWED}.",
    )


async def _measure(live: Live, order: Callable[[int], int]) -> dict[int, float]:
    """MiB, by the number of requests so far."""
    found = {}
    async with connect(live.address) as connection:
        for number in range(REQUESTS):
            await connection.send(_call(number, order(number)))
            if (number + 1) % (REQUESTS // ROWS) == 0:
                found[number + 1] = resident(live.process.pid)
    return found


def _call(number: int, session: int) -> Ask:
    """No two bodies are equal, as in life."""
    body, headers = CALLS[number % len(CALLS)]
    return patch(f"test-{session}", {**body, "note": f"request {number}"}, headers=headers)


def _of_first(measured: Mapping[int, float], mark: int) -> str:
    return f"{measured[mark] / measured[FIRST]:.2f}"

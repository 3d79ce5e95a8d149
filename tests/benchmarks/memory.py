"""Does memory stay flat? Many sessions follow each other on one server, and all are left behind."""

import asyncio
from pathlib import Path

from tests.benchmarks.table import Table
from tests.live import Live, serve
from tests.wire import Ask, Connection, connect, control, patch

ABOUT = "resident memory of a server that 20,000 sessions send 100,000 requests, one after the other"
REQUESTS = 100_000
SESSIONS = 20_000
ROWS = 10
FIRST = REQUESTS // 5  # what the end is compared with
ALLOWED = 1.2

LINE = {"product_id": 201, "delivery_country": "FR", "user_id": 12}
LAPTOP = {"product_id": 101, "delivery_country": "FR", "keyboard_layout": "FRENCH_AZERTY"}
CALLS = (  # what each session sends: body and headers
    ({"purchaser_id": 12}, {}),
    ({"order_items": [LINE, LAPTOP, LAPTOP]}, {}),
    ({"acquisition_mode": "BUY"}, {"x-mock-scenario": "submitted-elsewhere"}),
    ({}, {"x-mock-scenario": "order-not-cart"}),
    ({"purchaser_id": 0, "acquisition_mode": "RENT"}, {}),
)


def run() -> Table:
    """The server's resident memory after each tenth of the requests."""
    with serve() as live:
        rows = asyncio.run(_measured(live))
    first, last = (memory for sent, _, memory in rows if sent in (FIRST, REQUESTS))
    return Table(
        ("requests", "open sessions", "kept exchanges", "resident MiB", f"of that at {FIRST:,}"),
        [(f"{sent:,}", *counts, f"{memory:.1f}", f"{memory / first:.2f}") for sent, counts, memory in rows],
        f"{last / first:.2f} times the memory at a fifth of the way; flat is at most {ALLOWED}.",
    )


async def _measured(live: Live) -> list[tuple[int, tuple[str, str], float]]:
    """Requests so far, sessions and exchanges that `health` counts, and MiB."""
    rows = []
    async with connect(live.address) as connection:
        for number in range(REQUESTS):
            await connection.send(_call(number))
            if (number + 1) % (REQUESTS // ROWS) == 0:
                rows.append((number + 1, await _counts(connection), _resident(live.process.pid)))
    return rows


def _call(number: int) -> Ask:
    """The sessions follow each other; no two bodies are equal."""
    body, headers = CALLS[number % len(CALLS)]
    note = {"note": f"request {number}"}
    return patch(f"test-{number * SESSIONS // REQUESTS}", {**body, **note}, headers=headers)


async def _counts(connection: Connection) -> tuple[str, str]:
    health = (await connection.send(control("GET", "health", "default"))).json()
    return f"{health['sessions']['open']:,}", f"{health['journal']['exchanges']:,}"


def _resident(process: int) -> float:
    """MiB that the process has in memory; Linux alone tells it this way."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024

"""What do stubs cost? A request of a session with 100 stubs, beside one of a session without any."""

import statistics
import time
from collections.abc import Sequence

from mockserver.data.json import Json
from mockserver.http.message import Request
from mockserver.runtime import Runtime
from mockserver.scenarios.stub_files import stub_text
from tests.benchmarks.table import Table
from tests.support.patches import patch, runtime

ABOUT = "a request of a session with 100 stubs, beside one of a session without any"
STUBS = 100
ROUNDS = 200
CALLS = 20  # that are timed together: the clock is too coarse for one
ALLOWED = 1.0  # milliseconds of a request
BODY = {"purchaser_id": 12, "acquisition_mode": "BUY"}


def run() -> Table:
    """Medians of a request in microseconds; sessions take turns, so that a busy machine slows all alike."""
    sessions = {
        "without stubs": (),
        "of which none matches": missing(),
        "of which the oldest answers": oldest(),
    }
    mocks = {name: _mock(stubs) for name, stubs in sessions.items()}
    times: dict[str, list[float]] = {name: [] for name in mocks}
    for _ in range(ROUNDS):
        for name, mock in mocks.items():
            times[name].append(_time(mock))
    medians = {name: statistics.median(each) for name, each in times.items()}
    plain = medians["without stubs"]
    rows = [(name, f"{each * 1e6:.0f}", f"{each / plain:.2f}") for name, each in medians.items()]
    slowest = max(medians.values()) * 1e3
    return Table(
        (f"{STUBS} stubs", "µs", "ratio"),
        rows,
        f"With {STUBS} stubs a request takes at most {slowest:.2f} ms; allowed is {ALLOWED:.0f}.",
    )


def missing() -> Sequence[dict[str, Json]]:
    """Stubs for the operation, with all kinds of patterns, none of which is for the request."""
    matches: list[dict[str, Json]] = []
    for number in range(STUBS // 5):
        schema: Json = {
            "properties": {"purchaser_id": {"minimum": 13 + number}},
            "required": ["purchaser_id"],
        }
        matches += [
            {"bodyPartial": {"purchaser_id": 100 + number}},
            {"pathPattern": f"^/carts/9{number}[0-9]*$"},
            {"header": {"x-tenant": f"north-{number}"}},
            {"query": {"page": str(number)}},
            {"bodySchema": schema},
        ]
    respond: Json = {"error": "ORDER_NOT_CART"}
    return [{"operation": "update-a-cart", "match": match, "respond": respond} for match in matches]


def oldest() -> Sequence[dict[str, Json]]:
    """The same, and an older one that answers, after all others were asked."""
    return [*missing()[1:], {"operation": "update-a-cart", "respond": {"error": "ORDER_NOT_CART"}}]


def _mock(stubs: Sequence[dict[str, Json]]) -> Runtime:
    mock = runtime()
    for stub in reversed(stubs):
        data = stub_text(stub)
        mock.change("default", "POST /session/stubs", b"", lambda each: each.lay_stub(data))  # noqa: B023
    return mock


def _request() -> Request:
    return patch(body=BODY)


def _time(mock: Runtime) -> float:
    """Seconds of a request."""
    requests = [_request() for _ in range(CALLS)]
    start = time.perf_counter()
    for request in requests:
        mock.run(request)
    return (time.perf_counter() - start) / CALLS

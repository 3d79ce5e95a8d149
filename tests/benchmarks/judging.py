"""What does it cost to check a body of the bundled contract, and what would it by the evaluator alone?"""

import json
import statistics
import time
from collections.abc import Callable, Mapping

from mockserver.contract.reader.load import load
from mockserver.contract.validation import check_answer, check_request
from mockserver.data.decoding import decode
from mockserver.data.json import Json
from mockserver.http.message import JSON, Request
from mockserver.loading import bundled_data
from tests.benchmarks.table import Table

ABOUT = "checking a PATCH of two lines and its answer"
ROUNDS = 200
CALLS = 50  # that are timed together: the clock is too coarse for one

LINES: Json = [{"product_id": 101, "delivery_country": "FR"}, {"product_id": 102, "delivery_country": "DE"}]
BODY = json.dumps({"purchaser_id": 7, "order_items": LINES, "acquisition_mode": "LEASING"}).encode()
HEADERS = (("host", "127.0.0.1:4010"), ("accept", "*/*"), ("content-type", JSON))


def run() -> Table:
    """Medians in microseconds of the processor's time, which a busy machine stretches least."""
    calls = _calls()
    measured: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            started = time.process_time()
            for _ in range(CALLS):
                call()
            measured[name].append((time.process_time() - started) / CALLS * 1e6)
    medians = {name: statistics.median(times) for name, times in measured.items()}
    share = medians["the body"] / medians["the body, by the evaluator alone"]
    rows = [(name, f"{median:.2f}") for name, median in medians.items()]
    return Table(("", "µs"), rows, f"The compiled verdict takes {share:.1%} of the time of jsonschema.")


def _calls() -> Mapping[str, Callable[[], object]]:
    operation = load([bundled_data() / "fixtures" / "spec" / "carts.yaml"]).operation(
        "PATCH /carts/{order_id}"
    )
    media = operation.body.content[JSON] if operation.body is not None else None
    documented = operation.responses["200"].content[JSON].schema
    if media is None or media.schema is None or documented is None:
        raise ValueError("the bundled contract has no body to check")
    judge, value = operation.requests.judges.judge(media.schema), decode(BODY)
    answer = json.dumps(operation.value(documented)).encode()
    return {
        "decoding": lambda: decode(BODY),
        "the body": lambda: judge.violations(value),
        "the body, by the evaluator alone": lambda: judge.evaluated_violations(value),
        "the whole request": lambda: check_request(
            operation, {"order_id": "42"}, Request.build("PATCH", "/carts/42", headers=HEADERS, body=BODY)
        ),
        "the whole answer": lambda: check_answer(operation, 200, JSON, answer),
    }

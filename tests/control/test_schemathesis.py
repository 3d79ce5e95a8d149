"""Schemathesis, with all checks, finds nothing wrong in the control API of a running server."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from schemathesis import Case

import mockserver
from mockserver.data.source import read
from tests.support.live import serve

DOCUMENT: Any = read(Path(mockserver.__file__).parent / "control" / "openapi.yaml").data
# A valid call may ask what is not so, make a state that does not hold together, or name an operation that the
# contract lacks: a 422, as documented.
REFUSES_VALID_DATA = [
    *("verify-requests", "put-state", "patch-state", "fire-event"),
    *("replace-stubs", "add-stub", "set-network"),
]
LARGE_BODIES = ["replace-stubs", "add-stub"]
CONFIG = {
    "seed": 1,
    "generation": {"deterministic": True, "max-examples": 25, "database": "none"},
    "operations": [
        # made when the tests are collected, the cases of this phase would take a minute
        {"include-operation-id": LARGE_BODIES, "phases": {"coverage": {"enabled": False}}},
        {
            "include-operation-id": REFUSES_VALID_DATA,
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "422"]}
            },
        },
    ],
}
ENDLESS = "follow-events"  # its answer ends with the connection; tests/control/test_event_stream.py reads it
contract = schemathesis.openapi.from_dict(DOCUMENT, config=schemathesis.Config.from_dict(CONFIG)).exclude(
    operation_id=ENDLESS
)


@pytest.fixture(scope="module")
def control() -> Iterator[str]:
    """The control API of a server of its own, for the attack resets and deletes sessions; its base URL."""
    with serve() as live:
        yield f"{live.url}/__mock"


@pytest.fixture(scope="module")
def statuses() -> Iterator[Counter[int]]:
    """How often each status came; in the end, that the attack got everywhere it can."""
    seen: Counter[int] = Counter()
    yield seen
    assert seen.keys() >= {200, 204, 400, 404, 405, 409, 422}


def test_the_server_serves_the_contract_that_it_is_attacked_with(control: str) -> None:
    assert httpx.get(f"{control}/openapi.json").json() == DOCUMENT


@contract.parametrize()
def test_an_attack_with_its_own_contract_finds_nothing(
    case: Case[Any], control: str, statuses: Counter[int]
) -> None:
    statuses[case.call_and_validate(control).status_code] += 1

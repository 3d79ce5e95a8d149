"""Schemathesis, with all checks, finds nothing wrong in a running server."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import yaml
from schemathesis import Case, CheckContext, Response

from tests.support.live import Live
from tests.support.paths import FIXTURES

CONTRACT = FIXTURES / "spec" / "carts.yaml"
PROBLEM = {
    "description": "A problem of the mock's own (RFC 9457).",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": {"type": "string", "pattern": "^urn:mockserver:problem:[a-z-]+$"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                },
            }
        }
    },
}
CONFIG = {
    "seed": 1,
    "generation": {"deterministic": True, "max-examples": 100, "database": "none"},
    "headers": {"Authorization": "Bearer flt_sk_schemathesis", "X-Mock-Session": "schemathesis"},
    "checks": {
        # A valid body may still name what its company does not have: that is a 400 with a code, which
        # `valid_by_the_contract` below tells from a 400 of validation.
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", "400", "401", "403", "404", "409"],
        },
    },
}


def attacked() -> schemathesis.BaseSchema:
    """The contract, with what the mock answers on its own account: a server needs an answer to these, too.

    401, because the contract's security is enforced, and 415, for a body of another type than the contract's.
    """
    document: dict[str, Any] = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    document["paths"]["/carts/{order_id}"]["patch"]["responses"] |= {"401": PROBLEM, "415": PROBLEM}
    return schemathesis.openapi.from_dict(document, config=schemathesis.Config.from_dict(CONFIG))


contract = attacked()


@pytest.fixture(scope="module")
def sources() -> Iterator[Counter[tuple[int, str]]]:
    """How often each status came from each source; in the end, that the attack got everywhere it can."""
    seen: Counter[tuple[int, str]] = Counter()
    yield seen
    assert seen.keys() >= {
        (200, "model"),
        (400, "model"),
        (400, "validation"),
        (401, "auth"),
        (404, "model"),
        (405, "mock"),
        (415, "validation"),
    }


def valid_by_the_contract(context: CheckContext, response: Response, case: Case[Any]) -> None:
    """What Schemathesis made valid is not refused by validation, whatever a business rule says of it."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        assert response.headers["x-mock-source"] != ["validation"], response.text


@contract.parametrize()
def test_an_attack_with_the_contract_finds_nothing(
    case: Case[Any], live_server: Live, sources: Counter[tuple[int, str]]
) -> None:
    response = case.call_and_validate(live_server.url, additional_checks=[valid_by_the_contract])
    assert "x-mock-off-contract" not in response.headers
    sources[response.status_code, response.headers["x-mock-source"][0]] += 1

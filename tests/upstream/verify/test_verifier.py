"""Each planted defect of a provider is found and shown by a short sequence; an honest provider passes."""

from collections.abc import Iterator

import pytest

from tests.upstream.verify.planted import DEFECTS
from tests.upstream.verify.proof import first_difference, honest, plant, planted_process, verifier

SEEDS = (1, 2, 3)
LONGEST = 3  # steps


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with planted_process() as url:
        yield url


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_found_with_each_seed(provider, defect):
    found = [first_difference(provider, defect, seed) for seed in SEEDS]
    assert [each for each in found if each.calls is None or each.calls > LONGEST] == []


def test_an_honest_provider_passes(provider):
    result = honest(provider, 1, 4.0)
    assert result.discoveries == []
    assert result.requests > 0


def test_all_kinds_of_difference_are_reported(provider):
    together = {
        "404 for 403": "expected 403 INSUFFICIENT_SCOPE, found 404 CART_NOT_FOUND",
        "another shape of the free text": "the member is missing",
        "prices after BUY": "expected null",
    }
    plant(provider, together)
    with verifier(provider, 1) as run:
        for result in run.run(20.0):
            sentences = " ".join(each.difference.sentence for each in result.discoveries)
            if all(each in sentences for each in together.values()):
                break
    assert [each for each in together.values() if each not in sentences] == []

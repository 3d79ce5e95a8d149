"""What a head settles is worked out once, and its failures are told each time."""

import pytest

from mockserver.contract.routing.router import UnknownPath
from mockserver.contract.security import MissingCredential
from mockserver.engine.opening import Openings
from mockserver.http.message import HEAVIEST, Head
from mockserver.http.recent import MOST
from tests.support.patches import BUNDLED, patch


def test_one_head_has_one_opening_and_another_head_has_its_own():
    openings = Openings(BUNDLED)
    one, other = patch().head, patch().head
    assert openings.of(one) is openings.of(one)
    assert openings.of(one) is not openings.of(other)


def test_what_was_worked_out_stays():
    opening = Openings(BUNDLED).of(patch(headers={"X-Mock-Session": "mine"}).head)
    assert opening.parameters is opening.parameters
    assert opening.masked is opening.masked
    assert opening.session_key == "mine"


def test_what_fails_fails_again():
    opening = Openings(BUNDLED).of(Head("GET", "/nowhere"))
    for _ in range(2):
        with pytest.raises(UnknownPath):
            _ = opening.match


def test_a_credential_that_is_missing_is_missing_each_time():
    opening = Openings(BUNDLED).of(patch(token=None).head)
    for _ in range(2):
        with pytest.raises(MissingCredential):
            _ = opening.credential


def test_the_masked_head_has_no_secret():
    masked = Openings(BUNDLED).of(patch(headers={"Cookie": "sid=1234567890abcdef"}).head).masked
    assert "1234567890abcdef" not in str(masked)


@pytest.mark.parametrize(
    "head",
    [
        Head("GET", "/carts/42", headers=[(f"x-{number}", "") for number in range(200)]),
        Head("GET", "/carts/42", "&".join(f"q{number}" for number in range(200))),
        Head("GET", "/carts/" + "4" * HEAVIEST),
    ],
    ids=["many headers", "many members of the query", "a long path"],
)
def test_a_heavy_head_is_not_remembered(head):
    openings = Openings(BUNDLED)
    assert openings.of(head) is not openings.of(head)


def test_the_oldest_are_forgotten():
    openings = Openings(BUNDLED)
    first = patch().head
    opening = openings.of(first)
    for _ in range(MOST):
        openings.of(Head("GET", "/"))
    assert openings.of(first) is not opening

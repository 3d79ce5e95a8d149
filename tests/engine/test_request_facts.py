"""The facts of a head are computed once; those that raise do so each time."""

import pytest

from mockserver.contract.routing.router import UnknownPath
from mockserver.contract.security import MissingCredential
from mockserver.data.bounded_cache import MOST
from mockserver.engine.request_facts import RequestFactsCache
from mockserver.http.message import HEAVIEST, Head
from tests.support.patches import BUNDLED, patch


def test_the_facts_of_a_head_are_cached_by_its_identity():
    cache = RequestFactsCache(BUNDLED)
    one, other = patch().head, patch().head
    assert cache.facts(one) is cache.facts(one)
    assert cache.facts(one) is not cache.facts(other)


def test_a_fact_is_computed_once():
    facts = RequestFactsCache(BUNDLED).facts(patch(headers={"X-Mock-Session": "mine"}).head)
    assert facts.parameters is facts.parameters
    assert facts.session_key == "mine"


def test_a_fact_that_raises_does_so_each_time():
    facts = RequestFactsCache(BUNDLED).facts(Head("GET", "/nowhere"))
    for _ in range(2):
        with pytest.raises(UnknownPath):
            _ = facts.match


def test_a_missing_credential_raises_each_time():
    facts = RequestFactsCache(BUNDLED).facts(patch(token=None).head)
    for _ in range(2):
        with pytest.raises(MissingCredential):
            _ = facts.credential


@pytest.mark.parametrize(
    "head",
    [
        Head("GET", "/carts/42", headers=[(f"x-{number}", "") for number in range(200)]),
        Head("GET", "/carts/42", "&".join(f"q{number}" for number in range(200))),
        Head("GET", "/carts/" + "4" * HEAVIEST),
    ],
    ids=["many headers", "many members of the query", "a long path"],
)
def test_a_large_head_is_not_cached(head):
    cache = RequestFactsCache(BUNDLED)
    assert cache.facts(head) is not cache.facts(head)


def test_the_oldest_heads_are_dropped_from_the_cache():
    cache = RequestFactsCache(BUNDLED)
    first = patch().head
    facts = cache.facts(first)
    for _ in range(MOST):
        cache.facts(Head("GET", "/"))
    assert cache.facts(first) is not facts

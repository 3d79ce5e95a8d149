"""The stubs that a test laid, and which of them matched a request."""

import pytest

from mockserver.testing.control_client import CallRefused
from tests.testing.conftest import Shop


def test_a_stub_answers_until_its_block_ends(shop: Shop):
    with shop.session.respond("update-a-cart", error="ORDER_NOT_CART") as stub:
        assert (shop.change({}), stub.matched) == (409, 1)
    assert (shop.change({}), stub.matched) == (200, 1)


def test_a_stub_without_a_block_stays(shop: Shop):
    shop.session.respond("update-a-cart", {"bodyPartial": {"purchaser_id": 13}}, error="ORDER_NOT_CART")
    assert [shop.change({"purchaser_id": each}) for each in (12, 13, 13)] == [200, 409, 409]


def test_a_stub_is_for_as_many_requests_as_it_says(shop: Shop):
    stub = shop.session.respond("update-a-cart", times=2, status=503, offContract=True)
    assert [shop.change({}) for _ in range(3)] == [503, 503, 200]
    assert (stub.matched, stub.has_matched) == (2, True)


def test_a_stub_may_be_for_any_operation_and_for_invalid_requests(shop: Shop):
    shop.session.respond(None, {"path": "/beta"}, validate=False, status=200, body={"dark": True})
    assert shop.client.get("/beta").json() == {"dark": True}


def test_the_end_of_a_block_removes_its_own_stub_alone(shop: Shop):
    with shop.session.respond("update-a-cart", error="ORDER_NOT_CART"):
        shop.session.respond("update-a-cart", times=1, error="INVALID_USER")
        assert shop.change({}) == 400
    assert shop.change({}) == 200
    assert [each["id"] for each in shop.session.client.ask("GET", "/session/stubs", key="mine")["stubs"]] == [
        "s2"
    ]


def test_a_stub_that_breaks_the_contract_is_refused(shop: Shop):
    with pytest.raises(CallRefused, match=r"/respond/body"):
        shop.session.respond("update-a-cart", status=200, body={"data": 1})
    assert shop.session.unmatched_stubs() == []


def test_a_required_stub_that_matches_nothing_is_unmatched_also_when_its_block_ended(shop: Shop):
    first = shop.session.respond("update-a-cart", {"path": "/carts/1"}, error="ORDER_NOT_CART")
    with shop.session.respond("update-a-cart", {"path": "/carts/2"}, error="ORDER_NOT_CART") as second:
        shop.session.respond("update-a-cart", {"path": "/carts/3"}, error="ORDER_NOT_CART", required=False)
        shop.change({})
    assert shop.session.unmatched_stubs() == [first, second]
    shop.change({}, cart=1)
    assert shop.session.unmatched_stubs() == [second]


def test_matches_are_remembered_over_checkpoints_and_resets(shop: Shop):
    around = shop.session.respond("update-a-cart", {"path": "/carts/42"}, error="ORDER_NOT_CART")
    with shop.session.checkpoint():
        within = shop.session.respond("update-a-cart", {"path": "/carts/44"}, error="ORDER_NOT_CART")
        assert (shop.change({}), shop.change({}, cart=44)) == (409, 409)
    assert (around.has_matched, within.has_matched) == (True, True)
    later = shop.session.respond("update-a-cart", {"path": "/carts/46"}, error="ORDER_NOT_CART")
    shop.session.reset()
    assert shop.session.unmatched_stubs() == [later]


def test_a_block_whose_stub_a_reset_removed_leaves_the_later_one_with_its_id(shop: Shop):
    with shop.session.respond("update-a-cart", error="ORDER_NOT_CART", required=False) as first:
        shop.session.reset()
        second = shop.session.respond("update-a-cart", error="INVALID_USER")
        assert first.id == second.id
    assert shop.change({}) == 400


def test_a_match_in_a_fork_counts_and_a_stub_of_a_fork_is_required_too(shop: Shop):
    stub = shop.session.respond("update-a-cart", error="ORDER_NOT_CART")
    fork = shop.session.fork()
    own = fork.respond("update-a-cart", {"path": "/carts/44"}, error="INVALID_USER")
    assert shop.session.unmatched_stubs() == [stub, own]
    headers = {**shop.client.headers, **fork.headers}
    assert shop.client.patch("/carts/42", json={}, headers=headers).status_code == 409
    assert shop.session.unmatched_stubs() == [own]

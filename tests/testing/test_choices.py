"""The end of a block takes back what the block chose, and nothing else."""

import pytest

from tests.testing.conftest import Shop


def chosen(shop: Shop) -> object:
    """What the session has chosen: scenarios, network and mutation."""
    shown = shop.session.client.ask("GET", "/session", key=shop.session.key)
    return shown["scenarios"], shown["network"], shown["mutation"]


def test_the_end_of_a_block_clears_its_scenario(shop: Shop):
    with shop.session.scenario("order-not-cart") as same:
        assert same is shop.session
        assert shop.change({}) == 409
    assert shop.change({}) == 200
    assert chosen(shop) == ([], None, None)


def test_what_the_block_did_besides_remains(shop: Shop):
    with shop.session.scenario("submitted-elsewhere"):
        assert shop.change({"purchaser_id": 13}) == 200
        shop.session.patch_state({"carts": {"44": {"purchaser": 13}}})
        stub = shop.session.respond(
            "update-a-cart", {"bodyPartial": {"purchaser_id": 12}}, error="INVALID_USER"
        )
        shop.session.network(delay="1ms")
    assert (shop.cart(42)["purchaser"], shop.cart(44)["purchaser"]) == (13, 13)
    assert shop.change({"purchaser_id": 12}) == 400
    assert stub.matched == 1
    assert chosen(shop) == ([], {"delay": "1ms"}, None)
    assert [row["response"]["status"] for row in shop.session.requests()] == [200, 400]


def test_the_given_of_a_scenario_is_taken_back_except_for_what_was_changed_since(shop: Shop):
    before = shop.session.state
    with shop.session.scenario("already-ordered"):
        assert shop.change({}) == 409
        shop.session.event(44, "cancel")
        shop.session.patch_state({"carts": {"42": {"purchaser": 13}}})
    assert shop.cart(42) == {**before["carts"]["42"], "purchaser": 13}
    assert shop.cart(44)["state"] == "cancelled"
    assert shop.cart(46) == before["carts"]["46"]


def test_an_event_of_a_story_is_taken_back_and_the_story_begins_again(shop: Shop):
    for _ in range(2):
        with shop.session.scenario("submitted-elsewhere"):
            assert [shop.change({"purchaser_id": 13}) for _ in range(3)] == [200, 200, 409]
        assert (shop.cart()["state"], shop.cart()["purchaser"]) == ("cart", 13)


def test_an_earlier_choice_is_restored_with_the_calls_that_it_had_left(shop: Shop):
    shop.session.scenario("order-not-cart", times=3)
    assert shop.change({}) == 409
    with shop.session.scenario("internal-error"):
        assert shop.change({}) == 500
    assert [shop.change({}) for _ in range(3)] == [409, 409, 200]


def test_an_earlier_choice_does_not_change_the_state_again(shop: Shop):
    shop.session.scenario("already-ordered")
    with shop.session.scenario("internal-error"):
        shop.session.event(42, "reopen")
    assert shop.cart()["state"] == "cart"
    assert shop.change({}) == 200


def test_the_same_scenario_in_a_block_within_a_block(shop: Shop):
    with shop.session.scenario("already-ordered"):
        with shop.session.scenario("already-ordered"):
            assert shop.change({}) == 409
        assert shop.change({}) == 409
    assert shop.change({}) == 200


def test_a_later_choice_stays_when_the_block_ends(shop: Shop):
    with shop.session.scenario("order-not-cart"):
        shop.session.scenario("internal-error")
    assert shop.change({}) == 500


def test_a_used_up_choice_of_a_block_gives_way_to_the_earlier_one(shop: Shop):
    shop.session.scenario("order-not-cart")
    with shop.session.scenario("internal-error", times=1):
        assert [shop.change({}), shop.change({})] == [500, 200]
    assert shop.change({}) == 409


def test_after_a_reset_a_block_takes_nothing_back(shop: Shop):
    shop.session.scenario("order-not-cart")
    with shop.session.scenario("already-ordered"):
        shop.session.reset()
        shop.session.event(42, "submit")
    assert (shop.cart()["state"], chosen(shop)) == ("ordered", ([], None, None))


def test_a_reset_within_a_checkpoint_is_undone_and_the_block_around_it_ends_as_ever(shop: Shop):
    with shop.session.scenario("order-not-cart"):
        with shop.session.checkpoint():
            shop.session.reset()
            assert shop.change({}) == 200
        assert shop.change({}) == 409
    assert shop.change({}) == 200


def test_networks_are_restored_one_after_the_other(shop: Shop):
    with shop.session.network(fault="bad-gateway"):
        with shop.session.network(fault="service-unavailable", operation="update-a-cart"):
            assert shop.change({}) == 503
        assert shop.change({}) == 502
    assert shop.change({}) == 200


def test_a_later_network_stays_when_the_block_ends(shop: Shop):
    with shop.session.network(fault="bad-gateway"):
        shop.session.network(fault="service-unavailable")
    assert shop.change({}) == 503


def test_mutations_are_restored_one_after_the_other(shop: Shop):
    rent = "update-a-cart 200 null /data/rent"
    with shop.session.mutation(rent):
        with shop.session.mutation("update-a-cart 200 null /data/currency"):
            shop.change({})
        shop.session.patch_state({"carts": {"44": {"purchaser": 13}}})
        assert chosen(shop) == ([], None, rent)
    assert chosen(shop) == ([], None, None)
    assert shop.cart(44)["purchaser"] == 13


def test_a_block_that_raises_takes_back_its_choice(shop: Shop):
    with pytest.raises(ZeroDivisionError), shop.session.scenario("already-ordered"):
        raise ZeroDivisionError
    assert shop.change({}) == 200

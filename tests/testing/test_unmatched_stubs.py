"""Why a test fails whose stubs matched no request."""

import pytest

from mockserver.testing.unmatched_stubs import HINT, unmatched_reason
from tests.testing.conftest import Shop


def test_a_session_whose_stubs_matched_has_no_reason(shop: Shop):
    assert unmatched_reason(shop.session) is None
    shop.session.respond("update-a-cart", error="ORDER_NOT_CART")
    shop.session.respond("update-a-cart", {"path": "/carts/1"}, error="ORDER_NOT_CART", required=False)
    assert shop.change({}) == 409
    assert unmatched_reason(shop.session) is None


def test_the_reason_shows_how_the_nearest_request_differs(shop: Shop):
    shop.session.respond("update-a-cart", {"bodyPartial": {"purchaser_id": 99}}, error="ORDER_NOT_CART")
    shop.change({"purchaser_id": 13})
    told = unmatched_reason(shop.session)
    assert told is not None
    assert told.splitlines()[:2] == ["1 stub of this test matched no request:", "  s1  update-a-cart"]
    assert "/bodyPartial/purchaser_id: expected 99, found 13" in told
    assert told.endswith(HINT)


@pytest.mark.parametrize(
    ("operation", "named"), [("update-a-cart", "update-a-cart"), (None, "any operation")]
)
def test_a_request_that_fits_but_was_refused_is_named(shop: Shop, operation, named):
    shop.session.respond(operation, error="ORDER_NOT_CART", offContract=True, status=409)
    shop.change({"purchaser_id": "nobody"})
    told = unmatched_reason(shop.session)
    assert told is not None
    assert (
        f"  s1  {operation or 'any operation'}\n    something else answered x1, which the stub fits" in told
    )


def test_several_stubs_are_counted(shop: Shop):
    for cart in (1, 2):
        shop.session.respond("update-a-cart", {"path": f"/carts/{cart}"}, error="ORDER_NOT_CART")
    assert str(unmatched_reason(shop.session)).startswith("2 stubs of this test matched no request:\n")

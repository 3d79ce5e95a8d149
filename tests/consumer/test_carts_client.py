import httpx
import pytest
from carts_client import Carts, OrderGone


@pytest.fixture
def carts(mock_session):
    with httpx.Client(base_url=mock_session.url, headers=mock_session.headers) as http:
        yield Carts(http, "flt_sk_shop")


def test_a_device_that_is_ordered_has_a_rent(carts):
    assert carts.order(42, 101, "FR", "FRENCH_AZERTY") == "39.90"


def test_the_purchaser_is_sent_once(carts, mock_session):
    carts.name_purchaser(42, 12)
    mock_session.verify(method="PATCH", bodyPartial={"purchaser_id": 12}, count=1)


def test_the_purchaser_may_fail_to_be_named(carts):
    carts.name_purchaser(42, 21)


@pytest.mark.mock_scenario("order-not-cart")
def test_an_order_that_is_gone_is_told_apart(carts):
    with pytest.raises(OrderGone):
        carts.order(42, 201, "FR")

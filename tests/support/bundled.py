"""The bundled world and cart model, and calls of the model as the pipeline makes them."""

import pytest

from mockserver.data.json import Json
from mockserver.data.source import read
from mockserver.model import Call, Outcome, Rejected
from mockserver.models.carts.loading import read_world
from mockserver.models.carts.model import CartModel
from mockserver.models.carts.world import World
from tests.support.paths import FIXTURES

WORLD = read_world(read(FIXTURES / "world.yaml").data)
MODEL = CartModel(WORLD)

ANY_TOKEN = "flt_sk_pasted_by_somebody"
BOREAL = "flt_sk_boreal_000004"
COBALT = "flt_sk_cobalt_000005"


def item(product: int = 201, country: str = "FR", **fields: Json) -> dict[str, Json]:
    """An order item that is valid for the default company, with these fields added or changed."""
    return {"product_id": product, "delivery_country": country, **fields}


def patch(
    order_id: str, body: Json, *, token: str | None = ANY_TOKEN, world: World = WORLD
) -> Outcome[World]:
    MODEL.admit(world, token)
    return MODEL.handle(world, Call("update-a-cart", {"order_id": order_id}, body, token))


def answered(
    order_id: str, body: Json, *, token: str | None = ANY_TOKEN, world: World = WORLD
) -> dict[str, Json]:
    """The `data` of the answer to a PATCH."""
    answer = patch(order_id, body, token=token, world=world).body
    assert isinstance(answer, dict)
    data = answer["data"]
    assert isinstance(data, dict)
    return data


def rejected(order_id: str, body: Json, *, token: str | None = ANY_TOKEN, world: World = WORLD) -> Rejected:
    with pytest.raises(Rejected) as caught:
        patch(order_id, body, token=token, world=world)
    return caught.value

"""How much memory a world takes that does not share it with the initial one."""

from mockserver.data.json_weight import json_weight
from mockserver.models.carts.dumping import dump
from mockserver.models.carts.world import World

_ENTRY = 100  # about how many bytes an entry of the carts takes, also of an unchanged cart
_CART = 300  # ... a changed cart
_DEVICE = 400  # ... a device of a changed cart


def own_size(world: World, initial: World) -> int:
    """About how many bytes of memory a world takes that the initial one does not have."""
    if any(_differs(world, initial, name) for name in _REFERENCE_DATA):
        return json_weight(dump(world))
    changed = (cart for order, cart in world.carts.items() if cart is not initial.carts.get(order))
    return _ENTRY * len(world.carts) + sum(_CART + _DEVICE * len(cart.devices) for cart in changed)


def _differs(world: World, initial: World, name: str) -> bool:
    own, shared = getattr(world, name), getattr(initial, name)
    return own is not shared and bool(own != shared)


# what no request changes, but a control call can
_REFERENCE_DATA = ("companies", "tokens", "countries", "users", "addresses", "products")

"""How much memory a world takes that does not share it with the initial one."""

from itertools import compress
from operator import attrgetter, is_not

from mockserver.data.json_weight import json_weight
from mockserver.models.carts.dumping import dump
from mockserver.models.carts.world import World

_ENTRY = 100  # about how many bytes an entry of the carts takes, also of an unchanged cart
_CART = 300  # ... a changed cart
_DEVICE = 400  # ... a device of a changed cart
# what no request changes, but a control call can; tuples compare the identity of their members first
_reference_data = attrgetter("companies", "tokens", "countries", "users", "addresses", "products")


def own_size(world: World, initial: World) -> int:
    """About how many bytes of memory a world takes that the initial one does not have."""
    if _reference_data(world) != _reference_data(initial):
        return json_weight(dump(world))
    carts = world.carts.values()
    is_changed = map(is_not, carts, map(initial.carts.get, world.carts))
    devices = [len(cart.devices) for cart in compress(carts, is_changed)]
    return _ENTRY * len(carts) + _CART * len(devices) + _DEVICE * sum(devices)

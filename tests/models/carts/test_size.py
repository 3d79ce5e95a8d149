"""The memory that a world takes of its own."""

from msgspec.structs import replace

from mockserver.loading import load_backend
from mockserver.models.carts.model import CartModel
from mockserver.models.carts.world import Device, Line
from mockserver.settings import Settings

MODEL = CartModel(next(iter(load_backend(Settings()).models.values())).initial)
WORLD = MODEL.initial


def devices(number):
    return tuple(Device(each, Line(101, "FR")) for each in range(number))


def test_a_world_with_more_devices_in_a_changed_cart_is_larger():
    sizes = [
        MODEL.state_size(WORLD.with_cart("42", replace(WORLD.carts["42"], devices=devices(number))))
        for number in (1, 2, 1_000)
    ]
    assert sizes == sorted(sizes)
    assert sizes[2] - sizes[1] > 998 * 100


def test_a_world_that_was_loaded_with_the_same_reference_data_shares_it():
    loaded = MODEL.load(MODEL.dump(WORLD))
    assert MODEL.state_size(loaded) < MODEL.state_size(replace(loaded, users={}))

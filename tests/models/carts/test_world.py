"""Worlds are immutable values."""

import pytest
from msgspec.structs import replace

from mockserver.models.carts.states import State
from mockserver.models.carts.world import World
from tests.support.bundled import WORLD


def test_a_changed_cart_makes_a_new_world_that_shares_all_the_rest() -> None:
    ordered = replace(WORLD.carts["42"], state=State.ORDERED)
    changed = WORLD.with_cart("42", ordered)
    assert changed.carts == {**WORLD.carts, "42": ordered}
    for field in World.__struct_fields__:
        if field != "carts":
            assert getattr(changed, field) is getattr(WORLD, field)


def test_the_old_world_does_not_change() -> None:
    WORLD.with_cart("42", replace(WORLD.carts["42"], state=State.ORDERED), next_device_id=10_000)
    assert WORLD.carts["42"].state is State.CART
    assert WORLD.next_device_id == 9009


def test_a_world_is_immutable() -> None:
    with pytest.raises(AttributeError):
        WORLD.next_device_id = 1  # type: ignore[misc]
    with pytest.raises(TypeError):
        WORLD.carts["42"] = WORLD.carts["43"]  # type: ignore[index]

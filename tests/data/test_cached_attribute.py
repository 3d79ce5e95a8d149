"""An attribute that is computed once for each owner, and again after a failure."""

import pytest

from mockserver.data.cached_attribute import cached_attribute


class Owner:
    def __init__(self) -> None:
        self.made = 0

    @cached_attribute
    def value(self) -> list[int]:
        """What it is."""
        self.made += 1
        return [self.made]

    @cached_attribute
    def broken(self) -> int:
        self.made += 1
        raise LookupError(str(self.made))


def test_a_value_is_computed_once_on_first_access():
    owner = Owner()
    assert owner.made == 0
    assert owner.value is owner.value
    assert owner.made == 1


def test_each_owner_has_its_own_value():
    assert Owner().value is not Owner().value


def test_a_failed_computation_is_tried_again():
    owner = Owner()
    for attempt in "12":
        with pytest.raises(LookupError, match=attempt):
            _ = owner.broken

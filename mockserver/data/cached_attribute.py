"""Attributes that are computed on first access."""

from collections.abc import Callable
from typing import Generic, TypeVar

Owner = TypeVar("Owner")
Value = TypeVar("Value")


class cached_attribute(Generic[Owner, Value]):  # noqa: N801  # as functools.cached_property
    """`functools.cached_property` without the lock that Python 3.11 takes on first access."""

    def __init__(self, make: Callable[[Owner], Value]) -> None:
        self._make = make

    def __set_name__(self, owner: type[Owner], name: str) -> None:
        self._name = name

    def __get__(self, owner: Owner, _: type[Owner]) -> Value:
        value = owner.__dict__[self._name] = self._make(owner)
        return value

"""Mappings that are made when they are first read."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from mockserver.data.cached_attribute import cached_attribute

Value = TypeVar("Value")


class LazyMapping(Mapping[str, Value]):
    """The mapping that `make` returns; `make` is called when something is first read from it."""

    def __init__(self, make: Callable[[], Mapping[str, Value]]) -> None:
        self._make = make

    @cached_attribute
    def _made(self) -> Mapping[str, Value]:
        return self._make()

    def __getitem__(self, key: str) -> Value:
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    def __repr__(self) -> str:
        return repr(dict(self._made))


class HeaderMapping(LazyMapping[Value]):
    """A lazy mapping of headers: its names are in lower case, and are found in any case.

    Source: RFC 9110, section 5.1.
    """

    def __getitem__(self, key: str) -> Value:
        return super().__getitem__(key.lower())

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and super().__contains__(key.lower())

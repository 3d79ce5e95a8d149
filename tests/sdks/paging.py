"""Reads lists of an SDK to their end, as a client with auto-paging does."""

from collections.abc import Iterable
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
MOST = 100  # a list of a mock that has more items does not end


def read_all(items: Iterable[T]) -> list[T]:
    """All items of an auto-paging iterator; it must end, and it must have at least one."""
    found = list(islice(items, MOST))
    assert 0 < len(found) < MOST, "the list does not end" if found else "the list is empty"
    return found

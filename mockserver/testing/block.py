"""A context manager for what holds from a call on, or for the block of a `with` statement."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Block(AbstractContextManager[Value], Generic[Value]):
    """Gives `value` to the block, and calls `end` at its end, also after an error.

    `begin` is called at the beginning of the block.
    """

    def __init__(
        self, value: Value, end: Callable[[], None], begin: Callable[[], None] = lambda: None
    ) -> None:
        self._value = value
        self._begin = begin
        self._end = end

    def __enter__(self) -> Value:
        self._begin()
        return self._value

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

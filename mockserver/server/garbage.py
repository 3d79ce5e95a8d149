"""When Python looks for garbage, and when it would find none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collections() -> Iterator[None]:
    """While modules and documents are read, next to nothing becomes garbage, and a search finds nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

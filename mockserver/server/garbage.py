"""When garbage is collected: not while documents are loaded, and at moments of our choice while serving.

Exchanges make no reference cycles, so their objects are freed at once. The collector only finds the cycles of
a user's models, and pays for each living object that it walks. Python's own schedule counts allocations less
deallocations, but no less than none: once the journal is full they balance, so nothing is collected while new
objects replace old ones, until a burst of connections has all of them walked in one pause. The memory blocks
that are allocated say whether there is more to free than before.
"""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time

YOUNG = 50_000  # new objects that have Python collect the young ones between two ticks
IDLE_GROWTH = 20_000  # memory blocks more than after the last full collection, for one in an idle moment
BUSY_GROWTH = 400_000  # the same under load: memory stays bounded even without an idle moment
IDLE = 0.02  # seconds of CPU time between two ticks; an idle process uses less
_NEVER = 1_000_000  # collections of the younger generation


@contextmanager
def no_collections() -> Iterator[None]:
    """Disable garbage collection in the block: loading creates many objects and hardly any garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class GarbageSchedule:
    """Collects young objects at each tick, which are few then, and all objects when it disturbs least.

    Survivors of a young collection are not walked again before the next full one. With the incremental
    collector of Python 3.14 it is the same: `collect(0)` walks young objects alone.
    """

    def __init__(self, cpu_time: Callable[[], float] = process_time) -> None:
        self._cpu_time = cpu_time
        self._last = cpu_time()
        self._blocks = sys.getallocatedblocks()  # after the last full collection

    @contextmanager
    def replacing_pythons(self) -> Iterator[None]:
        """Have Python collect no old objects in the block, and young ones only if they are very many."""
        previous = gc.get_threshold()
        gc.set_threshold(YOUNG, _NEVER, _NEVER)
        try:
            yield
        finally:
            gc.set_threshold(*previous)

    def tick(self) -> None:
        """Collect what is due; called a few times a second, between exchanges."""
        is_idle = self._cpu_time() - self._last < IDLE
        gc.collect(0)
        if sys.getallocatedblocks() - self._blocks > (IDLE_GROWTH if is_idle else BUSY_GROWTH):
            gc.collect()
            self._blocks = sys.getallocatedblocks()
        self._last = self._cpu_time()

"""Garbage is collected at moments of our choice: never while loading, and while serving by a schedule."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from mockserver.server.garbage import BUSY_GROWTH, IDLE_GROWTH, YOUNG, GarbageSchedule, no_collections


class Node:
    """An object that may be a part of a cycle, as a user's model makes them."""

    def __init__(self) -> None:
        self.other: Node | None = None


def cycle() -> "weakref.ref[Node]":
    one, other = Node(), Node()
    one.other, other.other = other, one
    return weakref.ref(one)


class Clock:
    """CPU time that passes by `step` seconds between two ticks."""

    def __init__(self, step: float) -> None:
        self.step = step
        self.now = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@pytest.fixture(autouse=True)
def without_pythons_schedule() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def full_collections() -> int:
    return gc.get_stats()[-1]["collections"]


def test_nothing_is_collected_meanwhile_and_all_is_again_afterwards():
    gc.enable()
    with no_collections():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_leaves_the_collector_on():
    gc.enable()
    with pytest.raises(LookupError), no_collections():
        raise LookupError
    assert gc.isenabled()


def test_the_cycles_of_a_model_are_collected_at_the_next_tick():
    schedule, garbage = GarbageSchedule(Clock(1.0)), cycle()
    assert garbage() is not None
    schedule.tick()
    assert garbage() is None


@pytest.mark.parametrize(
    ("cpu", "growth"), [(0.0, IDLE_GROWTH), (1.0, BUSY_GROWTH)], ids=["an idle moment", "load"]
)
def test_a_cycle_that_survived_is_collected_after_enough_growth(cpu, growth):
    schedule = GarbageSchedule(Clock(cpu))
    one = Node()
    one.other = one
    garbage = weakref.ref(one)
    schedule.tick()
    del one
    before = full_collections()
    kept: list[list[None]] = []
    while garbage() is not None and len(kept) < 3 * BUSY_GROWTH:
        kept += ([] for _ in range(1_000))
        schedule.tick()
    assert growth - 1_000 <= len(kept) <= growth + 2_000
    assert full_collections() == before + 1


def test_objects_that_replace_each_other_cause_no_full_collection():
    schedule, kept, before = GarbageSchedule(Clock(0.0)), [[None]] * 1_000, full_collections()
    for number in range(100 * len(kept)):
        kept[number % len(kept)] = [None]
        if number % 1_000 == 0:
            schedule.tick()
    assert full_collections() == before


def test_objects_that_replace_many_others_at_once_cause_no_full_collection_under_load():
    """As the exchanges of a session that is evicted, which Python's own counters do not take off."""
    schedule, before = GarbageSchedule(Clock(1.0)), full_collections()
    kept: list[list[None]] = []
    for _ in range(100):
        kept.clear()
        kept += ([None] for _ in range(10_000))
        schedule.tick()
    assert full_collections() == before


def test_python_collects_young_objects_alone_while_the_schedule_is_in_charge():
    previous = gc.get_threshold()
    gc.enable()
    with GarbageSchedule().replacing_pythons():
        assert gc.get_threshold()[0] == YOUNG
        before = full_collections()
        kept = [[] for _ in range(4 * YOUNG)]
        assert len(kept) == 4 * YOUNG
        assert full_collections() == before
    assert gc.get_threshold() == previous

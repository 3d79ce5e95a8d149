"""The stall timer ends a wait for the same thing after its time, and not earlier."""

import pytest

from mockserver.server.stall_timer import StallTimer


def test_it_is_over_when_the_same_thing_was_awaited_too_long():
    patience, answer = StallTimer(), object()
    assert [patience.is_over(answer, 5, 0, now) for now in (10, 14.9, 15, 16)] == [False, False, True, True]


@pytest.mark.parametrize(
    ("other", "unsent"), [(True, 0), (False, 7)], ids=["another thing", "bytes that the client took"]
)
def test_it_begins_anew_with(other, unsent):
    patience, first = StallTimer(), object()
    second = object() if other else first
    assert not patience.is_over(first, 5, 9 if unsent else 0, 10)
    assert not patience.is_over(second, 5, unsent, 20)
    assert not patience.is_over(second, 5, unsent, 24)
    assert patience.is_over(second, 5, unsent, 25)


def test_it_has_no_end_where_nothing_is_awaited():
    patience = StallTimer()
    assert not any(patience.is_over(None, 5, 0, now) for now in (10, 1_000, 10_000))

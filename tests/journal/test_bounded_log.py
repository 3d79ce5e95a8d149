"""The bounds of a log: entries of one session, bytes of all sessions."""

from collections import deque

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from mockserver.journal.bounded_log import BoundedLog


class Line(Struct):
    """An entry of the tests."""

    session: str
    weight: int
    sequence: int = 0


ENTRIES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5)), max_size=30)


@given(ENTRIES, st.integers(0, 4), st.integers(1, 20))
def test_the_newest_entries_within_both_bounds_are_kept_and_each_other_one_is_reported(added, size, budget):
    dropped: list[Line] = []
    log: BoundedLog[Line] = BoundedLog(size, budget, dropped.append)
    lines = [Line(*each) for each in added]
    expected: deque[Line] = deque()
    for line in lines:
        log.add(line)
        expected.append(line)
        while sum(each.session == line.session for each in expected) > size:
            expected.remove(next(each for each in expected if each.session == line.session))
        while sum(each.weight for each in expected) > budget:
            expected.popleft()
        assert [*log] == [*expected]
    assert sorted(each.sequence for each in (*dropped, *log)) == list(range(1, len(lines) + 1))
    assert log.weight == sum(each.weight for each in expected)
    assert [*reversed(log)] == [*expected][::-1]


def test_a_dropped_session_is_reported_and_a_removed_one_is_not():
    dropped: list[Line] = []
    log: BoundedLog[Line] = BoundedLog(9, 99, dropped.append)
    for session in "aba":
        log.add(Line(session, 1))
    log.remove_session("b")
    assert (len(log), log.weight, dropped) == (2, 2, [])
    log.drop_session("a")
    assert (len(log), log.weight, [each.sequence for each in dropped]) == (0, 0, [1, 3])
    assert [*log.of_session("a")] == []

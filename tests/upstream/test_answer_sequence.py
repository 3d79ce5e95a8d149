"""A sequence of answers repeats its traffic, and the same traffic does not change it."""

from hypothesis import assume, given
from hypothesis import strategies as st

from mockserver.upstream.answer_sequence import MOST_ANSWERS, AnswerSequence

TRAFFIC = st.lists(st.integers(0, 2), min_size=1, max_size=12)


def sequence(answers: list[int], known: AnswerSequence | None = None) -> AnswerSequence:
    earlier = [] if known is None else [answer for answer, times in known.steps for _ in range(times)]
    made = AnswerSequence(earlier)
    assert all(made.add(each) for each in answers)
    return made


def repeats_a_part(answers: list[int]) -> bool:
    length = len(answers)
    return any(
        length % part == 0 and answers[:part] * (length // part) == answers for part in range(1, length)
    )


@given(TRAFFIC)
def test_the_steps_give_the_same_answers_in_the_same_order(answers: list[int]):
    assume(not repeats_a_part(answers))
    steps = [answer for answer, times in sequence(answers).steps for _ in range(times)]
    assert [steps[min(index, len(steps) - 1)] for index in range(len(answers))] == answers


@given(TRAFFIC)
def test_the_same_traffic_twice_changes_nothing(answers: list[int]):
    once = sequence(answers)
    assert sequence(answers * 2).steps == once.steps  # by the same server
    assert sequence(answers, once).steps == once.steps  # by the next one
    assert sequence(answers * 2, once).steps == once.steps


@given(TRAFFIC, TRAFFIC)
def test_other_traffic_lengthens_what_is_known(first: list[int], second: list[int]):
    both = sequence(second, sequence(first))
    assert {answer for answer, _ in both.steps} == {*first, *second}


def test_equal_answers_are_one_step():
    assert sequence([7, 7, 7]).steps == [(7, 1)]
    assert sequence([7, 7, 8, 8]).steps == [(7, 2), (8, 1)]


def test_it_is_bounded_but_the_last_answer_may_repeat():
    full = sequence([each % 2 for each in range(MOST_ANSWERS - 1)])
    assert full.add(1)
    assert full.add(1)
    assert not full.add(0)

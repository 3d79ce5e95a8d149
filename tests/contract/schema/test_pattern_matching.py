"""A pattern takes counted steps; what takes too many is not judged."""

import pytest

from mockserver.contract.schema.pattern_matching import (
    LONGEST_NESTED,
    is_light,
    judged_match,
    needs_short_texts,
    not_judged_message,
)
from mockserver.contract.schema.work import MAX_STEPS, WorkBudget

NESTED = r"^(a|b(?=b))+(a+)+$"  # needs backtracking, because of the lookahead
PASSWORD = r"^(?=.*[A-Z])(?=.*\d).{8,}$"


@pytest.mark.parametrize(
    "pattern", [NESTED, r"^((a+)+)\1$", r"^(?:(a*)*(?!b))*$", r"^((a|a)(?=a|!))*$"], ids=str
)
def test_nested_quantifiers_that_need_backtracking_are_judged_for_short_texts(pattern):
    assert needs_short_texts(pattern)
    assert judged_match(pattern, "a" * (LONGEST_NESTED + 1) + "!", WorkBudget()) is None
    assert "at most 64 characters" in not_judged_message(pattern, "a" * 65)


@pytest.mark.parametrize("text", ["a" * 63 + "!", "a" * 64, "a" * 30 + "!"], ids=["63", "64", "30"])
def test_short_texts_are_judged_without_backtracking_without_end(text):
    assert judged_match(NESTED, text, WorkBudget()) is text.endswith("a")


@pytest.mark.parametrize(("text", "found"), [("aB3" * 200, True), ("ab3" * 200, False), ("aB3" * 2, False)])
def test_rules_for_passwords_are_judged_for_long_texts(text, found):
    assert not needs_short_texts(PASSWORD)
    assert judged_match(PASSWORD, text, WorkBudget()) is found


def test_a_lookaround_without_nested_quantifiers_is_judged_while_its_steps_are_few():
    pattern = "(?=.*a.*b.*c)x"

    assert judged_match(pattern, "abcx" * 5, WorkBudget()) is True
    assert judged_match(pattern, "a" * 5_000, WorkBudget()) is None


def test_steps_are_taken_from_the_budget_until_none_are_left():
    work = WorkBudget()

    assert judged_match("^(?:a|é)+$", "a" * 1_000, work) is True
    assert work.steps < MAX_STEPS
    assert judged_match("^(?:a|é)+$", "a" * 1_000, WorkBudget(steps=10)) is None


def test_only_the_first_characters_count_for_a_pattern_with_a_longest_match():
    work = WorkBudget()

    assert judged_match("^[a-z]{1,63}$", "a" * 1_000_000, work) is False
    assert MAX_STEPS - work.steps < 10_000


def test_a_pattern_with_many_states_is_not_light():
    assert is_light("^[a-z0-9-]{1,63}$")
    assert is_light(r"[a-z]+\d")
    assert not is_light("[ab]*a[ab]{99}")
    assert judged_match("[ab]*a[ab]{500}c", "ab" * 100_000, WorkBudget()) is None

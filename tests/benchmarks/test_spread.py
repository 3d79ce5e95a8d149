"""Medians, and ratios of what was measured in the same round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.spread import Spread

VALUES = st.lists(st.floats(0.001, 1e6), min_size=1)


@given(VALUES)
def test_the_median_lies_between_the_least_and_the_most(values):
    spread = Spread.of(values)
    assert min(values) == spread.low <= spread.median <= spread.high == max(values)


@given(VALUES)
def test_what_is_compared_with_itself_is_one_in_each_round(values):
    assert Spread.of_ratios(values, values) == Spread(1.0, 1.0, 1.0)


def test_ratios_are_of_the_same_round():
    assert Spread.of_ratios([10, 30, 8], [20, 30, 2]) == Spread(1.0, 0.5, 4.0)


def test_rounds_that_are_missing_are_no_ratio():
    with pytest.raises(ValueError, match="shorter"):
        Spread.of_ratios([1.0, 2.0], [1.0])


def test_a_spread_reads_as_median_least_and_most():
    assert Spread(1.234, 0.5, 2.0).text("{:.1f}".format) == "1.2 (0.5–2.0)"
    assert Spread(1.01, 1.0, 1.04).text("{:.1f}".format) == "1.0"

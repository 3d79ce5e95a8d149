"""Coordinated omission: what is added for requests that were not sent, and how it is taken away again."""

from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.latency import corrected, interval, percentile, uncorrected

LATENCIES = st.dictionaries(st.integers(1, 3_000), st.integers(1, 5), min_size=1)


def test_a_pause_counts_for_each_request_that_it_kept_from_being_sent():
    assert corrected({100: 8, 1_000: 1}, 200) == {100: 8, 1_000: 1, 800: 1, 600: 1, 400: 1}


def test_latencies_below_two_intervals_are_as_they_were():
    assert corrected({100: 8, 399: 1}, 200) == {100: 8, 399: 1}


@given(LATENCIES, st.integers(1, 500))
def test_the_correction_is_taken_away_exactly(latencies, expected):
    assert uncorrected(corrected(latencies, expected), expected) == latencies


@given(LATENCIES, st.integers(1, 500))
def test_a_correction_makes_no_percentile_of_the_tail_smaller(latencies, expected):
    assert percentile(corrected(latencies, expected), 1.0) == percentile(latencies, 1.0)
    assert sum(corrected(latencies, expected).values()) >= sum(latencies.values())


def test_a_percentile_is_in_milliseconds():
    latencies = {1_000: 98, 2_000: 1, 90_000: 1}
    assert [percentile(latencies, share) for share in (0.5, 0.99, 1.0)] == [1.0, 2.0, 90.0]
    assert percentile({}, 0.5) == 0.0


def test_the_interval_is_that_of_one_connection():
    assert interval(16_000, 2_000_000, 16) == 2_000
    assert interval(3, 2_000_000, 16) == 2_000_000

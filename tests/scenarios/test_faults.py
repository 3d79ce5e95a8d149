"""Delays and faults as values: read from text, drawn from a seed."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.scenarios.choice import UnknownChoice
from mockserver.scenarios.faults import (
    FAULT_NAMES,
    GATEWAY_STATUSES,
    LONGEST,
    NO_FAULTS,
    BadFault,
    Fault,
    FaultPlan,
    Fixed,
    Lognormal,
    Uniform,
    format_duration,
    read_delay,
    read_duration,
    read_fault,
    read_headers,
)

SEEDS = st.integers(0, 2**40)
WAITS = st.integers(0, 60_000).map(lambda number: number / 1000)
DELAYS = st.one_of(
    st.builds(Fixed, WAITS),
    st.tuples(WAITS, WAITS).map(lambda pair: Uniform(*sorted(pair))),
    st.builds(Lognormal, WAITS, st.floats(0, 5)),
)

# What is written


@pytest.mark.parametrize(
    ("written", "delay"),
    [
        ("250ms", Fixed(0.25)),
        (" 1.5s ", Fixed(1.5)),
        ("0ms", Fixed(0)),
        ("uniform(100ms, 400ms)", Uniform(0.1, 0.4)),
        ("uniform (1s,1s)", Uniform(1, 1)),
        ("lognormal(200ms, 0.5)", Lognormal(0.2, 0.5)),
        ("lognormal(2s,1)", Lognormal(2, 1)),
    ],
)
def test_a_delay_is_a_duration_or_a_distribution(written, delay):
    assert read_delay(written) == delay


@pytest.mark.parametrize(
    "written",
    [
        "soon",
        "250",
        "-1s",
        "61s",
        "1e3ms",
        "٢s",
        "250ms, 1s",
        "uniform(400ms, 100ms)",
        "uniform(1s)",
        "uniform()",
        "uniform(1s, 2s",
        "lognormal(200ms, 6)",
        "lognormal(200ms, -1)",
        "lognormal(1, 1)",
        "((((((",
    ],
)
def test_the_error_of_an_invalid_delay_shows_how_to_write_one(written):
    with pytest.raises(
        BadFault, match=r"expected a delay, written 200ms or 1\.5s, up to 60s, or as uniform"
    ) as caught:
        read_delay(written)
    assert caught.value.kind == "bad-delay"


def test_the_error_of_a_misspelt_distribution_names_the_nearest():
    with pytest.raises(BadFault, match="did you mean 'lognormal'"):
        read_delay("lognormall(1s, 1)")


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("connection-reset", FaultPlan(fault=Fault("connection-reset"))),
        ("slow-body", FaultPlan(fault=Fault("slow-body", 2.0))),
        ("slow-body; duration=500ms", FaultPlan(fault=Fault("slow-body", 0.5))),
        ("timeout", FaultPlan(fault=Fault("timeout", 60.0))),
        ("timeout;duration=1s;probability=0.25", FaultPlan(None, Fault("timeout", 1.0), 0.25)),
        ("bad-gateway", FaultPlan(fault=Fault("bad-gateway"))),
        ("service-unavailable; retry-after=1s", FaultPlan(fault=Fault("service-unavailable", 0, 1.0))),
        ("rate-limited; retry-after=3600s", FaultPlan(fault=Fault("rate-limited", 0, 3600.0))),
    ],
)
def test_a_fault_is_a_name_with_options(written, asked):
    assert read_fault(written) == asked


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (
            "timeout; durtion=1s",
            "'durtion=1s' is not a valid option of timeout; valid: 'duration=2s', up to 60s, and",
        ),
        ("timeout; duration=90s", "'duration=90s' is not a valid option"),
        (
            "connection-reset; duration=1s",
            "'duration=1s' is not a valid option of connection-reset; valid: 'probability",
        ),
        ("timeout; probability=2", "'probability=2' is not a valid option"),
        ("timeout;", "'' is not a valid option"),
        ("timeout; retry-after=1s", "'retry-after=1s' is not a valid option of timeout; valid: 'duration="),
        (
            "gateway-timeout; duration=1s",
            "'duration=1s' is not a valid option of gateway-timeout; valid: 'retry-after=1s', and",
        ),
        ("rate-limited; retry-after=2m", "'retry-after=2m' is not a valid option of rate-limited"),
    ],
)
def test_the_error_of_an_invalid_option_lists_the_valid_ones(written, problem):
    with pytest.raises(BadFault) as caught:
        read_fault(written)
    assert (caught.value.kind, str(caught.value).startswith(problem)) == ("bad-fault", True)


def test_the_error_of_an_unknown_fault_names_the_nearest_and_has_the_valid_ones():
    with pytest.raises(
        UnknownChoice, match="there is no fault 'slow-bod'; did you mean 'slow-body'"
    ) as caught:
        read_fault("slow-bod")
    assert caught.value.valid == FAULT_NAMES


def test_gateway_faults_are_those_that_are_an_answer():
    assert {name for name in FAULT_NAMES if Fault(name).is_gateway} == {*GATEWAY_STATUSES}
    assert str(Fault("bad-gateway")) == "bad-gateway"
    assert str(Fault("bad-gateway", retry_after=1.5)) == "bad-gateway, retry after 1.5s"


@given(st.text())
def test_any_header_value_is_read_or_refused(text):
    for delay, fault in ((text, None), (None, text), (None, f"timeout;{text}")):
        try:
            asked = read_headers(delay, fault)
        except (BadFault, UnknownChoice):
            continue
        assert asked.draw(Random(1))[0] <= LONGEST


@given(WAITS)
def test_a_duration_that_was_formatted_reads_the_same(wait):
    assert read_duration(format_duration(wait)) == wait


# What is drawn


@given(DELAYS, SEEDS)
def test_a_delay_is_never_negative_never_longer_than_a_minute_and_the_same_for_the_same_seed(delay, seed):
    wait = delay.draw(Random(seed))
    assert 0 <= wait <= LONGEST
    assert delay.draw(Random(seed)) == wait


@given(st.tuples(WAITS, WAITS).map(sorted), SEEDS)
def test_a_uniform_delay_stays_within_its_bounds(bounds, seed):
    low, high = bounds
    assert low <= Uniform(low, high).draw(Random(seed)) <= high


def test_half_of_the_lognormal_delays_are_below_the_median():
    waits = [Lognormal(0.2, 0.5).draw(Random(seed)) for seed in range(2_000)]
    assert 900 < sum(wait < 0.2 for wait in waits) < 1_100
    assert max(waits) > 0.6, "and some are far above it"


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.9, 1.0])
def test_a_fault_occurs_as_often_as_its_probability_says(share):
    asked = FaultPlan(None, Fault("timeout", 1), share)
    struck = sum(asked.draw(Random(seed))[1] is not None for seed in range(2_000))
    assert abs(struck / 2_000 - share) < 0.04


@given(
    st.builds(
        FaultPlan,
        st.none() | DELAYS,
        st.none() | st.builds(Fault, st.sampled_from(FAULT_NAMES)),
        st.floats(0, 1),
    )
)
def test_a_plan_without_chance_is_the_same_for_each_seed(asked):
    if not asked.by_chance:
        assert len({asked.draw(Random(seed)) for seed in range(5)}) == 1


def test_the_plan_of_the_request_has_precedence_over_that_of_the_scenario():
    header = FaultPlan(Fixed(1), None)
    file = FaultPlan(Fixed(2), Fault("timeout", 5), 0.5)
    assert header.or_else(file) == FaultPlan(Fixed(1), Fault("timeout", 5), 0.5)
    assert FaultPlan(None, Fault("empty-response")).or_else(file) == FaultPlan(
        Fixed(2), Fault("empty-response")
    )
    assert NO_FAULTS.or_else(file) == file

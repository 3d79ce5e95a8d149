"""Verification of sent requests: counts, order, and the nearest misses."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.console import Console, problem


@pytest.fixture
def busy(console: Console) -> Console:
    """x1: cart 42, 200; x2: cart 43, 200; x3: cart 46, 409; x4: cart 42, 200."""
    for order in ("42", "43", "46", "42"):
        console.patch(order)
    return console


def verified(console: Console, expectation: object):
    reply = console.call("POST requests/verify", expectation)
    if reply.status == 200:
        assert reply.json()["count"] == len(reply.json()["matched"])
        return reply.json()["matched"]
    assert problem(reply) == "422 not-verified"
    return reply.json()


OK = {"status": 200}


@pytest.mark.parametrize(
    ("expectation", "ids"),
    [
        ({"match": {}}, ["x1", "x2", "x3", "x4"]),
        ({"match": OK}, ["x1", "x2", "x4"]),
        ({"match": OK, "count": 3}, ["x1", "x2", "x4"]),
        ({"match": OK, "count": {"atLeast": 1, "atMost": 3}}, ["x1", "x2", "x4"]),
        ({"match": OK, "count": {"atMost": 3}}, ["x1", "x2", "x4"]),
        ({"match": OK, "count": {"atLeast": 3}}, ["x1", "x2", "x4"]),
        ({"match": OK, "count": {}}, ["x1", "x2", "x4"]),
        ({"match": {"status": 500}, "count": 0}, []),
        ({"match": {"status": 500}, "count": {"atMost": 2}}, []),
    ],
)
def test_as_many_as_expected_are_told_oldest_first(busy, expectation, ids):
    assert verified(busy, expectation) == ids


@pytest.mark.parametrize(
    ("expectation", "expected", "actual", "text"),
    [
        ({"match": {"status": 500}}, {"atLeast": 1}, 0, "at least 1"),
        ({"match": OK, "count": 2}, 2, 3, "exactly 2"),
        ({"match": OK, "count": 0}, 0, 3, "exactly 0"),
        ({"match": OK, "count": {"atLeast": 4}}, {"atLeast": 4}, 3, "at least 4"),
        ({"match": OK, "count": {"atMost": 2}}, {"atLeast": 0, "atMost": 2}, 3, "at least 0 and at most 2"),
        ({"match": OK, "count": {"atLeast": 4, "atMost": 9}}, {"atLeast": 4, "atMost": 9}, 3, "at most 9"),
    ],
)
def test_other_than_expected_tells_the_expected_and_the_actual_count(
    busy, expectation, expected, actual, text
):
    told = verified(busy, expectation)
    assert (told["expected"], told["actual"]) == (expected, actual)
    assert text in told["detail"]
    assert f"found {actual} among 4 exchanges" in told["detail"]


@given(exactly=st.integers(0, 6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exactly_means_at_least_and_at_most(busy, exactly):
    while len(busy.exchanges()) > 4:
        busy.call("DELETE requests")
    one = busy.call("POST requests/verify", {"match": OK, "count": exactly})
    both = busy.call("POST requests/verify", {"match": OK, "count": {"atLeast": exactly, "atMost": exactly}})
    assert one.json() == both.json()
    assert (one.status == 200) == (exactly == 3)


def test_the_three_nearest_misses_are_told_with_what_differed(busy):
    told = verified(
        busy, {"match": {"path": "/carts/46", "status": 200, "bodyPartial": {"purchaser_id": 13}}}
    )
    assert [(miss["id"], miss["request"], miss["status"]) for miss in told["nearest"]] == [
        ("x4", "PATCH /carts/42", 200),
        ("x3", "PATCH /carts/46", 409),
        ("x2", "PATCH /carts/43", 200),
    ]
    assert told["nearest"][1]["differences"] == [
        {"pointer": "/status", "expected": 200, "found": 409},
        {"pointer": "/bodyPartial/purchaser_id", "expected": 13, "found": 12},
    ]


def test_too_many_show_what_did_not_match_as_misses(busy):
    assert [miss["id"] for miss in verified(busy, {"match": OK, "count": 1})["nearest"]] == ["x3"]


def test_nothing_was_sent_so_nothing_is_near(console):
    assert verified(console, {"match": {}})["nearest"] == []


def test_only_the_own_session_is_looked_at(busy):
    reply = busy.call("POST requests/verify", {"match": {}, "count": 0}, session="mine")
    assert reply.status == 200


# Order


@pytest.mark.parametrize(
    ("sequence", "ids"),
    [
        ([{}], ["x1"]),
        ([OK, OK, OK], ["x1", "x2", "x4"]),
        ([{"path": "/carts/42"}, {"status": 409}, {"path": "/carts/42"}], ["x1", "x3", "x4"]),
        ([{"path": "/carts/43"}, {"path": "/carts/42"}], ["x2", "x4"]),
    ],
)
def test_a_sequence_may_have_others_in_between(busy, sequence, ids):
    assert verified(busy, {"sequence": sequence}) == ids


def test_a_sequence_that_breaks_off_tells_where_and_what_came_near(busy):
    told = verified(busy, {"sequence": [{"status": 409}, {"path": "/carts/43"}, {}]})
    assert (told["expected"], told["actual"]) == (3, 1)
    assert told["detail"] == "no exchange after x3 matches step 2 of the sequence"
    assert [miss["id"] for miss in told["nearest"]] == ["x4"]


def test_one_exchange_is_one_step(busy):
    assert verified(busy, {"sequence": [{"status": 409}, {"status": 409}]})["actual"] == 1


@given(st.lists(st.sampled_from(["42", "43", "46"]), min_size=1, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_sequence_holds_where_it_is_a_subsequence(busy, orders):
    sent = iter(["42", "43", "46", "42"])
    holds = all(order in sent for order in orders)
    reply = busy.call("POST requests/verify", {"sequence": [{"path": f"/carts/{order}"} for order in orders]})
    assert (reply.status == 200) == holds


# Reading


@pytest.mark.parametrize(
    ("expectation", "pointer"),
    [
        ({}, ""),
        ({"match": {}, "sequence": [{}]}, ""),
        ({"count": 1}, ""),
        ({"sequence": [{}], "count": 1}, "/count"),
        ({"sequence": []}, "/sequence"),
        ({"sequence": {}}, "/sequence"),
        ({"sequence": [{}, {"status": "x"}]}, "/sequence/1/status"),
        ({"match": {}, "count": -1}, "/count"),
        ({"match": {}, "count": 1.5}, "/count"),
        ({"match": {}, "count": None}, "/count"),
        ({"match": {}, "count": {"atleast": 1}}, "/count/atleast"),
        ({"match": {}, "count": {"atMost": -1}}, "/count/atMost"),
        ({"match": {}, "matches": []}, "/matches"),
        ({"match": {"bodySchema": {"type": 1}}}, "/match/bodySchema/type"),
    ],
)
def test_an_expectation_that_is_none_is_refused_by_pointer(console, expectation, pointer):
    reply = console.call("POST requests/verify", expectation)
    assert problem(reply) == "422 bad-data"
    assert pointer in [fault["pointer"] for fault in reply.json()["faults"]]

"""Merging the coverage reports of several servers."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.app import create_app
from mockserver.journal.coverage import documented_facts, report
from mockserver.testing.coverage_merge import merge_reports

NAMES = ("200", "400", "409")


def a_report(operation: str, seen: frozenset[str]):
    statuses = [{"name": name, "seen": name in seen} for name in NAMES]
    row = {"operation": operation, "statuses": statuses, "codes": [], "properties": [], "values": []}
    return merge_reports([{"operations": [row], "totals": {}}])


reports = st.builds(a_report, st.sampled_from(["read", "write"]), st.frozensets(st.sampled_from(NAMES)))


def shown(whole):
    """What was seen, whatever the order of the operations."""
    return {
        (row["operation"], fact["name"])
        for row in whole["operations"]
        for fact in row["statuses"]
        if fact["seen"]
    }


@given(st.lists(reports, min_size=1))
def test_seen_by_one_is_seen_by_all(several):
    assert shown(merge_reports(several)) == set().union(*map(shown, several))


@given(st.lists(reports, min_size=1), st.randoms())
def test_order_and_repetition_do_not_matter(several, random):
    again = [*several, *several]
    random.shuffle(again)
    assert merge_reports(again)["totals"] == merge_reports(several)["totals"]
    assert shown(merge_reports(again)) == shown(merge_reports(several))


@given(st.lists(reports, min_size=1))
def test_merging_bit_by_bit_is_merging_at_once(several):
    bit_by_bit = several[0]
    for each in several[1:]:
        bit_by_bit = merge_reports([bit_by_bit, each])
    assert bit_by_bit == merge_reports(several)


def test_one_server_s_report_is_as_the_server_says():
    contract = create_app().runtime.backend.contract
    covered = {fact for fact in documented_facts(contract.operations[0]) if fact.name.startswith(("4", "I"))}
    told = report(contract, covered)
    assert merge_reports([told]) == told


def test_the_total_is_of_what_is_documented():
    both = merge_reports([a_report("read", frozenset({"200"})), a_report("write", frozenset())])
    assert both["totals"]["all"] == {"seen": 1, "of": 6, "percent": 16.7}

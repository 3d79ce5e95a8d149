"""Equal findings are one line."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mockserver.check.grouping import grouped_lines
from mockserver.data.source import Finding

API = Path("api.yaml")


def test_findings_with_the_same_message_are_one_line_with_their_number_and_first_places():
    equal = [Finding(API, line, f"/{line}", "it is wrong") for line in range(1, 9)]
    assert list(grouped_lines([equal[0], Finding(API, 3, "", "other"), *equal[1:]])) == [
        "api.yaml:1: /1: it is wrong"
        " (8 times; also line 2: /2, line 3: /3, line 4: /4, line 5: /5 and 3 more)",
        "api.yaml:3: other",
    ]


def test_a_place_in_another_file_has_its_name_and_the_same_place_counts_once():
    one = Finding(API, 1, "/a", "it is wrong")
    elsewhere = Finding(Path("parts.yaml"), None, "/b", "it is wrong")
    assert list(grouped_lines([one, one])) == ["api.yaml:1: /a: it is wrong"]
    assert list(grouped_lines([one, elsewhere])) == [
        "api.yaml:1: /a: it is wrong (2 times; also parts.yaml: /b)"
    ]


@given(st.lists(st.builds(Finding, st.just(API), st.integers(1, 9), st.just(""), st.sampled_from("abc"))))
def test_there_is_one_line_for_each_message(findings: list[Finding]):
    assert len(list(grouped_lines(findings))) == len({each.message for each in findings})

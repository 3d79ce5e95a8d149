"""The results of a mutation run, as lines, scores and JSON."""

from mockserver.testing.mutation_results import (
    MutationResult,
    as_detailed_json,
    as_json,
    score,
    scores,
    summary,
)
from tests.support.patches import BUNDLED


def result(name: str, outcome: str, *noticed_by: str, why: str = "") -> MutationResult:
    mutation = BUNDLED.mutations.named(f"update-a-cart {name}")
    return MutationResult(mutation, outcome, 0.25, noticed_by, why)  # type: ignore[arg-type]


RESULTS = [
    result("200 missing /data/rent", "noticed", "test_a.py::test_rent"),
    result("200 missing /data/currency", "missed", why="test_rent got it and passed"),
    result("200 null /data/rent", "noticed", "test_a.py::test_rent", "test_a.py::test_more"),
    result("404 missing /error", "not met", why="no test gets 404 from it"),
    result("409 error ORDER_NOT_CART", "noticed", why="by exit status 3"),
]


def test_breaks_of_the_contract_and_legal_changes_are_scored_apart():
    assert scores(RESULTS) == {"breaks": 33.3, "legal": 100.0}
    assert scores([]) == {"breaks": 100.0, "legal": 100.0}


def test_a_score_counts_the_outcomes_that_are_asked_for():
    assert (score(RESULTS), score(RESULTS, ("noticed", "missed"))) == (60.0, 75.0)


def test_the_summary_has_both_scores_and_the_counts():
    assert summary(RESULTS) == [
        "breaks of the contract: 1 of 3 noticed (33.3 %); legal changes: 2 of 2 noticed (100.0 %)",
        "5 mutations: 3 noticed, 1 missed, 1 not met; score 60.0 %, 75.0 % of those that the suite met",
    ]
    assert summary(RESULTS[:1]) == [
        "breaks of the contract: 1 of 1 noticed (100.0 %); legal changes: none",
        "1 mutation: 1 noticed, 0 missed, 0 not met; score 100.0 %, 100.0 % of those that the suite met",
    ]


def test_the_lines_of_a_result_name_the_tests_that_noticed():
    assert [line for each in RESULTS for line in each.lines()] == [
        "noticed  update-a-cart 200 missing /data/rent",
        "         by test_a.py::test_rent",
        "missed   update-a-cart 200 missing /data/currency",
        "noticed  update-a-cart 200 null /data/rent",
        "         by test_a.py::test_rent",
        "         by test_a.py::test_more",
        "not met  update-a-cart 404 missing /error",
        "noticed  update-a-cart 409 error ORDER_NOT_CART",
        "         by exit status 3",
    ]


def test_of_many_tests_the_lines_name_the_first_and_the_json_names_all():
    names = [f"test_a.py::test_{number}" for number in range(8)]
    noticed = result("200 missing /data/rent", "noticed", *names)
    assert [*noticed.lines()][-2:] == ["         by test_a.py::test_4", "         and by 3 more"]
    assert as_json([noticed])["mutations"][0]["noticed_by"] == names


def test_a_test_s_name_cannot_control_the_terminal():
    [_, line] = result("200 missing /data/rent", "noticed", "test_\x1b[2J").lines()
    assert line == "         by test_\\u001b[2J"


def test_the_json_has_scores_and_for_each_mutation_its_name_its_outcome_and_who_noticed():
    assert as_json(RESULTS[:2]) == {
        "scores": {"breaks": 50.0, "legal": 100.0},
        "mutations": [
            {
                "name": "update-a-cart 200 missing /data/rent",
                "outcome": "noticed",
                "noticed_by": ["test_a.py::test_rent"],
            },
            {"name": "update-a-cart 200 missing /data/currency", "outcome": "missed", "noticed_by": []},
        ],
    }


def test_the_file_has_all_details():
    detailed = as_detailed_json(RESULTS)
    assert detailed["mutations"][1] == {
        "name": "update-a-cart 200 missing /data/currency",
        "outcome": "missed",
        "noticed_by": [],
        "operation": "update-a-cart",
        "response": "200",
        "kind": "missing",
        "pointer": "/data/currency",
        "within": False,
        "why": "test_rent got it and passed",
        "seconds": 0.25,
    }
    counts = ("score", "score_of_met", "scores", "noticed", "missed", "not_met")
    assert [detailed[name] for name in counts] == [60.0, 75.0, scores(RESULTS), 3, 1, 1]

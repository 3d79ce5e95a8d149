"""The budget of one request is spent by all keywords, and what cannot be afforded is not judged."""

from mockserver.contract.schema.judge import Judges
from mockserver.contract.schema.work import MOST_NOT_JUDGED, NotJudged, WorkBudget
from mockserver.data.json import Json


def violations(schema: Json, value: Json, work: WorkBudget) -> list[str]:
    judge = Judges({"components": {"schemas": {"S": schema}}}).judge("/components/schemas/S")
    return [each.keyword for each in judge.evaluated_violations(value, work)]


def test_what_is_taken_is_missing_afterwards():
    work = WorkBudget(comparisons=5)

    assert work.spend_comparisons(3)
    assert not work.spend_comparisons(3)
    assert work.spend_comparisons(2)


def test_a_further_budget_has_what_is_left_and_its_own_list():
    work = WorkBudget(suggestions=2)
    work.spend_suggestion()
    work.report(NotJudged("/a", "pattern", "it is not judged", "/components/schemas/S/pattern"))

    further = work.remaining()

    assert further.suggestions == 1
    assert not further.not_judged
    assert len(work.take_not_judged()) == 1
    assert not work.take_not_judged()


def test_a_keyword_that_was_not_judged_is_listed_once_and_not_more_than_the_bound():
    work = WorkBudget()
    for number in (0, *range(MOST_NOT_JUDGED + 5)):
        work.report(NotJudged(f"/{number}", "pattern", "it is not judged", "/rule"))

    assert len(work.not_judged) == MOST_NOT_JUDGED


def test_violations_found_before_the_visits_are_exhausted_hold():
    work = WorkBudget(visits=10)
    schema: Json = {"type": "array", "items": {"type": "integer"}}

    assert violations(schema, ["a", *range(100), "b"], work) == ["type"]
    assert [each.pointer for each in work.not_judged] == [""]


def test_without_visits_nothing_is_a_violation():
    work = WorkBudget(visits=0)

    assert not violations({"items": {"type": "integer"}}, ["a"], work)
    assert work.not_judged

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


def test_a_large_value_is_compared_with_constants_while_comparisons_are_left():
    constants: list[Json] = [[*range(1_000), each] for each in range(50)]
    value: Json = [*range(1_000), "x"]
    for schema in ({"enum": constants}, {"anyOf": [{"const": each} for each in constants]}):
        work = WorkBudget(comparisons=10_000)
        assert not violations(schema, value, work)
        assert work.not_judged
        assert violations(schema, value, WorkBudget(comparisons=100_000))


def test_arrays_of_another_size_take_no_comparisons():
    work = WorkBudget(comparisons=0)

    assert violations({"enum": [[1], {"a": 1}]}, [1, 2], work) == ["enum"]
    assert violations({"const": {"a": 1}}, [1], work) == ["const"]


def test_names_that_are_matched_with_many_patterns_are_counted():
    patterns: Json = {f"^{each}": {"type": "integer"} for each in range(40)}
    value: Json = {f"n{each}": "" for each in range(5_000)}
    for schema in (
        {"patternProperties": patterns},
        {"patternProperties": patterns, "additionalProperties": False},
    ):
        work = WorkBudget()
        assert not violations(schema, value, work)
        assert work.not_judged


def test_members_that_many_subschemas_evaluate_are_counted():
    schema: Json = {
        "allOf": [{"properties": {f"n{each}": True}} for each in range(50)],
        "unevaluatedProperties": False,
    }
    work = WorkBudget()

    assert not violations(schema, {f"n{each}": 1 for each in range(20_000)}, work)
    assert work.is_exhausted


def test_a_large_tag_matches_no_branch():
    branches: Json = [{"properties": {"t": {"const": each}}, "required": ["t"]} for each in ("a", "b")]
    schema: Json = {"oneOf": branches, "discriminator": {"propertyName": "t"}}

    assert violations(schema, {"t": [list(range(1_000))]}, WorkBudget()) == ["discriminator"]


def test_the_pointer_of_a_long_name_is_cut_off():
    judge = Judges({"components": {"schemas": {"S": {"additionalProperties": {"type": "integer"}}}}}).judge(
        "/components/schemas/S"
    )
    (found,) = judge.violations({"n" * 100_000: "a"})

    assert found.pointer.endswith("…")
    assert len(found.pointer) < 3_000

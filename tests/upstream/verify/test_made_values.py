"""Values that each side makes correspond one to one."""

from mockserver.upstream.verify.made_values import MadeValues

PATTERN = "/data/devices/*/id"


def test_other_values_correspond_if_they_stay_the_same():
    values = MadeValues()
    pairs = [(9001, 17), (9002, 18), (9001, 17)]
    assert [values.difference(PATTERN, own, provider) for own, provider in pairs] == [None] * 3


def test_a_value_that_changes_is_a_difference():
    values = MadeValues()
    assert values.difference(PATTERN, 9001, 17) is None
    assert "was 17 before, and is 18 now" in str(values.difference(PATTERN, 9001, 18))


def test_a_value_that_is_used_again_is_a_difference():
    values = MadeValues()
    assert values.difference(PATTERN, 9001, 17) is None
    assert "was used before for another item" in str(values.difference(PATTERN, 9002, 17))


def test_values_of_other_types_do_not_correspond():
    assert MadeValues().difference(PATTERN, 9001, "17") == "expected a number, found a string"


def test_instants_only_have_the_same_shape():
    values = MadeValues()
    assert values.difference("/at", "2026-01-01T00:00:00Z", "2026-05-01T12:00:00+02:00") is None
    assert values.difference("/at", "2026-01-01T00:00:01Z", "2026-05-01T12:00:00+02:00") is None
    assert values.difference("/at", "2026-01-01T00:00:02Z", "yesterday") is not None

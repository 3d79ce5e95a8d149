"""The mutations that a mutation run applies."""

from mockserver.testing.mutation_selection import Selection
from tests.support.patches import BUNDLED

OPERATIONS = BUNDLED.contract.operations


def selection(*kinds: str, is_explicit: bool = False) -> Selection:
    return Selection(BUNDLED.mutations, OPERATIONS, is_explicit, kinds)


def names(mutations) -> list[str]:
    return [each.name.removeprefix("update-a-cart ") for each in mutations]


def test_the_mutations_of_statuses_that_the_suite_gets_are_run_and_errors_that_can_replace_them():
    assert names(selection("empty-list").met({"update-a-cart": {"200"}})) == ["200 empty-list /data/devices"]
    assert names(selection("missing").met({"update-a-cart": {"409"}})) == ["409 missing /error"]
    errors = names(selection("error").met({"update-a-cart": {"200"}}))
    assert "409 error ORDER_NOT_CART" in errors
    assert errors == names(selection("error").met({"update-a-cart": {"409"}}))


def test_the_others_say_why_they_are_not_met():
    found = [*selection("missing").not_met({"update-a-cart": {"200", "400", "500"}})]
    assert [(mutation.name, why) for mutation, why in found] == [
        ("update-a-cart 403 missing /error", "no test gets 403 from it"),
        ("update-a-cart 404 missing /error", "no test gets 404 from it"),
        ("update-a-cart 409 missing /error", "no test gets 409 from it"),
    ]


def test_an_operation_that_the_suite_does_not_call_is_listed_if_the_user_named_it():
    assert [*selection("error").not_met({})] == []
    found = [*selection("error", is_explicit=True).not_met({})]
    assert found
    assert {why for _, why in found} == {"no test calls it"}


def test_whether_there_is_any_mutation_of_a_kind():
    assert selection("missing").any()
    assert not selection("left-out").any()

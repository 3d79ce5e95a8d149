"""What a name of an operation stands for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.operation_names import (
    AmbiguousOperation,
    OperationNames,
    UnknownOperation,
    full_name,
)

NAMES = OperationNames(
    [
        ("a/list-items", "list-items", "GET /a"),
        ("b/list-items", "list-items", "GET /b"),
        ("b/add-item", "add-item", "POST /b"),
        ("show", "show", "GET /show"),
        ("b/show", "show", "GET /b/show"),
        ("odd", "odd", "add-item"),
    ]
)
WORDS = st.sampled_from(["a", "b", "c", "GET /a", "a/b", "b/a"])


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("a/list-items", "a/list-items"),
        ("GET /b", "b/list-items"),
        ("add-item", "b/add-item"),
        ("show", "show"),
    ],
    ids=[
        "a full name",
        "a method and path",
        "an operationId",
        "a full name, elsewhere an operationId",
    ],
)
def test_a_name_stands_for_one_operation(name: str, full: str) -> None:
    assert NAMES.resolve(name) == full


def test_a_name_of_several_operations_is_an_error_with_their_full_names() -> None:
    with pytest.raises(AmbiguousOperation) as caught:
        NAMES.resolve("list-items")
    assert str(caught.value) == (
        "'list-items' is the name of several operations; full names: 'a/list-items', 'b/list-items'"
    )
    assert caught.value.valid == ("a/list-items", "b/list-items")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("a/list-item", "a/list-items"), ("add-itm", "add-item"), ("GET /shw", "GET /show")],
    ids=["a full name", "an operationId", "a method and path"],
)
def test_an_unknown_name_is_an_error_with_the_nearest_one(name: str, nearest: str) -> None:
    with pytest.raises(UnknownOperation, match="did you mean") as caught:
        NAMES.resolve(name)
    assert f"the contract has no operation {name!r}; did you mean {nearest!r}?" == str(caught.value)


def test_a_name_that_is_like_no_other_is_an_error_with_the_full_names() -> None:
    with pytest.raises(UnknownOperation) as caught:
        NAMES.resolve("xyzzy")
    assert str(caught.value).endswith("; valid: a/list-items, b/add-item, b/list-items, b/show, odd, show")


def test_an_ambiguous_name_is_never_suggested() -> None:
    with pytest.raises(UnknownOperation) as caught:
        OperationNames([("a/run", "run", "GET /x"), ("b/run", "run", "GET /y")]).resolve("rum")
    assert "'run'" not in str(caught.value)


def test_a_contract_without_operations_has_no_names() -> None:
    with pytest.raises(UnknownOperation, match=r"^the contract has no operation 'a'$"):
        OperationNames([]).resolve("a")


@given(st.dictionaries(WORDS, st.tuples(WORDS, WORDS)))
def test_a_full_name_always_stands_for_its_operation(operations: dict[str, tuple[str, str]]) -> None:
    names = OperationNames((full, *shorter) for full, shorter in operations.items())
    assert [names.resolve(full) for full in operations] == list(operations)


@pytest.mark.parametrize(("prefix", "full"), [("", "list-items"), ("a/b", "a/b/list-items")])
def test_a_full_name_begins_with_the_prefix(prefix: str, full: str) -> None:
    assert full_name(prefix, "list-items") == full

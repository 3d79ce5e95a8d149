"""Plain data is read into typed values, and each error has a pointer and a message."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.reading import MAX_LISTED, MAX_UNKNOWN, BadData, Cursor, DataError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def error_sentences(cursor: Cursor) -> list[str]:
    return [str(error) for error in cursor.errors]


READERS = {
    "a string": lambda cursor: cursor.string(),
    "an integer": lambda cursor: cursor.integer(),
    "a boolean": lambda cursor: cursor.boolean(),
    "an amount as a string, such as '39.90'": lambda cursor: cursor.decimal(),
    "a colour": lambda cursor: cursor.choice(["red"], "colour"),
    "an object": lambda cursor: cursor.keys(["a"]),
    "an array": lambda cursor: list(cursor.items()),
}


@pytest.mark.parametrize(
    ("expected", "value", "found"),
    [
        ("a string", 3, "a number"),
        ("a string", None, "null"),
        ("an integer", "3", "a string"),
        ("an integer", 3.0, "a number"),
        ("an integer", True, "a boolean"),
        ("a boolean", 1, "a number"),
        ("a boolean", "true", "a string"),
        ("an amount as a string, such as '39.90'", 39.9, "a number"),
        ("an amount as a string, such as '39.90'", "much", "a string"),
        ("an amount as a string, such as '39.90'", "NaN", "a string"),
        ("an amount as a string, such as '39.90'", "Infinity", "a string"),
        ("a colour", ["red"], "an array"),
        ("an object", ["a"], "an array"),
        ("an array", {"a": 1}, "an object"),
    ],
    ids=lambda value: repr(value),
)
def test_a_value_of_another_type_is_an_error_with_the_expected_type(expected, value, found):
    cursor = Cursor({"it": value}) / "it"
    READERS[expected](cursor)
    assert error_sentences(cursor) == [f"/it: expected {expected}, found {found}"]


@pytest.mark.parametrize("expected", [each for each in READERS if each != "an array"])
def test_a_missing_value_is_an_error(expected):
    cursor = Cursor({}) / "it"
    READERS[expected](cursor)
    assert error_sentences(cursor) == [f"/it: expected {expected}, found nothing"]


@pytest.mark.parametrize(
    ("read", "value", "result"),
    [
        (READERS["a string"], "", ""),
        (READERS["an integer"], 10**30, 10**30),
        (READERS["a boolean"], False, False),
        (READERS["an amount as a string, such as '39.90'"], "39.90", Decimal("39.90")),
        (READERS["a colour"], "red", "red"),
        (READERS["an array"], [], []),
    ],
    ids=["text", "whole number", "boolean", "amount", "choice", "list"],
)
def test_a_value_of_the_right_type_is_returned_without_an_error(read, value, result):
    cursor = Cursor(value)
    assert read(cursor) == result
    assert cursor.errors == []


def test_a_missing_array_or_object_counts_as_empty():
    assert list((Cursor({}) / "it").items()) == list((Cursor({}) / "it").entries()) == []


def test_an_unknown_key_is_named_with_the_nearest_valid_one():
    cursor = Cursor({"sumary": 1, "operation": 2})
    cursor.keys(["summary", "operation"])
    assert error_sentences(cursor) == ["/sumary: unknown key 'sumary'; did you mean 'summary'?"]


def test_a_missing_key_is_named_at_the_object_that_lacks_it():
    cursor = Cursor({"at": {}}) / "at"
    cursor.keys(["summary"], required=["summary"])
    assert error_sentences(cursor) == ["/at: the key 'summary' is missing"]


def test_reading_a_missing_key_does_not_add_a_second_error():
    cursor = Cursor({"at": {}}) / "at"
    cursor.keys(["summary", "times"], required=["summary"])
    (cursor / "summary").string()
    (cursor / "times").integer()
    assert error_sentences(cursor) == [
        "/at: the key 'summary' is missing",
        "/at/times: expected an integer, found nothing",
    ]


def test_an_unknown_name_is_an_error_with_the_nearest_valid_one():
    cursor = Cursor("ORDER_NO_CART")
    assert cursor.choice(["ORDER_NOT_CART", "CART_NOT_FOUND"], "error code") == "ORDER_NOT_CART"
    assert error_sentences(cursor) == [
        "(root): unknown error code 'ORDER_NO_CART'; did you mean 'ORDER_NOT_CART'?"
    ]


def test_a_number_below_the_minimum_is_an_error_and_the_default_is_returned():
    cursor = Cursor({"times": 0}) / "times"
    assert cursor.integer(minimum=1, default=7) == 7
    assert error_sentences(cursor) == ["/times: 0 is less than 1"]


def test_reading_continues_after_an_error_and_finish_raises_all():
    root = Cursor({"a": 1, "b": [True, "x"]})
    (root / "a").string()
    for item in (root / "b").items():
        item.integer()
    with pytest.raises(BadData) as caught:
        root.finish()
    assert [error.pointer for error in caught.value.errors] == ["/a", "/b/0", "/b/1"]
    assert str(caught.value).count("; ") == 2


def test_finish_raises_nothing_without_errors():
    root = Cursor({"a": "x"})
    (root / "a").string()
    root.finish()


def test_the_errors_of_another_reader_are_adopted_below_the_cursor():
    cursor = Cursor({"given": {}}) / "given"
    cursor.adopt(BadData([DataError("/carts/42", "no such cart"), DataError("", "empty")]))
    assert error_sentences(cursor) == ["/given/carts/42: no such cart", "/given: empty"]


@pytest.mark.parametrize(
    ("key", "pointer"),
    [("a/b", "/a~1b"), ("m~n", "/m~0n"), ("~1", "/~01"), ("", "/")],
    ids=["slash", "tilde", "looks escaped", "empty"],
)
def test_a_member_s_pointer_is_escaped(key, pointer):
    assert (Cursor({key: 1}) / key).pointer == pointer


@given(JSON, st.sampled_from(list(READERS)))
def test_reading_any_value_never_raises(value, reader):
    cursor = Cursor({"it": value})
    READERS[reader](cursor / "it")
    assert all(error.pointer.startswith("/it") for error in cursor.errors)


@given(JSON)
def test_a_path_into_the_data_leads_to_its_value_or_to_missing(value):
    cursor = Cursor(value)
    if isinstance(value, dict):
        assert all((cursor / key).value == member for key, member in value.items())
    elif isinstance(value, list):
        assert [item.value for item in cursor.items()] == value
        assert not (cursor / len(value)).present
    else:
        assert not (cursor / "any").present


def test_of_very_many_unknown_keys_the_first_ones_are_listed():
    errors: list[DataError] = []
    Cursor({f"nmae{number}": 1 for number in range(1_000)}, "", errors).keys(["name"])

    assert len(errors) == MAX_UNKNOWN + 1
    assert errors[0] == DataError("/nmae0", "unknown key 'nmae0'; did you mean 'name'?")
    assert errors[-1] == DataError("", "900 more unknown keys")


def test_only_the_first_errors_are_listed():
    root = Cursor({f"name{index}": index for index in range(MAX_LISTED + 5)})
    for key, member in root.entries():
        member.error(f"unknown name {key!r}")
    with pytest.raises(BadData) as caught:
        root.finish()
    assert [each.pointer for each in caught.value.errors[:2]] == ["/name0", "/name1"]
    assert list(caught.value.errors[MAX_LISTED:]) == [DataError("", "further errors are not listed")]


def test_of_adopted_errors_only_the_first_ones_are_listed():
    root = Cursor({})
    for _ in range(3):
        root.adopt(BadData([DataError(f"/{index}", "wrong") for index in range(MAX_LISTED - 1)]))
    assert len(root.errors) == MAX_LISTED + 1
    assert root.errors[-1] == DataError("", "further errors are not listed")


@pytest.mark.parametrize(("value", "read"), [(3, 3), (3.0, 3), (1e3, 1000), (3.5, 7), (True, 7), (0.0, 7)])
def test_a_whole_number_may_be_written_with_a_point(value, read):
    cursor = Cursor(value)
    assert cursor.whole_number(minimum=1, default=7) == read
    assert bool(cursor.errors) == (read == 7)

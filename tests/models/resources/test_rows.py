"""Items by id share what has not changed, and behave as a dictionary."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.models.resources.rows import Rows

KEYS = st.sampled_from("abcdef") | st.integers(0, 300).map(str)
STEPS = st.lists(st.tuples(KEYS, st.none() | st.integers()), max_size=40)


@given(st.dictionaries(KEYS, st.integers()), STEPS)
def test_rows_are_a_dictionary_with_its_order(base, steps):
    before = Rows(dict(base))
    rows, expected = before, dict(base)
    for key, item in steps:
        if item is not None:
            rows, expected[key] = rows.with_item(key, item), item
        elif key in expected:
            rows = rows.without(key)
            del expected[key]
        assert len(rows) == len(expected)
        assert (key in rows, rows.get(key)) == (key in expected, expected.get(key))
    assert [*rows.items()] == [*expected.items()]
    assert ([*rows], [*rows.keys()], [*rows.values()]) == ([*expected], [*expected], [*expected.values()])
    assert (rows == expected, expected == rows, bool(rows)) == (True, True, bool(expected))
    assert [*before.items()] == [*base.items()]


def test_a_changed_item_does_not_copy_the_others():
    base = {str(number): number for number in range(20_000)}
    shared = Rows(base).with_item("7", 0).with_item("new", 1).without("8")
    assert shared._base is base
    assert len(shared._changes) == 3


def test_many_changes_are_merged():
    rows = Rows({})
    for number in range(10_000):
        rows = rows.with_item(str(number), number)
    assert len(rows._base) > 7_000
    assert [*rows.values()] == [*range(10_000)]

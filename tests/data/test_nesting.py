"""Values are counted, and the depth of a value compared with a bound, without recursion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.json import Json
from mockserver.data.nesting import count_values, is_deeper

VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=20,
)


def parts(value: Json) -> list[Json]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def number_of_values(value: Json) -> int:
    return 1 + sum(map(number_of_values, parts(value)))


def depth(value: Json) -> int:
    return 1 + max(map(depth, parts(value)), default=0) if isinstance(value, list | dict) else 0


@given(VALUES, st.integers(1, 30))
def test_values_are_counted_to_one_more_than_the_bound(value: Json, most: int) -> None:
    assert count_values(value, most) == min(number_of_values(value), most + 1)


@given(VALUES, st.integers(0, 6))
def test_a_value_is_deeper_if_it_has_more_levels_of_arrays_and_objects(value: Json, levels: int) -> None:
    assert is_deeper(value, levels) is (depth(value) > levels)


@pytest.mark.parametrize("last", [[], {}, 1])
def test_a_long_array_is_searched_for_its_containers(last: Json) -> None:
    value: list[Json] = [*range(1_000), last]

    assert is_deeper(value, 1) is isinstance(last, list | dict)
    assert count_values([value, value], 10_000) == 2_005


def test_a_value_beyond_the_depth_of_the_stack_is_deeper() -> None:
    value: Json = []
    for _ in range(100_000):
        value = [value]

    assert is_deeper(value, 128)
    assert count_values(value, 1_000_000) == 100_001

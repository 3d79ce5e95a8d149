"""The estimated memory of JSON values."""

import json

from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.json_weight import json_weight

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(VALUES)
def test_a_value_weighs_more_than_its_text_and_as_much_after_it_was_written_and_read(value):
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    assert json_weight(value) == json_weight(json.loads(text.decode("utf-8", "surrogatepass")))
    assert json_weight([value]) > json_weight(value)


def test_empty_arrays_and_deep_values_weigh_what_they_take():
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert json_weight(deep) > 5_000_000
    assert json_weight([[] for _ in range(1_000)]) > 60_000

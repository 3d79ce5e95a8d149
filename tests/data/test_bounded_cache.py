"""A cache with a maximum number of entries."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.bounded_cache import BoundedCache


@given(st.lists(st.integers(), unique=True, min_size=1), st.integers(1, 5))
def test_the_oldest_entry_is_evicted(keys, most):
    latest: BoundedCache[int, str] = BoundedCache(most)
    for key in keys:
        assert latest.put(key, str(key)) == str(key)
    assert [key for key in keys if latest.get(key) is not None] == keys[-most:]
    assert all(latest.get(key) in (None, str(key)) for key in keys)

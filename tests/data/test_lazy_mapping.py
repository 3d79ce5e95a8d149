"""Lazy mappings are made on the first access, once."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.lazy_mapping import HeaderMapping, LazyMapping


@given(st.dictionaries(st.text(), st.integers()))
def test_a_lazy_mapping_equals_the_one_that_is_made(made):
    lazy = LazyMapping(lambda: made)
    assert (dict(lazy), len(lazy), list(lazy), repr(lazy)) == (made, len(made), list(made), repr(made))


def test_nothing_is_made_before_the_first_access_and_nothing_twice():
    calls = []

    def make():
        calls.append("made")
        return {"a": 1}

    lazy = LazyMapping(make)
    assert calls == []
    assert (lazy["a"], lazy.get("b"), "a" in lazy) == (1, None, True)
    assert calls == ["made"]


def test_names_of_headers_are_found_in_any_case():
    headers = HeaderMapping(lambda: {"etag": "1"})
    assert (headers["ETag"], headers.get("ETAG"), "eTag" in headers, list(headers)) == (
        "1",
        "1",
        True,
        ["etag"],
    )
    assert headers.get("accept") is None
    assert 7 not in headers

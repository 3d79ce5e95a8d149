"""The key of a request, which says which session it belongs to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.session_keys import BadSessionKey, session_key
from mockserver.http.message import Head

KEYS = st.from_regex(r"[A-Za-z0-9._-]{1,128}", fullmatch=True)
WAYS = {
    "header": [("x-mock-session", "by-header")],
    "baggage": [("baggage", "mock-session=by-baggage")],
    "query": "__session=by-query",
    "cookie": [("cookie", "mock_session=by-cookie")],
}


def request(*headers: tuple[str, str], query: str = "") -> Head:
    return Head("GET", "/", query, headers)


@pytest.mark.parametrize("first", list(WAYS))
def test_the_key_is_taken_from_header_then_baggage_then_query_then_cookie(first):
    ways = list(WAYS)[list(WAYS).index(first) :]
    headers = [each for way in ("cookie", "baggage", "header") if way in ways for each in WAYS[way]]
    asked = request(*headers, query=WAYS["query"] if "query" in ways else "")
    assert session_key(asked) == f"by-{first}"


def test_a_request_may_have_no_key():
    assert session_key(request(("baggage", "user=1"), ("cookie", "theme=dark"), query="a=1")) is None


@pytest.mark.parametrize(
    "value",
    [
        "mock-session=KEY",
        "user=1, mock-session=KEY , c=3",
        "mock-session=KEY;ttl=5;secret",
        "mock-session = KEY",
        "mock-session=K%45Y",
        "a=1,mock-session=KEY,mock-session=later",
    ],
    ids=["alone", "among others", "with properties", "with spaces", "percent-encoded", "given twice"],
)
def test_baggage_carries_the_key_as_one_of_its_members(value):
    assert session_key(request(("baggage", value))) == "KEY"


def test_baggage_may_come_in_several_headers():
    assert session_key(request(("baggage", "user=1"), ("baggage", "mock-session=KEY"))) == "KEY"


@pytest.mark.parametrize("key", ["a b", "a/b", "é", "a" * 129, "a\nb", "*", "٤٢"], ids=repr)
@pytest.mark.parametrize("way", ["x-mock-session", "baggage"])
def test_an_invalid_key_is_refused(way, key):
    with pytest.raises(BadSessionKey) as caught:
        session_key(request((way, f"mock-session={key}" if way == "baggage" else key)))
    assert way in caught.value.via.lower()


@pytest.mark.parametrize(
    ("empty", "query"),
    [(("x-mock-session", ""), ""), (("baggage", "mock-session="), ""), (("a", "b"), "__session=")],
    ids=["header", "baggage", "query"],
)
def test_an_empty_key_is_ignored_and_the_next_source_counts(empty, query):
    assert session_key(request(empty, query=query)) is None
    assert session_key(request(empty, ("cookie", "mock_session=mine"), query=query)) == "mine"


@pytest.mark.parametrize("key", ["a", "a" * 128, "checkout-flow_3.1"])
def test_a_key_is_1_to_128_letters_digits_dots_underlines_and_hyphens(key):
    assert session_key(request(("x-mock-session", key))) == key


def test_an_invalid_key_is_refused_although_a_later_source_has_a_valid_one():
    with pytest.raises(BadSessionKey):
        session_key(request(("x-mock-session", "no key"), query="__session=fine"))


@given(KEYS)
def test_a_key_is_the_same_from_every_source(key):
    ways = [
        request(("x-mock-session", key)),
        request(("baggage", f"mock-session={key}")),
        request(query=f"__session={key}"),
        request(("cookie", f"theme=dark; mock_session={key}")),
    ]
    assert [session_key(way) for way in ways] == [key] * 4

"""Sessions, and the key of a request that opens one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.sessions import BadSessionKey, Session, Sessions, UnknownSession, session_key
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


class Clock:
    """A clock that the test sets, in seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(most: int = 100, ttl: float | None = None) -> tuple[Sessions, Clock, list[tuple[str, str]]]:
    """Sessions, their clock, and the list of dropped ones."""
    clock, gone = Clock(), list[tuple[str, str]]()
    return (
        Sessions(lambda: {"carts": object()}, clock, most, ttl, lambda *each: gone.append(each)),
        clock,
        gone,
    )


def keys(sessions: Sessions) -> list[str]:
    return [session.key for session in sessions]


def test_a_new_key_opens_a_new_session_and_a_known_key_the_same_one():
    sessions, _, _ = opened()
    first, again, other = sessions.open("a"), sessions.open("a"), sessions.open("b")
    assert first is again
    assert first is not other
    assert first.states["carts"] is not other.states["carts"]


def test_the_default_session_is_listed_first_then_the_last_used_ones():
    sessions, _, _ = opened()
    for key in ("a", "b", "c", "a"):
        sessions.open(key)
    assert keys(sessions) == ["default", "a", "c", "b"]
    assert len(sessions) == 4


def test_the_least_recently_used_session_is_dropped():
    sessions, _, gone = opened(most=3)
    for key in ("a", "b", "a", "c"):
        sessions.open(key)
    assert keys(sessions) == ["default", "c", "a"]
    assert gone == [("b", "crowded out")]


def test_sessions_that_were_idle_for_the_ttl_are_dropped():
    sessions, clock, gone = opened(ttl=10)
    for clock.now, key in ((0, "a"), (5, "b"), (11, "c")):
        sessions.open(key)
    assert keys(sessions) == ["default", "c", "b"]
    assert gone == [("a", "idle")]


def test_peeking_at_a_session_does_not_count_as_a_use():
    sessions, clock, _ = opened()
    sessions.open("a")
    clock.now = 7
    assert sessions.peek("a").last_used == 0
    assert sessions.open("a").last_used == 7


@pytest.mark.parametrize("act", ["peek", "delete"])
def test_a_session_that_is_not_open_is_unknown(act):
    with pytest.raises(UnknownSession, match="there is no session 'a'"):
        getattr(opened()[0], act)("a")


def spoilt(sessions: Sessions, key: str) -> Session:
    session = sessions.open(key)
    session.scenario = "slow"
    session.count_call("slow", "42")
    session.draw(1)
    return session


@pytest.mark.parametrize("key", ["default", "a"])
def test_a_reset_session_is_like_a_new_one(key):
    sessions, _, _ = opened()
    session = spoilt(sessions, key)
    before = session.states["carts"]
    sessions.reset(session)
    assert sessions.open(key) is session
    assert session.states["carts"] is not before
    assert (session.scenario, session.progress, session.draws) == (None, {}, 0)


def test_a_deleted_session_is_gone_and_its_key_opens_a_new_one():
    sessions, _, gone = opened()
    session = spoilt(sessions, "a")
    sessions.delete("a")
    assert sessions.open("a") is not session
    assert gone == [("a", "deleted")]


def test_deleting_the_default_session_resets_it():
    sessions, _, gone = opened()
    spoilt(sessions, "default")
    sessions.delete("default")
    assert sessions.open("default").scenario is None
    assert gone == []


def test_a_fork_begins_with_the_state_of_its_source_and_is_independent():
    sessions, _, _ = opened()
    source, fork = spoilt(sessions, "a"), sessions.open("b")
    sessions.fork(fork, source)
    assert (fork.key, fork.states, fork.scenario) == ("b", source.states, "slow")
    assert fork.draw(1) == source.draw(1)
    assert fork.count_call("slow", "42") == source.count_call("slow", "42") == 1
    fork.states["carts"] = "changed"
    assert source.states["carts"] != "changed"


def test_a_trial_copy_does_not_change_the_sessions():
    sessions, _, _ = opened()
    session = spoilt(sessions, "a")
    tried = sessions.trial_copy("a").open("a")
    assert (tried.states, tried.scenario) == (session.states, "slow")
    tried.states["carts"] = "changed"
    tried.count_call("slow", "42")
    assert session.states["carts"] != "changed"
    assert session.count_call("slow", "42") == 1


def test_calls_of_a_story_count_for_each_scenario_and_subject():
    session = Session("a", {})
    counted = [session.count_call(*each) for each in (("s", "42"), ("s", "42"), ("s", "43"), ("t", "42"))]
    assert counted == [0, 1, 0, 0]


@given(st.integers(), st.integers(min_value=1, max_value=20))
def test_the_seeds_of_a_session_differ_and_repeat_in_another_session(seed, draws):
    one, other = Session("a", {}), Session("b", {})
    drawn = [one.draw(seed) for _ in range(draws)]
    assert drawn == [other.draw(seed) for _ in range(draws)]
    assert len(set(drawn)) == draws

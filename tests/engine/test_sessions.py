"""The open sessions: opened on first use, dropped when they are too many or idle."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from mockserver.engine.evictions import SessionBounds
from mockserver.engine.session import Session, StubEntry
from mockserver.engine.sessions import Sessions, UnknownSession

FIRST = Session("", {"carts": "the first state"})


class Timer:
    """A monotonic clock that the test sets, in seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(
    most: int = 100, ttl: float | None = None, timer: Callable[[], float] = lambda: 0.0
) -> tuple[Sessions, list[tuple[str, str]]]:
    """Sessions, and the list of dropped ones."""
    gone = list[tuple[str, str]]()
    bounds = SessionBounds(most, ttl=ttl)
    return Sessions(FIRST, 0.0, bounds, lambda *each: gone.append(each), timer=timer), gone


def keys(sessions: Sessions) -> list[str]:
    return [session.key for session in sessions]


def test_a_new_key_opens_a_new_session_and_a_known_key_the_same_one():
    sessions, _ = opened()
    first, again, other = sessions.open("a", 0), sessions.open("a", 0), sessions.open("b", 0)
    assert first is again
    assert (first.key, other.key) == ("a", "b")
    assert first.states is other.states is FIRST.states


def test_the_default_session_is_listed_first_then_the_last_used_ones():
    sessions, _ = opened()
    for key in ("a", "b", "c", "a"):
        sessions.open(key, 0)
    assert keys(sessions) == ["default", "a", "c", "b"]
    assert len(sessions) == 4


def test_the_least_recently_used_session_is_dropped():
    sessions, gone = opened(most=3)
    for key in ("a", "b", "a", "c"):
        sessions.open(key, 0)
    assert keys(sessions) == ["default", "c", "a"]
    assert gone == [("b", "crowded out")]


def test_sessions_that_were_idle_for_the_ttl_are_dropped():
    timer = Timer()
    sessions, gone = opened(ttl=10, timer=timer)
    for timer.now, key in ((0, "a"), (5, "b"), (11, "c")):
        sessions.open(key, 0)
    assert keys(sessions) == ["default", "c", "b"]
    assert gone == [("a", "idle")]


def test_peeking_at_a_session_does_not_count_as_a_use():
    timer = Timer()
    sessions, _ = opened(timer=timer)
    sessions.open("a", 0)
    timer.now = 7
    sessions.peek("a")
    assert (sessions.last_used("a"), sessions.idle_time("a")) == (0, 7)
    sessions.open("a", 0)
    assert (sessions.last_used("a"), sessions.idle_time("a")) == (7, 0)


def test_every_use_of_the_default_session_counts():
    timer = Timer()
    sessions, _ = opened(timer=timer)
    timer.now = 7
    sessions.open("default", 0)
    assert sessions.last_used("default") == 7


def test_a_committed_session_is_the_one_that_is_opened_next():
    sessions, _ = opened()
    after = sessions.open("a", 0).for_exchange(3.0)
    sessions.commit(after)
    assert sessions.open("a", 0) is sessions.peek("a") is after
    assert sessions.new("a", 0) == Session("a", FIRST.states)


@pytest.mark.parametrize(
    "act",
    [lambda each: each.peek("a"), lambda each: each.last_used("a"), lambda each: each.delete("a", 0)],
    ids=["peek", "last_used", "delete"],
)
def test_a_session_that_is_not_open_is_unknown(act):
    with pytest.raises(UnknownSession, match="there is no session 'a'"):
        act(opened()[0])


def spoilt(sessions: Sessions, key: str) -> Session:
    choice = StubEntry("update-a-cart", "slow", "scenario")
    session = replace(sessions.open(key, 0), stubs=(choice,), draws=3, progress={("slow", "42"): 1})
    sessions.commit(session)
    return session


def test_a_deleted_session_is_gone_and_its_key_opens_a_new_one():
    sessions, gone = opened()
    spoilt(sessions, "a")
    sessions.delete("a", 0)
    assert sessions.open("a", 0) == Session("a", FIRST.states)
    assert gone == [("a", "deleted")]


def test_deleting_the_default_session_replaces_it_by_a_new_one():
    sessions, gone = opened()
    spoilt(sessions, "default")
    sessions.delete("default", 0)
    assert sessions.open("default", 0) == Session("default", FIRST.states)
    assert gone == []


def test_a_restart_deletes_all_sessions_and_new_ones_begin_with_its_mutation():
    sessions, gone = opened()
    spoilt(sessions, "a")
    sessions.restart_all("list-users 200 null /name", 0)
    assert keys(sessions) == ["default"]
    assert {sessions.open(key, 0).mutation for key in ("default", "a")} == {"list-users 200 null /name"}
    assert gone == [("a", "deleted")]

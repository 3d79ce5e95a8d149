"""A session as a value: what an exchange and a control call make of it."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.engine.session import MOST_STORIES, Session

KEYS = st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)
NAMES = st.sampled_from(["carts", "resources"])
PROGRESS = st.dictionaries(st.tuples(KEYS, KEYS), st.integers(1, 9), max_size=3)
SESSIONS = st.builds(
    Session,
    KEYS,
    st.dictionaries(NAMES, st.integers()),
    st.none() | KEYS,
    PROGRESS,
    st.none() | KEYS,
    st.integers(0, 99),
    st.integers(0, 99),
    st.integers(0, 99),
    st.floats(0, 1e9),
    st.floats(0, 1e9),
)


def content(session: Session) -> Session:
    """The session without what identifies it."""
    return replace(session, key="", version=0, exchanges=0, born=0.0, clock=0.0)


@given(SESSIONS, st.floats(0, 1e9))
def test_an_exchange_changes_nothing_but_version_number_and_clock(session, at):
    after = session.for_exchange(at)
    assert (after.version, after.exchanges, after.clock) == (session.version + 1, session.exchanges + 1, at)
    assert content(after) == content(session)
    assert (after.key, after.born) == (session.key, session.born)


@given(SESSIONS, SESSIONS, st.floats(0, 1e9))
def test_a_control_call_may_replace_the_content_but_not_the_identity(session, other, at):
    after = session.changed(other, at)
    assert content(after) == content(other)
    assert (after.key, after.exchanges, after.born) == (session.key, session.exchanges, session.born)
    assert (after.version, after.clock) == (session.version + 1, at)


@given(SESSIONS, NAMES, st.integers())
def test_a_new_state_leaves_the_session_before_as_it_was(session, model, state):
    before = dict(session.states)
    after = session.with_state(model, state)
    assert after.states == {**before, model: state}
    assert session.states == before


def test_calls_of_a_story_count_for_each_scenario_and_subject():
    session, counted = Session("a", {}), []
    for story in (("s", "42"), ("s", "42"), ("s", "43"), ("t", "42")):
        calls, session = session.count_call(*story)
        counted.append(calls)
    assert counted == [0, 1, 0, 0]
    assert session.progress == {("s", "42"): 2, ("s", "43"): 1, ("t", "42"): 1}


@given(st.integers(), st.integers(min_value=1, max_value=20))
def test_the_seeds_of_a_session_differ_and_repeat_in_another_session(seed, draws):
    def drawn(session: Session) -> list[int]:
        seeds = []
        for _ in range(draws):
            each, session = session.draw(seed)
            seeds.append(each)
        return seeds

    assert drawn(Session("a", {})) == drawn(Session("b", {}))
    assert len(set(drawn(Session("a", {})))) == draws


def test_a_session_counts_the_stories_of_the_latest_subjects():
    session = Session("a", {})
    for number in range(MOST_STORIES):
        _, session = session.count_call("slow", f"carts/{number}")
    _, session = session.count_call("slow", "carts/0")
    calls, session = session.count_call("slow", "carts/new")
    assert calls == 0
    assert len(session.progress) == MOST_STORIES
    assert ("slow", "carts/1") not in session.progress
    assert session.progress["slow", "carts/0"] == 2

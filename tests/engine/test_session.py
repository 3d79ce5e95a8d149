"""A session as a value: what an exchange and a control call make of it."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.engine.session import MOST_STORIES, Session, StoryUndo, StubEntry

KEYS = st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)
NAMES = st.sampled_from(["carts", "resources"])
PROGRESS = st.dictionaries(st.tuples(KEYS, KEYS), st.integers(1, 9), max_size=3)
TIMES = st.none() | st.integers(1, 3)
STUBS = st.lists(
    st.builds(StubEntry, KEYS, st.just("{}"), st.just("stub"), KEYS, TIMES, st.integers(0, 3)), max_size=3
).map(tuple)
SESSIONS = st.builds(
    Session,
    KEYS,
    st.dictionaries(NAMES, st.integers()),
    STUBS,
    st.integers(0, 99),
    PROGRESS,
    st.dictionaries(KEYS, KEYS, max_size=3),
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


# Stubs


@given(SESSIONS, st.lists(st.tuples(KEYS, TIMES), min_size=1, max_size=5))
def test_the_newest_stub_is_the_first_and_each_has_an_id_of_its_own(session, laid):
    before = session.stubs
    for data, times in laid:
        session = session.lay_stub(data, times)
    new = session.stubs[: len(laid)]
    assert [(each.data, each.times, each.matched) for each in new] == [(*each, 0) for each in laid[::-1]]
    assert len({each.id for each in new}) == len(laid)
    assert session.stubs[len(laid) :] == before


@given(SESSIONS, st.permutations(["scenario", "scenario", "network", "stub", "stub"]))
def test_stubs_come_before_choices_and_these_before_the_network(session, kinds):
    for number, kind in enumerate(kinds):
        if kind == "stub":
            session = session.lay_stub("{}")
        else:
            session = session.lay_named(StubEntry(f"{kind}-{number}", "x", kind))
    found = [each.kind for each in session.stubs]
    assert found == sorted(found, key=["stub", "scenario", "network"].index)


def test_a_named_entry_replaces_the_one_of_the_same_name():
    session = Session("a", {}).lay_named(StubEntry("update-a-cart", "slow", "scenario"))
    session = session.lay_named(StubEntry("show-a-cart", "slow", "scenario"))
    session = session.lay_named(StubEntry("update-a-cart", "order-not-cart", "scenario"))
    assert {each.id: each.data for each in session.stubs} == {
        "update-a-cart": "order-not-cart",
        "show-a-cart": "slow",
    }
    assert session.scenario == "order-not-cart"
    assert session.without_stubs("scenario", "update-a-cart").scenario == "slow"
    assert session.without_stubs("scenario").stubs == ()


@given(SESSIONS, st.integers(1, 4), st.integers(0, 5))
def test_a_stub_that_is_used_up_stays(session, times, calls):
    session = session.lay_stub("{}", times)
    for _ in range(calls):
        session = session.count_match(session.stubs[0])
    assert (session.stubs[0].matched, session.stubs[0].is_used_up) == (calls, calls >= times)


def test_a_choice_that_is_used_up_is_cleared():
    session = Session("a", {}).lay_named(StubEntry("update-a-cart", "slow", "scenario", times=2))
    session = session.count_match(session.stubs[0])
    assert session.scenario == "slow"
    assert session.count_match(session.stubs[0]).stubs == ()


def test_a_session_remembers_the_latest_changes_of_stories():
    session = Session("a", {})
    for number in range(MOST_STORIES + 2):
        session = session.with_story_change(f"carts/{number}", StoryUndo("sold", "[{},{}]"))
    assert len(session.story_changes) == MOST_STORIES
    assert "carts/0" not in session.story_changes
    assert session.story_changes[f"carts/{MOST_STORIES + 1}"] == "sold"

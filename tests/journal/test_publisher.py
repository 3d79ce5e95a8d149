"""Who is told what: subscribers of one session and of all, and which parts of a session have changed."""

from msgspec.structs import replace

from mockserver.engine.session import Session, StubEntry
from mockserver.journal.publisher import MOST_CHANGED, PARTS, Publisher, changed_parts

BEFORE = Session("a", {"carts": {"42": 1}})


def woken(publisher, session):
    """A subscriber, and a list that grows by each time that it is woken."""
    times = []
    return publisher.subscribe(session, lambda: times.append(1)), times


def test_a_subscriber_is_woken_for_its_session_alone():
    publisher = Publisher()
    (_, mine), (_, others), (_, everybodys) = (woken(publisher, key) for key in ("a", "b", None))
    publisher.publish_exchange(BEFORE, BEFORE)
    publisher.publish_change("a", ["state"])
    assert (len(mine), len(others), len(everybodys)) == (2, 0, 2)


def test_changes_of_a_session_are_merged_until_they_are_taken():
    publisher = Publisher()
    subscriber, _ = woken(publisher, None)
    for key, parts in (("a", ["state"]), ("b", []), ("a", ["stubs", "state"])):
        publisher.publish_change(key, parts)
    assert subscriber.take_changed() == {"a": {"state", "stubs"}, "b": set()}
    assert subscriber.take_changed() == {}


def test_changes_that_nobody_takes_do_not_grow_without_end():
    publisher = Publisher()
    subscriber, _ = woken(publisher, None)
    for number in range(MOST_CHANGED + 5):
        publisher.publish_change(f"k{number}", ["state"])
    changed = subscriber.take_changed()
    assert len(changed) == MOST_CHANGED
    assert list(changed)[0::MOST_CHANGED] == ["k5"]


def test_an_exchange_that_changes_nothing_is_no_change_of_the_session():
    publisher = Publisher()
    subscriber, _ = woken(publisher, "a")
    publisher.publish_exchange(BEFORE, replace(BEFORE, exchanges=1, version=1, draws=3))
    assert subscriber.take_changed() == {}


def test_a_reload_is_told_once_to_those_who_were_there():
    publisher = Publisher()
    early, times = woken(publisher, "a")
    publisher.publish_reload()
    late, _ = woken(publisher, "a")
    assert len(times) == 1
    assert [each.has_missed_reload(publisher.reloads) for each in (early, early, late)] == [
        True,
        False,
        False,
    ]


def test_who_has_left_is_not_woken():
    publisher = Publisher()
    subscriber, times = woken(publisher, "a")
    publisher.unsubscribe(subscriber)
    publisher.publish_exchange(BEFORE, BEFORE)
    publisher.close()
    assert (times, publisher.subscribers, publisher.is_closed) == ([], (), True)


def test_each_part_is_told_apart():
    choice = StubEntry("update-a-cart", "order-not-cart", "scenario")
    changed = {
        "scenario": replace(BEFORE, stubs=(choice,)),
        "network": BEFORE.with_network("{}"),
        "stubs": BEFORE.lay_stub("{}"),
        "state": BEFORE.with_state("carts", {}),
        "mutation": replace(BEFORE, mutation="a"),
        "upstream": replace(BEFORE, mocked=("a",)),
    }
    assert set(changed) == set(PARTS)
    for part, after in changed.items():
        assert changed_parts(BEFORE, after) == {part}


def test_a_stub_changes_when_it_is_used_up_not_when_it_matches():
    laid = BEFORE.lay_stub("{}", times=2)
    once = laid.count_match(laid.stubs[0])
    assert changed_parts(laid, once) == set()
    assert changed_parts(once, once.count_match(once.stubs[0])) == {"stubs"}

"""Which session is evicted next."""

from mockserver.engine.eviction_order import RECENT, EvictionOrder

LATER = 2 * RECENT


def order(uses: dict[str, float], violators: str = "") -> EvictionOrder:
    """Sessions that were used at these times; those whose key is in `violators` have violations."""
    made = EvictionOrder(lambda key: key in violators)
    for key, used in uses.items():
        made.use(key, used)
    return made


def evicted(order: EvictionOrder, now: float, spare: str = "") -> str:
    """The keys in the order in which the sessions are evicted at this time."""
    keys = ""
    while (key := order.next(now, spare)) is not None:
        order.remove(key)
        keys += key
    return keys


def test_the_least_recently_used_session_goes_first():
    assert evicted(order({"a": 0, "b": 1, "c": 2}), LATER) == "abc"


def test_a_session_with_violations_goes_after_those_without():
    assert evicted(order({"a": 0, "b": 1, "c": 2}, violators="a"), LATER) == "bca"


def test_a_session_of_the_last_minute_goes_after_older_ones_with_violations():
    assert evicted(order({"a": 0, "b": 1, "c": LATER}, violators="a"), LATER) == "bac"


def test_of_the_sessions_of_the_last_minute_those_with_violations_go_last():
    assert evicted(order({"a": 0, "b": 1, "c": 2}, violators="a"), 3) == "bca"


def test_a_spared_session_is_neither_evicted_nor_in_the_way():
    assert evicted(order({"a": 0, "b": 1}), LATER, spare="b") == "a"
    assert evicted(order({"a": 0, "b": 1}, violators="a"), 2, spare="b") == "a"


def test_a_session_that_is_used_again_is_the_last_one_again():
    used = order({"a": 0, "b": 1, "c": 2}, violators="a")
    assert used.next(LATER, "") == "b"
    used.use("a", LATER)
    assert (list(used), used.last_used("a")) == (["a", "c", "b"], LATER)
    assert list(used.used_since(2)) == ["a", "c"]


def test_sessions_with_violations_are_listed_among_the_others_by_their_last_use():
    used = order({"a": 0, "b": 1, "c": 2}, violators="ac")
    assert used.next(LATER, "") == "b"
    used.use("d", 1.5)
    assert list(used) == ["c", "d", "b", "a"]
    assert sorted(used.used_since(0)) == ["a", "b", "c", "d"]


def test_idle_sessions_are_found_with_and_without_violations():
    used = order({"a": 0, "b": 1, "c": 2}, violators="a")
    assert used.next(LATER, "") == "b"
    idle = []
    for key in used.unused_since(2):
        used.remove(key)
        idle.append(key)
    assert idle == ["b", "a"]
    assert list(used) == ["c"]

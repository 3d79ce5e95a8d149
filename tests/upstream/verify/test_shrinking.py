"""A sequence is shrunk to what shows its difference."""

import json

from mockserver.upstream.verify.sequence import FiredEvent, SentCall
from mockserver.upstream.verify.shrinking import MOST_PLAYS, shrunk

TYPE = ("Content-Type", "application/json")


def call(name, body=None):
    return SentCall("PATCH", f"/{name}", (TYPE,), b"" if body is None else json.dumps(body).encode())


def test_steps_that_are_not_needed_are_left_out():
    steps = (call("a"), FiredEvent("carts", "42", "submit"), call("b"), call("c"), call("d"))
    needed = {"/a", "/d"}

    def shows(sequence):
        return (
            needed <= {each.path for each in sequence if isinstance(each, SentCall)}
            and sequence[-1] is steps[-1]
        )

    assert shrunk(steps, shows) == (steps[0], steps[-1])


def test_members_and_items_that_are_not_needed_are_left_out():
    def shows(sequence):
        return any(each.get("n") == 2 for each in json.loads(sequence[-1].body).get("lines", []))

    [least] = shrunk((call("a", {"x": 1, "lines": [{"n": 1}, {"n": 2, "m": 3}]}),), shows)
    assert json.loads(least.body) == {"lines": [{"n": 2}]}


def test_the_number_of_plays_is_bounded():
    plays = []

    def shows(sequence):
        plays.append(sequence)
        return False

    shrunk((call("a", {str(n): n for n in range(2 * MOST_PLAYS)}),), shows)
    assert len(plays) <= MOST_PLAYS

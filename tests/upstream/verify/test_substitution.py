"""Requests to the provider name the ids that it made, in place of the mock's."""

from mockserver.upstream.verify.substitution import Substitution, made_ids


def substitution():
    ids = Substitution()
    ids.add("x/1", 77)
    ids.add("2", "b 2")
    return ids


def test_ids_in_paths_and_queries_are_replaced_whole():
    assert substitution().in_target("/things/x%2F1/parts/22?of=2&n=12") == "/things/77/parts/22?of=b%202&n=12"


def test_ids_in_a_json_body_are_replaced():
    assert (
        substitution().in_body(b'{"thing": "x/1", "n": [2, 22, true]}')
        == b'{"thing": 77, "n": ["b 2", 22, true]}'
    )


def test_other_bodies_stay():
    assert substitution().in_body(b"x/1") == b"x/1"


def test_made_ids_are_those_of_new_items_without_their_parents():
    before, after = {"a": {"1": {}}}, {"a": {"1": {}, "2": {}}, "b": {"2/x%2F1": {}}}
    assert made_ids(before, after) == ["2", "x/1"]

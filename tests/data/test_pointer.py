"""JSON Pointers are written from keys, and split into keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.pointer import pointer_keys, pointer_token


@given(st.text())
def test_a_reference_token_escapes_tilde_and_slash_and_can_be_read_back(key):
    token = pointer_token(key)
    assert "/" not in token
    assert token.replace("~1", "/").replace("~0", "~") == key


@given(st.lists(st.text(max_size=5)))
def test_a_pointer_is_split_into_the_keys_that_it_was_written_from(keys):
    assert pointer_keys("".join("/" + pointer_token(key) for key in keys)) == keys


@pytest.mark.parametrize(
    ("pointer", "keys"),
    [("", []), ("/", [""]), ("/a~1b/0", ["a/b", "0"]), ("/m~0n", ["m~n"]), ("/~01", ["~1"])],
    ids=["root", "empty key", "slash", "tilde", "looks escaped"],
)
def test_the_keys_of_a_pointer_are_unescaped(pointer, keys):
    assert pointer_keys(pointer) == keys

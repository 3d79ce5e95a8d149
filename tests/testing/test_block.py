"""Context managers for what holds from a call on, or for a block."""

import pytest

from mockserver.testing.block import Block


def test_a_block_gets_the_value_and_is_begun_and_ended_once():
    calls: list[str] = []
    block = Block("value", lambda: calls.append("end"), lambda: calls.append("begin"))
    assert calls == []
    with block as value:
        assert (value, calls) == ("value", ["begin"])
    assert calls == ["begin", "end"]


def test_a_block_ends_after_an_error_which_is_raised():
    calls: list[str] = []
    with pytest.raises(ZeroDivisionError), Block(None, lambda: calls.append("end")):
        raise ZeroDivisionError
    assert calls == ["end"]

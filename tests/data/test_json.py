"""JSON values are named by their types."""

import pytest

from mockserver.data.json import json_type, type_phrase


@pytest.mark.parametrize(
    ("value", "phrase"),
    [
        (None, "null"),
        (True, "a boolean"),
        (1, "a number"),
        (1.5, "a number"),
        ("", "a string"),
        ([], "an array"),
        ({}, "an object"),
        ((), "tuple"),
    ],
    ids=lambda value: repr(value),
)
def test_a_value_is_named_by_its_json_type(value, phrase):
    assert type_phrase(value) == phrase
    assert json_type(value) == phrase.split(" ")[-1]

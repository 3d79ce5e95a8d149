"""Each kind of value reads text and TOML data alike, and says what it expected."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.settings.kinds import (
    BYTES,
    FILE,
    FILES,
    FLAG,
    FOLDER,
    INTEGER,
    PERCENT,
    PORT,
    PREFIX,
    SECONDS,
    SIZE,
    STRING,
    STRINGS,
    Choice,
    InvalidValue,
    Kind,
)

WORDS = Choice("text", "json")
CONFIG = Path("conf")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (INTEGER, "-7", -7),
        (PORT, "0", 0),
        (PORT, "65535", 65535),
        (SECONDS, "0.5", 0.5),
        (SIZE, "65536", 65_536),
        (SIZE, "512MiB", 512 * 1024 * 1024),
        (SIZE, "1 gb", 1_000_000_000),
        (PERCENT, "100", 100.0),
        (STRING, "a b", "a b"),
        (PREFIX, "/mock", "/mock"),
        (WORDS, "json", "json"),
        (FILE, "a/b.yaml", Path("a/b.yaml")),
        (FILES, os.pathsep.join(("a.yaml", "b.yaml")), (Path("a.yaml"), Path("b.yaml"))),
        (STRINGS, "a  b\tc", ("a", "b", "c")),
        *[(FLAG, text, True) for text in ("1", "true", "T", "yes", "Y", " on ")],
        *[(FLAG, text, False) for text in ("0", "false", "F", "no", "N", " OFF ")],
    ],
)
def test_a_text_is_read(kind: Kind, text, value):
    assert kind.from_text(text) == value


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (INTEGER, "1.5", "expected an integer, found '1.5'"),
        (PORT, "65536", "expected an integer from 0 to 65535, found '65536'"),
        (BYTES, "0", "expected an integer of at least 1, found '0'"),
        (SECONDS, "0", "expected a number above 0, found '0'"),
        (SIZE, "0KiB", "expected a number of bytes of at least 1, or a size such as 512MiB, found '0KiB'"),
        (
            SIZE,
            "5 apples",
            "expected a number of bytes of at least 1, or a size such as 512MiB, found '5 apples'",
        ),
        (SECONDS, "nan", "expected a number above 0, found 'nan'"),
        (PERCENT, "100.1", "expected a number from 0 to 100, found '100.1'"),
        (PREFIX, "mock/", "expected a path such as /__mock, found 'mock/'"),
        (WORDS, "xml", "expected text or json, found 'xml'"),
        (FLAG, "perhaps", "expected true or false, found 'perhaps'"),
        (STRING, "", None),
    ],
)
def test_a_text_that_is_not_valid_is_named_with_what_was_expected(kind: Kind, text, message):
    if message is None:
        assert kind.from_text(text) == text
        return
    with pytest.raises(InvalidValue, match=r"^expected ") as raised:
        kind.from_text(text)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("kind", "data", "value"),
    [
        (INTEGER, 7, 7),
        (SECONDS, 2, 2),
        (SIZE, 65_536, 65_536),
        (SIZE, "64KiB", 65_536),
        (SECONDS, 2.5, 2.5),
        (STRING, "a", "a"),
        (WORDS, "text", "text"),
        (FLAG, True, True),
        (FLAG, False, False),
        (FOLDER, "a", Path("conf/a")),
        (FOLDER, os.path.abspath("a"), Path("a").absolute()),
        (FILES, ["a", "../b"], (Path("conf/a"), Path("conf/../b"))),
        (FILES, "a", (Path("conf/a"),)),
        (STRINGS, ["a b"], ("a b",)),
        (STRINGS, [], ()),
    ],
)
def test_toml_data_is_read_with_paths_relative_to_the_folder(kind: Kind, data, value):
    assert kind.from_data(data, CONFIG) == value


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        (PORT, "abc", "expected an integer from 0 to 65535, found the string 'abc'"),
        (PORT, 70000, "expected an integer from 0 to 65535, found 70000"),
        (PORT, True, "expected an integer from 0 to 65535, found true"),
        (PORT, 1.0, "expected an integer from 0 to 65535, found 1.0"),
        (PORT, [1], "expected an integer from 0 to 65535, found an array"),
        (PORT, {"a": 1}, "expected an integer from 0 to 65535, found a table"),
        (SECONDS, 10**400, "expected a number above 0, found 1" + "0" * 400),
        (SECONDS, float("nan"), "expected a number above 0, found nan"),
        (SECONDS, False, "expected a number above 0, found false"),
        (FLAG, 1, "expected true or false, found 1"),
        (FLAG, "yes", "expected true or false, found the string 'yes'"),
        (STRING, 1, "expected a string, found 1"),
        (PREFIX, "mock", "expected a path such as /__mock, found 'mock'"),
        (WORDS, 1, "expected text or json, found 1"),
        (FOLDER, 1, "expected the path of a folder, found 1"),
        (FILES, 1, "expected an array of paths, found 1"),
        (STRINGS, {"a": 1}, "expected an array of strings, found a table"),
    ],
)
def test_toml_data_of_another_type_is_named_with_what_was_expected(kind: Kind, data, message):
    with pytest.raises(InvalidValue, match=r"^expected ") as raised:
        kind.from_data(data, CONFIG)
    assert str(raised.value) == message
    assert raised.value.item is None


def test_an_invalid_item_of_an_array_is_named_by_its_index():
    with pytest.raises(InvalidValue, match=r"^expected the path of a file, found 3$") as raised:
        FILES.from_data(["a", 3], CONFIG)
    assert raised.value.item == 1


@given(st.sampled_from([INTEGER, PORT, BYTES, SECONDS, PERCENT]), st.integers(-(2**53), 2**53) | st.floats())
def test_a_number_is_valid_as_data_exactly_if_it_is_valid_as_text(kind, number):
    def read(function, argument):
        try:
            return function(argument)
        except InvalidValue:
            return None

    assert read(lambda data: kind.from_data(data, CONFIG), number) == read(kind.from_text, str(number))

"""TOML is read as plain data that knows its lines, wherever the keys are written."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.pointer import pointer_token
from mockserver.data.toml import NotToml, TomlLines, read_toml

EVERYTHING = '''# a comment: port = 1
title = "port = 2"

text = """
port = 3
[tool.mockserver]
"""
raw = \'\'\'
]
\'\'\'
"quoted key" = 1
'it.s'.b = 2
tool.other.port = 4
point = { x = 1, y = { z = [1, 2] } }
list = [
  # not a value: "port"
  "a", "b",

  """
  c
  """, # 'd'
  { port = 5 },
  [1,
   2],
]

[tool.mockserver] # the one
port = 6
spec = [ "a",
  "b" ]

[[array]]
port = 7
[array.sub]
deep = 8
[[array]]
port = 9
[[array.inner]]
port = 10
[[array.inner]]
port = 11
'''
LINES = {
    "": None,
    "/title": 2,
    "/text": 4,
    "/raw": 8,
    "/quoted key": 11,
    "/it.s": 12,
    "/it.s/b": 12,
    "/tool/other/port": 13,
    "/point/y/z/1": 14,
    "/list": 15,
    "/list/0": 17,
    "/list/1": 17,
    "/list/2": 19,
    "/list/3": 22,
    "/list/3/port": 22,
    "/list/4": 23,
    "/list/4/1": 23,
    "/tool": 13,
    "/tool/mockserver": 27,
    "/tool/mockserver/port": 28,
    "/tool/mockserver/spec/0": 29,
    "/tool/mockserver/spec/1": 30,
    "/array/0": 32,
    "/array/0/port": 33,
    "/array/0/sub/deep": 35,
    "/array/1/port": 37,
    "/array/1/inner/0/port": 39,
    "/array/1/inner/1/port": 41,
}


@pytest.mark.parametrize(("pointer", "line"), LINES.items())
def test_a_pointer_has_the_line_on_which_its_key_is_written(pointer, line):
    assert TomlLines(EVERYTHING)(pointer) == line


def test_lines_that_end_with_carriage_returns_are_counted_as_well():
    lines = TomlLines(EVERYTHING.replace("\n", "\r\n"))
    assert {pointer: lines(pointer) for pointer in LINES} == LINES


def test_a_pointer_that_does_not_exist_has_the_line_of_its_nearest_ancestor():
    assert TomlLines(EVERYTHING)("/tool/mockserver/nothing/at/all") == 27
    assert TomlLines(EVERYTHING)("/nothing") is None


def test_other_line_separators_of_unicode_do_not_count():
    assert TomlLines('a = "\u2028\x85" # \u2029\nb = 1')("/b") == 2


def test_the_data_is_that_of_tomllib():
    assert read_toml(EVERYTHING)[0] == tomllib.loads(EVERYTHING)


def test_dates_and_times_are_strings():
    text = "a = 2026-01-02\nb = 03:04:05\nc = [{d = 2026-01-02T03:04:05Z}]"
    data, _ = read_toml(text)
    assert data == {"a": "2026-01-02", "b": "03:04:05", "c": [{"d": "2026-01-02 03:04:05+00:00"}]}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a = 1\nb =\nc = 3", 2, "not valid TOML: Invalid value (column 4)"),
        ("a = 1\na = 2", 2, "not valid TOML: Cannot overwrite a value"),
        ("a = 1\nb = [\n", 2, "not valid TOML: Invalid value"),
        ("a = " + "[" * 100_000, None, "not valid TOML: nested too deeply"),
        ("a = " + "1" * 5_000, None, "not valid TOML: an integer has more than 1,000 digits"),
        ("a = [0x" + "f" * 5_000 + "]", None, "not valid TOML: an integer has more than 1,000 digits"),
    ],
    ids=[
        "a missing value",
        "a key twice",
        "an array without end",
        "deep nesting",
        "a long integer",
        "a long hexadecimal integer",
    ],
)
def test_a_text_that_is_not_toml_is_refused_with_its_line(text, line, message):
    with pytest.raises(NotToml) as refused:
        read_toml(text)
    assert refused.value.line == line
    assert str(refused.value).startswith(message)


# Properties over generated documents

NAMES = st.text("ab_-1", min_size=1, max_size=3)
QUOTED = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=4)


def basic(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


KEYS = NAMES | QUOTED.map(basic)
SPACE = st.sampled_from(["", " ", "\t"])
BREAK = st.sampled_from(["", "\n", " # a = 1\n", '\n # ]\n"""'.removesuffix('"""'), "\n\n"])
SCALARS = st.one_of(
    st.integers(-5, 5).map(str),
    st.sampled_from(["true", "1.5", "2026-01-02", "''", '"""\n]\na = 1\n"""', "'''\n[a]\n'''"]),
    QUOTED.map(basic),
)


@st.composite
def arrays(draw: st.DrawFn, items: st.SearchStrategy[str]) -> str:
    parts = [f"{draw(BREAK)}{item}{draw(BREAK)}" for item in draw(st.lists(items, max_size=3))]
    return f"[{','.join(parts)}{draw(BREAK)}]"


VALUES = st.recursive(
    SCALARS,
    lambda items: arrays(items) | items.filter(lambda item: "\n" not in item).map("{{ a = {} }}".format),
    max_leaves=4,
)
PAIRS = st.tuples(KEYS, st.booleans(), KEYS, SPACE, VALUES).map(
    lambda parts: f"{parts[3]}{parts[0]}{'.' + parts[2] if parts[1] else ''}{parts[3]}={parts[3]}{parts[4]}"
)
HEADERS = st.tuples(KEYS, st.booleans(), KEYS, st.booleans()).map(
    lambda parts: ("[[{}]]" if parts[3] else "[ {} ]").format(
        parts[0] + (f" . {parts[2]}" if parts[1] else "")
    )
)
STATEMENTS = st.lists(PAIRS | HEADERS | st.sampled_from(["", "# [a]", "  # a = 1"]), max_size=8)


def pointers(value: object, pointer: str = "") -> list[str]:
    """The pointers of all members of tables; items of arrays count where they are tables."""
    found = []
    if isinstance(value, dict):
        for key, member in value.items():
            inner = f"{pointer}/{pointer_token(key)}"
            found += [inner, *pointers(member, inner)]
    return found


def by_definition(text: str, pointer: str) -> int:
    """The line after the longest valid beginning of a text that does not have the pointer."""
    lines = text.split("\n")
    without = 0
    for end in range(len(lines) + 1):
        try:
            data = tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        if pointer in pointers(data):
            break
        without = end
    return without + 1


@given(STATEMENTS)
def test_the_line_of_a_key_follows_the_longest_valid_text_without_it(statements):
    text = ""
    for statement in statements:  # leave out what contradicts the statements before it
        try:
            tomllib.loads(text + statement + "\n")
        except tomllib.TOMLDecodeError:
            continue
        text += statement + "\n"
    data, lines = read_toml(text)
    assert {each: lines(each) for each in pointers(data)} == {
        each: by_definition(text, each) for each in pointers(data)
    }


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        data, lines = read_toml(text)
    except NotToml as refused:
        data, lines = {}, TomlLines("")
        found = [refused.line or 1]
    else:
        found = [lines(each) or 0 for each in pointers(data)]
    assert all(1 <= line <= text.count("\n") + 1 for line in found)


def test_the_lines_of_a_large_file_are_found_in_one_pass():
    items = '  "x",\n' * 50
    table = "".join(f"[tool.t{index}]\ndependencies = [\n{items}]\n" for index in range(40))
    lines = TomlLines(table)
    assert lines("/tool/t39/dependencies/49") == 39 * 53 + 52


def test_a_long_array_of_arrays_is_not_parsed_again_at_each_of_its_lines(monkeypatch):
    parsed: list[int] = []
    loads = tomllib.loads

    def counted(text: str) -> dict[str, object]:
        parsed.append(len(text))
        return loads(text)

    text = "a = [\n" + '  ["x[y]", {z = [1]}],\n' * 300 + "] # a,\nb = 1\n"
    monkeypatch.setattr(tomllib, "loads", counted)
    lines = TomlLines(text)
    assert [lines("/a"), lines("/a/299/1/z/0"), lines("/b")] == [1, 301, 303]
    assert sum(parsed) < 20 * len(text)


def test_our_own_project_file_is_read():
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    data, lines = read_toml(text)
    rows = text.splitlines()
    for pointer in pointers(data):
        line = lines(pointer)
        assert line is not None
        assert pointer.rpartition("/")[2].replace("~1", "/") in rows[line - 1]

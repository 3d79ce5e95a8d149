"""Files are read as plain data with lines; errors name the file and the line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.json import Json
from mockserver.data.limits import MAX_FILE_DEPTH
from mockserver.data.reading import BadData, DataError
from mockserver.data.source import CannotRead, Finding, InvalidFiles, parse, read, read_text

YAML, JSON = Path("a.yaml"), Path("a.json")
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def refusal(text: str, path: Path = YAML) -> str:
    with pytest.raises(CannotRead) as caught:
        parse(text, path)
    return str(caught.value)


# YAML, by the JSON-compatible core of YAML 1.2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("off", "off"),
        ("2026-11-23", "2026-11-23"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1e999", "1e999"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("Null", None),
        ("", None),
        ("0777", 777),
        ("0o17", 15),
        ("0x1F", 31),
        ("+7", 7),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("'42'", "42"),
        ('"true"', "true"),
        ("|\n  a\n  b", "a\nb"),
        ("[a, 1, null]", ["a", 1, None]),
    ],
    ids=lambda value: repr(value),
)
def test_a_scalar_has_its_value_in_the_core_schema(text, value):
    found = parse(f"it: {text}", YAML).data
    assert found == {"it": value}
    assert type(found["it"]) is type(value)


@pytest.mark.parametrize("key", ["on", "no", "200", "null", "1.5", "~", "2026-11-23"])
def test_every_key_is_a_string(key):
    assert parse(f"{key}: 1", YAML).data == {key: 1}


def test_an_alias_is_the_value_of_its_anchor():
    assert parse("a: &x [1]\nb: *x", YAML).data == {"a": [1], "b": [1]}


@pytest.mark.parametrize(
    ("text", "merged"),
    [
        ("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}", {"b": 1, "c": 3}),
        ("a: &x {b: 1, c: 2}\nd: {c: 3, <<: *x}", {"b": 1, "c": 3}),
        ("a: [&x {b: 1}, &y {b: 2, c: 2}]\nd: {<<: [*x, *y]}", {"b": 1, "c": 2}),
        ("a: &x {b: 1}\nd: {'<<': *x}", {"<<": {"b": 1}}),
    ],
    ids=["own keys win", "wherever they stand", "the first of several wins", "a quoted key is a key"],
)
def test_a_merge_key_adds_the_members_of_another_object(text, merged):
    assert parse(text, YAML).data["d"] == merged


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "a.yaml:3: the key 'a' occurs twice in one object"),
        ("ok: 1\n? [a]\n: 1", "a.yaml:2: a key is not a string"),
        ("a: b: c", "a.yaml:1: not valid YAML: mapping values are not allowed in this context"),
        ("a: 1\n b: 2", "a.yaml:2: not valid YAML: mapping values are not allowed in this context"),
        ("a: *nobody", "a.yaml:1: not valid YAML: found undefined alias"),
        ("a: &x\n  b: *x", "a.yaml:1: an anchor contains an alias of itself"),
        ("a: 1\n--- \nb: 2", "a.yaml:2: not valid YAML: expected a single document in the stream"),
        ("a: \x00", "a.yaml: not valid YAML: unacceptable character"),
        ("a: !!int x", "a.yaml:1: 'x' is not a number that can be read"),
        ("a: " + "9" * 5000, "a.yaml:1: '" + "9" * 40 + "' is not a number that can be read"),
        ("a:\n  <<: 3", "a.yaml:2: expected an object to merge after <<, found a number"),
        ("[" * (MAX_FILE_DEPTH + 5) + "]" * (MAX_FILE_DEPTH + 5), "a.yaml:1: nested deeper than 200"),
    ],
    ids=[
        "a key twice",
        "a list as key",
        "two colons",
        "bad indentation",
        "an alias of nothing",
        "an alias of itself",
        "two documents",
        "a control character",
        "a wrong tag",
        "a very long number",
        "a merge of a number",
        "nested too deeply",
    ],
)
def test_invalid_yaml_is_refused_with_its_line(text, message):
    assert refusal(text).startswith(message)


def test_a_tag_executes_no_code():
    assert parse('!!python/object/apply:os.system ["true"]', YAML).data == ["true"]


def test_aliases_that_expand_to_millions_of_values_are_refused():
    bomb = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    bomb += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "its aliases expand to more than 1,000,000 values" in refusal("\n".join(bomb))


@pytest.mark.parametrize("text", ["'[' * 100_000", "'- ' * 100_000", "'{\"a\":' * 100_000"])
def test_extreme_nesting_is_refused_without_a_crash(text):
    program = (
        "from pathlib import Path\nfrom mockserver.data.source import CannotRead, parse\n"
        f"try: parse({text}, Path('a.yaml'))\nexcept CannotRead as error: print('refused')"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)
    assert (ran.returncode, ran.stdout) == (0, "refused\n")


# JSON, as JSON


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a":\n', "a.json:2: not valid JSON: Expecting value (column 1)"),
        ('{"a": 1,}', "a.json:1: not valid JSON: "),
        ("", "a.json:1: not valid JSON: "),
        ("a: 1", "a.json:1: not valid JSON: "),
        ('{"a": 1, "a": 2}', "a.json: not valid JSON: the key 'a' occurs twice in one object"),
        ('{"a": NaN}', "a.json: not valid JSON: NaN is not a valid JSON value; numbers must be finite"),
        ('{"a": 1e999}', "a.json: not valid JSON: the number 1e999 is out of the range of a double"),
        ("[" * 100_000, "a.json: not valid JSON: nested too deeply"),
        (f"[{'0,' * 1_000_000}0]", "a.json: not valid JSON: more than 1,000,000 values"),
    ],
    ids=[
        "cut",
        "a last comma",
        "empty",
        "YAML",
        "a key twice",
        "not a number",
        "no double",
        "too deep",
        "too many values",
    ],
)
def test_invalid_json_is_refused(text, message):
    assert refusal(text, JSON).startswith(message)


def test_a_yaml_file_may_contain_json_or_yaml_that_starts_like_json():
    assert parse('{"a": 1e2}', YAML).data == {"a": 100.0}
    assert parse("{a: no}", YAML).data == {"a": "no"}


def test_the_message_about_a_very_long_number_does_not_mention_python():
    assert "sys." not in refusal("9" * 5000, JSON)


@given(VALUES)
def test_json_has_the_same_data_as_json_and_as_yaml(value):
    text = json.dumps({"it": value})
    assert parse(text, JSON).data == parse(text, YAML).data == {"it": value}


@given(VALUES)
def test_quoted_yaml_is_read_back_to_the_same_value(value: Json):
    text = yaml.safe_dump({"it": value}, default_style='"', allow_unicode=True)
    assert parse(text, YAML).data == {"it": value}


# Lines


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("", 1),
        ("/a", 1),
        ("/a/b", 2),
        ("/a/b/0", 3),
        ("/a/b/1", 4),
        ("/a~1b", 5),
        ("/m~0n", 6),
        ("/200", 7),
        ("/a/b/1/gone/further", 4),
        ("/a/b/9", 2),
        ("/gone", 1),
    ],
    ids=lambda value: repr(value),
)
def test_a_pointer_has_its_line_or_that_of_its_nearest_ancestor(pointer, line):
    document = parse("a:\n  b:\n    - x\n    - y\na/b: 1\nm~n: 2\n200: 3\n", YAML)
    assert document.line(pointer) == line


@pytest.mark.parametrize("indent", ["  ", "\t", ""], ids=["spaces", "tabs", "none"])
def test_json_has_lines_too(indent):
    assert parse(f'{{\n{indent}"a":\n{indent}[1,\n{indent}2]}}', JSON).line("/a/1") == 4


@pytest.mark.parametrize(
    "escape",
    [r"\/", r"\u00e9", r"\ud83d\ude00", "😀"],
    ids=["a slash", "a letter", "a surrogate pair", "an emoji"],
)
def test_escapes_in_strings_do_not_shift_the_lines_below(escape):
    assert parse(f'{{\n"x": "{escape}",\n"y": 1}}', JSON).line("/y") == 3


@given(st.lists(st.sampled_from(["a", "b c", "d/e", "f~g"]), min_size=1, max_size=5, unique=True))
def test_each_key_of_a_block_has_its_own_line(keys):
    document = parse("".join(f"{key}: 1\n" for key in keys), YAML)
    pointers = ["/" + key.replace("~", "~0").replace("/", "~1") for key in keys]
    assert [document.line(pointer) for pointer in pointers] == list(range(1, len(keys) + 1))


# Files, findings, errors


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "there is no such file"),
        (lambda path: path.mkdir(), "cannot be read: Is a directory"),
        (lambda path: path.write_bytes(b"a: \xff"), "not valid UTF-8 (byte 3)"),
    ],
    ids=["missing", "a folder", "not UTF-8"],
)
def test_a_file_that_cannot_be_read_is_named(make, reason, tmp_path):
    make(path := tmp_path / "it.yaml")
    with pytest.raises(CannotRead) as caught:
        read(path)
    assert str(caught.value) == f"{path}: {reason}"


def test_a_byte_order_mark_is_removed(tmp_path):
    (path := tmp_path / "it.yaml").write_bytes(b"\xef\xbb\xbfa: 1")
    assert read_text(path) == "a: 1"
    assert read(path).data == {"a": 1}


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (Finding(YAML, 3, "/a", "wrong"), "a.yaml:3: /a: wrong"),
        (Finding(YAML, 3, "", "wrong"), "a.yaml:3: wrong"),
        (Finding(YAML, None, "/a", "wrong"), "a.yaml: /a: wrong"),
        (Finding(YAML, None, "", "wrong"), "a.yaml: wrong"),
    ],
    ids=["line and pointer", "line", "pointer", "file alone"],
)
def test_a_finding_has_its_location_in_the_format_that_editors_link(finding, text):
    assert str(finding) == text


def test_errors_in_the_data_become_findings_with_lines():
    document = parse("a: 1\nb:\n  c: 2\n", YAML)
    faulty = document.invalid(BadData([DataError("/b/c", "too low"), DataError("/a", "too high")]))
    assert isinstance(faulty, InvalidFiles)
    assert str(faulty) == "a.yaml:3: /b/c: too low\na.yaml:1: /a: too high"


def test_cannot_read_is_one_finding():
    assert CannotRead(YAML, 2, "cut").findings == (Finding(YAML, 2, "", "cut"),)

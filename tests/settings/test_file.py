"""The settings file: its keys, its errors with their lines, and its paths."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.source import CannotRead, InvalidFiles
from mockserver.settings.file import SettingsFile, read_settings_file
from mockserver.settings.location import Located
from mockserver.settings.table import TABLE
from tests.support.docs import read

SETTINGS = {each.name: each for each in TABLE}


def source(text: str, name: str = "mockserver.toml", command: str = "serve") -> SettingsFile | None:
    return read_settings_file(Located(Path(name), text.encode()), command)


def value(text: str, setting: str, name: str = "mockserver.toml") -> object:
    file = source(text, name)
    assert file is not None
    return file.value(SETTINGS[setting])


def errors(text: str, name: str = "mockserver.toml", command: str = "serve") -> list[str]:
    try:
        source(text, name, command)
    except (CannotRead, InvalidFiles) as error:
        return [str(each) for each in error.findings]
    return []


@pytest.mark.parametrize("key", ["journal-size", "journal_size", "'journal-size'"])
def test_a_key_is_written_with_a_hyphen_or_an_underscore(key):
    assert value(f"{key} = 5", "journal-size") == 5


def test_a_setting_that_the_file_does_not_have_has_no_value():
    assert value("port = 1", "seed") is None


def test_paths_are_relative_to_the_folder_of_the_file():
    assert value("spec = ['a.yaml', '/b.yaml']", "spec", "conf/ours.toml") == (
        Path("conf/a.yaml"),
        Path("/b.yaml"),
    )
    assert value("fixtures = 'f'", "fixtures") == Path("f")


def test_a_source_is_named_by_file_and_line():
    file = source("# ours\n[tool.mockserver]\nport = 1\nspec = [\n'a']\n", "conf/pyproject.toml")
    assert file is not None
    assert file.name(SETTINGS["port"]) == "conf/pyproject.toml:3"
    assert file.name(SETTINGS["spec"]) == "conf/pyproject.toml:4"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n\nprot = 1", "mockserver.toml:3: unknown setting 'prot'; did you mean 'port'?"),
        ("cors = false", "mockserver.toml:1: unknown setting 'cors'; did you mean 'no-cors'?"),
        (
            "seed = 1\nport = 'abc'",
            "mockserver.toml:2: 'port': expected an integer from 0 to 65535, found the string 'abc'",
        ),
        ("strict = 'yes'", "mockserver.toml:1: 'strict': expected true or false, found the string 'yes'"),
        ("port = 1\n[seed]\na = 1", "mockserver.toml:2: 'seed': expected an integer, found a table"),
        ("[[host]]\n", "mockserver.toml:1: 'host': expected a string, found an array"),
        (
            "allow-host = [\n  'a',\n  3,\n]",
            "mockserver.toml:3: 'allow-host': expected a string, found 3",
        ),
        ("journal-size = 1\njournal_size = 1", "mockserver.toml:2: 'journal-size' is set twice"),
        ("[tool.a]\n", "mockserver.toml:1: unknown setting 'tool'; settings are not divided into tables"),
        ("config = 'a'", "mockserver.toml:1: 'config' cannot be set in a file"),
        (
            "spec = ['a.yaml', '']",
            "mockserver.toml:1: 'spec': expected the path of a file, found the string ''",
        ),
        ("port = 1\nhost =\n", "mockserver.toml:2: not valid TOML: Invalid value (column 7)"),
        ("port = 2026-01-01", "mockserver.toml:1: 'port': expected an integer from 0 to 65535,"
         " found the string '2026-01-01'"),
    ],
)  # fmt: skip
def test_an_error_is_a_sentence_with_file_and_line(text, message):
    assert errors(text) == [message]


def test_what_a_file_cannot_set_is_not_suggested():
    [message] = errors("confg = 'a'")
    assert "'config'" not in message


def test_all_errors_of_a_file_are_reported_together():
    assert [each.partition(": ")[0] for each in errors("a = 1\nport = 1\nb = 1\nseed = ''")] == [
        "mockserver.toml:1",
        "mockserver.toml:3",
        "mockserver.toml:4",
    ]


def test_the_documentation_shows_a_message_as_it_is():
    [message] = errors("\n\nprot = 1")
    assert f"mockserver: {message}\n" in read("docs/settings.md")


def test_a_secret_is_not_part_of_a_message():
    [message] = errors("control-token = 123456789")
    assert message == "mockserver.toml:1: 'control-token': expected a string"


@pytest.mark.parametrize("token", ["", " ", "ends ", "clé", r"a\nb"])
def test_a_token_that_protects_nothing_is_an_error_that_does_not_show_it(token):
    [message] = errors(f'\ncontrol-token = "{token}"')
    assert message == (
        "mockserver.toml:2: 'control-token': expected a non-empty token of printable ASCII characters"
    )


@pytest.mark.parametrize("command", ["serve", "check", "coverage", "pytest"])
def test_settings_of_other_commands_are_accepted_and_checked(command):
    assert source("fail-under = 80\nwatch = true", command=command) is not None
    assert errors("fail-under = 101\nport = -1", command=command) == [
        "mockserver.toml:1: 'fail-under': expected a number from 0 to 100, found 101",
        "mockserver.toml:2: 'port': expected an integer from 0 to 65535, found -1",
    ]


def test_a_project_file_is_read_by_its_own_table():
    text = "[project]\nport = 'x'\n[tool.other]\nprot = 1\n[tool.mockserver]\nport = 2\n"
    assert value(text, "port", "pyproject.toml") == 2
    assert errors(text + "prot = 1", "pyproject.toml") == [
        "pyproject.toml:7: unknown setting 'prot'; did you mean 'port'?"
    ]


@pytest.mark.parametrize("text", ["", "[tool.other]\nmockserver = 1", "tool = 'mockserver'"])
def test_a_project_file_without_the_table_has_no_settings(text):
    assert source(text, "pyproject.toml") is None


def test_a_project_file_without_the_table_that_the_user_names_is_an_error():
    with pytest.raises(CannotRead, match=r"^pyproject.toml: there is no table \[tool.mockserver\]$"):
        read_settings_file(Located(Path("pyproject.toml"), b"", is_named=True), "serve")


def test_a_table_of_ours_that_is_not_a_table_is_an_error():
    assert errors("tool.mockserver = 'x'", "pyproject.toml") == [
        "pyproject.toml:1: 'tool.mockserver': expected a table, found the string 'x'"
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"port = 1\n\xff", "mockserver.toml: not valid UTF-8 (byte 9)"), (b"\xef\xbb\xbfport = 1", None)],
    ids=["not UTF-8", "with a byte order mark"],
)
def test_a_file_is_utf_8(content, message):
    located = Located(Path("mockserver.toml"), content)
    if message is None:
        assert read_settings_file(located, "serve") is not None
        return
    with pytest.raises(CannotRead) as raised:
        read_settings_file(located, "serve")
    assert str(raised.value) == message


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(CannotRead, match=r"nothing.toml: there is no such file$"):
        read_settings_file(Located(tmp_path / "nothing.toml", is_named=True), "serve")


WRONG = st.sampled_from(["{a = 1}", "[[1]]", "[{}]", "1e400", "nan"])


@given(st.sampled_from([each for each in TABLE if each.in_file]), WRONG, st.integers(0, 5))
def test_a_value_that_no_setting_takes_is_an_error_on_its_line(setting, data, before):
    if setting.kind.word == "number" and data == "1e400":
        return  # infinity is above 0
    [message] = errors("\n" * before + f"{setting.name} = {data}")
    assert message.startswith(f"mockserver.toml:{before + 1}: '{setting.name}': expected ")

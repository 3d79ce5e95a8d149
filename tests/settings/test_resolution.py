"""A setting has the value of the first source that has it: options, environment, ini, file, default."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from mockserver.settings import Settings
from mockserver.settings.ini_file import Ini
from mockserver.settings.resolution import (
    InvalidOption,
    InvalidSettings,
    Values,
    all_settings,
    command_settings,
    plugin_settings,
)
from mockserver.settings.table import TABLE


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, name: str = "mockserver.toml") -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def found(values: Values, name: str) -> tuple[object, str]:
    [resolved] = [each for each in values if each.setting.name == name]
    return resolved.value, resolved.origin


def ini(**values: object) -> Ini:
    return Ini(lambda name: values.get(name.removeprefix("mockserver_")), None)


SOURCES = [
    ({"port": "1"}, {"MOCKSERVER_PORT": "2"}, "port = 3", (1, "--port")),
    ({}, {"MOCKSERVER_PORT": "2"}, "port = 3", (2, "MOCKSERVER_PORT")),
    ({}, {"MOCKSERVER_PORT": ""}, "port = 3", (3, "mockserver.toml:1")),
    ({}, {}, "", (4010, "default")),
    ({"port": None}, {}, "# port = 3", (4010, "default")),
]


@pytest.mark.parametrize(("options", "variables", "file", "expected"), SOURCES)
def test_options_go_before_the_environment_and_the_environment_before_the_file(
    options, variables, file, expected
):
    write(file)
    assert found(command_settings("serve", options, variables), "port") == expected


def test_the_plugin_reads_the_environment_before_ini_and_ini_before_the_file(folder):
    write("seed = 3")

    def seed(ini_values: Mapping[str, str], variables: Mapping[str, str]) -> tuple[object, str]:
        return found(plugin_settings(ini(**ini_values), folder, variables), "seed")

    assert seed({"seed": "2"}, {"MOCKSERVER_SEED": "1"}) == (1, "MOCKSERVER_SEED")
    assert seed({"seed": "2"}, {}) == (2, "mockserver_seed")
    assert seed({}, {}) == (3, "mockserver.toml:1")


OF_THE_PLUGIN = [  # the key, its value in the ini file as read, and the value of the variable as read
    ("spec", [Path("a.yaml")], (Path("a.yaml"),), "b.yaml", (Path("b.yaml"),)),
    ("fixtures", [Path("a")], Path("a"), "b", Path("b")),
    ("scenarios", [Path("a")], Path("a"), "b", Path("b")),
    (
        "stubs",
        [Path("a.yaml"), Path("b.yaml")],
        (Path("a.yaml"), Path("b.yaml")),
        "c.yaml",
        (Path("c.yaml"),),
    ),
    ("url", "http://127.0.0.1:1", "http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:2"),
    ("model", ["a:A", "b:B"], ("a:A", "b:B"), "c:C d:D", ("c:C", "d:D")),
    ("stateful", "true", True, "false", False),
    ("no_auth", "true", True, "false", False),
    ("seed", "1", 1, "2", 2),
    ("control_prefix", "/a", "/a", "/b", "/b"),
    ("strict_parameters", "true", True, "false", False),
    ("keyless", "refuse", "refuse", "default", "default"),
]


@pytest.mark.parametrize(("key", "written", "read", "variable", "overriding"), OF_THE_PLUGIN)
def test_each_setting_of_a_suite_is_read_from_the_environment_before_ini(
    folder, key, written, read, variable, overriding
):
    name, variables = key.replace("_", "-"), {f"MOCKSERVER_{key.upper()}": variable}
    assert found(plugin_settings(ini(**{key: written}), folder, {}), name) == (read, f"mockserver_{key}")
    both = plugin_settings(ini(**{key: written}), folder, variables)
    assert found(both, name) == (overriding, f"MOCKSERVER_{key.upper()}")


def test_the_plugin_finds_the_file_of_the_working_directory_else_that_of_the_root(folder, monkeypatch):
    write("seed = 1")
    (folder / "sub").mkdir()
    monkeypatch.chdir("sub")
    assert found(plugin_settings(ini(), folder, {}), "seed") == (1, f"{folder / 'mockserver.toml'}:1")
    write("[tool.mockserver]\nseed = 2", "pyproject.toml")
    assert found(plugin_settings(ini(), folder, {}), "seed") == (2, "pyproject.toml:2")
    write("name = 'mockserver-client'", "pyproject.toml")
    assert found(plugin_settings(ini(), folder, {}), "seed")[0] == 1


def test_the_environment_switches_off_what_the_file_switches_on():
    write("no-auth = true")
    assert command_settings("serve", {}, {"MOCKSERVER_NO_AUTH": "no"}).settings().auth is True
    assert command_settings("serve", {}, {}).settings().auth is False


def test_the_values_become_settings_and_parameters():
    write('spec = ["a.yaml"]\nno-cors = true\nallow-host = ["x"]\nport = 1')
    values = command_settings("serve", {"watch": True}, {})
    assert values.settings() == Settings(specs=(Path("a.yaml"),), cors=False, allow_hosts=("x",))
    parameters = {"port": 1, "control_port": None, "watch": True, "log_format": "text", "config": None}
    assert values.parameters == parameters


def test_a_list_is_not_merged_with_that_of_another_source():
    write("allow-host = ['a', 'b']")
    values = command_settings("serve", {"allow-host": ["c"]}, {"MOCKSERVER_ALLOW_HOST": "d e"})
    assert found(values, "allow-host") == (("c",), "--allow-host")


def test_a_command_has_its_own_default():
    assert found(command_settings("mutate", {}, {}), "port") == (0, "default")
    assert found(plugin_settings(ini(), Path(), {}), "url") == ("", "default")
    assert found(command_settings("coverage", {}, {}), "url") == ("http://127.0.0.1:4010", "default")


@pytest.mark.parametrize(
    ("options", "variables", "ini_values"),
    [
        ({"config": "conf/ours.toml"}, {"MOCKSERVER_CONFIG": "nothing.toml"}, {}),
        ({}, {"MOCKSERVER_CONFIG": "conf/ours.toml"}, {}),
        ({}, {}, {"config": [Path("conf/ours.toml")]}),
    ],
    ids=["option", "environment", "ini"],
)
def test_another_file_is_named_by_option_environment_or_ini(folder, options, variables, ini_values):
    write("seed = 1")
    write("fixtures = 'f'\nseed = 2", "conf/ours.toml")
    if ini_values:
        values = plugin_settings(ini(**ini_values), folder, variables)
    else:
        values = command_settings("serve", options, variables)
    assert values.file == Path("conf/ours.toml")
    assert found(values, "seed") == (2, "conf/ours.toml:2")
    assert values.settings().fixtures == Path("conf/f")


def test_an_invalid_option_is_an_error_of_that_option():
    with pytest.raises(InvalidOption, match=r"^expected an integer from 0 to 65535, found 'x'$") as raised:
        command_settings("serve", {"port": "x"}, {"MOCKSERVER_SEED": "y"})
    assert raised.value.setting.name == "port"


def test_other_invalid_values_are_named_by_their_source():
    variables = {"MOCKSERVER_PORT": "x", "MOCKSERVER_WATCH": "perhaps"}
    with pytest.raises(InvalidSettings) as raised:
        command_settings("serve", {}, variables)
    assert raised.value.messages == (
        "MOCKSERVER_PORT: expected an integer from 0 to 65535, found 'x'",
        "MOCKSERVER_WATCH: expected true or false, found 'perhaps'",
    )
    with pytest.raises(InvalidSettings, match=r"^mockserver_seed: expected an integer, found 'x'$"):
        plugin_settings(ini(seed="x"), Path(), {})
    with pytest.raises(InvalidSettings, match=r"^mockserver_fixtures: expected one folder, found a and b$"):
        plugin_settings(ini(fixtures=[Path("a"), Path("b")]), Path(), {})


def test_a_variable_of_another_command_and_an_unknown_one_are_ignored():
    variables = {"MOCKSERVER_FAIL_UNDER": "x", "MOCKSERVER_NOTHING": "y"}
    assert command_settings("serve", {}, variables).settings() == Settings()


def test_an_invalid_variable_is_ignored_if_an_option_overrides_it():
    assert found(command_settings("serve", {"port": "1"}, {"MOCKSERVER_PORT": "x"}), "port")[0] == 1


def test_errors_of_the_file_are_sentences_as_well():
    write("prot = 1")
    with pytest.raises(InvalidSettings, match=r"^mockserver.toml:1: unknown setting 'prot'; did you mean"):
        command_settings("check", {}, {})


def test_all_settings_are_those_of_the_table():
    write("fail-under = 80")
    values = all_settings({}, {"MOCKSERVER_OPERATION": "a b"})
    assert [each.setting.name for each in values] == [each.name for each in TABLE]
    assert found(values, "fail-under") == (80, "mockserver.toml:1")
    assert found(values, "operation") == (("a", "b"), "MOCKSERVER_OPERATION")

"""The table of settings names each setting once, and covers commands, plugin and `Settings`."""

import re
from collections import Counter
from pathlib import Path

import pytest

import mockserver
from mockserver.cli import MODULES
from mockserver.settings import CONTROL_PREFIX, Settings, is_control_prefix
from mockserver.settings.kinds import Kind
from mockserver.settings.resolution import command_settings
from mockserver.settings.setting import Setting
from mockserver.settings.table import ALL, PYTEST, TABLE, settings_of

by_name = pytest.mark.parametrize("setting", TABLE, ids=lambda setting: setting.name)


def test_each_name_and_each_field_stands_in_one_row():
    assert [name for name, count in Counter(each.name for each in TABLE).items() if count > 1] == []
    fields = Counter(each.field for each in TABLE if each.field is not None)
    assert fields == Counter(Settings.__struct_fields__)


def test_the_defaults_of_the_table_are_those_of_settings():
    values = command_settings("serve", {}, {})
    assert values.settings() == Settings()


@by_name
def test_a_default_is_a_valid_value(setting: Setting):
    text = setting.default_text()
    assert text == "" or setting.kind.from_text(text) == setting.default_value()


@by_name
def test_a_setting_belongs_to_known_commands(setting: Setting):
    assert {*setting.commands} <= {*MODULES, PYTEST}
    assert setting.variants.keys() <= {*setting.commands}


def test_all_commands_are_those_of_the_command_line_and_the_plugin():
    assert {*ALL} == {*MODULES, PYTEST}


@by_name
def test_names_are_derived_from_one_name(setting: Setting):
    words = setting.name.split("-")
    assert setting.variable == "MOCKSERVER_" + "_".join(words).upper()
    assert setting.ini == "mockserver_" + "_".join(words)
    assert setting.option in (f"--{setting.name}", setting.name.upper())


@by_name
def test_a_secret_is_recognised_by_its_name(setting: Setting):
    assert setting.is_secret == ("token" in setting.name)


def test_a_variant_changes_a_setting_for_one_command():
    [port] = [each for each in settings_of("mutate") if each.name == "port"]
    assert (port.default_value(), port.help) == (0, "Port of the server; 0 picks a free one.")


def test_the_settings_command_takes_what_serve_takes():
    names = {command: {each.name for each in settings_of(command)} for command in ("serve", "settings")}
    assert names["settings"] == names["serve"] | {"format"}


def test_every_kind_is_one_that_reads_text_and_data():
    assert all(isinstance(each.kind, Kind) for each in TABLE)


@pytest.mark.parametrize("path", ["/__mock", "/a/b"])
def test_a_control_prefix_is_a_path(path):
    assert is_control_prefix(path)


@pytest.mark.parametrize("path", ["", "/", "mock", "/mock/", "/{a}"])
def test_other_texts_are_not_control_prefixes(path):
    assert not is_control_prefix(path)


def test_the_public_names_are_importable_from_the_package():
    assert (CONTROL_PREFIX, Settings().control_prefix) == ("/__mock", "/__mock")
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        mockserver.settings.nothing  # noqa: B018


def test_one_module_reads_the_environment():
    package = Path(str(mockserver.__file__)).parent
    readers = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if re.search(r"\b(environ|getenv)\b", path.read_text(encoding="utf-8"))
    }
    assert readers == {
        "settings/resolution.py",
        "testing/annotations.py",  # variables of GitHub Actions
        "testing/fork_server.py",  # variables of `mutate`, which are no settings
        "testing/mutation_run.py",
        "testing/suite_command.py",  # passes it on to the test suite
    }

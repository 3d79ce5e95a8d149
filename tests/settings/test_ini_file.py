"""Settings in pytest's configuration file: the lines of their keys, and keys that nobody knows."""

from pathlib import Path

import pytest

from mockserver.settings.ini_file import Ini
from mockserver.settings.kinds import InvalidValue
from mockserver.settings.table import PYTEST, TABLE

SEED = next(each for each in TABLE if each.name == "seed")
DECLARED = {each.ini for each in TABLE if each.takes(PYTEST)} | {"mockserver_of_another_plugin"}


def get(name: str) -> object:
    """What `config.getini` does with an unknown key."""
    if name not in DECLARED:
        raise ValueError(name)
    return None


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ini(folder: Path, name: str, text: str, *overridden: str) -> Ini:
    (folder / name).write_text(text, encoding="utf-8")
    return Ini(get, folder / name, frozenset(overridden))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pytest.ini", "[pytest]\nmockserver_seed = 3\n"),
        ("tox.ini", "[testenv]\n[pytest]\nmockserver_seed: 3\n"),
        ("setup.cfg", "[tool:pytest]\naddopts =\n  -q\nmockserver_seed=3\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\n  'mockserver_seed' = '3'\n"),
        ("pytest.toml", "\ufeff[pytest]\nmockserver_seed = '3'\n"),
    ],
)
def test_a_key_is_named_with_its_file_and_line(folder, name, text):
    assert ini(folder, name, text).name(SEED) == f"{name}:{text.count(chr(10))}: mockserver_seed"


@pytest.mark.parametrize(
    "text",
    [
        "[other]\nmockserver_seed = 3\n",
        "[pytest]\naddopts =\n  mockserver_seed = 3\n",
        "[pytest]\n# mockserver_seed = 3\n",
    ],
    ids=["another section", "part of a value", "comment"],
)
def test_what_is_not_a_key_of_pytest_has_no_line(folder, text):
    assert ini(folder, "pytest.ini", text).name(SEED) == "mockserver_seed"


def test_a_key_that_an_option_overrides_is_not_named_by_the_file(folder):
    text = "[pytest]\nmockserver_seed = 3\n"
    assert ini(folder, "pytest.ini", text, "mockserver_seed").name(SEED) == "mockserver_seed"


def test_a_file_outside_the_working_directory_is_named_by_its_whole_path(folder, monkeypatch):
    (folder / "below").mkdir()
    monkeypatch.chdir("below")
    source = ini(folder, "pytest.ini", "[pytest]\nmockserver_seed = 3\n")
    assert source.name(SEED) == f"{folder / 'pytest.ini'}:2: mockserver_seed"


def test_an_unknown_key_is_an_error_with_the_nearest_one(folder):
    text = "[pytest]\nmockserver_sed = 3\nmockserver_of_another_plugin = 1\nmockserver_seed = 2\n"
    assert list(ini(folder, "pytest.ini", text).errors()) == [
        "pytest.ini:2: unknown setting 'mockserver_sed'; did you mean 'mockserver_seed'?"
    ]


def test_without_a_file_there_are_no_errors():
    assert list(Ini(get, None).errors()) == []


def test_an_empty_value_counts_as_not_set_except_that_of_the_token():
    settings = {each.name: each for each in TABLE}
    empty = Ini(lambda name: "", None)
    assert empty.value(settings["scenario"]) is None
    with pytest.raises(InvalidValue, match="expected a non-empty token"):
        empty.value(settings["control-token"])

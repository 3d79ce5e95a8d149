"""The settings file is looked for in folders, in order."""

import os
from pathlib import Path

from mockserver.settings.location import Located, locate


def test_a_folder_without_a_file_has_none(tmp_path):
    assert [*locate([tmp_path, tmp_path / "nowhere"])] == []


def test_a_file_of_its_own_goes_before_the_project_file(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.mockserver]", encoding="utf-8")
    (tmp_path / "mockserver.toml").write_text("", encoding="utf-8")
    assert [*locate([tmp_path])] == [Located(tmp_path / "mockserver.toml")]


def test_a_project_file_counts_if_it_names_us(tmp_path):
    project = tmp_path / "pyproject.toml"
    project.write_text("[tool.other]", encoding="utf-8")
    assert [*locate([tmp_path])] == []
    project.write_text("[tool.mockserver]", encoding="utf-8")
    assert [*locate([tmp_path])] == [Located(project, b"[tool.mockserver]")]


def test_each_folder_is_searched(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mockserver.toml").write_text("", encoding="utf-8")
    found = [each.path for each in locate([tmp_path / "a", tmp_path / "b"])]
    assert found == [tmp_path / "a/mockserver.toml", tmp_path / "b/mockserver.toml"]


def test_a_file_that_cannot_be_read_is_left_to_its_reader(tmp_path):
    (tmp_path / "pyproject.toml").mkdir()
    assert [*locate([tmp_path])] == [Located(tmp_path / "pyproject.toml")]


def test_a_pipe_with_the_name_of_a_project_file_is_not_opened(tmp_path):
    os.mkfifo(path := tmp_path / "pyproject.toml")
    assert list(locate([tmp_path])) == [Located(path)]


def test_the_working_directory_is_not_part_of_the_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mockserver.toml").touch()
    assert [str(each.path) for each in locate([Path()])] == ["mockserver.toml"]
